"""What the pages say, German first, English second."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from router.web.wording_desk import DESK_WORDS


class Language(StrEnum):
    """In which a page speaks, as `<html lang>` says it."""

    GERMAN = "de"
    ENGLISH = "en"


WORDS: Mapping[str, tuple[str, str]] = {
    "product": ("Vorzimmer", "Vorzimmer"),
    "skip": ("Zum Inhalt", "Skip to content"),
    "sign_in": ("Anmelden", "Sign in"),
    "sign_out": ("Abmelden", "Sign out"),
    "login": ("Anmeldename", "Login name"),
    "password": ("Passwort", "Password"),
    "code": ("Code aus der App oder Wiederherstellungscode", "Code from the app, or a recovery code"),
    "sign_in_refused": ("Name, Passwort oder Code stimmen nicht.", "Name, password or code are not right."),
    "sign_in_down": (
        "Anmelden geht gerade nicht. Bitte in einer Minute noch einmal.",
        "Nobody can sign in just now. Try again in a minute.",
    ),
    "too_busy": ("Gerade melden sich viele an. Bitte gleich noch einmal.", "Many sign in just now. Try again shortly."),
    "too_many_attempts": (
        "Zu viele Versuche. Weiter geht es in {minutes} Minuten, oder mit einem Wiederherstellungscode.",
        "Too many attempts. Try again in {minutes} minutes, or use a recovery code.",
    ),
    "pledge": ("Verschwiegenheit", "Secrecy"),
    "pledge_give": ("Ich verpflichte mich", "I pledge this"),
    "invitation": ("Willkommen", "Welcome"),
    "invitation_over": (
        "Dieser Link gilt nicht mehr. Bitte einen neuen geben lassen.",
        "This link counts no longer. Ask for a new one.",
    ),
    "password_new": ("Neues Passwort, mindestens 12 Zeichen", "New password, 12 characters or more"),
    "password_weak": (
        "Das Passwort ist zu kurz oder zu leicht zu erraten.",
        "The password is too short, or too easily guessed.",
    ),
    "scan": ("Diesen Code mit einer Authenticator-App aufnehmen.", "Scan this code with an authenticator app."),
    "code_app": ("Code aus der App", "Code from the app"),
    "code_wrong": ("Die App zeigt einen anderen Code.", "The app shows another code."),
    "set": ("Speichern", "Save"),
    "recovery": ("Wiederherstellungscodes", "Recovery codes"),
    "recovery_told": (
        "Jeder gilt einmal anstelle der App. Jetzt aufschreiben: Sie werden nicht noch einmal gezeigt.",
        "Each counts once instead of the app. Write them down now: they are not shown again.",
    ),
    **DESK_WORDS,
}


def translator(language: Language) -> Callable[..., str]:
    """A function from a key of `WORDS` (and the values of its places) to words. Raises KeyError for an unknown key."""
    place = list(Language).index(language)

    def told(key: str, **values: object) -> str:
        words = WORDS[key][place]
        return words.format_map(values) if values else words

    return told
