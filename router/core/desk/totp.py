"""One-time codes from an authenticator app: TOTP (RFC 6238) with HMAC-SHA-1, six digits, thirty seconds.

A code counts one step early and late, for clocks that are not quite right, and once only (RFC 6238, section 5.2).
"""

import base64
import hmac
import struct

from router.core.ids import Millis

STEP_MS: Millis = 30_000
DIGITS = 6
SECRET_BYTES = 20
SKEW = 1  # steps


def step_of(at: Millis) -> int:
    """The number of the thirty seconds since 1970 in which an instant lies."""
    return at // STEP_MS


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one step (RFC 4226, section 5.3)."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number: int = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def step_matched(secret: bytes, code: str, now: Millis) -> int | None:
    """The step whose code this is, of those that count now; None for no code of ours. Takes the same time for each."""
    steps = range(step_of(now) - SKEW, step_of(now) + SKEW + 1)
    sent = code.replace(" ", "").encode("utf-8", "replace")
    matching = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), sent)]
    return matching[-1] if matching else None


def readable(secret: bytes) -> str:
    """The secret as it is typed into an app that cannot scan."""
    return base64.b32encode(secret).decode().rstrip("=")


def address(secret: bytes, login: str, issuer: str) -> str:
    """The `otpauth:` address that a QR code carries; `issuer` is one word of letters."""
    return f"otpauth://totp/{issuer}:{login}?secret={readable(secret)}&issuer={issuer}"
