"""The texts that refer to something outside the file: addresses, secrets, variables, recordings.

`env:NAME` stands for a variable of the environment, `env:NAME=default` has a default, `file:PATH` stands for a file's
content (secrets only). No error ever shows a secret.
"""

import ipaddress
import re
import wave
from pathlib import Path
from typing import Annotated

from router.config.reading import ReadBy, Reader, Surroundings, wrong
from router.core.house import LONGEST_RECORDING_S

ADDRESS = re.compile(
    r"(sip:)?([A-Za-z0-9_.+-]{1,64}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(:(?P<port>[0-9]{1,5}))?(;transport=(udp|tcp))?"
)
SOUND = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(wav|mp3)"
USER_NAME = re.compile(r"[!#-\[\]-~]{1,128}")  # ASCII without spaces, quotes and backslashes: RFC 3261, section 25.1
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MOST_SECRET_BYTES = 4096


def _from_environment(text: str, around: Surroundings) -> str:
    """The text itself, or for `env:` what the environment says."""
    if not text.startswith("env:"):
        return text
    name, has_default, default = text.removeprefix("env:").partition("=")
    if not VARIABLE.fullmatch(name):
        raise wrong(f'"{name}" is not the name of a variable', "write env:NAME or env:NAME=default")
    found = around.environ.get(name)
    if found is None and not has_default:
        raise wrong(f"the environment has no variable {name}", f"set it, or write env:{name}=default")
    return default if found is None else found


def _from_file(text: str, around: Surroundings) -> str:
    path = around.directory / text.removeprefix("file:")
    try:
        with path.open("rb") as file:
            return file.read(MOST_SECRET_BYTES).decode().rstrip("\r\n")
    except (OSError, ValueError):
        hint = "make it a readable text file; relative paths begin in the configuration's directory"
        raise wrong(f"the secret's file {path.name} cannot be read", hint) from None


def _secret(least: int) -> Reader:
    def read(text: str, around: Surroundings) -> str:
        secret = _from_file(text, around) if text.startswith("file:") else _from_environment(text, around)
        if not (secret.isascii() and secret.isprintable()) or " " in secret:
            raise wrong("the secret has spaces or special characters", "use letters, digits and signs of ASCII")
        if len(secret) < least:
            raise wrong(f"the secret has only {len(secret)} characters", f"use at least {least}")
        return secret

    return read


def _plain(text: str, around: Surroundings) -> str:
    plain = _from_environment(text, around)
    if not USER_NAME.fullmatch(plain):
        raise wrong(
            f'"{plain}" is no user name', "write it as the provider gave it, such as 4930123 or name@example.net"
        )
    return plain


def _network(text: str, around: Surroundings) -> str:
    text = _from_environment(text, around)
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        hint = 'write the provider\'s address or network, such as "192.0.2.10" or "192.0.2.0/28"'
        raise wrong(f'"{text}" is not an IP address or network', hint) from None
    if "/" in text and str(network) != text:
        raise wrong(f'"{text}" is an address inside a network', f'write "{network}"')
    if network.prefixlen == 0:
        raise wrong(f'"{text}" matches everybody', "write the provider's own addresses")
    return text


def _address(text: str, around: Surroundings) -> str:
    text = _from_environment(text, around)
    found = ADDRESS.fullmatch(text)
    if not found or not 0 < int(found["port"] or 5060) < 65536:
        hint = "write host:port, such as sip.example.net:5060 or sip:anna@192.0.2.7:5062;transport=tcp"
        raise wrong(f'"{text}" is not a SIP address', hint)
    return text if text.startswith("sip:") else f"sip:{text}"


def _optional_address(text: str, around: Surroundings) -> str | None:
    """As an address, but an empty one (`env:NAME=`) stands for a key left out."""
    return None if _from_environment(text, around) == "" else _address(text, around)


def _sound(text: str, around: Surroundings) -> str:
    if not re.fullmatch(SOUND, text):
        raise wrong(
            f'"{text}" is not the name of a recording', "write a name alone, such as welcome.wav or welcome.mp3"
        )
    try:
        with (around.directory / "recordings" / text).open("rb") as file:
            head = file.read(12)
    except OSError:
        raise wrong(f"there is no recording {text}", f"put it into recordings/{text}") from None
    if not _is_sound(head):
        raise wrong(f"the recording {text} is neither WAV nor MP3", "export it again, as WAV with 8 or 16 kHz")
    if _is_too_long(around.directory / "recordings" / text):
        raise wrong(f"the recording {text} is too long", f"keep it at {LONGEST_RECORDING_S} s at most")
    return text


def _is_too_long(path: Path) -> bool:
    """As far as a WAV's head tells; what else there is, the speech room finds out when it is played."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() > LONGEST_RECORDING_S * file.getframerate()
    except (wave.Error, EOFError, OSError, ValueError, RuntimeError):
        return False


def _is_sound(head: bytes) -> bool:
    """By the first bytes: RIFF/WAVE, an ID3 tag, or MPEG's eleven set bits."""
    wave = head[:4] == b"RIFF" and head[8:12] == b"WAVE"
    return wave or head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0")


Network = Annotated[str, ReadBy(_network, "192.0.2.0/28")]
Address = Annotated[str, ReadBy(_address, "sip.example.net:5060")]
OptionalAddress = Annotated[str | None, ReadBy(_optional_address, "sip:anna@192.0.2.7:5062")]
UserName = Annotated[str, ReadBy(_plain, "env:TRUNK_USER")]
Password = Annotated[str, ReadBy(_secret(8), "env:SIP_ANNA")]
Token = Annotated[str, ReadBy(_secret(16), "file:/run/secrets/token_anna")]
Sound = Annotated[str, ReadBy(_sound, "welcome.wav", SOUND)]
