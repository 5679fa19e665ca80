"""Two routers on one Asterisk: both claim each call at once, the leader is killed and frozen, PostgreSQL goes away."""

import asyncio
import itertools
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from router.core.record import CallRecord, PartKind
from tests.asterisk.configs import crew, crew_names, quick, written
from tests.asterisk.stage import KRAUSE, TOLERANCE_MS, Seen, conversation
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.lab import Answer, LabFailed, SippCall, SippStaff, running_lab
from tests.lab.running import until
from tests.lab.two_routers import Node, Pair, running_pair

RACES, SHORT_RACES = 1_000, 40
RACE_RATE = 20.0  # calls a second
KILLS, SHORT_KILLS = 5, 1
AGENTS, CALLERS = 12, 5
ADVERTISER = "+493023125777"  # blocked: refused as soon as it was claimed
BAR_S = 3.0
OVER_CALLS = ("/channels", "/bridges", "/playbacks", "/recordings")
CHANNEL = re.compile(r"channelId=([^&]+)")


async def run(given: Given) -> Sequence[Figure]:
    """Races first, on a house of their own unless time is short; then the leader's deaths, under load."""
    if given.short:
        async with _loaded(eager=True) as load:
            races = await _races(load.pair, SHORT_RACES, given)
            return [*races, *await _deaths(load, given, settled=SHORT_RACES)]
    with tempfile.TemporaryDirectory(prefix="vorzimmer-two-") as folder:
        config = written(Path(folder) / "yaml", quick)
        async with running_pair(config, eager=True) as pair:
            races = await _races(pair, RACES, given)
    async with _loaded(eager=False) as load:
        return [*races, *await _deaths(load, given)]


# --- races ---


async def _races(pair: Pair, count: int, given: Given) -> list[Figure]:
    lines = pair.a.lab.caller(at=pair.a.asterisk.sip_address)
    calls: list[SippCall] = []
    while len(calls) < count:
        calls += await lines.batch([(KRAUSE, ADVERTISER)] * min(100, count - len(calls)), rate=RACE_RATE)
        await asyncio.gather(*(call.ended() for call in calls[-100:]))
        given.say(f"{len(calls)} races")
    await pair.a.empty()
    claims: dict[str, list[int]] = defaultdict(list)
    won = {node.name: 0 for node in pair.nodes}
    for node in pair.nodes:
        for one in node.relay.asked:
            if one.path == "/events/claim" and (channel := CHANNEL.search(one.query)):
                claims[channel[1]].append(one.status)
                won[node.name] += one.status == 204
    arrivals = [channel for node in pair.nodes for channel, app in node.relay.arrivals if app == "router"]
    told = Counter(tuple(sorted(statuses)) for statuses in claims.values())
    given.say(f"won: {won}; answers: {dict(told)}")
    return [
        exactly("races of two routers for one call", len(claims), count),
        exactly("calls that one router got, and the other did not", _fair(claims), count),
        exactly("calls that arrived at the leader once", _once(arrivals), count),
    ]


def _fair(claims: dict[str, list[int]]) -> int:
    """One is told yes, the other no; 404, if the call is already over when it asks."""
    return sum(sorted(statuses) in ([204, 409], [204, 404]) for statuses in claims.values())


def _once(arrivals: Sequence[str]) -> int:
    return sum(arrivals.count(channel) == 1 for channel in set(arrivals))


# --- the leader's deaths ---


@dataclass(slots=True, kw_only=True)
class Visit:
    """One caller, and what SIPp saw: when it was with an agent, and until when."""

    caller: str
    trouble: str = ""
    seen: Seen | None = None


@dataclass(slots=True, kw_only=True)
class Load:
    """Callers who come one after the other, each to talk for a while."""

    pair: Pair
    phones: SippStaff
    visits: list[Visit] = field(default_factory=list)
    going_on: bool = True
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def come_and_go(self) -> None:
        while self.going_on:
            await self.come()

    async def come(self) -> None:
        visit = Visit(caller=f"+4917139{next(self.numbers):05}")
        self.visits.append(visit)
        lines = self.pair.a.lab.caller(at=self.pair.a.asterisk.sip_address)
        try:
            (call,) = await lines.batch([(KRAUSE, visit.caller)], rate=10)
            leg = await self.phones.call_from(visit.caller, within=20)
            await call.established()
            await leg.established()
            await asyncio.sleep(2.0)
            if not (call.live and leg.live):
                visit.trouble = "dropped"
            await call.hang_up()
            await leg.ended()
            visit.seen = conversation(call, leg)
        except LabFailed as failure:
            visit.trouble = str(failure).splitlines()[0]


