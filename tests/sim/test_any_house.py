"""Whatever the house and its people are like: the invariants of the core hold through every simulated day."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.house import Agent, Client, House, OfferBy, Staff
from router.core.ids import AgentId, QueueId, Skill, StaffId
from router.core.queue import Choice, Hearing, Overflow, Queue, Say, Stage, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.skills import Needs, needs_of
from router.sim.duty import everybody
from router.sim.people import Caller, Habits
from router.sim.running import Plan, run
from router.sim.world import World
from tests.core.invariants import Watch
from tests.sim.houses import HOUR, MONDAY, PLAYED, agents, caller, client, house

BOSS = Staff(id=StaffId("boss"), name="Chefin", numbers=("+4930555", "+4930556"), key="1")
SPARE = Queue(id=QueueId("spare"), max_wait_ms=20_000)
ASK = TakeMessage(text="Für eine Nachricht drücken Sie die Eins.", max_ms=30_000)
STEPS: tuple[Overflow, ...] = (Say(text="Niemand."), ASK, ToStaff(staff=BOSS.id), TurnAway())
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
        desk = draw(st.sampled_from(OfferBy))
        people += (
            replace(one, id=AgentId(f"{''.join(skills)}-{one.id}"))
            for one in agents(draw(st.integers(0, 2)), *skills, offer_by=desk)
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


@settings(derandomize=True, deadline=None, max_examples=80)
@given(of=houses(), people=habits(), seed=st.integers(0, 1_000), data=st.data())
def test_the_invariants_hold_through_any_simulated_day(
    of: House, people: Habits, seed: int, data: st.DataObject
) -> None:
    callers = data.draw(days(len(of.clients)))
    world = World(seed=seed, habits=people)
    watch = Watch(world.board)
    world.watch = watch.after
    records = list(run(world, Plan(begins=MONDAY, house=of, duty=everybody(of, MONDAY)), callers))
    assert {record.call for record in records} == {one.call for one in callers}
    assert all(record.ended - record.arrived < 24 * HOUR for record in records)
    assert world.visits == {}
    assert not world.talking
