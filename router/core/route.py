"""What happens with an arriving call: who was called, and which way the call takes first.

The order: client, sanity (our own leg, a forged caller, too many calls), status, block, allow, VIP, handling. Each
decision leaves its step in the trace. All that a decision rests on besides the house is in the event and in the facts,
both kept with the call: so it can be made again from the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from router.core.brakes import told
from router.core.events import CallerArrived
from router.core.hours import in_words, most_specific, shown
from router.core.house import (
    AfterTrial,
    AllowEntry,
    Client,
    ClientStatus,
    Greeting,
    HandlingMode,
    House,
    OnBlock,
    Script,
    Staff,
    Vip,
)
from router.core.ids import ClientId, LegId, Millis, StaffId
from router.core.patterns import Remembered, forged
from router.core.record import Arrival, CallRecord, Ending, EndingClass
from router.core.refusal import Refusal
from router.core.screening import Verdict, VerdictKind, screen
from router.core.trace import Step
from router.core.trial import TRIAL_OVER, is_over, itself

HOUSES_REMEMBERED = 100_000  # clients: two or three large houses, the one before a reload included
NO_FACTS = Arrival()


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


Way = Refused | Farewell | Straight | Ordinary


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The way an arriving call takes, and why."""

    client: Client | None
    way: Way
    vip: bool = False
    steps: tuple[Step, ...] = ()


@dataclass(slots=True)
class _Trace:
    at: Millis
    steps: list[Step] = field(default_factory=list)

    def add(self, rule: str, outcome: str, because: str = "") -> None:
        self.steps.append(Step(at=self.at, rule=rule, outcome=outcome, because=because))


def decide(house: House, arrived: CallerArrived, now: Millis, facts: Arrival = NO_FACTS) -> Decision:
    """Decide the way of a call; `facts` are what was known when it came, besides the house."""
    trace = _Trace(now)
    client, because = identified(house, arrived)
    trace.add("identify", client.id if client else "nobody", because)
    if client is None:
        return _decision(None, _refused("unknown_number", Refusal.UNALLOCATED), trace)
    if (insane := _insane(client, arrived, facts, trace)) is not None:
        return _decision(client, insane, trace)
    if (inactive := _inactive(house, client, now, trace)) is not None:
        return _decision(client, inactive, trace)
    verdict = screen(client, house.block, arrived.caller, now, facts)
    trace.add("screening", verdict.kind, verdict.because)
    return _decision(client, _way(client, verdict, now, trace), trace, vip=verdict.vip is not None)


def arrived_of(record: CallRecord) -> CallerArrived:
    """The event with which a finished call began; `decide` takes it together with `record.arrival`."""
    facts = record.arrival or NO_FACTS
    return CallerArrived(
        call=record.call,
        leg=LegId(record.call),
        dialled=record.dialled,
        caller=record.caller,
        forwarded_by=facts.forwarded_by,
        trunk=facts.trunk,
    )


def _decision(client: Client | None, way: Way, trace: _Trace, *, vip: bool = False) -> Decision:
    return Decision(client=client, way=way, vip=vip, steps=tuple(trace.steps))


def _refused(reason: str, refusal: Refusal) -> Refused:
    return Refused(refusal=refusal, ending=Ending(kind=EndingClass.REFUSED, reason=reason))


# --- who is called ----------------------------------------------------------------------------------------------------


def identified(house: House, arrived: CallerArrived) -> tuple[Client | None, str]:
    """Who was called, and why: by the dialled number, else by every forwarding entry; two clients mean no guess."""
    numbers = _numbers.of(house.clients)
    if (client := numbers.given.get(arrived.dialled)) is not None:
        return house.clients[client], f"dialled number {arrived.dialled}"
    found = {client: number for number in arrived.forwarded_by if (client := numbers.all.get(number)) is not None}
    if len(found) == 1:
        ((client, number),) = found.items()
        return house.clients[client], f"forwarded by {number}"
    why = _untold(house, arrived.dialled, sorted(found))
    if house.default_client is None:
        return None, f"{why}: {arrived.dialled}"
    return house.clients[house.default_client], f"default client, {why}: {arrived.dialled}"


