"""What happens with an arriving call: who was called, and which way the call takes first.

The order: client, status, block, allow, VIP, greeting, queue. Each decision leaves its step in the trace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from router.core.events import CallerArrived
from router.core.house import BlockEntry, Client, ClientStatus, Greeting, House, OnBlock, Staff
from router.core.ids import ClientId, Millis, StaffId
from router.core.record import Ending, EndingClass
from router.core.refusal import Refusal
from router.core.screening import Verdict, VerdictKind, screen
from router.core.trace import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The caller is turned away unanswered."""

    refusal: Refusal
    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """The caller hears a last word, and that is all."""

    text: str
    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """The caller is put through to staff; as `Ordinary` if nobody there answers."""

    staff: Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordinary:
    """The caller is greeted and gets an agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The way an arriving call takes, and why."""

    client: Client | None
    way: Refused | Farewell | Straight | Ordinary
    vip: bool = False
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class _Trace:
    at: Millis
    steps: list[Step] = field(default_factory=list)

    def add(self, rule: str, outcome: str, because: str = "") -> None:
        self.steps.append(Step(at=self.at, rule=rule, outcome=outcome, because=because))


def decide(
    house: House, arrived: CallerArrived, now: Millis, added: Mapping[ClientId, Sequence[BlockEntry]]
) -> Decision:
    """Decide the way of a call; `added` are the clients' block entries made since the configuration was read."""
    trace = _Trace(now)
    client = identify(house, arrived, trace)
    if client is None:
        ending = Ending(kind=EndingClass.REFUSED, reason="unknown_number")
        return _decision(None, Refused(refusal=Refusal.UNALLOCATED, ending=ending), trace)
    trace.add("status", client.status)
    if client.status is ClientStatus.SUSPENDED:
        ending = Ending(kind=EndingClass.REFUSED, reason="client_suspended")
        return _decision(client, Refused(refusal=Refusal.CONGESTION, ending=ending), trace)
    verdict = screen(client, added.get(client.id, ()), house.block, arrived.caller)
    trace.add("screening", verdict.kind, verdict.because)
    way = _way(client, verdict, now, trace)
    return _decision(client, way, trace, vip=verdict.kind is VerdictKind.VIP)


def _decision(
    client: Client | None, way: Refused | Farewell | Straight | Ordinary, trace: _Trace, *, vip: bool = False
) -> Decision:
    return Decision(client=client, way=way, vip=vip, steps=tuple(trace.steps))


def identify(house: House, arrived: CallerArrived, trace: _Trace) -> Client | None:
    """Who was called: by the dialled number, else by every forwarding entry; two clients there mean no guess."""
    if client := _owner(house, arrived.dialled, dedicated=True):
        trace.add("identify", client.id, f"dialled number {arrived.dialled}")
        return client
    found = {client.id: number for number in arrived.forwarded_by if (client := _owner(house, number))}
    if len(found) == 1:
        (client_id, number), *_ = found.items()
        trace.add("identify", client_id, f"forwarded by {number}")
        return house.clients[client_id]
    return _default(house, found, arrived, trace)


def _owner(house: House, number: str, *, dedicated: bool = False) -> Client | None:
    for client in house.clients.values():
        if number in client.numbers or (not dedicated and number in client.forwarded_from):
            return client
    return None


def _default(house: House, found: dict[ClientId, str], arrived: CallerArrived, trace: _Trace) -> Client | None:
    why = f"forwarding names several clients ({', '.join(sorted(found))})" if found else "no client has this number"
    if house.default_client is None:
        trace.add("identify", "nobody", f"{why}: {arrived.dialled}")
        return None
    trace.add("identify", house.default_client, f"default client, {why}: {arrived.dialled}")
    return house.clients[house.default_client]


def _way(client: Client, verdict: Verdict, now: Millis, trace: _Trace) -> Refused | Farewell | Straight | Ordinary:
    if verdict.kind is VerdictKind.BLOCKED:
        return _blocked(client)
    staff = _straight_to(verdict)
    if staff is None:
        return Ordinary()
    return _reachable(client, staff, now, trace, vip=verdict.kind is VerdictKind.VIP)


def _blocked(client: Client) -> Refused | Farewell:
    ending = Ending(kind=EndingClass.BLOCKED, reason="block_list")
    if client.on_block is OnBlock.ANNOUNCE:
        return Farewell(text=client.block_text, ending=ending)
    return Refused(refusal=Refusal.REJECTED, ending=ending)


def _straight_to(verdict: Verdict) -> StaffId | None:
    if verdict.allow is not None:
        return verdict.allow.staff
    return verdict.vip.staff if verdict.vip is not None else None


def _reachable(client: Client, staff_id: StaffId, now: Millis, trace: _Trace, *, vip: bool) -> Straight | Ordinary:
    staff = client.staff[staff_id]
    if why_not := not_transferable(staff, now, vip=vip, asked_by_client=True):
        trace.add("straight", "ordinary", why_not)
        return Ordinary()
    trace.add("straight", staff.id, f"{staff.name}, {', '.join(staff.numbers)}")
    return Straight(staff=staff)


def not_transferable(staff: Staff, now: Millis, *, vip: bool, asked_by_client: bool = False) -> str:
    """Why a caller cannot be put through to this person now; empty when it can be done.

    `asked_by_client`: the client's own allow or VIP entry names the person, so only hours and numbers count.
    """
    if not staff.numbers:
        return f"{staff.name} has no number"
    if staff.hours is not None and not staff.hours.open_at(now):
        return f"{staff.name} is not reachable at this hour ({staff.hours.name})"
    if asked_by_client or (staff.transferable_for_vips if vip else staff.transferable):
        return ""
    return f"{staff.name} takes no transferred calls" + ("" if vip else " of ordinary callers")


def greeting_at(greetings: Sequence[Greeting], now: Millis) -> Greeting | None:
    """The greeting for this moment: one whose hours are open now goes before one without hours."""
    timed = (greeting for greeting in greetings if greeting.hours is not None and greeting.hours.open_at(now))
    always = (greeting for greeting in greetings if greeting.hours is None)
    return next(timed, None) or next(always, None)
