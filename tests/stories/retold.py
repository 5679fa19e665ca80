"""A story's finished calls decided again, from what the database would have kept of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from router.core.again import Again, Asked, Moment, first_difference, judged, moments
from router.core.commands import KeepPresence, Settle
from router.core.events import Event, HouseChanged
from router.core.house import House
from router.core.ids import AgentId, CallId, Millis
from router.core.record import CallRecord
from router.core.switchboard import Switchboard
from router.core.view import Presence, SeatView


@dataclass
class Chronicle:
    """All rows in the order of writing."""

    seats: list[SeatView] = field(default_factory=list)
    houses: list[tuple[Millis, House]] = field(default_factory=list)
    records: dict[CallId, CallRecord] = field(default_factory=dict)

    def house(self, at: Millis, version: str | None = None) -> House:
        kept = [house for since, house in self.houses if since <= at and version in {None, house.version}]
        return kept[-1]

    def standing(self, record: CallRecord, asked: Asked) -> Mapping[AgentId, SeatView]:
        until, at = len(self.seats), asked.step.at
        for number, seat in enumerate(self.seats):
            reserved = seat.agent == asked.offered and seat.call == record.call and seat.doing is Presence.OFFERED
            if reserved and seat.at == at:
                until = number
                break
        return {seat.agent: seat for seat in self.seats[:until] if seat.at <= at}

    def again(self, record: CallRecord) -> Again:
        house = self.house(record.arrived, record.house_version)
        asked = [self._judged(record, one) for one in moments(record, house)]
        return Again(difference=first_difference(record, house), moments=tuple(asked))

    def _judged(self, record: CallRecord, asked: Asked) -> Moment:
        """By the configuration of the moment: any one that came in the same millisecond, or the one before."""
        at, seats = asked.step.at, self.standing(record, asked)
        then = [house for since, house in self.houses if since == at][::-1]
        before = [house for since, house in self.houses if since < at][-1:]
        judgements = [judged(asked, house, seats) for house in (*then, *before)]
        return next((moment for moment in judgements if not moment.wrong), judgements[0])


def chronicle_of(told: Sequence[tuple[Millis, Event]]) -> Chronicle:
    """What is kept when these events happen."""
    kept, board = Chronicle(), Switchboard.open(House(version="", clients={}, agents={}))
    for now, event in told:
        if isinstance(event, HouseChanged):
            kept.houses.append((now, event.house))
        for command in board.feed(event, now):
            if isinstance(command, KeepPresence):
                kept.seats.append(command.seat)
            if isinstance(command, Settle):
                kept.records[command.call] = command.record
        if isinstance(event, HouseChanged):
            kept.seats += [seat.view(now) for seat in board.floor.seats.values()]
    return kept
