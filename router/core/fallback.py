"""Calls that the dialplan served by itself while no router took them: decided, recorded and settled afterwards.

Rules:
- a call is taken in once, however often it is told of;
- a conversation with an agent is billed like any other; the client's own fallback number and the announcement are free;
- whom the router would have turned away is never billed, whoever spoke with such a caller;
- a call that the router itself had begun, and handed on, has a second record, named after the first: what was spoken
  before counts for the acceptance fee, which is charged once, and for nothing else.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

from router.core.blocks import Blocks
from router.core.commands import Command, Note, Settle
from router.core.events import CallerArrived, FallbackServed
from router.core.house import ClientStatus, House
from router.core.ids import CallId, LegId
from router.core.record import Arrival, CallRecord, Ending, EndingClass, Part, PartKind
from router.core.route import Farewell, Refused, decide, identified
from router.core.tariff import tariff_at
from router.core.trace import Step

MOST_TAKEN = 20_000  # names: some hours of a busy house; the ledger knows the older ones
MOST_BEGUN = 1_000
NOBODY = "no router took the call: the dialplan served it alone"


@dataclass(slots=True, kw_only=True)
class Fallbacks:
    """What is known of such calls: whose names were taken in, whose records are not known to be safe, and how calls of
    our own ended that were handed on."""

    taken: dict[CallId, None] = field(default_factory=dict)
    unsettled: dict[CallId, CallRecord] = field(default_factory=dict)
    begun: dict[CallId, CallRecord] = field(default_factory=dict)

    def take(self, event: FallbackServed, begun: CallRecord | None) -> list[Command]:
        """A call is over; `begun` is our own record of it, if we had it before."""
        if event.call in self.taken:
            return []
        self.taken[event.call] = None
        _trim(self.taken, MOST_TAKEN)
        record = record_of(event, begun or self.begun.get(event.begun or event.call))
        self.unsettled[event.call] = record
        notes = [Note(call=event.call, step=step) for step in record.trace]
        return [*notes, Settle(call=event.call, record=record)]

    def settled(self, call: CallId) -> None:
        """The record is safe in the database."""
        self.unsettled.pop(call, None)

    def hand_on(self, record: CallRecord) -> None:
        """A call of ours is forgotten: its caller may still be in the fallback."""
        if record.ending.kind is EndingClass.FAULT:
            self.begun[record.call] = record
            _trim(self.begun, MOST_BEGUN)


def decided(event: FallbackServed, house: House, blocks: Blocks) -> FallbackServed:
    """The call with what the configuration in force at its arrival makes of it; `blocks` as agents have made them."""
    arrived = CallerArrived(
        call=event.call,
        leg=LegId(event.call),
        dialled=event.dialled,
        caller=event.caller,
        forwarded_by=event.forwarded_by,
        trunk=event.trunk,
    )
    client, _ = identified(house, arrived)
    facts = Arrival(forwarded_by=event.forwarded_by, trunk=event.trunk)
    facts = blocks.facts(client.id, event.caller, facts) if client else facts
    decision = decide(house, arrived, event.arrived, facts)
    turned_away = decision.way.ending if client and isinstance(decision.way, Refused | Farewell) else None
    return replace(
        event,
        client=client.id if client else None,
        tariff=tariff_at(client, event.arrived) if client else None,
        trial=client is not None and client.status is ClientStatus.TRIAL,
        house_version=house.version,
        turned_away=turned_away,
        steps=decision.steps,
    )


def record_of(event: FallbackServed, begun: CallRecord | None) -> CallRecord:
    """The call as it is kept. Of a call that the router had begun, whose it is was decided then."""
    first, steps = begun, (*_beginning(event, begun), *_served(event))
    return CallRecord(
        call=event.call,
        client=first.client if first else event.client,
        dialled=first.dialled if first else event.dialled,
        caller=first.caller if first else event.caller,
        arrived=first.arrived if first else event.arrived,
        answered=event.answered,
        ended=event.ended,
        ending=_ending(event),
        parts=(*_spoken_before(begun), *event.parts),
        tariff=first.tariff if first else event.tariff,
        trial=first.trial if first else event.trial,
        trace=tuple(steps),
        house_version=first.house_version if first else event.house_version,
    )


def _beginning(event: FallbackServed, begun: CallRecord | None) -> tuple[Step, ...]:
    if begun is not None:
        why = f"the router had begun it as call {begun.call}, which ended as {begun.ending.reason}"
        return (Step(at=event.began, rule="fallback", outcome="handed_on", because=why),)
    why = "the router let go of it, and has no record of its own" if event.begun else NOBODY
    return (*event.steps, Step(at=event.began, rule="fallback", outcome="dialplan", because=why))


def _served(event: FallbackServed) -> list[Step]:
    steps = [_spoke(part) for part in event.parts]
    if event.announced:
        steps.append(Step(at=event.ended, rule="fallback", outcome="announcement"))
    ending = _ending(event)
    cut = "" if event.whole else "Asterisk did not record the end: this is the last that it told"
    return [*steps, Step(at=event.ended, rule="ending", outcome=ending.kind, because=cut or ending.reason)]


def _spoke(part: Part) -> Step:
    who = part.agent or "the client's fallback number"
    return Step(at=part.start, rule="fallback", outcome=who, because=f"spoke {part.length} ms")


def _spoken_before(begun: CallRecord | None) -> list[Part]:
    talks = [part for part in begun.parts if part.kind is PartKind.TALK] if begun else []
    return [replace(part, kind=PartKind.SPOKEN_BEFORE) for part in talks]


def _ending(event: FallbackServed) -> Ending:
    kinds = {part.kind for part in event.parts}
    if event.turned_away is not None:
        return Ending(kind=event.turned_away.kind, reason=f"fallback_{event.turned_away.reason}")
    if PartKind.TALK in kinds:
        return Ending(kind=EndingClass.SERVED, reason="fallback_agent")
    if PartKind.THROUGH in kinds:
        return Ending(kind=EndingClass.THROUGH, reason="fallback_number")
    if event.announced:
        return Ending(kind=EndingClass.OVERFLOWED, reason="fallback_announcement")
    if not event.whole:
        return Ending(kind=EndingClass.FAULT, reason="fallback_cut_off")
    return Ending(kind=EndingClass.ABANDONED, reason="fallback_caller_hung_up")


def _trim(oldest_first: MutableMapping[CallId, Any], most: int) -> None:
    while len(oldest_first) > most:
        del oldest_first[next(iter(oldest_first))]
