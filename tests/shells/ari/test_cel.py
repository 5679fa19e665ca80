"""Asterisk's own record of events, in every state in which it can be found."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.ari.cel import Times
from router.ari.cel_files import lines_after
from router.core.ids import LegId, Millis

CALLER, AGENT, STAFF = LegId("1790000000.0"), LegId("1790000000.0-agent1"), LegId("1790000000.0-staff1")
ALL = {CALLER, AGENT, STAFF}
# As Asterisk 22.10 writes it: every field quoted, quotes within doubled, commas and JSON inside.
RECORD = """\
"CHAN_START","1790000000.000100","1790000000.0","1790000000.0","PJSIP/carrier-00000000","+4915112345678","+493012345","from-trunk","","",""
"CHAN_START","1790000004.100000","1790000000.0-agent1","1790000000.0","PJSIP/anna-00000001","","s","from-agents","","",""
"ANSWER","1790000004.050000","1790000000.0","1790000000.0","PJSIP/carrier-00000000","+4915112345678","+493012345","from-trunk","Stasis","",""
"ANSWER","1790000007.250999","1790000000.0-agent1","1790000000.0","PJSIP/anna-00000001","","","from-agents","AppDial2","",""
"BRIDGE_ENTER","1790000007.300000","1790000000.0","1790000000.0","PJSIP/carrier-00000000","","","","Stasis","{""bridge_id"":""1790000000.0-bridge"",""bridge_technology"":""simple_bridge""}",""
"ANSWER","1790000008.000000","1790000000.0-agent1","1790000000.0","PJSIP/anna-00000001","","","from-agents","AppDial2","",""
"HANGUP","1790000102.500000","1790000000.0-agent1","1790000000.0","PJSIP/anna-00000001","","","","AppDial2","{""hangupcause"":16,""hangupsource"":""PJSIP/anna-00000001"",""dialstatus"":""ANSWER""}",""
"CHAN_END","1790000102.500900","1790000000.0-agent1","1790000000.0","PJSIP/anna-00000001","","","","AppDial2","",""
"HANGUP","1790000200.000000","1790009999.7","1790009999.7","PJSIP/carrier-00000009","","","","","",""
"""
EPOCH = 1_790_000_000_000
ANSWERED = {CALLER: EPOCH + 4_050, AGENT: EPOCH + 7_250}
ENDED = {AGENT: EPOCH + 102_500}


def millis(at: str) -> Millis:
    return int(Decimal(at) * 1000)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    file = tmp_path / "cel.csv"
    file.write_text(RECORD)
    return file


def put(path: Path, content: str | bytes) -> None:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def rotate(path: Path) -> None:
    path.rename(path.with_suffix(".1"))


async def told(times: Times, legs: set[LegId] = ALL) -> tuple[Mapping[LegId, Millis], Mapping[LegId, Millis]]:
    found = await times.of(legs)
    return found.answered, found.ended


async def read(path: Path | None, legs: set[LegId] = ALL) -> object:
    return await told(Times(path, millis), legs)


async def test_the_first_answer_and_the_first_end_of_each_leg_count(record: Path) -> None:
    assert await read(record) == (ANSWERED, ENDED)


async def test_only_the_legs_asked_about_are_told(record: Path) -> None:
    assert await read(record, {AGENT}) == ({AGENT: ANSWERED[AGENT]}, ENDED)
    assert await read(record, {STAFF}) == ({}, {})
    assert await read(record, set()) == ({}, {})


async def test_a_leg_without_a_hangup_ended_with_its_channel(tmp_path: Path) -> None:
    (tmp_path / "cel").write_text('"CHAN_END","1790000001.5","1790000000.0"\n')
    assert await read(tmp_path / "cel") == ({}, {CALLER: EPOCH + 1_500})


async def test_without_a_record_nothing_is_known(tmp_path: Path) -> None:
    assert await read(None) == ({}, {})
    assert await read(tmp_path / "missing.csv") == ({}, {})
    (tmp_path / "empty.csv").touch()
    assert await read(tmp_path / "empty.csv") == ({}, {})


async def test_a_record_that_cannot_be_read_stops_nobody(tmp_path: Path) -> None:
    assert await read(tmp_path) == ({}, {})


@pytest.mark.parametrize("cut", range(1, 60, 7))
async def test_a_line_that_is_still_being_written_waits_for_its_end(record: Path, cut: int) -> None:
    torn = f'"HANGUP","1790000300.000000","{CALLER}","{CALLER}","PJSIP/carrier-00000000"'
    with record.open("a") as file:
        file.write(torn[:cut])
    assert await read(record) == (ANSWERED, ENDED)


async def test_a_file_that_was_cut_off_and_written_on_loses_one_line_only(record: Path) -> None:
    put(record, f'"ANSWER","17900\n"HANGUP","1790000009.0","{STAFF}","x"\n{RECORD}')
    assert await read(record) == (ANSWERED, {STAFF: EPOCH + 9_000, **ENDED})


@pytest.mark.parametrize(
    "damage",
    [
        "\n\n",
        '"ANSWER"\n',
        '"ANSWER","1790000000.1"\n',
        f'"HANGUP","","{CALLER}"\n',
        f'"HANGUP","yesterday","{CALLER}"\n',
        f'"HANGUP","Infinity","{CALLER}"\n"HANGUP","NaN","{CALLER}"\n"HANGUP","1e999999999","{CALLER}"\n',
        '"an open quote,\n',
        "\0\0\0\n",
        '"' + "x" * 200_000 + '"\n',
    ],
    ids=lambda damage: repr(damage[:20]),
)
async def test_a_damaged_line_is_passed_over(record: Path, damage: str) -> None:
    put(record, damage + RECORD + damage)
    assert await read(record) == (ANSWERED, ENDED)


async def test_a_name_that_is_no_text_is_passed_over(record: Path) -> None:
    put(record, b'"ANSWER","1790000001.0","\xff\xfe"\n' + RECORD.encode())
    assert await read(record) == (ANSWERED, ENDED)


async def test_a_leg_that_the_dialplan_took_to_its_fallback_is_told_so(record: Path) -> None:
    put(record, RECORD + f'"handed_on","1790000005.0","{STAFF}","x"\n')
    assert (await Times(record, millis).of(ALL)).handed_on == {STAFF}


@pytest.mark.parametrize("sent", [f"\nHANGUP,1790000001.0,{STAFF},x", f'\r\n""HANGUP"",""1790000001.0"",""{STAFF}""'])
async def test_what_a_caller_sends_is_no_line_of_its_own(record: Path, sent: str) -> None:
    hostile = f'"CHAN_START","1790000000.0","pbx-7","pbx-7","PJSIP/carrier-1","+4917{sent}","+4930"\n'
    put(record, hostile + RECORD)
    assert await read(record) == (ANSWERED, ENDED)


async def test_after_a_rotation_the_new_file_counts(record: Path) -> None:
    times = Times(record, millis)
    assert await told(times) == (ANSWERED, ENDED)
    rotate(record)
    assert await told(times) == ({}, {})
    put(record, f'"ANSWER","1790000001.0","{STAFF}"\n')
    assert await told(times) == ({STAFF: EPOCH + 1_000}, {})
    put(record, "")
    assert await told(times) == ({}, {})


@pytest.mark.parametrize("look_back", range(150, 280, 13))
async def test_of_a_huge_file_only_the_end_is_read(record: Path, look_back: int) -> None:
    old = f'"ANSWER","1790000000.0","{STAFF}","an old line that nobody asks about any more"\n'
    last = f'"HANGUP","1790000009.0","{STAFF}","x"\n'
    put(record, old * 20_000 + RECORD + last)
    answered, ended = await told(Times(record, millis, look_back=look_back))
    assert STAFF not in answered
    assert ended[STAFF] == EPOCH + 9_000


@given(st.binary(max_size=400))
async def test_no_content_can_make_it_raise(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.csv"
    file.write_bytes(content + b"\n" + RECORD.encode())
    assert await read(file) == (ANSWERED, ENDED)


BRIDGED, OUT_OF_IT = f'"BRIDGE_ENTER","1790000001.5","{CALLER}"\n', f'"BRIDGE_EXIT","1790000004.1","{CALLER}"\n'
HUNG_UP = f'"HANGUP","1790000004.5","{CALLER}"\n'


@pytest.mark.parametrize(
    ("lines", "ended"),
    [
        (BRIDGED + OUT_OF_IT + HUNG_UP, 4_100),
        (BRIDGED + OUT_OF_IT + BRIDGED + HUNG_UP, 4_500),
        (BRIDGED + OUT_OF_IT + HUNG_UP.replace("4.5", "9.5"), 9_500),
        (BRIDGED + OUT_OF_IT.replace("4.1", "x") + HUNG_UP, 4_500),
    ],
    ids=["let go late", "back in its bridge", "out of it for long", "damaged"],
)
async def test_who_spoke_hung_up_when_asterisk_took_the_leg_out_of_its_bridge(
    record: Path, lines: str, ended: int
) -> None:
    put(record, lines)
    assert (await told(Times(record, millis)))[1] == {CALLER: EPOCH + ended}


@pytest.mark.parametrize(
    ("lines", "outside"),
    [
        (f'"ANSWER","1790000001.1","{CALLER}"\n' + HUNG_UP, True),
        (f'"ANSWER","1790000004.2","{CALLER}"\n' + HUNG_UP, True),
        (BRIDGED + HUNG_UP, False),
        (BRIDGED + OUT_OF_IT + HUNG_UP, False),
        (BRIDGED + OUT_OF_IT + BRIDGED + HUNG_UP, False),
        (BRIDGED + OUT_OF_IT + HUNG_UP.replace("4.5", "9.5"), True),
        (BRIDGED + OUT_OF_IT.replace("4.1", "x") + HUNG_UP, False),
        (HUNG_UP, False),
        (f'"ANSWER","1790000001.1","{CALLER}"\n', False),
    ],
    ids=[
        "never in one",
        "hung up at once",
        "in its bridge",
        "let go late",
        "back in its bridge",
        "out of it for long",
        "damaged",
        "begun long ago",
        "still there",
    ],
)
async def test_who_was_in_no_bridge_at_the_end_is_told(record: Path, lines: str, outside: bool) -> None:
    put(record, lines)
    times = await Times(record, millis).of(ALL)
    assert times.outside == ({CALLER} if outside else set())
    if outside:
        assert times.ended[CALLER] in {EPOCH + 4_500, EPOCH + 9_500}


def test_as_long_as_nothing_is_added_only_one_file_is_looked_at(tmp_path: Path) -> None:
    cel, older = tmp_path / "cel.csv", tmp_path / "cel.csv.1"
    older.write_text('"ANSWER","1","a"\n')
    cel.write_text('"ANSWER","2","b"\n')
    *_, (place, _) = lines_after(cel, None, 1_000)
    older.unlink()
    older.mkdir()  # whoever opens it fails
    assert list(lines_after(cel, place, 1_000)) == []
    with cel.open("a") as file:
        file.write('"HANGUP","3","b"\n')
    older.rmdir()
    assert [line for _, line in lines_after(cel, place, 1_000)] == [b'"HANGUP","3","b"\n']
