"""What will happen when, on the simulated clock: earliest first, in the order of being put down where two coincide."""

from dataclasses import dataclass, field
from heapq import heappop, heappush

from router.core.events import Event
from router.core.ids import Millis


@dataclass(slots=True)
class Ticket:
    """One entry; `event` is None once it was struck off, or has happened."""

    at: Millis
    event: Event | None


@dataclass(slots=True)
class Agenda:
    """A heap from which entries can be struck off."""

    heap: list[tuple[Millis, int, Ticket]] = field(default_factory=list)
    written: int = 0

    def put(self, at: Millis, event: Event) -> Ticket:
        """Write something down."""
        ticket = Ticket(at, event)
        self.written += 1
        heappush(self.heap, (at, self.written, ticket))
        return ticket

    def next(self) -> Millis | None:
        """When the next thing happens."""
        while self.heap and self.heap[0][2].event is None:
            heappop(self.heap)
        return self.heap[0][0] if self.heap else None

    def take(self) -> Event:
        """The next thing, which `next` has seen."""
        ticket = heappop(self.heap)[2]
        event, ticket.event = ticket.event, None
        if event is None:
            raise LookupError("ask `next` before")
        return event


def strike(ticket: Ticket | None) -> None:
    """This will not happen, if there was such a thing."""
    if ticket is not None:
        ticket.event = None


def pending(ticket: Ticket | None) -> bool:
    """Whether it is still to happen."""
    return ticket is not None and ticket.event is not None
