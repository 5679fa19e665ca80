"""Feature codes dialled from an agent's phone, as the wishes they stand for."""

from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    CallTaken,
    CodeDialled,
    ParkedTaken,
    WrapUpFinished,
)
from router.core.house import Codes


def wish_of(event: CodeDialled, codes: Codes) -> AgentEvent | None:
    """What the agent wants; None for a code that the house does not have."""
    agent = event.agent
    wishes: dict[str, AgentEvent] = {
        codes.available: AgentLoggedIn(agent=agent),
        codes.pause: AgentPaused(agent=agent, reason="by phone"),
        codes.log_out: AgentLoggedOut(agent=agent),
        codes.wrap_up_done: WrapUpFinished(agent=agent),
        codes.take_parked: ParkedTaken(agent=agent),
        codes.take_next: CallTaken(agent=agent),
        codes.last_was_advertising: AdvertisingReported(agent=agent),
    }
    return wishes.get(event.code)
