"""Callers who wait and agents who are free, brought together.

Rules: the first in line whom somebody free can serve is served next; nobody waits while an agent who fits is free; the
queue says which of several agents is chosen, but whoever spoke last with the caller goes first for a while. An agent's
own wish (pause, off) always wins, and no call is offered outside the hours of the agent's team.

What is kept is plain values; the indexes over them are made anew whenever they are read back.
"""

from dataclasses import dataclass, field

from router.core.commands import KeepPresence
from router.core.expected import Pace
from router.core.hours import DAY_MS
from router.core.house import House, OfferBy, Team
from router.core.ids import AgentId, CallId, Millis, QueueId, TeamId
from router.core.last_agents import LastAgents
from router.core.line import Group, Line, Place
from router.core.messages import AgentAssigned, NeedsRelaxed, NobodyFree, OfferRefused, ToCall, WrapUpEnded
from router.core.roster import Roster
from router.core.seats import Seat, place_of
from router.core.timers import Timers
from router.core.view import Presence

# Kinds of deadlines; those of one instant come by name, so that nobody is served before all have relaxed.
RELAXED, WRAPPED_UP, TURNED = "advance", "agent", "team"
LOOK_MS: Millis = 7 * DAY_MS  # hours that never change, as far as the days are known, are looked at once a week
BACK = "back in line"


