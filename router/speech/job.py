"""One sound to be made, named by its content: the same text or recording is the same file, a changed one another."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from router.core.errors import VorzimmerError
from router.core.house import LONGEST_SPOKEN

FORMAT = "1"  # counts up when the same text or recording would be rendered to other audio
MARKUP = re.compile("[<>]")  # the synthesiser obeys tags in the text, one of them plays any file


class SoundUnusable(VorzimmerError):
    """A text that cannot be spoken, or a recording that cannot be played; the message names it and what to do."""

    id = "sound_unusable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is to be rendered into `target`: either `text`, spoken by `voice`, or the file `recording`."""

    target: str
    text: str = ""
    voice: str = ""
    recording: str = ""

    @property
    def what(self) -> str:
        """Words to name it by."""
        return f"recording {self.recording}" if self.recording else f"text {self.text[:40]!r}"


def spoken(directory: Path, text: str, voice: str) -> Job:
    """The job of a text. Raises SoundUnusable when nothing can be said, or it is too long."""
    clean = cleaned(text)
    if not any(letter.isalnum() for letter in clean):
        raise SoundUnusable(f"text {text[:40]!r}: there is nothing to say; write the words of the announcement.")
    if len(clean) > LONGEST_SPOKEN:
        raise SoundUnusable(f"text {clean[:40]!r}: {len(clean)} characters; at most {LONGEST_SPOKEN} are spoken.")
    return Job(target=_target(directory, "say", f"{voice}\0{clean}".encode()), text=clean, voice=voice)


def recorded(directory: Path, recording: Path, content: bytes) -> Job:
    """The job of an uploaded recording with this content."""
    return Job(target=_target(directory, "recording", content), recording=str(recording))


def cleaned(text: str) -> str:
    """One line in composed Unicode (`ü` is one letter to the synthesiser, `u` and dots are not), without markup."""
    composed = MARKUP.sub(" ", unicodedata.normalize("NFC", text))
    return " ".join("".join(map(_visible, composed)).split())


def _visible(letter: str) -> str:
    """Format characters (soft hyphen, zero width) are inside words, control characters between them."""
    category = unicodedata.category(letter)
    return "" if category == "Cf" else " " if category.startswith("C") else letter


def _target(directory: Path, kind: str, content: bytes) -> str:
    digest = hashlib.sha256(FORMAT.encode() + b"\0" + content).hexdigest()
    return str(directory / f"{kind}-{digest[:32]}.wav")
