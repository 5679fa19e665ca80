"""Many calls through the dialplan's fallback while no router runs: all of them billed, once, as SIPp saw them."""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from router.core.record import CallRecord, PartKind
from router.core.tariff import rate
from tests.asterisk.configs import crew, crew_names, quick, written
from tests.asterisk.stage import LUMENTA
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.lab import Answer, SippCall, running_lab
from tests.lab.running import House, running_house

TOGETHER = 8  # conversations at a time
SETTLED_WITHIN_S = 30.0


async def run(given: Given) -> Sequence[Figure]:
    """In rounds: the router is killed, callers come and speak with agents of the queue, and the router is back."""
    rounds, names = (1 if given.short else 4), crew_names(TOGETHER)
    async with running_lab() as lab:
        phones = await lab.staff(dict.fromkeys(names, Answer()), host="127.0.0.3")
        with tempfile.TemporaryDirectory(prefix="vorzimmer-chaos-") as folder:
            config = written(Path(folder) / "yaml", quick, crew(TOGETHER, phones.address))
            async with running_house(config) as house:
                spoken: dict[str, tuple[SippCall, SippCall]] = {}
                for number in range(rounds):
                    callers = [f"+4917139{number:02}{caller:03}" for caller in range(TOGETHER)]
                    await house.kill_router()
                    calls = await house.lab.caller(at=house.asterisk.sip_address).batch(
                        [(LUMENTA, caller) for caller in callers], rate=5
                    )
                    legs = [await phones.call_from(caller) for caller in callers]
                    await asyncio.gather(*(leg.established() for leg in legs))
                    for call, leg in given.chance.sample(list(zip(calls, legs, strict=True)), TOGETHER):
                        await asyncio.sleep(given.chance.uniform(0.05, 0.6))
                        await (call if given.chance.random() < 0.5 else leg).hang_up()
                    await asyncio.gather(*(leg.ended() for leg in legs))
                    spoken |= dict(zip(callers, zip(calls, legs, strict=True), strict=True))
                    await house.start_router()
                return await _figures(house, spoken)


async def _figures(house: House, spoken: dict[str, tuple[SippCall, SippCall]]) -> Sequence[Figure]:
    records = await house.records(len(spoken), within=SETTLED_WITHIN_S)
    off = [_off(record, *spoken[record.caller]) for record in records if record.caller in spoken]
    charged = {line.call for line in await house.ledger()}
    owed = {record.call for record in records if rate(record).lines}
    found = await house.verified()
    return [
        exactly("Calls that the fallback served are settled once each", len(records), len(spoken)),
        at_most("Their conversations differ from SIPp's times by", max(off), 50, "ms"),
        exactly("Those of them that owe something, and are charged", len(charged), len(owed)),
        exactly("Findings of the ledger's verification", len(found.findings), 0),
    ]


def _off(record: CallRecord, call: SippCall, leg: SippCall) -> float:
    """By how many milliseconds the conversation is not what SIPp measured."""
    ends = [one.record.ended_at for one in (call, leg) if one.record.ended_at is not None]
    assert leg.record.answered_at is not None
    return round(abs(record.total(PartKind.TALK) - (min(ends) - leg.record.answered_at)), 1)
