"""How fast a day is simulated, and how near to Erlang it comes: `python -m bench.simulate [calls] [agents]`."""

import argparse
import time
from dataclasses import replace
from random import Random

from router.core.house import Agent, Client, Greeting, GreetingMode, House, Tariff
from router.core.ids import AgentId, CallId, ClientId, Millis, Skill, TariffId
from router.core.queue import Choice, Queue, Say, Stage
from router.core.skills import needs_of
from router.sim.draws import Always, Exponential, Spread
from router.sim.duty import everybody
from router.sim.erlang import Waiting, erlang_a, erlang_c, service_level
from router.sim.outcome import Outcome
from router.sim.people import Caller, Habits
from router.sim.profile import Profile, callers
from router.sim.results import figures, half_interval, results
from router.sim.trial import simulate

MONDAY: Millis = 1_795_388_400_000  # 2026-11-23 00:00 in Berlin
DAY, SECOND, TALK = 86_400_000, 1_000, 180_000
WITHIN = 20 * SECOND
SEED = 1
SKILLS, CLIENTS = 10, 200
SEEDS = range(1, 11)
STREAM = 10_000  # calls of one seed, of which the first are left out
WARM_UP = 2_000


def large_house(agents: int) -> House:
    """Clients of every kind of queue; each agent has three of ten skills."""
    chance = Random(SEED)
    skills = [Skill(f"skill{number}") for number in range(SKILLS)]
    return House(
        version="bench",
        clients={client.id: client for client in (client_of(number, skills) for number in range(CLIENTS))},
        agents={
            AgentId(f"agent{number}"): Agent(
                id=AgentId(f"agent{number}"),
                name=f"Agent {number}",
                skills={skill: chance.randint(1, 5) for skill in chance.sample(skills, 3)},
            )
            for number in range(agents)
        },
    )


def client_of(number: int, skills: list[Skill]) -> Client:
    skill = skills[number % SKILLS]
    stages = (Stage(after_ms=0, needs=needs_of({skill: 3})), Stage(after_ms=20_000, needs=needs_of({skill: 1})))
    greeting = Greeting(
        mode=GreetingMode.PLAY if number % 2 else GreetingMode.HAND_OFF, text="Guten Tag, bitte warten."
    )
    return Client(
        id=ClientId(f"client{number}"),
        name=f"Client {number}",
        numbers=(f"+493{number:08}",),
        forwarded_from=(),
        tariff=Tariff(id=TariffId("standard"), version=1),
        greetings=(greeting,),
        queue=Queue(stages=stages, choice=list(Choice)[number % 3], overflow=(Say(text="Niemand ist frei."),)),
    )


def day(calls: int, agents: int) -> None:
    house = large_house(agents)
    come = callers(profile := Profile(calls=calls), house, MONDAY, SEED)
    begun, used = time.perf_counter(), time.process_time()
    run = simulate(
        house, come, everybody(house, MONDAY), begins=MONDAY, ends=MONDAY + DAY, habits=profile.habits(), seed=SEED
    )
    lasted, used = time.perf_counter() - begun, time.process_time() - used
    found = results([run], house, WITHIN)
    print(f"{len(come):,} calls, {agents} agents, {CLIENTS} clients, {SKILLS} skills, seed {SEED}: ", end="")
    print(f"{lasted:.1f} s ({used:.1f} s of processor time), {used / len(come) * 1e6:.0f} µs a call")
    overall = found.overall
    print(f"service level {overall.level or 0:.1%}, abandoned {overall.abandonment or 0:.1%}", end=", ")
    print(f"mean wait {(overall.mean or 0) / 1000:.1f} s, occupancy {found.occupancy or 0:.1%}\n")


def alike(people: int) -> House:
    """Erlang's house: one queue without end, agents who are all the same."""
    client = replace(client_of(0, [Skill("any")] * SKILLS), queue=Queue(max_wait_ms=DAY))
    agents = [Agent(id=AgentId(f"agent{number}"), name=f"Agent {number}") for number in range(people)]
    return House(version="bench", clients={client.id: client}, agents={agent.id: agent for agent in agents})


def played(people: int, load: float, patience: Spread | None, seed: int) -> list[Outcome]:
    house, chance, at, come = alike(people), Random(seed), 0.0, []
    for number in range(STREAM):
        at += chance.expovariate(load / TALK)
        come.append(Caller(call=CallId(f"{number}"), at=MONDAY + round(at), dialled="+49300000000"))
    habits = Habits(talk=Exponential(mean=TALK), wrap_up=Always(mean=0), answer=Always(mean=0), patience=patience)
    run = simulate(house, come, everybody(house, MONDAY), begins=MONDAY, habits=habits, seed=seed)
    return sorted(run.outcomes, key=lambda one: one.arrived)[WARM_UP:]


def compare(people: int, load: float, patience: Millis | None) -> None:
    """One line: what Erlang says, and the simulation's mean over the seeds with its 95 % interval."""
    days = [played(people, load, Exponential(mean=patience) if patience else None, seed) for seed in SEEDS]
    formula: Waiting = erlang_a(people, load, TALK, patience) if patience else erlang_c(people, load, TALK)
    waits = told([sum(one.waited for one in day) / len(day) / SECOND for day in days], formula.mean / SECOND, 2)
    lost = told([100 * sum(one.abandoned for one in day) / len(day) for day in days], 100 * formula.abandons, 1)
    level = told(
        [100 * (figures(day, WITHIN).level or 0) for day in days], 100 * service_level(people, load, TALK, WITHIN), 1
    )
    name = f"A, patience {patience // SECOND} s" if patience else "C"
    print(f"| {name} | {people} | {load:g} | {waits} | {'—' if patience else level} | {lost if patience else '—'} |")


def told(measured: list[float], expected: float, places: int) -> str:
    half = half_interval(measured) or 0.0
    return f"{expected:.{places}f} / {sum(measured) / len(measured):.{places}f} ± {half:.{places}f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.simulate", description=__doc__)
    parser.add_argument("calls", nargs="?", type=int, default=100_000, help="a day (default: 100000)")
    parser.add_argument("agents", nargs="?", type=int, default=500, help="(default: 500)")
    given = parser.parse_args()
    day(given.calls, given.agents)
    print(f"Erlang / simulation ± 95 %, {len(SEEDS)} seeds of {STREAM - WARM_UP} calls, talk {TALK // SECOND} s")
    print("| Erlang | agents | erlangs | mean wait, s | within 20 s, % | abandoned, % |")
    print("|---|---|---|---|---|---|")
    for people, load in ((3, 2.0), (10, 8.0), (50, 44.0)):
        compare(people, load, None)
    for people, load in ((10, 12.0), (50, 50.0)):
        compare(people, load, 120 * SECOND)


if __name__ == "__main__":
    main()
