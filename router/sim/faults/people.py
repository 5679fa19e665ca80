"""Whoever holds the phones: callers with little patience, agents with moods, staff who answer or do not."""

from collections.abc import Callable
from random import Random

from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    CallerArrived,
    CallTaken,
    ConsultCompleted,
    ConsultEnded,
    ConsultRequested,
    HoldRequested,
    OfferAccepted,
    OfferDeclined,
    ParkedTaken,
    ParkRequested,
    PassRequested,
    ResumeRequested,
    ThreeRequested,
    TransferRequested,
    WrapUpFinished,
)
from router.core.ids import AgentId, CallId, LegId
from router.core.seats import Seat
from router.core.view import Presence
from router.sim.faults import house
from router.sim.faults.asterisk import BUSY, DECLINED, NORMAL, Leg, SimulatedAsterisk
from router.sim.faults.timeline import MS, Entry, S

Wish = Callable[[AgentEvent], None]
MOODS = (
    *("hold", "hold", "resume", "resume", "resume", "transfer", "park", "pass", "report", "off"),
    *("consult", "consult", "consult", "three", "three", "back", "leave", "leave"),
)
TICK_S = (1.0, 6.0)


class SimulatedPeople:
    """Implements `asterisk.People`. `wish` carries an agent's wish to the router, `seat` is what the desk shows."""

    def __init__(
        self, asterisk: SimulatedAsterisk, chance: Random, *, wish: Wish, seat: Callable[[AgentId], Seat | None]
    ) -> None:
        self._asterisk = asterisk
        self._timeline = asterisk.timeline
        self._chance = chance
        self._wish = wish
        self._seat = seat
        self._leaves: dict[LegId, Entry] = {}
        self._talking: set[LegId] = set()
        self.going_home = False
        self.colleagues: tuple[AgentId, ...] = ()

    # --- callers ---------------------------------------------------------------------------------------------------

    def dials(self, call: CallId) -> None:
        """Somebody calls one of the clients."""
        chance = self._chance
        dialled = house.UNKNOWN if chance.random() < 0.03 else chance.choice(house.NUMBERS)
        caller = chance.choice((None, house.VIP, *(f"+49170{number:05}" for number in range(6))))
        arrived = CallerArrived(call=call, leg=LegId(call), dialled=dialled, caller=caller)
        self._asterisk.dials(call, arrived)
        leg = self._asterisk.legs.get(call)
        if leg is None:
            return
        self._has_patience(leg)
        if chance.random() < 0.3:
            for _ in range(chance.randint(1, 3)):
                wait = self._millis(3, 40)
                self._timeline.after(wait, self._asterisk.presses, leg.name, chance.choice("8911"))

    def _has_patience(self, leg: Leg) -> None:
        self._hangs_up(leg, 300 * MS + int(self._chance.expovariate(1 / 50) * S))

    def _hangs_up(self, leg: Leg, after: int) -> None:
        if leg.name in self._leaves:
            self._leaves[leg.name].strike()
        self._leaves[leg.name] = self._timeline.after(after, self._asterisk.end, leg.name, NORMAL)

    # --- everybody -------------------------------------------------------------------------------------------------

    def rung(self, leg: Leg) -> None:
        """See `asterisk.People`."""
        chance, asterisk = self._chance, self._asterisk
        others = [one for one in asterisk.legs.values() if one.whose == leg.whose and one is not leg]
        if leg.kind == "agent" and others:
            self._timeline.after(20 * MS, asterisk.end, leg.name, BUSY)
            return
        how = chance.random()
        answers, declines = (0.8, 0.9) if leg.kind == "agent" else (0.6, 0.7)
        if how < answers:
            self._timeline.after(self._millis(0.2, 7), asterisk.picks_up, leg)
        elif how < declines:
            self._timeline.after(self._millis(0.2, 5), asterisk.end, leg.name, DECLINED)

    def together(self, call: CallId) -> None:
        """See `asterisk.People`: somebody begins to speak, or is alone again."""
        asterisk = self._asterisk
        for leg in asterisk.of_call.get(call, ()):
            if leg.kind == "caller":
                continue
            stretches = asterisk.together.get(leg.name, [])
            speaks = bool(stretches) and stretches[-1].until is None
            if speaks and leg.name not in self._talking:
                self._talking.add(leg.name)
                self._speaks(leg)
            elif not speaks and leg.name in self._talking:
                self._talking.discard(leg.name)
                self._alone(call)

    def _speaks(self, leg: Leg) -> None:
        length = int(self._chance.lognormvariate(2.5, 1.0) * S)
        caller = self._caller(leg.call)
        if caller is None:
            return
        first, second = (caller, leg) if self._chance.random() < 0.6 else (leg, caller)
        self._hangs_up(first, length)
        self._hangs_up(second, length + self._millis(1, 60))

    def put_together(self, caller: Leg, far: Leg) -> None:
        """See `asterisk.People`."""
        length = int(self._chance.lognormvariate(2.5, 1.0) * S)
        self._hangs_up(caller if self._chance.random() < 0.5 else far, length)
        self._timeline.after(length + 5 * S, self._asterisk.end, caller.name, NORMAL)

    def _alone(self, call: CallId) -> None:
        caller = self._caller(call)
        if caller is not None:
            self._has_patience(caller)

    def _caller(self, call: CallId) -> Leg | None:
        legs = self._asterisk.of_call.get(call, ())
        return next((leg for leg in legs if leg.kind == "caller" and leg.ended is None), None)

    def gone(self, leg: Leg) -> None:
        """See `asterisk.People`."""
        if leg.name in self._leaves:
            self._leaves.pop(leg.name).strike()

    # --- agents ----------------------------------------------------------------------------------------------------

    def come(self, agents: tuple[AgentId, ...]) -> None:
        """The agents' day begins."""
        self.colleagues = agents
        for agent in agents:
            self._timeline.after(self._millis(0.1, 2), self._looks, agent)

    def _looks(self, agent: AgentId) -> None:
        """An agent looks at the desk, and mostly does what is to be done."""
        self._timeline.after(self._millis(*TICK_S), self._looks, agent)
        seat = self._seat(agent)
        if seat is None:
            return
        wish = self._intends(agent, seat)
        if wish is not None:
            self._asterisk.trace.tell(agent, f"wishes {type(wish).__name__}")
            self._wish(wish)

    def _intends(self, agent: AgentId, seat: Seat) -> AgentEvent | None:
        chance = self._chance
        if seat.doing is Presence.OFFERED:
            if seat.agent.offer_by == "desk" or chance.random() < 0.05:
                return chance.choice((OfferAccepted,) * 6 + (OfferDeclined,))(agent=agent)
            return None
        if seat.doing is Presence.WRAP_UP:
            return self._wraps_up(agent)
        if seat.doing is Presence.TALKING:
            return self._speaking(agent) if chance.random() < 0.3 else None
        if self.going_home:
            return None
        if seat.intent is not Presence.AVAILABLE:
            return AgentLoggedIn(agent=agent) if chance.random() < 0.6 else None
        return self._idle(agent)

    def _wraps_up(self, agent: AgentId) -> AgentEvent | None:
        how = self._chance.random()
        if how < 0.03:
            return AdvertisingReported(agent=agent)
        if how < 0.06:
            return AgentLoggedOut(agent=agent)
        return WrapUpFinished(agent=agent) if how < 0.4 else None

    def _idle(self, agent: AgentId) -> AgentEvent | None:
        how = self._chance.random()
        if how < 0.02:
            return AgentPaused(agent=agent, reason="coffee")
        if how < 0.03:
            return AgentLoggedOut(agent=agent)
        if how < 0.06:
            return CallTaken(agent=agent)
        return ParkedTaken(agent=agent) if how < 0.15 else None

    def _speaking(self, agent: AgentId) -> AgentEvent | None:
        chance = self._chance
        match kind := chance.choice(MOODS):
            case "hold":
                return HoldRequested(agent=agent)
            case "resume":
                return ResumeRequested(agent=agent)
            case "transfer":
                return TransferRequested(agent=agent, staff=chance.choice((house.WEISS, house.ROT)))
            case "park":
                return ParkRequested(agent=agent)
            case "pass" if chance.random() < 0.5:
                return PassRequested(agent=agent, to_queue=house.ANYBODY)
            case "pass":
                return PassRequested(agent=agent, to_agent=chance.choice(self.colleagues))
            case "report" if chance.random() < 0.2:
                return AdvertisingReported(agent=agent)
            case "off" if chance.random() < 0.2:
                return AgentLoggedOut(agent=agent)
            case "consult" | "three" | "back" | "leave":
                return self._consults(agent, kind)
            case _:
                return None

    def _consults(self, agent: AgentId, kind: str) -> AgentEvent:
        """Also when there is nobody to be taken in or left: the desk refuses it."""
        match kind:
            case "three":
                return ThreeRequested(agent=agent)
            case "back":
                return ConsultEnded(agent=agent)
            case "leave":
                return ConsultCompleted(agent=agent)
            case _:
                return ConsultRequested(agent=agent, staff=self._chance.choice((house.WEISS, house.ROT)))

    def _millis(self, shortest: float, longest: float) -> int:
        """Microseconds between two numbers of seconds."""
        return int(self._chance.uniform(shortest, longest) * S)
