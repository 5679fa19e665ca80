"""Who may reach an agent: block, allow and VIP lists against the caller's number.

The client's block list beats everything, the client's allow list beats the house's block list. Entries that have ended
do not count; of several that cover a number the closest counts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from router.core.hours import shown
from router.core.house import ADVERTISING, AllowEntry, BlockEntry, Client, ListEntry, Vip
from router.core.ids import Millis
from router.core.patterns import matching, meant
from router.core.record import Arrival

E = TypeVar("E", bound=ListEntry)


class VerdictKind(StrEnum):
    """What screening says of a caller."""

    BLOCKED = "blocked"
    ALLOWED = "allowed"  # straight to the entry's staff
    VIP = "vip"
    ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What screening says, the list entry that counted, and why in words."""

    kind: VerdictKind
    because: str
    allow: AllowEntry | None = None
    vip: Vip | None = None


def screen(client: Client, house: tuple[BlockEntry, ...], caller: str | None, now: Millis, facts: Arrival) -> Verdict:
    """Look the caller up; `caller` is E.164, None when suppressed. `facts` has the entries made by agents meanwhile."""
    if caller is None:
        return _suppressed(client)
    own = _blocks(client.block, facts.added, caller, now, lifted=facts.lifted)
    if own is not None:
        return Verdict(kind=VerdictKind.BLOCKED, because=_words("block", own, client))
    if (allow := _first(matching(client.allow, caller), now)) is not None:
        vip = _first(matching(client.vips, caller), now)
        return Verdict(kind=VerdictKind.ALLOWED, because=_words("allow", allow, client), allow=allow, vip=vip)
    everybodys = _blocks(house, facts.added_for_all, caller, now, lifted=facts.lifted_for_all)
    if everybodys is not None:
        return Verdict(kind=VerdictKind.BLOCKED, because=_words("block", everybodys, client, whose="house"))
    if (vip := _first(matching(client.vips, caller), now)) is not None:
        return Verdict(kind=VerdictKind.VIP, because=_words("VIP", vip, client), vip=vip)
    return Verdict(kind=VerdictKind.ORDINARY, because="on no list" + _ended(client, caller, now))


def _suppressed(client: Client) -> Verdict:
    if client.block_suppressed:
        return Verdict(kind=VerdictKind.BLOCKED, because="client blocks suppressed numbers")
    return Verdict(kind=VerdictKind.ORDINARY, because="number suppressed")


def _blocks(
    entries: tuple[BlockEntry, ...], added: Sequence[BlockEntry], caller: str, now: Millis, *, lifted: bool
) -> BlockEntry | None:
    known = (entry for entry in matching(entries, caller) if not (lifted and entry.reason == ADVERTISING))
    return _first((*known, *added), now)


def _first(entries: Iterable[E], now: Millis) -> E | None:
    return next((entry for entry in entries if counts(entry, now)), None)


def counts(entry: ListEntry, now: Millis) -> bool:
    """Whether the entry has not ended."""
    return entry.until is None or now < entry.until


def _words(which: str, entry: ListEntry, client: Client, *, whose: str = "client") -> str:
    """The entry, why it is there, who made it, until when."""
    name = entry.name if isinstance(entry, AllowEntry | Vip) and entry.name else ""
    parts = [f"{whose}'s {which} list", name, meant(entry) + (f" ({entry.reason})" if entry.reason else "")]
    parts += [f"by {entry.author}" if entry.author else "", _until(entry, client)]
    return ", ".join(part for part in parts if part)


def _until(entry: ListEntry, client: Client) -> str:
    return f"until {shown(client.timezone, entry.until)}" if entry.until is not None else ""


def _ended(client: Client, caller: str, now: Millis) -> str:
    lists: Sequence[tuple[str, tuple[ListEntry, ...]]] = (
        ("block", client.block),
        ("allow", client.allow),
        ("VIP", client.vips),
    )
    ended = [
        f"; no longer on the {which} list ({meant(entry)}, {_until(entry, client)})"
        for which, entries in lists
        for entry in matching(entries, caller)
        if not counts(entry, now)
    ]
    return "".join(ended)
