"""What became of one call, as far as service is measured by it."""

from dataclasses import dataclass

from router.core.house import Client, House
from router.core.ids import AgentId, CallId, ClientId, Millis, StaffId
from router.core.record import CallRecord, Ending, EndingClass, PartKind
from router.core.skills import told

IN_LINE = frozenset({"queue", "offer"})  # rules of the trace that show that an agent was sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One call. `sought` is when an agent was first sought for it, None: never. `waited` lasts until the conversation
    began, or until the caller's end where there was none."""

    call: CallId
    client: ClientId | None
    line: str
    arrived: Millis
    sought: Millis | None
    waited: Millis
    ending: Ending
    agent: AgentId | None
    staff: StaffId | None

    @property
    def answered(self) -> bool:
        """Whether an agent spoke with the caller."""
        return self.agent is not None

    @property
    def abandoned(self) -> bool:
        """Whether the caller gave up waiting for an agent."""
        return self.sought is not None and self.ending.kind is EndingClass.ABANDONED

    @property
    def overflowed(self) -> bool:
        """Whether the house gave up looking for an agent."""
        return self.sought is not None and self.ending.kind in {EndingClass.OVERFLOWED, EndingClass.MESSAGE}


def outcome_of(record: CallRecord, line: str) -> Outcome:
    """From a finished call, simulated or real, whose client's queue is called `line`."""
    talk = next((part for part in record.parts if part.kind is PartKind.TALK), None)
    sought = next((step.at for step in record.trace if step.rule in IN_LINE), None)
    until = talk.start if talk else record.ended
    return Outcome(
        call=record.call,
        client=record.client,
        line=line,
        arrived=record.arrived,
        sought=sought,
        waited=max(0, until - sought) if sought is not None else 0,
        ending=record.ending,
        agent=talk.agent if talk else None,
        staff=next((part.staff for part in record.parts if part.kind is PartKind.THROUGH), None),
    )


def lines_of(house: House) -> dict[ClientId | None, str]:
    """How each client's queue is called: its name, and whom it needs at first."""
    return {client.id: _line(client) for client in house.clients.values()} | {None: "-"}


def _line(client: Client) -> str:
    queue = client.queue
    return f"{queue.name or queue.id}: {told(queue.stages[0].needs)}"
