"""How fast the core decides: `python -m bench.core [out.json]`, time per event in houses of every size.

Every agent has a skill profile of its own, and hardly two of the 2,000 clients have the same needs. A time is one
`Switchboard.feed`, from the event to all its commands, in the process's own time: what else the machine does at the
moment is not the core's matter, but collecting garbage is.
"""

import gc
import json
import os
import platform
import random
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

from router.core.events import (
    AgentLoggedIn,
    CallerArrived,
    ClockReached,
    Event,
    LegAnswered,
    LegEnded,
    WrapUpFinished,
)
from router.core.house import Agent, Client, House, Tariff
from router.core.ids import AgentId, CallId, ClientId, Language, LegId, Millis, QueueId, Skill, TariffId
from router.core.queue import Choice, Queue, Stage
from router.core.skills import Level, needs_of
from router.core.switchboard import Switchboard
from router.core.view import Phase

AGENTS = (10, 1_000, 10_000)
WAITING = (0, 1_000, 100_000)
EVENTS = 400  # of each kind in each house, at most
SKILLS = tuple(Skill(f"skill{number}") for number in range(40))
SCARCE = Skill("scarce")  # what one agent in ten has, and all waiting callers need
LANGUAGES = tuple(map(Language, ("de", "en", "tr", "pl")))
CLIENTS = 1_000  # who need the scarce skill, and as many who do not
BEGIN = 1_790_000_000_000
HOUR = 3_600_000
Row = dict[str, str | int | float]


def agent(number: int, chance: random.Random) -> Agent:
    """One to eight skills at any level: hardly two alike."""
    skills = {skill: chance.randint(1, 5) for skill in chance.sample(SKILLS, chance.randint(1, 8))}
    return Agent(
        id=AgentId(f"agent{number}"),
        name=f"Agent {number}",
        skills=skills | ({SCARCE: 3} if number % 10 == 0 else {}),
        languages=frozenset({LANGUAGES[0], chance.choice(LANGUAGES)}),
        pledged=chance.random() < 0.5,
    )


def client(number: int, chance: random.Random) -> Client:
    """Needs of its own, that relax after an hour; every second client's include the scarce skill."""
    scarce: dict[Skill, Level] = {SCARCE: 1} if number % 2 else {}
    skills = {skill: chance.randint(1, 4) for skill in chance.sample(SKILLS, chance.randint(1, 2))}
    first = needs_of(skills | scarce, language=chance.choice((None, *LANGUAGES)))
    later = needs_of(dict.fromkeys(skills, 1) | scarce)
    queue = Queue(
        id=QueueId(f"queue{number % 10}"),
        stages=(Stage(after_ms=0, needs=first), Stage(after_ms=HOUR, needs=later)),
        choice=tuple(Choice)[number % 3],
        prefers=frozenset({(chance.choice(SKILLS), 2)}),
        last_agent_ms=HOUR,
        max_wait_ms=1_000 * HOUR,
    )
    name = ClientId(f"client{number}")
    tariff = Tariff(id=TariffId("standard"), version=1)
    return Client(
        id=name, name=name.title(), numbers=(f"+4930{number:06}",), forwarded_from=(), tariff=tariff, queue=queue
    )


