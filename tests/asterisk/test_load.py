"""A hundred calls at twenty a second: none fails, none is left behind, all are billed right."""

import asyncio
from statistics import quantiles

import pytest

from router.core.record import EndingClass, PartKind
from tests.asterisk.configs import Config, crew, crew_names, quick, written
from tests.asterisk.stage import KRAUSE, Stage, Talk
from tests.lab import Answer, running_lab
from tests.lab.running import running_house

pytestmark = pytest.mark.asterisk

CALLS, RATE, TALK_S = 100, 20, 3.0


def tireless(config: Config) -> None:
    """Agents whose after-work is a second."""
    config["house"]["wrap_up_limit"] = "1s"


async def test_a_hundred_calls_at_twenty_a_second(tmp_path_factory: pytest.TempPathFactory) -> None:
    names = crew_names(CALLS)
    async with running_lab() as lab:
        lab.mute()
        phones = await lab.staff(dict.fromkeys(names, Answer()), host="127.0.0.3")
        config = written(tmp_path_factory.mktemp("config") / "yaml", quick, crew(CALLS, phones.address), tireless)
        async with running_house(config) as house:
            house.lab.mute()
            stage = Stage(house)
            await stage.on_duty(*names)
            callers = [stage.number() for _ in range(CALLS)]
            lines = house.lab.caller(at=house.asterisk.sip_address)
            calls = await lines.batch([(KRAUSE, caller) for caller in callers], rate=RATE)
            await asyncio.gather(*(call.talk(TALK_S) for call in calls))
            legs = {leg.record.caller: leg for leg in phones.calls}
            talks = [Talk(caller, call, legs[caller]) for caller, call in zip(callers, calls, strict=True)]
            for talk in talks:
                await talk.leg.ended()
                booked = await stage.billed(talk, within=30)
                assert booked.record.ending.kind is EndingClass.SERVED
                assert booked.record.total(PartKind.WRAP_UP) == 1000
            assert len(phones.calls) == CALLS
            await stage.cleared()
            await stage.sound()
            report([talk.leg.record.invite_at - talk.call.record.invite_at for talk in talks])


def report(delays: list[float]) -> None:
    """Print how long it took from the caller's INVITE to the agent's."""
    cuts = quantiles(delays, n=100)
    print(f"\npost-dial delay of {len(delays)} calls: p50 {cuts[49]:.1f}, p95 {cuts[94]:.1f}, p99 {cuts[98]:.1f} ms")