@asynccontextmanager
async def _loaded(*, eager: bool) -> AsyncIterator[Load]:
    names = crew_names(AGENTS)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vorzimmer-two-")))
        lab = await stack.enter_async_context(running_lab())
        phones = await lab.staff(dict.fromkeys(names, Answer()), host="127.0.0.3")
        config = written(folder / "yaml", quick, crew(AGENTS, phones.address))
        async with running_pair(config, eager=eager) as pair:
            for name in names:
                await pair.a.ask(name, "login")
            yield Load(pair=pair, phones=phones)


async def _deaths(load: Load, given: Given, *, settled: int = 0) -> list[Figure]:
    """`settled`: calls of before."""
    pair = load.pair
    calling = [asyncio.create_task(load.come_and_go()) for _ in range(CALLERS)]
    await asyncio.sleep(1 if given.short else 3)
    away = [await _kill(pair, given) for _ in range(SHORT_KILLS if given.short else KILLS)]
    figures = [at_most("a killed leader's calls are with the other router", max(away), BAR_S, "s")]
    if not given.short:
        figures += [*await _freeze(pair, given), await _hand_over(pair, given)]
        given.say("PostgreSQL is stopped for 10 s")
        since = len(load.visits)
        with pair.postgres.stopped():
            await asyncio.sleep(10)
        leader = await pair.leader(30)
        served = len(load.visits) - since
        given.say(f"{served} callers came while PostgreSQL was away, {leader.name} leads")
    load.going_on = False
    await asyncio.gather(*calling)
    return [*figures, *await _books(load, given, settled)]


async def _taken_over(pair: Pair, before: Node, since: float) -> float:
    other = pair.other(before)
    await until(other.leads, 20, lambda: f"{other.name} to lead\n{other.log_tail()}")
    return round(time.monotonic() - since, 2)


async def _kill(pair: Pair, given: Given) -> float:
    leader = await pair.leader()
    await pair.other(leader).ensure_router()
    await asyncio.sleep(given.chance.uniform(0.5, 2.0))
    leader.kill()
    seconds = await _taken_over(pair, leader, time.monotonic())
    given.say(f"{leader.name} killed, the other one leads after {seconds} s")
    await leader.kill_router()  # its process is reaped
    if given.short:
        await asyncio.sleep(2)  # for callers who come to the new leader
    else:
        await leader.start_router()
    return seconds


async def _freeze(pair: Pair, given: Given) -> list[Figure]:
    leader = await pair.leader()
    leader.stop_process()
    seconds = await _taken_over(pair, leader, time.monotonic())
    await asyncio.sleep(2)
    leader.continue_process()
    woken = time.monotonic()
    await asyncio.sleep(3)
    late = [one for one in leader.relay.commands(since=woken) if one.path.startswith(OVER_CALLS)]
    given.say(f"{leader.name} frozen, the other one leads after {seconds} s")
    return [
        at_most("a frozen leader's calls are with the other router", seconds, BAR_S, "s"),
        exactly("commands of a woken leader over calls that are the other's", len(late), 0),
    ]


async def _hand_over(pair: Pair, given: Given) -> Figure:
    leader = await pair.leader()
    leader.terminate()
    seconds = await _taken_over(pair, leader, time.monotonic())
    await leader.stop_router()
    await leader.start_router()
    return at_most("a leader that is stopped has handed over", seconds, 1.0, "s")


async def _books(load: Load, given: Given, settled: int) -> list[Figure]:
    records = await load.pair.a.records(settled + len(load.visits), within=30)
    by_caller: dict[str, list[CallRecord]] = defaultdict(list)
    for record in records:
        by_caller[record.caller or ""].append(record)
    troubles = [visit for visit in load.visits if visit.trouble]
    for visit in troubles:
        given.say(f"{visit.caller}: {visit.trouble}")
    wrong = [visit for visit in load.visits if not visit.trouble and _differs(visit, by_caller[visit.caller])]
    for visit in wrong:
        given.say(f"{visit.caller}: {visit.seen}, billed {[record.parts for record in by_caller[visit.caller]]}")
    verified = await load.pair.a.verified()
    return [
        exactly(f"of {len(load.visits)} callers not served by an agent, or cut off", len(troubles), 0),
        exactly("callers not billed once for what SIPp saw, within 50 ms", len(wrong), 0),
        exactly("findings in the ledger", len(verified.findings), 0),
    ]


def _differs(visit: Visit, records: Sequence[CallRecord]) -> bool:
    if len(records) != 1 or visit.seen is None:
        return True
    shortest, longest = visit.seen.left - visit.seen.acknowledged, visit.seen.confirmed - visit.seen.answered
    return not shortest - TOLERANCE_MS <= records[0].total(PartKind.TALK) <= longest + TOLERANCE_MS