class Bench:
    """One house, and the time that each kind of event takes in it."""

    def __init__(self, agents: int, waiting: int) -> None:
        chance = random.Random(agents)
        everybody = [agent(number, chance) for number in range(agents)]
        clients = [client(number, chance) for number in range(2 * CLIENTS)]
        house = House(
            version="bench", clients={one.id: one for one in clients}, agents={one.id: one for one in everybody}
        )
        self.board = Switchboard.open(house)
        self.now: Millis = BEGIN
        self.calls = 0
        self.taken: dict[str, list[int]] = {}
        self.scarce = [one.id for one in everybody if SCARCE in one.skills]
        self.others = [one.id for one in everybody if SCARCE not in one.skills]
        self.waited_for = cycle(clients[1::2])
        self.served = cycle(clients[::2])
        for _ in range(waiting):
            self.arrives(next(self.waited_for))

    def feed(self, event: Event) -> int:
        """Let it happen a millisecond later; the nanoseconds that it took."""
        self.now += 1
        begun = time.process_time_ns()
        self.board.feed(event, self.now)
        return time.process_time_ns() - begun

    def note(self, kind: str, taken: int) -> None:
        self.taken.setdefault(kind, []).append(taken)

    def run(self) -> list[Row]:
        """All kinds of events; as many wait at the end as in the beginning, or a few less."""
        self.taken.clear()
        gc.collect()
        gc.freeze()
        self.callers_come_and_go()
        self.agents_log_in()
        self.calls_are_served()
        self.waiting_are_served()
        self.needs_relax()
        gc.unfreeze()
        return [_row(kind, sorted(times)) for kind, times in self.taken.items()]

    def arrives(self, whom: Client) -> tuple[CallId, int]:
        call = CallId(f"call{self.calls}")
        self.calls += 1
        leg, caller = LegId(call), f"+49170{self.calls:07}"
        return call, self.feed(CallerArrived(call=call, leg=leg, dialled=whom.numbers[0], caller=caller))

    def callers_come_and_go(self) -> None:
        """Nobody is there for them."""
        calls = [self.arrives(next(self.waited_for)) for _ in range(EVENTS)]
        for call, taken in calls:
            self.note("arrival that waits", taken)
            self.note("abandon", self.feed(LegEnded(call=call, leg=LegId(call))))

    def agents_log_in(self) -> None:
        """They may do anything but what those who wait need."""
        for one in self.others:
            self.note("login", self.feed(AgentLoggedIn(agent=one)))

    def calls_are_served(self) -> None:
        """By one of the many who are free; where nobody is, it is an arrival that waits."""
        for _ in range(EVENTS):
            call, taken = self.arrives(next(self.served))
            if self.board.calls[call].phase is Phase.OFFERED:
                self.note("arrival with free agent", taken)
                self.talk(call, "agent freed, nobody waits")
            else:
                self.feed(LegEnded(call=call, leg=LegId(call)))

    def talk(self, call: CallId, freed: str) -> None:
        """The offered agent answers, speaks, hangs up, and is done."""
        live = self.board.calls[call]
        if live.agent is None or live.agent_leg is None:
            return
        who, leg = live.agent, live.agent_leg
        self.note("answer", self.feed(LegAnswered(call=call, leg=leg)))
        self.note("hang-up", self.feed(LegEnded(call=call, leg=leg)))
        self.note(freed, self.feed(WrapUpFinished(agent=who)))

    def waiting_are_served(self) -> None:
        """Those come for whom they waited."""
        for one in self.scarce[:EVENTS]:
            self.note("login, somebody waits", self.feed(AgentLoggedIn(agent=one)))
        for one in islice(cycle(self.scarce), EVENTS):
            seat = self.board.floor.seats[one]
            if seat.call is not None:
                self.talk(seat.call, "agent freed, next is offered")

    def needs_relax(self) -> None:
        """An hour after the first caller came, each needs less."""
        for _ in range(EVENTS):
            due = self.board.floor.timers.next()
            if due is None:
                return
            self.now = max(self.now, due - 1)
            self.note("relaxation", self.feed(ClockReached()))


def _row(kind: str, times: Sequence[int]) -> Row:
    shares = {f"p{part}": times[part * (len(times) - 1) // 100] / 1000 for part in (50, 95, 99)}
    return {"event": kind, "count": len(times), **shares}


def measured() -> Iterator[Row]:
    for agents in AGENTS:
        for waiting in WAITING:
            for row in Bench(agents, waiting).run():
                yield {"agents": agents, "waiting": waiting, **row}


def main() -> None:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "bench/out/core.json")
    print("µs of processor time an event\n")
    print(f"{'agents':>7} {'waiting':>8}  {'event':<29} {'count':>6} {'p50':>8} {'p95':>8} {'p99':>8}")
    rows = []
    for row in measured():
        rows.append(row)
        figures = " ".join(f"{row[part]:>8,.1f}" for part in ("p50", "p95", "p99"))
        print(f"{row['agents']:>7,} {row['waiting']:>8,}  {row['event']:<29} {row['count']:>6,} {figures}", flush=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"unit": "us", "machine": _machine(), "rows": rows}, indent=1) + "\n")


def _machine() -> dict[str, str | int | None]:
    about = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.partition(": ")[2] for line in about.splitlines() if line.startswith("model name")]
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    main()
