"""The simulated clock: the core is fed as the engine feeds it, and what it commands is done by the world around it.

Rules:
- the core is the live one; not simulated is only what it does not decide upon (music, ringing tones);
- chance is drawn from the call's own stream, or the agent's;
- the core's own deadline goes before what happens in the world at the same millisecond.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from router.core.commands import (
    Announce,
    BlockCaller,
    Command,
    HangUp,
    Join,
    KeepPresence,
    PutThrough,
    Record,
    Refuse,
    Reject,
    RingAgent,
    RingCaller,
    RingStaff,
    SendToFallback,
    Settle,
    StartMusic,
    StopAnnouncement,
    StopRecording,
)
from router.core.events import (
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    BlockKept,
    CallerArrived,
    CallSettled,
    ClockReached,
    Event,
    HouseChanged,
    LegAnswered,
    LegEnded,
    OfferAccepted,
)
from router.core.house import House, OfferBy
from router.core.ids import LegId, Millis
from router.core.record import CallRecord
from router.core.view import Presence, SeatView
from router.sim import hearing, legs
from router.sim.agenda import pending, strike
from router.sim.draws import stream
from router.sim.people import Caller, Fate
from router.sim.visit import Visit
from router.sim.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is given: the house at the beginning and how it changes, and when agents come and go.

    It ends with the last call, but not before `ends`.
    """

    begins: Millis
    ends: Millis = 0
    house: House
    changes: Sequence[tuple[Millis, House]] = ()
    duty: Sequence[tuple[Millis, Event]] = ()


def run(world: World, plan: Plan, callers: Iterable[Caller]) -> Iterator[CallRecord]:
    """Let the callers come, in the order of their times, and give each call's record once it is settled."""
    for at, house in chain(((plan.begins, plan.house),), plan.changes):
        world.agenda.put(at, HouseChanged(house=house))
    for at, event in plan.duty:
        world.agenda.put(at, event)
    for caller in callers:
        yield from _until(world, caller.at)
        _arrives(world, caller)
        yield from _settled(world)
    yield from _until(world, plan.ends)
    yield from _until(world, None)


def _until(world: World, instant: Millis | None) -> Iterator[CallRecord]:
    """Everything up to the instant; None: up to the end of the last call."""
    while world.visits or instant is not None:
        happens, due = world.agenda.next(), world.board.next_deadline()
        coming = [at for at in (happens, due) if at is not None]
        if instant is not None and (not coming or min(coming) > instant):
            break
        _step(world, happens, due)
        yield from _settled(world)


def _settled(world: World) -> Sequence[CallRecord]:
    """Those since the last time."""
    settled, world.settled = world.settled, []
    return settled


def _step(world: World, happens: Millis | None, due: Millis | None) -> None:
    if due is not None and (happens is None or due <= happens):
        _tell(world, ClockReached(), due)
    elif happens is not None:
        _happens(world, world.agenda.take(), happens)
    else:
        raise RuntimeError(f"{len(world.visits)} calls wait for what will never happen")


def _happens(world: World, event: Event, now: Millis) -> None:
    if before := _BEFORE.get(type(event)):
        event = before(world, event, now)
    _tell(world, event, now)


def _tell(world: World, event: Event, now: Millis) -> None:
    commands = world.board.feed(event, now)
    for command in commands:
        if carry_out := _CARRY_OUT.get(type(command)):
            carry_out(world, command, now)
    world.watch(event, commands, now)


def _arrives(world: World, caller: Caller) -> None:
    fate = Fate.of(caller, world.habits, stream(world.seed, caller.call))
    visit = world.visits[caller.call] = Visit(caller=caller, fate=fate, leg=LegId(caller.call))
    world.waits(visit, caller.at)
    arrived = CallerArrived(
        call=caller.call,
        leg=LegId(caller.call),
        dialled=caller.dialled,
        caller=caller.caller,
        forwarded_by=caller.forwarded_by,
        trunk=caller.trunk,
    )
    _tell(world, arrived, caller.at)


