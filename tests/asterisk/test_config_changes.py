"""The operators change their YAML while calls go on: what is good follows at once, what is not changes nothing."""

import re
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
import yaml

from router.core.record import PartKind
from tests.asterisk.configs import FILE, Change, Config, agent, edit
from tests.asterisk.stage import LUMENTA, Stage, flow
from tests.lab import Answer, LabFailed, SippAgent, wait_for
from tests.lab.running import until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

VERSION = re.compile(r'vorzimmer_config_info\{version="(\w+)"\} 1')
FAILURES = re.compile(r"vorzimmer_config_load_failures_total (\d+)")


async def version(stage: Stage) -> str:
    found = VERSION.search(await stage.house.metrics())
    assert found
    return found[1]


async def failures(stage: Stage) -> int:
    found = FAILURES.search(await stage.house.metrics())
    assert found
    return int(found[1])


async def change(stage: Stage, what: Change, *, pushed: bool = False) -> None:
    """Edit the files, and wait until they are in force; `pushed`: in Asterisk too."""
    before, log = await version(stage), stage.house.log_file
    configured = log.read_text().count("asterisk configured")
    edit(stage.house.config, what)

    async def in_force() -> bool:
        told = log.read_text().count("asterisk configured") > configured
        return await version(stage) != before and (told or not pushed)

    await until(in_force, 10, "the changed files to be in force")


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def files(shared: Stage) -> AsyncIterator[None]:
    """What a test changed in the files is taken back, and in force again, before the next one."""
    kept, before = (shared.house.config / FILE).read_text(), await version(shared)
    yield
    (shared.house.config / FILE).write_text(kept)

    async def as_before() -> bool:
        return await version(shared) == before

    await until(as_before, 10, "the files as they were to be in force")


@pytest_asyncio.fixture(loop_scope="module")
async def anna(stage: Stage) -> SippAgent:
    """Anna, available."""
    return await stage.agent("anna")


async def test_a_new_agent_registers_and_takes_calls_without_a_restart(stage: Stage) -> None:
    with pytest.raises(LabFailed, match="could not register"):
        await stage.house.phone("emma", available=False)
    await change(stage, lambda config: config["agents"].update(emma=agent("emma")), pushed=True)
    emma = await stage.agent("emma")
    (talk,) = await stage.talks([stage.number()], emma)
    await flow(talk)
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.billed(talk, await stage.wrapped_up(emma))


async def test_a_changed_password_counts_at_the_next_registration(stage: Stage) -> None:
    await change(stage, lambda config: config["agents"].update(fritz=agent("fritz")), pushed=True)
    await stage.house.phone("fritz", available=False)

    def new_password(config: Config) -> None:
        config["agents"]["fritz"]["sip"]["password"] = "another-for-fritz"

    await change(stage, new_password, pushed=True)
    address, lab = stage.house.asterisk.sip_address, stage.house.lab
    with pytest.raises(LabFailed, match="401"):
        await lab.agent("fritz", "demo-fritz-on-the-phone", at=address)
    await lab.agent("fritz", "another-for-fritz", at=address)


async def test_a_removed_agent_finishes_the_call_and_is_gone(stage: Stage) -> None:
    await change(stage, lambda config: config["agents"].update(gerda=agent("gerda")), pushed=True)
    gerda = await stage.house.phone("gerda")
    (talk,) = await stage.talks([stage.number()], gerda)
    await change(stage, lambda config: config["agents"].pop("gerda"), pushed=True)
    await flow(talk)
    await talk.call.hang_up()
    await talk.leg.ended()
    booked = await stage.billed(talk)
    assert booked.parts(PartKind.WRAP_UP)
    with pytest.raises(LabFailed, match=r"40[134]"):
        await stage.house.ask("gerda", "login")
    with pytest.raises(LabFailed, match="could not register"):
        await stage.house.phone("gerda", available=False)


async def test_a_login_like_a_mail_address_keeps_the_trunk(stage: Stage, anna: SippAgent) -> None:
    kept = (stage.house.config / FILE).read_text()

    def login(config: Config) -> None:
        config["trunks"]["carrier"].update(username="user@provider.de", password="at-the-provider")

    await change(stage, login, pushed=True)
    assert await stage.house.ready()
    (talk,) = await stage.talks([stage.number()], anna)
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))
    (stage.house.config / FILE).write_text(kept)


async def test_a_changed_greeting_is_heard_at_once(stage: Stage) -> None:
    kept = (stage.house.config / FILE).read_text()

    def long(config: Config) -> None:
        for name, client in config["clients"].items():
            client["greetings"][0].update(mode="play", text=f"Guten Tag, hier ist {name}. " * 6)

    await change(stage, long)
    call = await stage.house.dial(LUMENTA, number=stage.number())
    await wait_for(lambda: call.sounds_heard > 10, 1.5, "the greeting")
    await call.hang_up()
    await change(stage, lambda config: config.update(yaml.safe_load(kept)))


async def test_a_changed_greeting_counts_from_the_next_call(stage: Stage, anna: SippAgent) -> None:
    short = await _greeted(stage, anna)

    def longer(config: Config) -> None:
        config["clients"]["lumenta"]["greetings"][0]["text"] = "Willkommen bei Lumenta. " * 3

    await change(stage, longer)
    assert await _greeted(stage, anna) > 2 * short


async def _greeted(stage: Stage, anna: SippAgent) -> int:
    """How many packets of greeting a caller hears before the agent is rung."""
    caller = stage.number()
    call = await stage.house.dial(LUMENTA, number=caller)
    leg = await anna.call_from(caller, 15)
    heard = call.sounds_heard
    await leg.established()
    await call.hang_up()
    await leg.ended()
    await stage.wrapped_up(anna)
    return heard


async def test_broken_files_change_nothing_and_are_reported(stage: Stage, anna: SippAgent) -> None:
    before, refused = await version(stage), await failures(stage)
    path = stage.house.config / FILE
    good = path.read_text()
    for broken in ("clients: [", good.replace("tariff: standard", "tariff: nothing"), good.replace("name:", "nmae:")):
        path.write_text(broken)

        async def reported(count: int = refused + 1) -> bool:
            return await failures(stage) >= count

        await until(reported, 10, "the refusal to be counted")
        refused = await failures(stage)
        assert await version(stage) == before
        assert "configuration refused, the last good one stays" in stage.house.log_tail()
    (talk,) = await stage.talks([stage.number()], anna)
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))


async def test_a_call_in_progress_keeps_the_configuration_it_began_with(stage: Stage, anna: SippAgent) -> None:
    stage.answering("+493023125120", Answer())
    (talk,) = await stage.talks([stage.number()], anna)

    def dearer(config: Config) -> None:
        config["clients"]["krause"]["staff"] = {}
        config["house"]["codes"]["transfer"] = "*9"
        config["tariffs"]["standard"][0]["handling_per_minute"] = "6.00"

    await change(stage, dearer)
    await talk.leg.press("*21")
    staff = await stage.staff_leg()
    await staff.established()
    await wait_for(lambda: staff.record.answered_at, 5, "the staff's answer")
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))  # at the old price


def with_skill(config: Config, name: str) -> None:
    config["skills"][name] = "Neu"


async def test_calls_go_on_while_files_change_again_and_again(stage: Stage, anna: SippAgent) -> None:
    (talk,) = await stage.talks([stage.number()], anna)
    for number in range(3):
        await change(stage, partial(with_skill, name=f"skill{number}"))
        await flow(talk)
    await talk.call.hang_up()
    await talk.leg.ended()
    await stage.billed(talk, await stage.wrapped_up(anna))