def _untold(house: House, dialled: str, found: Sequence[ClientId]) -> str:
    if found:
        return f"forwarding names several clients ({', '.join(found)})"
    shared = dialled in house.own_numbers
    return "a shared number, and no forwarding names a client" if shared else "no client has this number"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Numbers:
    """Whose a number is: `given` by us, or `all`, the clients' own included; the first client who has it."""

    given: Mapping[str, ClientId]
    all: Mapping[str, ClientId]

    @classmethod
    def of(cls, clients: Mapping[ClientId, Client]) -> "_Numbers":
        backwards = [*clients.values()][::-1]
        given = {number: client.id for client in backwards for number in client.numbers}
        every = {number: client.id for client in backwards for number in (*client.forwarded_from, *client.numbers)}
        return cls(given=given, all=every)


_numbers: Remembered[Mapping[ClientId, Client], _Numbers] = Remembered(_Numbers.of, HOUSES_REMEMBERED)


# --- what must not be answered ----------------------------------------------------------------------------------------


def _insane(client: Client, arrived: CallerArrived, facts: Arrival, trace: _Trace) -> Refused | None:
    """A call that is none, or one too many: busy, before the answer."""
    if facts.returned is not None:
        trace.add("own_leg", "refused", f"our own leg to staff, placed for call {facts.returned}, came back")
        return _refused("own_transfer_returned", Refusal.BUSY)
    if arrived.caller is not None and (why := forged(arrived.caller)):
        trace.add("forged_caller", "refused", why)
        return _refused("forged_caller", Refusal.REJECTED)
    if facts.brake:
        trace.add("brake", "refused", told(facts.brake, client))
        return _refused(facts.brake, Refusal.BUSY)
    return None


# --- clients who are none now ----------------------------------------------------------------------------------------


def _inactive(house: House, client: Client, now: Millis, trace: _Trace) -> Way | None:
    """None for a client whose calls are answered."""
    if is_over(client, now):
        return _after_trial(house, client, trace)
    trace.add("status", client.status)
    if client.status is ClientStatus.SUSPENDED:
        return _refused("client_suspended", Refusal.CONGESTION)
    return _refused("client_ended", Refusal.UNALLOCATED) if client.status is ClientStatus.ENDED else None


def _after_trial(house: House, client: Client, trace: _Trace) -> Way:
    ended = shown(client.timezone, client.trial_ends or 0)
    if house.after_trial is AfterTrial.FORWARD and client.fallback_number:
        trace.add("status", TRIAL_OVER, f"the trial ended {ended}: forwarded to {client.fallback_number}")
        return Straight(staff=itself(client, client.fallback_number))
    trace.add("status", TRIAL_OVER, f"the trial ended {ended}")
    if house.after_trial is AfterTrial.ANNOUNCE:
        return Farewell(text=house.after_trial_text, ending=Ending(kind=EndingClass.REFUSED, reason=TRIAL_OVER))
    return _refused(TRIAL_OVER, Refusal.CONGESTION)


# --- the way ----------------------------------------------------------------------------------------------------------


def _way(client: Client, verdict: Verdict, now: Millis, trace: _Trace) -> Way:
    if verdict.kind is VerdictKind.BLOCKED:
        return _blocked(client)
    vip = verdict.vip is not None
    entry = verdict.allow or verdict.vip
    if entry is not None and (staff := responsible(entry, now)) is not None:
        return _straight(client, staff, now, trace, rule="straight", vip=vip)
    return _handled(client, now, trace, vip=vip)


def _blocked(client: Client) -> Refused | Farewell:
    ending = Ending(kind=EndingClass.BLOCKED, reason="block_list")
    if client.on_block is OnBlock.ANNOUNCE:
        return Farewell(text=client.block_text, ending=ending)
    return Refused(refusal=Refusal.REJECTED, ending=ending)


def responsible(entry: AllowEntry | Vip, now: Millis) -> StaffId | None:
    """Whom these callers are put through to now: by the hour, at any other time to the entry's own."""
    now_by_hours = most_specific(entry.by_hours, now)
    return now_by_hours.staff if now_by_hours is not None else entry.staff