@dataclass(slots=True, kw_only=True)
class Matching:
    """All agents, all callers who wait or are put aside, and what is known of both."""

    seats: dict[AgentId, Seat] = field(default_factory=dict)
    waiting: dict[CallId, Place] = field(default_factory=dict)
    parked: dict[CallId, Place] = field(default_factory=dict)  # in the order of parking
    asked: int = 0
    queues: set[QueueId] = field(default_factory=set)  # into which agents may pass calls
    closed: set[TeamId] = field(default_factory=set)
    timers: Timers = field(default_factory=Timers)  # wrap-ups, needs that relax, teams' hours
    paces: dict[QueueId, Pace] = field(default_factory=dict)
    last_agents: LastAgents = field(default_factory=LastAgents)

    _roster: Roster = field(init=False, compare=False, repr=False)
    _index: Line = field(init=False, compare=False, repr=False)
    _engaged: dict[CallId, Seat] = field(init=False, compare=False, repr=False)  # who is offered, or talks in, a call
    _changed: dict[AgentId, Seat] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._changed = {}
        self._index_all()

    @property
    def line(self) -> list[Place]:
        """All who wait, in the order of service."""
        return sorted(self.waiting.values())

    @property
    def held(self) -> dict[CallId, Place]:
        """The places kept for callers to whom an agent is being rung."""
        return {
            seat.place.call: seat.place
            for seat in self._engaged.values()
            if seat.place and seat.doing is Presence.OFFERED
        }

    def _index_all(self) -> None:
        """Read the plain values into indexes; they are kept by every change from now on."""
        self._roster = Roster(self.seats, self.closed)
        self._index = Line()
        for place in self.waiting.values():
            self._index.add(place, self._roster.group(place.needs))
        busy = [seat for seat in self.seats.values() if seat.doing in {Presence.OFFERED, Presence.TALKING}]
        self._engaged = {place_of(seat).call: seat for seat in busy}
        for seat in busy:
            if seat.doing is Presence.OFFERED:
                self._index.rings(place_of(seat), on=True)

    # --- the house -------------------------------------------------------------------------------------------------

    def _furnish(self, house: House, now: Millis) -> list[ToCall]:
        """Seat the agents of a new configuration; who is not listed any more leaves, a conversation is ended first."""
        self.queues = set(house.queues)
        for agent in house.agents.values():
            seat = self.seats.setdefault(agent.id, Seat(agent=agent, since=now))
            seat.agent, seat.leaving = agent, False
        for seat in [seat for known, seat in self.seats.items() if known not in house.agents]:
            if seat.intent is not Presence.OFF:
                self._changed[seat.agent.id] = seat
            seat.intent, seat.reason, seat.leaving = Presence.OFF, "", True
            if seat.doing is None:
                del self.seats[seat.agent.id]
        teams = {agent.team.id: agent.team for agent in house.agents.values() if agent.team}
        here = {seat.agent.team.id for seat in self.seats.values() if seat.agent.team and _is_here(seat)}
        self.closed.intersection_update(teams)
        for team in teams.values():
            self._look_again(team, now, present=team.id in here)
        self._index_all()
        return self._serve_anew(now)

    def _serve_anew(self, now: Millis) -> list[ToCall]:
        """Whom nobody may be rung for any more goes back in line first, so that the first in line is served first."""
        unfit = self._unfit()
        refused = [_refused(seat, "may not take the call") for seat in unfit]
        back = [self._put_back(seat, now) for seat in unfit]
        served = self._serve_all(now)
        return [*refused, *served, *(self._waits(place, BACK) for place in back if place.call in self.waiting)]

    def _unfit(self) -> list[Seat]:
        """Who is being offered a call and is no longer listed, or lacks the pledge that the call needs."""
        rung = [seat for seat in self.seats.values() if seat.doing is Presence.OFFERED]
        return [seat for seat in rung if seat.leaving or (place_of(seat).needs.pledge and not seat.agent.pledged)]

    def _look_at(self, team: Team, now: Millis) -> None:
        """Whether a team works now of which somebody is here, and when to look again."""
        self.timers.set(TURNED, team.id, (team.hours.next_change(now) or now + LOOK_MS) if team.hours else None)
        if team.hours is None or team.hours.open_at(now):
            self.closed.discard(team.id)
        else:
            self.closed.add(team.id)

    def _look_again(self, team: Team, now: Millis, *, present: bool) -> None:
        """Nobody needs waking for a team that is all off: the first to log in looks at its hours."""
        if present:
            self._look_at(team, now)
        else:
            self.timers.set(TURNED, team.id, None)
            self.closed.discard(team.id)

    def _members(self, team: TeamId) -> list[Seat]:
        """Of the present house: who is leaving still has the team as it was."""
        seats = (seat for seat in self.seats.values() if not seat.leaving)
        return [seat for seat in seats if seat.agent.team and seat.agent.team.id == team]

    def _turn_of_hours(self, team: TeamId, now: Millis) -> list[ToCall]:
        """The team's hours have begun or ended: whom it can serve now is served at once."""
        members = self._members(team)
        for known in [seat.agent.team for seat in members[:1] if seat.agent.team]:
            self._look_again(known, now, present=any(map(_is_here, members)))
        for seat in members:
            self._roster.note(seat, open_now=team not in self.closed)
        return self._serve_all(now)

    # --- seats -----------------------------------------------------------------------------------------------------

    def _note(self, seat: Seat) -> None:
        """The seat has changed: the books say so too."""
        self._changed[seat.agent.id] = seat
        team = seat.agent.team
        self._roster.note(seat, open_now=team is None or team.id not in self.closed)

    def _presences(self, now: Millis) -> list[KeepPresence]:
        out = [KeepPresence(seat=seat.view(now)) for seat in self._changed.values()]
        self._changed.clear()
        return out

    def _offer(self, seat: Seat, place: Place, now: Millis, because: str, *, asked_for: bool = False) -> AgentAssigned:
        """Reserve the agent for the call; one who has asked for it needs no click to take it."""
        seat.doing, seat.place, seat.since = Presence.OFFERED, place, now
        seat.reserved = seat.offered_last = now
        self._engaged[place.call] = seat
        self._index.rings(place, on=True)
        self._note(seat)
        self._arm(place)
        by_desk = seat.agent.offer_by is OfferBy.DESK and not asked_for
        return AgentAssigned(
            call=place.call, agent=seat.agent.id, ring_ms=seat.agent.ring_ms, by_desk=by_desk, because=because
        )

    def _part(self, seat: Seat, now: Millis) -> None:
        """The agent has no call any more."""
        place = place_of(seat)
        if seat.doing is Presence.OFFERED:
            self._index.rings(place, on=False)
            self.timers.set(RELAXED, place.call, None)
        if self._engaged.get(place.call) is seat:
            del self._engaged[place.call]
        seat.doing, seat.place, seat.deadline, seat.since = None, None, None, now
        self._note(seat)
        if seat.leaving:
            del self.seats[seat.agent.id]

    def _release(self, seat: Seat, now: Millis) -> list[ToCall]:
        """The agent is done with a call without after-work; one who was only offered it keeps the idle time."""
        if seat.doing is not Presence.OFFERED:
            seat.idle_since = now
        self._part(seat, now)
        return self._serve(seat, now)

    def _close_wrap_up(self, seat: Seat, now: Millis, *, counted: bool = True) -> list[ToCall]:
        """One that the caller's return breaks off is not counted: the after-work is still to come."""
        place = place_of(seat)
        ended = WrapUpEnded(call=place.call, agent=seat.agent.id, start=seat.since, end=now, counted=counted)
        if counted:
            self.paces.setdefault(place.queue.id, Pace()).learn(now - seat.reserved)
        self.timers.set(WRAPPED_UP, seat.agent.id, None)
        seat.idle_since = now
        self._part(seat, now)
        return [ended]

    def _end_wrap_up(self, seat: Seat, now: Millis) -> list[ToCall]:
        return [*self._close_wrap_up(seat, now), *self._serve(seat, now)]

    def _refuse_offer(self, seat: Seat, reason: str, now: Millis) -> list[ToCall]:
        return [_refused(seat, reason), *self._back_in_line(seat, now)]

    def _put_back(self, seat: Seat, now: Millis) -> Place:
        """The caller takes the kept place again, the agent is released."""
        place = place_of(seat)
        self._part(seat, now)
        self._enter_line(place)
        return place

    # --- who gets whom ---------------------------------------------------------------------------------------------

    def _group(self, place: Place) -> Group:
        return self._roster.group(place.needs)

    def _seek(self, place: Place, now: Millis) -> AgentAssigned | None:
        """Somebody free for a caller who is not in line."""
        group = self._group(place)
        if not group.fits & self._roster.free:
            return None
        if known := self._known(place, group, now):
            return known
        chosen = self._roster.choose(group, place.queue, now)
        return self._offer(chosen[0], place, now, chosen[1]) if chosen else None

    def _known(self, place: Place, group: Group, now: Millis) -> AgentAssigned | None:
        """The agent who spoke last with this caller."""
        spoke = self.last_agents.of(place, now)
        seat = self.seats.get(spoke.agent) if spoke else None
        if spoke is None or seat is None or not group.fits & self._roster.free & self._roster.bit(seat):
            return None
        return self._offer(seat, place, now, f"spoke with this caller {(now - spoke.at) // 1000} s ago")

    def _serve(self, seat: Seat, now: Millis) -> list[ToCall]:
        """Give a free agent the first caller in line whom this agent can serve."""
        if seat.leaving or not self._roster.open_to(seat):
            return []
        found = self._first_for(seat)
        return [self._offer_next(found[0], found[1], seat, now)] if found else []

    def _first_for(self, seat: Seat) -> tuple[Place, Group] | None:
        return self._index.first_for(self._roster.bit(seat), seat.agent.skills)

    def _serve_all(self, now: Millis) -> list[ToCall]:
        """As many changed at once: the first in line whom somebody free fits, then the next one."""
        out: list[ToCall] = []
        while found := self._index.first_for(self._roster.free):
            place = found[0]
            self._leave_line(place)
            if offered := self._seek(place, now):
                out.append(offered)
        return out

    def _offer_next(self, place: Place, group: Group, seat: Seat, now: Millis) -> AgentAssigned:
        self._leave_line(place)
        waited = (now - place.queued) // 1000
        return self._offer(seat, place, now, f"first in line for {group.told}, after {waited} s")

    def _back_in_line(self, seat: Seat, now: Millis) -> list[ToCall]:
        """One offer has come to nothing: the agent may serve whoever is first, the caller be served by another."""
        place = self._put_back(seat, now)
        served = self._serve(seat, now)
        if place.call not in self.waiting:
            return served
        if other := self._retry(place, now):
            return [*served, other]
        return [*served, self._waits(place, BACK)]

    def _retry(self, place: Place, now: Millis) -> AgentAssigned | None:
        """Somebody free for a caller who is in line."""
        if not self._group(place).fits & self._roster.free:
            return None
        self._leave_line(place)
        return self._seek(place, now)

    # --- the line --------------------------------------------------------------------------------------------------

    def _enter_line(self, place: Place) -> None:
        self.waiting[place.call] = place
        self._index.add(place, self._group(place))
        self._arm(place)

    def _waits(self, place: Place, because: str) -> NobodyFree:
        """What the call is told of its place; whom it has passed is told once."""
        passed, place.passed = place.passed, 0
        return NobodyFree(call=place.call, position=self._index.position(place), because=because, passed=passed)

    def _leave_line(self, place: Place) -> None:
        del self.waiting[place.call]
        self._index.remove(place, self._group(place))
        self.timers.set(RELAXED, place.call, None)

    def _relax(self, call: CallId, now: Millis) -> list[ToCall]:
        """Callers have waited long enough to need less, in line or while an agent rings.

        All of one instant relax before any of them is served, so that the first in line is.
        """
        calls = [call]
        while (due := self.timers.pop_next(RELAXED, now)) is not None:
            calls.append(CallId(due.name))
        places = sorted(place for place in map(self._kept, calls) if place)
        out: list[ToCall] = [self._advance(place, now) for place in places]
        offers = [self._retry(place, now) for place in places if place.call in self.waiting]
        return [*out, *filter(None, offers)]

    def _kept(self, call: CallId) -> Place | None:
        seat = self._engaged.get(call)
        return self.waiting.get(call) or (seat.place if seat else None)

    def _advance(self, place: Place, now: Millis) -> NeedsRelaxed:
        before = self._group(place)
        place.advance(now)
        self._arm(place)
        after = self._group(place)
        if place.call in self.waiting:
            self._index.part(place, before)
            self._index.join(place, after)
        why = f"after {(now - place.queued) // 1000} s: {after.told}, before {before.told}"
        return NeedsRelaxed(call=place.call, stage=place.stage, because=why)

    def _arm(self, place: Place) -> None:
        self.timers.set(RELAXED, place.call, place.next_stage())


def _is_here(seat: Seat) -> bool:
    return seat.intent is not Presence.OFF


def _refused(seat: Seat, reason: str) -> OfferRefused:
    return OfferRefused(call=place_of(seat).call, agent=seat.agent.id, reason=reason)
