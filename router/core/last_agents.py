"""Who spoke last with which caller of which client, for as long as that may decide who is chosen."""

from dataclasses import dataclass, field

from router.core.ids import AgentId, Millis
from router.core.line import Place

MOST = 50_000  # callers; the one who spoke longest ago is forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoke:
    """With whom, when, and until when that counts."""

    agent: AgentId
    at: Millis
    until: Millis


@dataclass(slots=True, kw_only=True)
class LastAgents:
    """By client and caller, in the order of speaking."""

    spoke: dict[str, Spoke] = field(default_factory=dict)

    def remember(self, place: Place, agent: AgentId, now: Millis) -> None:
        """The agent has spoken with the caller, who is known by a number."""
        lasting = place.queue.last_agent_ms
        key = _key(place)
        if not lasting or key is None:
            return
        self.spoke.pop(key, None)
        self.spoke[key] = Spoke(agent=agent, at=now, until=now + lasting)
        self._forget(now)

    def of(self, place: Place, now: Millis) -> Spoke | None:
        """Who spoke last with this caller, if that still counts in this queue."""
        key = _key(place)
        if key is None or not place.queue.last_agent_ms or (spoke := self.spoke.get(key)) is None:
            return None
        return spoke if now < spoke.at + place.queue.last_agent_ms else None

    def _forget(self, now: Millis) -> None:
        while self.spoke:
            oldest = next(iter(self.spoke))
            if self.spoke[oldest].until > now and len(self.spoke) <= MOST:
                return
            del self.spoke[oldest]


def _key(place: Place) -> str | None:
    return f"{place.client} {place.caller}" if place.client and place.caller else None
