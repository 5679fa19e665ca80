"""Whatever the house and its people are like: the invariants of the core hold through every simulated day."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.events import AgentEvent, AgentLoggedIn, AgentLoggedOut, AgentPaused, AgentResumed, Event
from router.core.hours import Hours, Span
from router.core.house import Agent, Client, House, OfferBy, Staff, Team
from router.core.ids import AgentId, QueueId, Skill, StaffId, TeamId
from router.core.queue import Choice, Hearing, Overflow, Queue, Say, Stage, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.skills import Needs, needs_of
from router.sim.duty import Duty, everybody
from router.sim.people import Caller, Habits
from router.sim.running import Plan, run
from router.sim.world import World
from tests.core.invariants import Watch
from tests.sim.houses import HOUR, MONDAY, PLAYED, agents, caller, client, house

BOSS = Staff(id=StaffId("boss"), name="Chefin", numbers=("+4930555", "+4930556"), key="1")
SPARE = Queue(id=QueueId("spare"), max_wait_ms=20_000)
ASK = TakeMessage(text="Für eine Nachricht drücken Sie die Eins.", max_ms=30_000)
STEPS: tuple[Overflow, ...] = (Say(text="Niemand."), ASK, ToStaff(staff=BOSS.id), TurnAway())
BRIEFLY = Hours(name="briefly", week={"mo": (Span(start=63, end=70),)})  # callers come from one o'clock on
SHIFT = Team(id=TeamId("shift"), name="Schicht", hours=BRIEFLY)
WISHES: tuple[type[AgentEvent], ...] = (AgentLoggedIn, AgentLoggedOut, AgentResumed)
SHARES = st.sampled_from([0.0, 0.3, 1.0])


@st.composite
def clients(draw: st.DrawFn, number: int) -> Client:
    skills = draw(st.sets(st.sampled_from([Skill("x"), Skill("y")])))
    relaxed = (Stage(after_ms=draw(st.sampled_from([1_000, 15_000])), needs=Needs()),) if draw(st.booleans()) else ()
    overflow = (ToQueue(queue=SPARE.id, max_wait_ms=20_000),) if draw(st.booleans()) else ()
    return client(
        f"client{number}",
        number=number,
        greetings=draw(st.sampled_from([(), PLAYED])),
        staff={BOSS.id: BOSS},
        stages=(Stage(after_ms=0, needs=needs_of(dict.fromkeys(skills, 1))), *relaxed),
        choice=draw(st.sampled_from(Choice)),
        last_agent_ms=draw(st.sampled_from([0, HOUR])),
        head_start_ms=draw(st.sampled_from([0, 30_000])),
        max_waiting=draw(st.sampled_from([None, 1, 3])),
        max_wait_ms=draw(st.sampled_from([5_000, 60_000])),
        overflow=(*overflow, draw(st.sampled_from(STEPS))),
        hearing=Hearing(first_ms=4_000, every_ms=draw(st.sampled_from([0, 7_000]))),
        callback_key=draw(st.sampled_from(["", "1"])),
        message_key=draw(st.sampled_from(["", "2"])),
    )


@st.composite
def houses(draw: st.DrawFn) -> House:
    people: list[Agent] = []
    for skills in ((), ("x",), ("y",), ("x", "y")):
        desk, team = draw(st.sampled_from(OfferBy)), draw(st.sampled_from([None, SHIFT]))
        people += (
            replace(one, id=AgentId(f"{''.join(skills)}-{one.id}"))
            for one in agents(draw(st.integers(0, 2)), *skills, offer_by=desk, team=team)
        )
    known = [draw(clients(number)) for number in range(1, draw(st.integers(1, 3)) + 1)]
    limit = draw(st.sampled_from([3_000, 180_000]))
    return house(known, people, queues={SPARE.id: SPARE}, wrap_up_limit_ms=limit)


@st.composite
def days(draw: st.DrawFn, most: int) -> list[Caller]:
    gaps = draw(st.lists(st.sampled_from([0, 500, 5_000, 40_000]), min_size=1, max_size=25))
    found = []
    for number, _ in enumerate(gaps):
        staff = draw(st.sampled_from([None, BOSS.id, StaffId("nobody")]))
        to = draw(st.integers(1, most))
        found.append(caller(number, HOUR + sum(gaps[: number + 1]), to=to, staff=staff))
    return found


@st.composite
def habits(draw: st.DrawFn) -> Habits:
    return replace(
        Habits(),
        missed=draw(SHARES),
        call_back=draw(SHARES),
        called_back=draw(SHARES),
        message_instead=draw(SHARES),
        leave_message=draw(SHARES),
        staff_reached=draw(SHARES),
    )


@st.composite
def comings_and_goings(draw: st.DrawFn, of: House) -> Duty:
    duty = everybody(of, MONDAY)
    for at in sorted(draw(st.lists(st.integers(HOUR, HOUR + 600_000), max_size=8))):
        agent = draw(st.sampled_from([*of.agents, AgentId("nobody")]))
        kind = draw(st.sampled_from((*WISHES, AgentPaused)))
        event: Event = AgentPaused(agent=agent, reason="Mittag") if kind is AgentPaused else kind(agent=agent)
        duty.append((MONDAY + at, event))
    return duty


@settings(derandomize=True, deadline=None, max_examples=80)
@given(of=houses(), people=habits(), seed=st.integers(0, 1_000), data=st.data())
def test_the_invariants_hold_through_any_simulated_day(
    of: House, people: Habits, seed: int, data: st.DataObject
) -> None:
    callers, duty = data.draw(days(len(of.clients))), data.draw(comings_and_goings(of))
    world = World(seed=seed, habits=people)
    watch = Watch(world.board)
    world.watch = watch.after
    records = list(run(world, Plan(begins=MONDAY, house=of, duty=duty), callers))
    assert {record.call for record in records} == {one.call for one in callers}
    assert all(record.ended - record.arrived < 24 * HOUR for record in records)
    assert world.visits == {}
    assert not world.talking