def _handled(client: Client, now: Millis, trace: _Trace, *, vip: bool) -> Straight | Ordinary:
    handling = most_specific(client.handlings, now)
    if handling is None or handling.mode is HandlingMode.TAKE or handling.staff is None:
        return Ordinary()
    trace.add("handling", handling.mode, in_words(handling, now))
    return _straight(client, handling.staff, now, trace, rule="handling", vip=vip)


def _straight(
    client: Client, staff_id: StaffId, now: Millis, trace: _Trace, *, rule: str, vip: bool
) -> Straight | Ordinary:
    staff, because = reach(client, staff_id, now, vip=vip, asked_by_client=True)
    trace.add(rule, staff.id if staff else "ordinary", because)
    return Straight(staff=staff) if staff else Ordinary()


# --- staff ------------------------------------------------------------------------------------------------------------


def reach(
    client: Client, staff_id: str, now: Millis, *, vip: bool, asked_by_client: bool = False
) -> tuple[Staff | None, str]:
    """Whom to call for this person now, the deputy while absent, or None; and why.

    `asked_by_client`: the client's own list or schedule names the person, so it does not matter whether transfers by
    agents are wanted.
    """
    asked_for = client.staff.get(StaffId(staff_id))
    if asked_for is None:
        return None, f"{client.name} has nobody called {staff_id!r}"
    staff, absent = _standing_in(client, asked_for, now)
    if staff is None:
        return None, absent
    wanted = asked_by_client or (asked_for.transferable_for_vips if vip else asked_for.transferable)
    why_not = not_transferable(staff, now, vip=vip, asked_by_client=asked_by_client or staff is not asked_for)
    if why_not or not wanted:
        return None, f"{absent}{why_not or _unwanted(asked_for, vip=vip)}"
    return staff, f"{absent}{staff.name}, {', '.join(staff.numbers)}"


def _standing_in(client: Client, staff: Staff, now: Millis) -> tuple[Staff | None, str]:
    """The person, or the first deputy who is not absent, with a word on who is."""
    words, seen = "", {staff.id}
    while is_absent(staff, now):
        words += f"{_away(client, staff)}; "
        deputy = client.staff.get(staff.deputy) if staff.deputy is not None else None
        if deputy is None or deputy.id in seen:
            return None, words.removesuffix("; ")
        staff = deputy
        seen.add(staff.id)
    return staff, words


def is_absent(staff: Staff, now: Millis) -> bool:
    """Whether the person's return lies ahead."""
    return staff.absent_until is not None and now < staff.absent_until


def _away(client: Client, staff: Staff) -> str:
    return f"{staff.name} is absent until {shown(client.timezone, staff.absent_until or 0)}"


def not_transferable(staff: Staff, now: Millis, *, vip: bool, asked_by_client: bool = False) -> str:
    """Why a caller cannot be put through to this very person now; empty when it can be done. See `reach`."""
    if is_absent(staff, now):
        return f"{staff.name} is absent"
    if not staff.numbers:
        return f"{staff.name} has no number"
    if staff.hours is not None and not staff.hours.open_at(now):
        return f"{staff.name} is not reachable at this hour ({staff.hours.name})"
    if asked_by_client or (staff.transferable_for_vips if vip else staff.transferable):
        return ""
    return _unwanted(staff, vip=vip)


def _unwanted(staff: Staff, *, vip: bool) -> str:
    return f"{staff.name} takes no transferred calls" + ("" if vip else " of ordinary callers")


# --- by schedule ------------------------------------------------------------------------------------------------------


def greeting_at(greetings: Sequence[Greeting], now: Millis) -> Greeting | None:
    """The greeting for this moment."""
    return most_specific(greetings, now)


def script_at(scripts: Sequence[Script], now: Millis, *, vip: bool) -> Script | None:
    """What the agent goes by now: for VIPs a script of theirs, if there is one at this hour."""
    for_vips = most_specific([script for script in scripts if script.vip], now) if vip else None
    return for_vips or most_specific([script for script in scripts if not script.vip], now)
