"""What the pages say, German first, English second."""

from collections.abc import Callable, Mapping
from enum import StrEnum


class Language(StrEnum):
    """In which a page speaks, as `<html lang>` says it."""

    GERMAN = "de"
    ENGLISH = "en"


WORDS: Mapping[str, tuple[str, str]] = {
    "product": ("Vorzimmer", "Vorzimmer"),
    "skip": ("Zum Inhalt", "Skip to content"),
}


def translator(language: Language) -> Callable[..., str]:
    """A function from a key of `WORDS` (and the values of its places) to words. Raises KeyError for an unknown key."""
    place = list(Language).index(language)

    def told(key: str, **values: object) -> str:
        words = WORDS[key][place]
        return words.format_map(values) if values else words

    return told
