"""Asterisk's record of the fallback's calls, read while it is written, renamed, cut off and damaged."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from router.ari.stamps import millis_of
from router.ari.unattended import Record
from router.core.fallback_told import Mark, Told
from router.core.ids import CallId

# As Asterisk 22.10 writes it.
CALL = "pbx-1795460271.2"
LINES = [
    f'"CHAN_START","1795460271.374317","{CALL}","{CALL}","PJSIP/carrier-00000002","+491713900002","+494066969030","from-trunk","","",""',
    f'"fallback","1795460272.374567","{CALL}","{CALL}","PJSIP/carrier-00000002","+491713900002","s","fallback","CELGenUserEvent","{{""extra"":""inbound:%2B494066969030:p=allowed:d=%3Csip%3A%2B49301234567%40x%3E""}}","fallback"',
    f'"ANSWER","1795460272.685722","pbx-3","{CALL}","PJSIP/anna-00000003","+494066969030","s","from-agents","AppQueue","",""',
    f'"CHAN_END","1795460274.187317","{CALL}","{CALL}","PJSIP/carrier-00000002","","","fallback","","","fallback"',
]
OTHERS = [
    '"CHAN_START","1795460260.0","pbx-9","pbx-9","PJSIP/carrier-1","+4930","+4940","from-trunk","","",""',
    '"ANSWER","1795460261.0","pbx-9","pbx-9","PJSIP/carrier-1","+4930","+4940","from-trunk","Stasis","",""',
    '"CHAN_END","1795460262.0","pbx-9","pbx-9","PJSIP/carrier-1","+4930","+4940","from-trunk","","",""',
]
MARKS = [Mark.STARTED, Mark.SERVED, Mark.ANSWERED, Mark.ENDED]


def put(path: Path, lines: Sequence[str]) -> None:
    with path.open("a") as file:
        file.writelines(f"{line}\n" for line in lines)


def reader(folder: Path, *, at_once: int = 1_000_000) -> Record:
    return Record(folder / "cel.csv", folder / "place.json", millis_of, at_once=at_once)


async def read(record: Record) -> list[Told]:
    told = [*await record.more("DE")]
    while record.behind:
        told += await record.more("DE")
    return told


async def test_only_calls_of_the_fallback_are_told_and_whole(tmp_path: Path) -> None:
    put(tmp_path / "cel.csv", [*OTHERS, *LINES])
    told = await read(reader(tmp_path))
    assert [one.mark for one in told] == MARKS
    arrived = told[1].arrived
    assert arrived is not None
    assert (arrived.call, arrived.dialled, arrived.caller) == (CALL, "+494066969030", "+491713900002")
    assert (arrived.forwarded_by, arrived.trunk) == (("+49301234567",), "carrier")
    assert (told[2].queued, told[2].endpoint, told[2].at) == (True, "anna", 1795460272685)


@pytest.mark.parametrize("cut", range(1, 160, 23))
async def test_a_torn_line_is_told_when_it_is_whole(tmp_path: Path, cut: int) -> None:
    file, record = tmp_path / "cel.csv", reader(tmp_path)
    assert await read(record) == []
    put(file, LINES[:1])
    with file.open("a") as torn:
        torn.write(LINES[1][:cut])
    assert await read(record) == []
    with file.open("a") as rest:
        rest.write(LINES[1][cut:] + "\n")
    assert [one.mark for one in await read(record)] == MARKS[:2]


@pytest.mark.parametrize("split", range(1, len(LINES)))
async def test_nothing_is_lost_or_told_twice_when_the_file_is_renamed(tmp_path: Path, split: int) -> None:
    file, record = tmp_path / "cel.csv", reader(tmp_path)
    put(file, LINES[: split - 1])
    before = await read(record)
    put(file, LINES[split - 1 : split])
    file.rename(tmp_path / "cel.csv.1")
    put(file, LINES[split:])
    assert [one.mark for one in [*before, *await read(record)]] == MARKS


async def test_a_file_that_is_cut_off_is_read_from_its_beginning(tmp_path: Path) -> None:
    file, record = tmp_path / "cel.csv", reader(tmp_path)
    put(file, OTHERS * 3)
    assert await read(record) == []
    file.write_text("")
    put(file, LINES)
    assert [one.mark for one in await read(record)] == MARKS


async def test_a_part_at_a_time_gives_the_same(tmp_path: Path) -> None:
    put(tmp_path / "cel.csv", [*OTHERS, *LINES])
    assert [one.mark for one in await read(reader(tmp_path, at_once=10))] == MARKS


async def test_after_a_restart_only_what_is_not_done_is_told_again(tmp_path: Path) -> None:
    put(tmp_path / "cel.csv", [*OTHERS, *LINES])
    first = reader(tmp_path)
    await read(first)
    await first.keep()
    again = reader(tmp_path)
    assert [one.mark for one in await read(again)] == MARKS
    again.done([CallId(CALL)])
    await again.keep()
    assert await read(reader(tmp_path)) == []


async def test_a_lost_place_means_to_read_everything_again(tmp_path: Path) -> None:
    put(tmp_path / "cel.csv", LINES)
    record = reader(tmp_path)
    await read(record)
    record.done([CallId(CALL)])
    await record.keep()
    for damage in ("", "{", '{"head": "nobody\'s", "offset": 7}', "[]"):
        (tmp_path / "place.json").write_text(damage)
        assert [one.mark for one in await read(reader(tmp_path))] == MARKS


@pytest.mark.parametrize("damage", ["", '"fallback"', '"fallback","x","y","z","a"', '"' + "x" * 50_000, "\0\0"])
async def test_a_damaged_line_is_passed_over(tmp_path: Path, damage: str) -> None:
    put(tmp_path / "cel.csv", [damage, *LINES[:2], damage, *LINES[2:], damage])
    assert [one.mark for one in await read(reader(tmp_path))] == MARKS


@pytest.mark.parametrize("sent", ["\n", "\r\nHANGUP,1,pbx-3", '\n""fallback"",""1"",""x"",""x""\n', "\n" * 9])
async def test_a_caller_whose_number_has_line_breaks_is_told_of_like_others(tmp_path: Path, sent: str) -> None:
    put(tmp_path / "cel.csv", [*OTHERS, *[line.replace("+49171", f"+49{sent}171") for line in LINES]])
    told = await read(reader(tmp_path))
    assert [one.mark for one in told] == MARKS
    assert told[1].arrived is not None
    assert await read(reader(tmp_path, at_once=1)) == told


async def test_without_a_record_there_is_nothing(tmp_path: Path) -> None:
    record = Record(None, tmp_path / "place.json", millis_of)
    assert await read(record) == []
    await record.keep()
