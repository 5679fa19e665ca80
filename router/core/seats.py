"""Where agents sit: what each wants and does, and why one is not given a call."""

from dataclasses import dataclass

from router.core.errors import IllegalMove
from router.core.house import Agent
from router.core.ids import CallId, Millis
from router.core.line import Place
from router.core.skills import Needs, lacking
from router.core.view import Presence, SeatView


@dataclass(slots=True, kw_only=True)
class Seat:
    """One agent on the floor. `doing` is OFFERED, TALKING or WRAP_UP while a call has the agent, else None.

    `place` is the caller's, which it takes again should the offer come to nothing.
    """

    agent: Agent
    intent: Presence = Presence.OFF
    reason: str = ""
    doing: Presence | None = None
    place: Place | None = None
    since: Millis = 0
    reserved: Millis = 0  # when the present call began to take the agent's time
    idle_since: Millis = 0
    offered_last: Millis = 0
    deadline: Millis | None = None  # end of the wrap-up
    leaving: bool = False  # no longer listed: gone once the present call is over

    @property
    def presence(self) -> Presence:
        """What everybody sees."""
        return self.doing or self.intent

    @property
    def free(self) -> bool:
        """Whether a call may be offered, as far as the agent goes; the team's hours may be over."""
        return self.doing is None and self.intent is Presence.AVAILABLE

    @property
    def call(self) -> CallId | None:
        """The call that has the agent."""
        return self.place.call if self.place else None

    def view(self, now: Millis) -> SeatView:
        """The seat as it stands from `now` on."""
        return SeatView(
            agent=self.agent.id,
            at=now,
            intent=self.intent,
            doing=self.doing,
            reason=self.reason,
            call=self.call,
            idle_since=self.idle_since,
            offered_last=self.offered_last,
        )


def place_of(seat: Seat) -> Place:
    """The place of the call that has the agent. Raises `IllegalMove` for an agent who is busy with nothing."""
    if seat.place is None:
        raise IllegalMove(f"agent {seat.agent.id} is {seat.doing} without a call")
    return seat.place


def why_not(seat: SeatView, agent: Agent, needs: Needs, now: Millis) -> str:
    """Why the agent is not given a call with these needs at `now`; empty when it may be offered."""
    return lacking(agent, needs) or _absent(seat) or _team_closed(agent, now) or _busy(seat)


def _absent(seat: SeatView) -> str:
    if seat.intent is Presence.AVAILABLE:
        return ""
    return f"{seat.intent}, {seat.reason}" if seat.reason else str(seat.intent)


def _team_closed(agent: Agent, now: Millis) -> str:
    team = agent.team
    if team is None or team.hours is None or team.hours.open_at(now):
        return ""
    return f"team {team.name} is closed"


def _busy(seat: SeatView) -> str:
    if seat.doing is None:
        return ""
    words = {Presence.OFFERED: "is offered", Presence.TALKING: "talks in", Presence.WRAP_UP: "wraps up"}
    return f"{words[seat.doing]} call {seat.call}"