# --- before the core hears of it -------------------------------------------------------------------------------------


def _picked_up(world: World, event: LegAnswered, now: Millis) -> Event:
    legs.picked_up(world, event, now)
    return event


def _ended(world: World, event: LegEnded, now: Millis) -> Event:  # noqa: ARG001 - as every event
    """Of those whom we hung up the world knows already."""
    visit = world.visits.get(event.call)
    if visit is not None and event.leg == visit.leg:
        legs.caller_gone(visit)
    return event


def _rests(world: World, event: AgentPaused, now: Millis) -> Event:  # noqa: ARG001 - as every event
    world.resting.add(event.agent)
    return event


def _works(world: World, event: AgentLoggedIn, now: Millis) -> Event:  # noqa: ARG001 - as every event
    world.resting.discard(event.agent)
    return event


def _comes_back(world: World, event: AgentResumed, now: Millis) -> Event:  # noqa: ARG001 - as every event
    """After a missed offer, but not out of a pause of one's own."""
    return ClockReached() if event.agent in world.resting else event


def _goes_home(world: World, event: AgentLoggedOut, now: Millis) -> Event:  # noqa: ARG001 - as every event
    """Not before the after-work is done."""
    after_work = world.wrapping.get(event.agent)
    if after_work is None or not pending(after_work):
        return event
    world.agenda.put(after_work.at, event)
    return ClockReached()


# --- after it has spoken ---------------------------------------------------------------------------------------------


def _keep_seat(world: World, command: KeepPresence, now: Millis) -> None:
    seat = command.seat
    world.seats(seat)
    if seat.doing is Presence.OFFERED:
        _offered(world, seat, now)
    elif seat.intent is Presence.PAUSED and seat.doing is None and seat.agent not in world.resting:
        back = now + world.habits.back_after.draw(world.chance_of(seat.agent))
        world.agenda.put(back, AgentResumed(agent=seat.agent))


def _offered(world: World, seat: SeatView, now: Millis) -> None:
    """Who is offered calls on the desk clicks, or does not."""
    agent = world.board.house.agents.get(seat.agent)
    visit = world.visits.get(seat.call) if seat.call else None
    if agent is not None and visit is not None and agent.offer_by is OfferBy.DESK:
        delay = visit.fate.agent_answers()
        if delay is not None:
            world.agenda.put(now + delay, OfferAccepted(agent=seat.agent))


def _keep_block(world: World, command: BlockCaller, now: Millis) -> None:
    world.agenda.put(now, BlockKept(call=command.call, client=command.client, number=command.number))


def _settle(world: World, command: Settle, now: Millis) -> None:
    visit = world.visits.pop(command.call)
    for ticket in (visit.leaves, *visit.ringing.values(), *visit.said.values()):
        strike(ticket)
    world.settled.append(command.record)
    world.agenda.put(now, CallSettled(call=command.call))


_BEFORE: Mapping[type[Event], Callable[[World, Any, Millis], Event]] = {
    LegAnswered: _picked_up,
    LegEnded: _ended,
    AgentLoggedIn: _works,
    AgentLoggedOut: _goes_home,
    AgentPaused: _rests,
    AgentResumed: _comes_back,
}

_CARRY_OUT: Mapping[type[Command], Callable[[World, Any, Millis], None]] = {
    Announce: hearing.announce,
    BlockCaller: _keep_block,
    HangUp: legs.hang_up,
    PutThrough: legs.put_through,
    Join: legs.join,
    KeepPresence: _keep_seat,
    Record: hearing.record,
    Refuse: legs.refuse,
    Reject: legs.hang_up,
    RingAgent: legs.ring_agent,
    RingCaller: legs.ring_caller,
    RingStaff: legs.ring_staff,
    SendToFallback: legs.send_to_fallback,
    Settle: _settle,
    StartMusic: hearing.start_music,
    StopAnnouncement: hearing.stop_announcement,
    StopRecording: hearing.stop_recording,
}
