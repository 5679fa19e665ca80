"""Telephones: they ring, are answered or not, and are hung up; who meets in the bridge speaks."""

from router.core.commands import (
    HangUp,
    Join,
    PutThrough,
    Refuse,
    Reject,
    RingAgent,
    RingCaller,
    RingStaff,
    SendToFallback,
)
from router.core.events import CallerReturned, LegAnswered, LegEnded, TransferRequested, WrapUpFinished
from router.core.ids import AgentId, LegId, Millis
from router.sim.agenda import pending, strike
from router.sim.visit import Visit
from router.sim.world import NORMAL, World

NO_ANSWER = 19  # Q.850
PHONE_PICKS_UP_MS: Millis = 300  # by itself, after the agent's click
NOBODY_AT_HOME_MS: Millis = 30_000
LAST_WORD_MS: Millis = 2_000  # of a caller whose agent could not put the call through


def ring_agent(world: World, command: RingAgent, now: Millis) -> None:
    """An agent picks up after a while, or misses the call. After-work is over for whoever is offered one."""
    visit = world.visits[command.call]
    visit.agents[command.leg] = command.agent
    strike(world.wrapping.pop(command.agent, None))
    _rings(world, visit, command.leg, PHONE_PICKS_UP_MS if command.auto_answer else visit.fate.agent_answers(), now)


def ring_staff(world: World, command: RingStaff, now: Millis) -> None:
    """A staff member does, or does not."""
    visit = world.visits[command.call]
    visit.staff.add(command.leg)
    _rings(world, visit, command.leg, visit.fate.staff_answers(), now)


def put_through(world: World, command: PutThrough, now: Millis) -> None:
    """The dialplan rings a staff member, and brings caller and person together, or gives the caller back."""
    visit = world.visits[command.call]
    delay = visit.fate.staff_answers()
    if delay is not None and delay < command.ring_ms:
        visit.put_through.add(command.leg)
        _rings(world, visit, command.leg, delay, now)
        return
    silent = CallerReturned(call=command.call, leg=command.leg, cause=NO_ANSWER)
    visit.ringing[command.leg] = world.agenda.put(now + command.ring_ms, silent)


def picked_up(world: World, event: LegAnswered, now: Millis) -> None:
    """Who was put through speaks at once; all others meet in the bridge first."""
    visit = world.visits[event.call]
    visit.ringing.pop(event.leg, None)
    if event.leg in visit.put_through:
        world.leaves(visit, now + visit.fate.through)


def ring_caller(world: World, command: RingCaller, now: Millis) -> None:
    """Whoever is called back does, or nobody is at home."""
    visit = world.visits[command.call]
    visit.leg = command.leg
    delay = visit.fate.caller_answers()
    if delay is None:
        ended = LegEnded(call=command.call, leg=command.leg, cause=NO_ANSWER)
        visit.leaves = world.agenda.put(now + NOBODY_AT_HOME_MS, ended)
    _rings(world, visit, command.leg, delay, now)


def _rings(world: World, visit: Visit, leg: LegId, delay: Millis | None, now: Millis) -> None:
    if delay is not None:
        visit.ringing[leg] = world.agenda.put(now + delay, LegAnswered(call=visit.caller.call, leg=leg))


def hang_up(world: World, command: HangUp | Reject, now: Millis) -> None:
    """The leg ends, if it is there."""
    visit = world.visits[command.call]
    strike(visit.ringing.pop(command.leg, None))
    if command.leg == visit.leg:
        caller_gone(visit)
    elif command.leg in visit.agents:
        _agent_gone(world, visit, command.leg, now)
    elif command.leg in visit.staff:
        visit.staff.discard(command.leg)
        visit.bridged.discard(command.leg)
    else:
        return
    world.agenda.put(now, LegEnded(call=command.call, leg=command.leg, cause=NORMAL))


def send_to_fallback(world: World, command: SendToFallback, now: Millis) -> None:  # noqa: ARG001 - as every command
    """The dialplan has the caller now."""
    caller_gone(world.visits[command.call])


def caller_gone(visit: Visit) -> None:
    """The caller has hung up, or was."""
    strike(visit.leaves)
    if visit.leg is not None:
        visit.bridged.discard(visit.leg)
    visit.leg = None


def _agent_gone(world: World, visit: Visit, leg: LegId, now: Millis) -> None:
    agent, spoke = visit.agents.pop(leg), leg in visit.bridged
    visit.bridged.discard(leg)
    if spoke:
        world.talking.pop(agent, None)
        _wraps_up(world, visit, agent, now)


def _wraps_up(world: World, visit: Visit, agent: AgentId, now: Millis) -> None:
    """Up to the house's limit, where the core ends it by itself. A caller who stays waits and speaks once more."""
    if visit.fate.wrap_up < world.board.house.wrap_up_limit_ms:
        world.wrapping[agent] = world.agenda.put(now + visit.fate.wrap_up, WrapUpFinished(agent=agent))
    if visit.leg is not None:
        visit.fate.speaks_again()
        world.waits(visit, now)


def join(world: World, command: Join, now: Millis) -> None:
    """A caller who meets somebody in the bridge speaks, and hangs up when all is said."""
    visit = world.visits[command.call]
    visit.bridged.update(command.legs)
    if not visit.with_caller():
        return
    if agent := visit.agent_inside():
        _speaks(world, visit, agent, now)
    elif visit.with_staff():
        world.leaves(visit, now + visit.fate.through)


def _speaks(world: World, visit: Visit, agent: AgentId, now: Millis) -> None:
    """Until all is said, or until the agent puts the caller through."""
    world.talking[agent] = visit.caller.call
    if visit.caller.staff is None or visit.transferred:
        world.leaves(visit, now + visit.fate.talk)
        return
    visit.transferred = True
    strike(visit.leaves)
    world.agenda.put(now + visit.fate.talk, TransferRequested(agent=agent, staff=visit.caller.staff))


def refuse(world: World, command: Refuse, now: Millis) -> None:
    """The agent cannot put the caller through: they say goodbye."""
    call = world.talking.get(command.agent)
    if call is not None and (visit := world.visits[call]).transferred and not pending(visit.leaves):
        world.leaves(visit, now + LAST_WORD_MS)
