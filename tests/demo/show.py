"""The demo from the first line to the summary: the house goes up, the stories are played, the ledger is checked."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from asterisk.root import ensure_root
from router.cli import parser
from router.core.record import CallRecord
from router.db.reading import LedgerLine
from tests.demo.money import Prices, read_prices
from tests.demo.narrator import BOLD, DIM, GREEN, RED, Narrator
from tests.demo.scene import Scene, Stage
from tests.demo.stories import PARTS, Story
from tests.demo.tracing import Decision, Trace
from tests.demo.yardstick import Expected, Outcome, table
from tests.lab import Answer
from tests.lab.failure import LabFailed
from tests.lab.running import House, running_house

AGENTS = ("anna", "ben", "clara")
LOG_LINES = 25


async def show(stories: Sequence[Story], factor: float, began: float) -> int:
    """Play the stories and check what came of them; gives the exit status. `began`: the command's own start."""
    narrator = Narrator(began)
    _prologue(narrator, stories, factor)
    await asyncio.to_thread(ensure_root, None, narrator.plain)
    async with running_house() as house, _told(narrator), _staged(house, narrator, factor) as stage:
        await _play_all(stage, stories)
        await _settled(stage)
        await _left_behind(stage)
        narrator.flush()
        await _ledger(stage)
    return _summary(stage)


def _prologue(narrator: Narrator, stories: Sequence[Story], factor: float) -> None:
    narrator.plain("Vorzimmer demo: real calls by SIPp, a real Asterisk 22, the real router on SQLite.", style=BOLD)
    shortened = f"Durations of the scenario are divided by {factor:g}; no clock is changed, and the ordinary call still"
    full = "Durations of the scenario are played in full, "
    narrator.plain(f"{shortened} talks over 15 s." if factor > 1 else f"{full}and no clock is changed.")
    for story in stories:
        narrator.plain(f"  {story.number:2} {story.title}")
    narrator.plain()


@asynccontextmanager
async def _told(narrator: Narrator) -> AsyncIterator[None]:
    speaking = asyncio.create_task(narrator.run())
    try:
        yield
    finally:
        speaking.cancel()
        narrator.flush()


@asynccontextmanager
async def _staged(house: House, narrator: Narrator, factor: float) -> AsyncIterator[Stage]:
    """The agents' phones are registered, the router's decisions are told as they are made."""
    phones = {agent: await house.phone(agent, Answer(ring=1), available=False) for agent in AGENTS}
    scenes: dict[str, Scene] = {}
    trace = Trace(house.log_file, house.asterisk.cel_file, lambda decision: _decided(scenes, decision))
    stage = Stage(house=house, narrator=narrator, trace=trace, factor=factor, phones=phones, scenes=scenes)
    host, port = house.asterisk.sip_address
    narrator.say(f"Asterisk at {host}:{port}, the router, and the phones of {' and '.join(AGENTS)} are up", style=BOLD)
    following = asyncio.create_task(trace.run())
    try:
        yield stage
    finally:
        following.cancel()


def _decided(scenes: dict[str, Scene], decision: Decision) -> None:
    if scene := scenes.get(decision.caller):
        words = f"· {decision.rule:10} {decision.outcome:12} {decision.because}".rstrip()
        scene.tell("router", words, at=decision.at, style=DIM)


async def _play_all(stage: Stage, stories: Sequence[Story]) -> None:
    stage.over = {story.name: asyncio.Event() for story in stories}
    for part in PARTS:
        async with asyncio.TaskGroup() as together:
            for lane in part:
                together.create_task(_play_lane(stage, [story for story in stories if story.lane is lane]))


async def _play_lane(stage: Stage, stories: Sequence[Story]) -> None:
    for story in stories:
        await _play(stage, story)
        stage.over[story.name].set()


