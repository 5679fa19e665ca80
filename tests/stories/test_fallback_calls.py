"""Calls of the dialplan's fallback come from Asterisk's record into the ledger, once, whatever is away meanwhile."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from router.ari.stamps import millis_of
from router.ari.unattended import Record
from router.core.ids import CallId
from router.core.record import CallRecord, EndingClass, PartKind
from router.engine.fallback import MISSED_LOOKS, FallbackCalls
from router.ports import Unattended
from tests.stories.houses import NOON, PRAXIS_NUMBER, SOMEBODY
from tests.stories.running import Running


def told(call: str, *, seconds: float, since: int = 0) -> Sequence[str]:
    """What Asterisk writes of a caller whom the queue brings to Anna for so long."""
    leg, at = f"{call}-anna", NOON / 1000 + since

    def line(kind: str, at: float, name: str, channel: str, app: str = "", extra: str = "") -> str:
        return f'"{kind}","{at:.6f}","{name}","{call}","{channel}","{SOMEBODY}","s","fallback","{app}","{extra}",""'

    served = f'{{""extra"":""inbound:{PRAXIS_NUMBER.replace("+", "%2B")}:p=allowed""}}'
    caller, anna = "PJSIP/carrier-00000001", "PJSIP/anna-00000002"
    return [
        line("CHAN_START", at, call, caller),
        line("fallback", at + 1, call, caller, "CELGenUserEvent", served),
        line("ANSWER", at + 1, call, caller, "Answer"),
        line("CHAN_START", at + 1, leg, anna, "AppQueue"),
        line("ANSWER", at + 3, leg, anna, "AppQueue"),
        line("BRIDGE_ENTER", at + 3, leg, anna, "AppQueue"),
        line("BRIDGE_ENTER", at + 3, call, caller, "Queue"),
        line("CHAN_END", at + 3 + seconds, leg, anna, "AppQueue"),
        line("CHAN_END", at + 3 + seconds, call, caller),
    ]


class Followed:
    """A running house whose router follows Asterisk's record; `file` is what Asterisk writes."""

    def __init__(self, folder: Path, house: Running) -> None:
        self.file = folder / "cel.csv"
        self._place = folder / "place.json"
        self.house = house
        self.house.clock.advance(60_000)
        self.router_starts()

    def router_starts(self) -> None:
        """With the place that it remembers."""
        self.follows(Record(self.file, self._place, millis_of))

    def follows(self, record: Unattended) -> None:
        self.calls = FallbackCalls(
            engine=self.house.engine, record=record, chronicle=self.house.chronicle, ledger=self.house.ledger
        )

    def asterisk_writes(self, lines: Sequence[str]) -> None:
        with self.file.open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    async def looks(self, times: int = 3) -> None:
        for _ in range(times):
            await self.calls.look()
            await self.house.quiet()

    async def restarts(self) -> None:
        await self.house.router_is_killed()
        await self.house.router_is_back()
        self.router_starts()

    async def records(self) -> dict[CallId, CallRecord]:
        await self.looks()
        await self.house.engine.settlement.written()
        return self.house.ledger.records


@asynccontextmanager
async def followed(tmp_path: Path) -> AsyncIterator[Followed]:
    async with Running(tmp_path / "journal") as house:
        yield Followed(tmp_path, house)


async def test_a_call_that_comes_while_the_database_is_away_is_settled_when_it_is_back(tmp_path: Path) -> None:
    async with followed(tmp_path) as scene:
        scene.house.ledger.unavailable = True
        scene.asterisk_writes(told("pbx-1", seconds=20))
        await scene.looks(5)
        assert scene.house.ledger.records == {}
        scene.house.ledger.unavailable = False
        record = (await scene.records())[CallId("pbx-1")]
        assert (record.ending.kind, record.total(PartKind.TALK)) == (EndingClass.SERVED, 20_000)


@pytest.mark.parametrize("written", range(1, 9))
async def test_a_restart_in_the_middle_settles_once(tmp_path: Path, written: int) -> None:
    async with followed(tmp_path) as scene:
        lines = told("pbx-1", seconds=20)
        scene.asterisk_writes(lines[:written])
        await scene.looks()
        await scene.restarts()
        scene.asterisk_writes(lines[written:])
        await scene.looks()
        await scene.restarts()
        records = await scene.records()
        assert [record.total(PartKind.TALK) for record in records.values()] == [20_000]
        assert len(scene.house.ledger.transactions) == 1


async def test_the_file_is_renamed_while_the_router_is_away(tmp_path: Path) -> None:
    async with followed(tmp_path) as scene:
        lines = told("pbx-1", seconds=20)
        scene.asterisk_writes([*told("pbx-0", seconds=5), *lines[:5]])
        await scene.looks()
        await scene.house.router_is_killed()
        scene.file.rename(tmp_path / "cel.csv.1")
        scene.asterisk_writes([*lines[5:], *told("pbx-2", seconds=7, since=10)])
        await scene.house.router_is_back()
        scene.router_starts()
        lengths = {call: record.total(PartKind.TALK) for call, record in (await scene.records()).items()}
        assert lengths == {"pbx-0": 5_000, "pbx-1": 20_000, "pbx-2": 7_000}


async def test_two_routers_that_read_the_same_settle_each_call_once(tmp_path: Path) -> None:
    async with followed(tmp_path) as scene:
        scene.asterisk_writes(told("pbx-1", seconds=20))
        await scene.records()
        scene.follows(Record(scene.file, tmp_path / "of-the-other.json", millis_of))
        assert len(await scene.records()) == len(scene.house.ledger.transactions) == 1


async def test_a_call_that_asterisk_did_not_live_to_end_is_billed_up_to_its_last_sign(tmp_path: Path) -> None:
    async with followed(tmp_path) as scene:
        scene.asterisk_writes(told("pbx-1", seconds=20)[:-2])
        await scene.looks(3 * MISSED_LOOKS)
        (record,) = (await scene.records()).values()
        assert record.total(PartKind.TALK) == 0  # nothing was told after the two had met
        assert "Asterisk did not record the end" in record.trace[-1].because
        await scene.restarts()
        assert len(await scene.records()) == 1


async def test_a_call_that_cannot_be_decided_keeps_no_other_from_being_settled(tmp_path: Path) -> None:
    async with followed(tmp_path) as scene:
        scene.house.chronicle.houses = [("damaged", NOON, "no house")]
        scene.house.engine.chronicling.in_force = NOON + 4_000
        scene.asterisk_writes([*told("pbx-1", seconds=20), *told("pbx-2", seconds=7, since=5)])
        assert list(await scene.records()) == ["pbx-2"]
        scene.house.chronicle.houses = []
        await scene.restarts()
        assert sorted(await scene.records()) == ["pbx-1", "pbx-2"]
