"""Texts of unknown origin, made fit for a page: no direction marks, nothing that the fonts lack, no word without end.

PDF/A forbids a character that the font does not have; and a page is not to be pushed off its edge by one long word.
"""

import re
import unicodedata

UNSHOWN = re.compile(  # all but Latin, Greek and Cyrillic letters, punctuation, and signs that the fonts have
    r"[^ -~\u00a0-\u00ac\u00ae-\u017f\u0218-\u021b\u0391-\u03a1\u03a3-\u03c9\u0401-\u040c\u040e-\u044f\u0451-\u045c"
    r"\u1e9e\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u202f\u2030\u2039\u203a\u20ac\u2116\u2122\u2212]"
)
DIRECTIONS = re.compile(r"[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
LONGEST_WORD = 24
LONG_WORD = re.compile(rf"(\S{{{LONGEST_WORD}}})(?=\S)")
BREAK = "\u200b"


def displayed(text: str, *, most: int = 300) -> str:
    """The text in one line of at most `most` characters, each of which the fonts have; `?` stands for others."""
    line = " ".join(DIRECTIONS.sub("", unicodedata.normalize("NFC", text[: 4 * most])).split())
    shown = UNSHOWN.sub("?", line)
    cut = shown if len(shown) <= most and len(text) <= 4 * most else f"{shown[: most - 1]}…"
    return LONG_WORD.sub(rf"\1{BREAK}", cut)
