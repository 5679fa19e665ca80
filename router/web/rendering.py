"""Pages: Jinja templates from `pages/`, every value escaped, German first and English second.

A template has `t("…")` for words of `web/wording.py`, `lang`, `asset("…")` for the address of a static file, and
`csrf`. A missing value is an error, not an empty place.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from router.web.assets import asset_url
from router.web.wording import Language, translator

PAGES = Path(__file__).parent / "pages"


@cache
def environment() -> Environment:
    """The templates; read once, and again when a file changes."""
    made = Environment(
        loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["asset"] = asset_url
    return made


def rendered(name: str, language: Language, values: Mapping[str, object]) -> str:
    """A template as text, for a page or a part of one."""
    words = {"lang": language.value, "t": translator(language), "csrf": ""}
    return environment().get_template(name).render({**words, **values})


def page(name: str, language: Language, values: Mapping[str, object], *, status: int = 200) -> web.Response:
    """A whole page."""
    return web.Response(text=rendered(name, language, values), content_type="text/html", status=status)


def language_of(request: web.Request) -> Language:
    """What the browser asks for: English where it stands before German, else German."""
    for wanted in request.headers.get("Accept-Language", "").lower().split(","):
        for language in Language:
            if wanted.strip().startswith(language.value):
                return language
    return Language.GERMAN
