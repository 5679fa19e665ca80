"""The pictures of the docs, from real PDFs: `python -m tests.invoicing.picture` writes docs/pictures/invoice-*.png."""

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image

from router.core.billing.invoice import InvoiceLanguage
from router.invoicing import render
from tests.invoicing.examples import invoice

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SCALE = 1.3  # of 72 dots an inch
COLOURS = 64


def page(pdf: bytes, index: int, scale: float = SCALE) -> Image.Image:
    """One page of a PDF, as a viewer shows it."""
    drawn: Image.Image = pypdfium2.PdfDocument(pdf)[index].render(scale=scale).to_pil()
    return drawn


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for language in InvoiceLanguage:
        pdf = render(invoice(language))[0].content
        picture = page(pdf, 0).quantize(COLOURS)
        picture.save(PICTURES / f"invoice-{language.value}.png", optimize=True)


if __name__ == "__main__":
    main()