async def _play(stage: Stage, story: Story) -> None:
    """One story; when it fails, that is told with both logs, and the next story gets a house without its calls."""
    scene = Scene(stage, story.number, story.name)
    scene.tell("story", story.title, style=BOLD)
    try:
        await story.play(scene)
    except Exception as failure:  # noqa: BLE001  the demo goes on and fails at its end
        scene.check(False, f"the story was played to its end: {type(failure).__name__}: {failure}")
        _show_logs(stage)
        await scene.abort()


def _show_logs(stage: Stage) -> None:
    asterisk = stage.house.asterisk.log_file.read_text(errors="replace").splitlines()[-LOG_LINES:]
    stage.narrator.plain(f"--- the router's log\n{stage.house.log_tail()}", style=DIM)
    stage.narrator.plain("--- Asterisk's log\n" + "\n".join(asterisk) + "\n---", style=DIM)


async def _settled(stage: Stage) -> None:
    with suppress(LabFailed):
        await stage.house.records(len(stage.calls))
    stage.narrator.say(f"{len(stage.calls)} calls placed, all over")


async def _left_behind(stage: Stage) -> None:
    with suppress(LabFailed):
        await stage.house.empty()
    channels, bridges = await stage.house.channels(), await stage.house.bridges()
    holds = stage.check(channels == bridges == 0, f"nothing left in Asterisk: {channels} channels, {bridges} bridges")
    stage.narrator.say(f"Asterisk holds {channels} channels and {bridges} bridges", style=GREEN if holds else RED)


async def _ledger(stage: Stage) -> None:
    narrator, database = stage.narrator, stage.house.database
    narrator.plain("\nvorzimmer ledger list", style=BOLD)
    await _command("ledger", "list", "--database", database)
    narrator.plain("\nSIPp's record beside the ledger's: seconds, and euros net", style=BOLD)
    outcomes = await _outcomes(stage)
    for line in table(outcomes):
        narrator.plain(line)
    for outcome in outcomes:
        for holds, what in outcome.checks():
            stage.check(holds, what)
    narrator.plain("\nvorzimmer ledger verify", style=BOLD)
    stage.check(await _command("ledger", "verify", "--database", database) == 0, "the ledger is sound")


async def _command(*words: str) -> int:
    """Run a command of `vorzimmer` as its command line does."""
    given = parser(words).parse_args(words)
    status: int = await given.command(given)
    return status


async def _outcomes(stage: Stage) -> Sequence[Outcome]:
    """Each expected call with its record, found by its numbers; a missing or surplus record fails a check."""
    records = {(record.dialled, record.caller): record for record in await stage.house.records(0)}
    lines, prices = await stage.house.ledger(), read_prices(stage.house.config)
    placed = sorted(stage.calls, key=lambda call: int(call.label.split()[0]))
    found = [(expected, records.pop((expected.dialled, expected.caller), None)) for expected in placed]
    stage.check(not records, f"no call is recorded that was not placed (found: {sorted(map(str, records))})")
    complete = [(expected, record) for expected, record in found if not expected.aborted]
    for expected, record in complete:
        stage.check(record is not None, f"{expected.label}: has a record")
    return [_outcome(expected, record, lines, prices) for expected, record in complete if record]


def _outcome(expected: Expected, record: CallRecord, lines: Sequence[LedgerLine], prices: Prices) -> Outcome:
    own = [line for line in lines if line.call == record.call]
    return Outcome(expected=expected, record=record, lines=own, prices=prices)


def _summary(stage: Stage) -> int:
    narrator, failed = stage.narrator, [what for holds, what in stage.checks if not holds]
    counted = f"{len(stage.calls)} calls, {len(stage.checks)} checks"
    took = f"in {time.time() - narrator.began:.0f} s"
    if not failed:
        narrator.plain(f"\nDemo: {counted}, all good, {took}.", style=GREEN)
        return 0
    narrator.plain(f"\nDemo: {counted}, {len(failed)} FAILED, {took}:", style=RED)
    for what in failed:
        narrator.plain(f"  {what}", style=RED)
    return 1
