"""The link between router and Asterisk is cut, loudly and without a word, while callers come, speak and hang up."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.chaos.traffic import TOLERANCE_MS, Traffic, running_traffic
from tests.lab import wait_for
from tests.lab.cable import Cable, cabled
from tests.lab.running import House, until

AGENTS = 12
OUTAGES_S, SHORT_OUTAGES_S = (0.0, 1.0, 4.0, 12.0), (1.0,)
NOTICED_BAR_S, EQUAL_BAR_S = 3.0, 2.0
LIMIT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """How long it took to be noticed, and to be over after the link could be had again, in seconds."""

    silent: bool
    noticed: float
    equal: float


async def run(given: Given) -> Sequence[Figure]:
    """Cut and heal, again and again, with conversations on."""
    with tempfile.TemporaryDirectory(prefix="vorzimmer-link-") as folder:
        async with running_traffic(Path(folder), given.chance, agents=AGENTS, watched=False) as traffic:
            async with cabled(traffic.house) as cable:
                outages = [
                    await _outage(traffic, cable, given, silent=silent, seconds=seconds)
                    for seconds in (SHORT_OUTAGES_S if given.short else OUTAGES_S)
                    for silent in (False, True)
                ]
                await wait_for(lambda: all(visit.call.over for visit in traffic.visits), 60, "all calls to end")
            return [*_figures(outages, given), *await _books(traffic)]


async def _outage(traffic: Traffic, cable: Cable, given: Given, *, silent: bool, seconds: float) -> Outage:
    given.say(f"cut {'without a word' if silent else 'loudly'}, and for {seconds:g} s more once that was noticed")
    stays, leaves = (asyncio.create_task(traffic.talk(talk)) for talk in (seconds + 12, 600))
    await _conversations(traffic, 2)
    leaving = traffic.visits[-1]
    cut = time.monotonic()
    (cable.die if silent else cable.pull)()
    noticed = await _since(cut, partial(_is_ready, traffic.house, yes=False), "the cut to be noticed")
    meanwhile = asyncio.create_task(traffic.talk(1.0))
    await traffic.last_word(leaving)  # hangs up while nobody listens
    leaves.cancel()
    await asyncio.sleep(seconds)
    healed = time.monotonic()
    (cable.heal if silent else cable.plug)()
    equal = await _since(healed, partial(_equal, traffic.house), "core and Asterisk to agree")
    await asyncio.gather(stays, leaves, meanwhile, return_exceptions=True)
    return Outage(silent=silent, noticed=noticed, equal=equal)


async def _conversations(traffic: Traffic, count: int) -> None:
    def speaking() -> bool:
        return sum(1 for visit in traffic.visits if visit.call.live and traffic.conversations(visit)) >= count

    await wait_for(speaking, LIMIT_S, f"{count} conversations")


async def _since(begun: float, condition: Callable[[], object], what: str) -> float:
    await until(condition, LIMIT_S, what)  # type: ignore[arg-type]
    return time.monotonic() - begun


async def _is_ready(house: House, *, yes: bool) -> bool:
    return await house.ready() is yes


async def _equal(house: House) -> bool:
    """The router is ready, and holds as many conversations as Asterisk: who hung up in the gap has left them all."""
    if not await house.ready():
        return False
    metrics = await house.metrics()
    talking = [line for line in metrics.splitlines() if line.startswith("vorzimmer_calls{") and '"talking"' in line]
    return sum(float(line.split()[-1]) for line in talking) * 2 == await house.channels()


def _figures(outages: Sequence[Outage], given: Given) -> list[Figure]:
    slower = 2 if given.short else 1  # the short form allows for a machine that does much else
    worst = [max(one.noticed for one in outages if one.silent is silent) for silent in (False, True)]
    return [
        at_most("A link that is cut is noticed", round(worst[0], 2), slower * NOTICED_BAR_S, "s"),
        at_most("A link that dies without a word is noticed", round(worst[1], 2), slower * NOTICED_BAR_S, "s"),
        at_most(
            f"The state equals Asterisk's once the link can be had again ({len(outages)} outages)",
            round(max(one.equal for one in outages), 2), slower * EQUAL_BAR_S, "s",
        ),
    ]  # fmt: skip


async def _books(traffic: Traffic) -> Sequence[Figure]:
    left, records = await traffic.left(), await traffic.records()
    spoken = [visit for visit in traffic.visits if traffic.conversations(visit)]
    billed = [(visit, records[visit.caller]) for visit in spoken if visit.caller in records]
    off = max((traffic.off_by(visit, found[0]) for visit, found in billed), default=0.0)
    return [
        exactly(f"No conversation drops ({len(spoken)} of them)", len(traffic.dropped()), 0),
        exactly("Conversations that are not billed", len(spoken) - len(billed), 0),
        exactly("Calls that are billed twice", sum(len(found) > 1 for found in records.values()), 0),
        at_most("Conversations are billed as SIPp saw them", round(off), TOLERANCE_MS, "ms"),
        exactly("Findings in the ledger", len((await traffic.house.verified()).findings), 0),
        exactly("Channels and bridges left in Asterisk", left, 0),
    ]
