"""Who may reach an agent: block, allow and VIP lists against the caller's number.

The client's block list beats everything, the client's allow list beats the house's block list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from router.core.house import AllowEntry, BlockEntry, Client, Vip


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


def screen(client: Client, added: Iterable[BlockEntry], house: Iterable[BlockEntry], caller: str | None) -> Verdict:
    """Look the caller up; `caller` is E.164, None when suppressed. `added` are the client's entries made by agents."""
    if caller is None:
        return _suppressed(client)
    if entry := _matching((*client.block, *added), caller):
        return Verdict(kind=VerdictKind.BLOCKED, because=f"client's block list, {_words(entry)}")
    if allow := next((entry for entry in client.allow if entry.number == caller), None):
        return Verdict(kind=VerdictKind.ALLOWED, because=f"client's allow list, {allow.name or caller}", allow=allow)
    if entry := _matching(house, caller):
        return Verdict(kind=VerdictKind.BLOCKED, because=f"house's block list, {_words(entry)}")
    if vip := next((entry for entry in client.vips if entry.number == caller), None):
        return Verdict(kind=VerdictKind.VIP, because=f"client's VIP list, {vip.name or caller}", vip=vip)
    return Verdict(kind=VerdictKind.ORDINARY, because="on no list")


def _suppressed(client: Client) -> Verdict:
    if client.block_suppressed:
        return Verdict(kind=VerdictKind.BLOCKED, because="client blocks suppressed numbers")
    return Verdict(kind=VerdictKind.ORDINARY, because="number suppressed")


def _matching(entries: Iterable[BlockEntry], caller: str) -> BlockEntry | None:
    return next((entry for entry in entries if _covers(entry, caller)), None)


def _covers(entry: BlockEntry, caller: str) -> bool:
    return entry.number == caller or (entry.prefix is not None and caller.startswith(entry.prefix))


def _words(entry: BlockEntry) -> str:
    what = entry.number or f"everything from {entry.prefix}"
    return f"{what} ({entry.reason})" if entry.reason else what
