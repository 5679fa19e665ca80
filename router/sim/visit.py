"""One caller's call as the world has it: the legs, who is in the bridge, and what the people in it are about to do."""

from dataclasses import dataclass, field

from router.core.ids import AgentId, LegId
from router.sim.agenda import Ticket
from router.sim.people import Caller, Fate


@dataclass(slots=True, kw_only=True)
class Visit:
    """One call in the simulated world. A leg that is in none of these is not there."""

    caller: Caller
    fate: Fate
    leg: LegId | None  # the caller's
    agents: dict[LegId, AgentId] = field(default_factory=dict)
    staff: set[LegId] = field(default_factory=set)
    put_through: set[LegId] = field(default_factory=set)  # staff whom the dialplan will bring together with the caller
    bridged: set[LegId] = field(default_factory=set)
    ringing: dict[LegId, Ticket] = field(default_factory=dict)  # who is about to answer
    said: dict[str, Ticket] = field(default_factory=dict)  # playbacks and recordings, and their ends
    leaves: Ticket | None = None  # when the caller will hang up
    waits: bool = False  # has heard music: the greeting is over
    transferred: bool = False

    def agent_inside(self) -> AgentId | None:
        """The agent in the bridge."""
        return next((agent for leg, agent in self.agents.items() if leg in self.bridged), None)

    def with_caller(self) -> bool:
        """Whether the caller is in the bridge."""
        return self.leg is not None and self.leg in self.bridged

    def with_staff(self) -> bool:
        """Whether a staff member is in the bridge."""
        return not self.bridged.isdisjoint(self.staff)
