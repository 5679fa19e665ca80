"""SIPp's message trace, read as it is written: the only source of times in the laboratory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

_HEAD = re.compile(
    rb"-{47} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6})\nUDP message (received|sent) [\[(](\d+)\]? bytes\)? ?:\n\n"
)
_LONGEST_HEAD = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class SipMessage:
    """One SIP message as SIPp sent or received it; `at` is SIPp's own clock, in milliseconds since 1970 UTC."""

    at: float
    sent: bool
    start: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def code(self) -> int:
        """A response's status code; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def method(self) -> str:
        """The request's method, or the method that a response answers."""
        return self.header("CSeq").split()[-1] if self.code else self.start.split()[0]

    @property
    def call_id(self) -> str:
        """The Call-ID."""
        return self.header("Call-ID")

    def all(self, name: str) -> list[str]:
        """Every header of that name, in the order on the wire."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str:
        """The first header of that name, or an empty string."""
        return next(iter(self.all(name)), "")


def user_of(header: str) -> str:
    """The user part of the URI in a From, To or similar header, or of a request line; empty if there is none."""
    found = re.search(r"sips?:([^@;>\s]+)@", header)
    return found[1] if found else ""


def parse_message(text: bytes, *, at: float, sent: bool) -> SipMessage:
    """One SIP message from its wire format."""
    head, _, body = text.decode(errors="replace").partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip(), value.strip()) for name, _, value in pairs)
    return SipMessage(at=at, sent=sent, start=start, headers=headers, body=body)


class TraceReader:
    """Cuts the growing trace of one SIPp process (run with TZ=UTC0) into messages."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, written: bytes) -> Iterator[SipMessage]:
        """The messages that are complete with these bytes."""
        self._pending += written
        while head := _HEAD.search(self._pending):
            end = head.end() + int(head[3])
            if len(self._pending) < end:
                return
            at = datetime.fromisoformat(head[1].decode()).replace(tzinfo=UTC).timestamp() * 1000
            text, sent = bytes(self._pending[head.end() : end]), head[2] == b"sent"
            del self._pending[:end]
            yield parse_message(text, at=at, sent=sent)
        del self._pending[:-_LONGEST_HEAD]
