"""The link between router and Asterisk is cut, loudly and without a word, while callers come, speak and hang up."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.asterisk.stage import KRAUSE
from tests.chaos.books import books
from tests.chaos.figures import Figure, Given, at_most
from tests.chaos.traffic import Traffic, Visit, running_traffic
from tests.lab import wait_for
from tests.lab.cable import Cable, cabled
from tests.lab.running import House, until

AGENTS = 12
LOUD, SILENT, UNHEARD, UNTOLD = "loudly", "without a word", "so that no request arrives", "so that no answer arrives"
CUTS: Mapping[str, Callable[[Cable], None]] = {
    LOUD: Cable.pull,
    SILENT: Cable.die,
    UNHEARD: partial(Cable.die, answers=False),
    UNTOLD: partial(Cable.die, requests=False),
}
OUTAGES = [(LOUD, 0.0), (SILENT, 0.0), (UNTOLD, 0.0), (LOUD, 4.0), (UNHEARD, 1.0), (UNTOLD, 4.0), (SILENT, 12.0)]
SHORT_OUTAGES = [(LOUD, 0.5), (UNTOLD, 0.5)]
NOTICED_BAR_S, EQUAL_BAR_S = 3.0, 2.0
LIMIT_S = 20.0
STAYS_S = 8.0  # longer than it takes to notice and to be equal again


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """How long it took to be noticed, and to be over after the link could be had again, in seconds."""

    cut: str
    noticed: float
    equal: float


async def run(given: Given) -> Sequence[Figure]:
    """Cut and heal, again and again, with conversations on."""
    with tempfile.TemporaryDirectory(prefix="vorzimmer-link-") as folder:
        async with running_traffic(Path(folder), given.chance, agents=AGENTS, watched=False) as traffic:
            async with cabled(traffic.house) as cable:
                plan = SHORT_OUTAGES if given.short else OUTAGES
                outages = [await _outage(traffic, cable, given, cut, seconds) for cut, seconds in plan]
            return [
                *_figures(outages, given),
                *await books(traffic, drops=f"No conversation drops ({len(traffic.spoken())} of them)"),
            ]


async def _outage(traffic: Traffic, cable: Cable, given: Given, cut: str, seconds: float) -> Outage:
    given.say(f"cut {cut}, and for {seconds:g} s more once that was noticed")
    parting = asyncio.Event()
    callers = [asyncio.create_task(traffic.talk(seconds + STAYS_S)), asyncio.create_task(_leaves(traffic, parting))]
    await _conversations(traffic, 2)
    begun = time.monotonic()
    CUTS[cut](cable)
    noticed = await _since(begun, partial(_is_ready, traffic.house, yes=False), "the cut to be noticed")
    callers.append(asyncio.create_task(traffic.talk(1.0)))  # who is served by the fallback
    parting.set()
    await asyncio.sleep(seconds)
    healed = time.monotonic()
    (cable.plug if cut == LOUD else cable.heal)()
    equal = await _since(healed, partial(_equal, traffic), "core and Asterisk to agree")
    await asyncio.gather(*callers)
    return Outage(cut=cut, noticed=noticed, equal=equal)


async def _leaves(traffic: Traffic, parting: asyncio.Event) -> None:
    """A caller who hangs up while nobody listens."""

    async def course(_: Traffic, visit: Visit) -> None:
        await traffic.partner(visit)
        await parting.wait()
        await traffic.last_word(visit)

    await traffic.visit("leaves", KRAUSE, course)


async def _conversations(traffic: Traffic, count: int) -> None:
    def speaking() -> bool:
        return sum(map(traffic.speaks, traffic.visits)) >= count

    await wait_for(speaking, LIMIT_S, f"{count} conversations")


async def _since(begun: float, condition: Callable[[], object], what: str) -> float:
    await until(condition, LIMIT_S, what)  # type: ignore[arg-type]
    return time.monotonic() - begun


async def _is_ready(house: House, *, yes: bool) -> bool:
    return await house.ready() is yes


async def _equal(traffic: Traffic) -> bool:
    """The router is ready, and holds as many conversations as SIPp: who hung up in the gap has left it."""
    if not await traffic.house.ready():
        return False
    metrics = await traffic.house.metrics()
    talking = [line for line in metrics.splitlines() if line.startswith("vorzimmer_calls{") and '"talking"' in line]
    return sum(float(line.split()[-1]) for line in talking) == sum(map(traffic.speaks, traffic.visits))


def _figures(outages: Sequence[Outage], given: Given) -> list[Figure]:
    slower = 2 if given.short else 1  # the short form allows for a machine that does much else
    worst = [max(one.noticed for one in outages if (one.cut == LOUD) is loud) for loud in (True, False)]
    return [
        at_most("A link that is cut is noticed", round(worst[0], 2), slower * NOTICED_BAR_S, "s"),
        at_most(
            "A link that dies without a word, one way or both, is noticed",
            round(worst[1], 2), slower * NOTICED_BAR_S, "s",
        ),
        at_most(
            f"The state equals Asterisk's once the link can be had again ({len(outages)} outages)",
            round(max(one.equal for one in outages), 2), slower * EQUAL_BAR_S, "s",
        ),
    ]  # fmt: skip
