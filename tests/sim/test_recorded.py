"""Real calls, to be had again: from records, and from files as people write them."""

from dataclasses import replace
from pathlib import Path

import pytest

from router.core.errors import SetUpFailed
from router.core.house import Staff
from router.core.ids import CallId, StaffId
from router.core.record import CallRecord, PartKind
from router.sim.draws import Always, Exponential, LogNormal
from router.sim.duty import everybody
from router.sim.people import Caller, Habits
from router.sim.recorded import caller_of, habits_of, read
from router.sim.running import Plan, run
from router.sim.world import World
from tests.sim.houses import HOUR, MONDAY, PLAYED, SECOND, STEADY, agents, caller, client, house

BOSS = Staff(id=StaffId("boss"), name="Chefin", numbers=("+4930555",), key="1")
OF = house([client(staff={BOSS.id: BOSS}, greetings=PLAYED)], agents(3))
COME = [caller(n, HOUR + n * 12 * SECOND, staff=BOSS.id if n % 5 == 0 else None) for n in range(120)]


def lived(callers: list[Caller], seed: int) -> dict[CallId, CallRecord]:
    habits = replace(Habits(), patience=Exponential(mean=40_000))
    plan = Plan(begins=MONDAY, house=OF, duty=everybody(OF, MONDAY))
    return {record.call: record for record in run(World(seed=seed, habits=habits), plan, callers)}


def test_recorded_calls_go_the_same_way_again_whatever_the_chance() -> None:
    first = lived(COME, seed=1)
    again = lived(sorted(map(caller_of, first.values()), key=lambda one: one.at), seed=2)
    same = [call for call, record in first.items() if again[call].ending == record.ending]
    assert len(same) > 0.9 * len(first)
    for call in same:
        once, twice = first[call], again[call]
        assert [part.kind for part in once.parts] == [part.kind for part in twice.parts]
        assert once.total(PartKind.TALK) == twice.total(PartKind.TALK)


def test_what_a_record_knows_its_caller_does_again() -> None:
    plan = Plan(begins=MONDAY, house=OF, duty=everybody(OF, MONDAY))
    come = caller(1, HOUR, talk=33_000, wrap_up=4_000, rang=2_500)
    (record,) = run(World(seed=1, habits=STEADY), plan, [come])
    known = caller_of(record)
    assert (known.talk, known.wrap_up, known.rang) == (33_000, 4_000, 2_500)
    assert (known.at, known.dialled, known.caller) == (come.at, come.dialled, come.caller)
    assert (known.patience, known.at_least) == (None, 2_500)


def test_the_patience_of_who_gave_up_is_known_and_leaves_the_greeting_out() -> None:
    nobody = house([client(greetings=PLAYED)], ())
    plan = Plan(begins=MONDAY, house=nobody)
    (record,) = run(World(seed=1, habits=STEADY), plan, [caller(1, HOUR, patience=17_000)])
    assert caller_of(record).patience == 17_000


def test_habits_are_fitted_to_what_was_recorded() -> None:
    served = [caller(n, n, talk=60_000 + n * 1_000, wrap_up=9_000, at_least=10_000) for n in range(40)]
    gave_up = [caller(n, n, patience=20_000) for n in range(40, 60)]
    habits = habits_of([*served, *gave_up], Habits())
    assert isinstance(habits.talk, LogNormal)
    assert habits.talk.mean == pytest.approx(79_500)
    assert habits.wrap_up.mean == 9_000
    assert habits.patience == Exponential(mean=(40 * 10_000 + 20 * 20_000) / 20)


def test_too_few_calls_to_tell_leave_the_habits_as_they_were() -> None:
    assert habits_of([caller(1, 1, talk=1)], STEADY) == STEADY
    assert isinstance(STEADY.talk, Always)


JSONL = """
{"at": "2026-11-23T09:00:05", "dialled": "+493010001", "caller": "+491701", "talk": 12.5, "staff": "a", "reached": true}
{"call": "x", "at": 1795417200000, "dialled": "", "forwarded_by": ["+4930777"], "patience": 8}
"""
CSV = """call,at,dialled,caller,forwarded_by,talk,reached
a,2026-11-23T09:00:05+01:00,+493010001,+491701,,12.5,yes
x,1795417200000,,,+4930777 +4930778,,
"""


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_json_lines_are_read_in_the_order_of_time(tmp_path: Path) -> None:
    early, late = read(written(tmp_path, "calls.jsonl", JSONL))
    assert (early.call, early.at, early.forwarded_by, early.patience) == ("x", MONDAY + 8 * HOUR, ("+4930777",), 8_000)
    assert (late.call, late.at, late.caller) == ("2", MONDAY + 9 * HOUR + 5_000, "+491701")
    assert (late.talk, late.staff, late.reached) == (12_500, "a", True)


def test_csv_is_read_with_blanks_between_several_forwardings(tmp_path: Path) -> None:
    early, late = read(written(tmp_path, "calls.csv", CSV))
    assert (early.call, early.forwarded_by, early.caller) == ("x", ("+4930777", "+4930778"), None)
    assert (late.at, late.talk, late.reached, late.forwarded_by) == (MONDAY + 9 * HOUR + 5_000, 12_500, True, ())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"dialled": "+49"}', ':1: "at" is missing; add it'),
        ('{"at": 1}', ':1: "dialled" is missing; add it, or "forwarded_by"'),
        ('{"at": "today", "dialled": "+49"}', ':1: at: "today" is not a time; write it as 2026-11-23T09:00:00'),
        ('{"at": [1], "dialled": "+49"}', ':1: at: "[1]" is not a time'),
        ('{"at": 1, "dialled": "+49", "tlak": 3}', ':1: unknown key "tlak"; did you mean talk?'),
        ('{"at": 1, "dialled": "+49", "talk": -3}', ":1: talk: -3 is too small; write 0 at least"),
        ('{"at": 1, "dialled": "+49", "talk": "95,5"}', ':1: talk: "95,5" is not a number of seconds; write 95.5'),
        ('{"at": 1, "dialled": "+49", "talk": NaN}', ':1: talk: "nan" is not a number of seconds; write digits'),
        ('{"at": 1, "dialled": "+49", "reached": "maybe"}', ':1: reached: "maybe" is neither true nor false'),
        ("[1, 2]", ":1: this is no call; write a JSON object"),
        ("{", ":1: this is no call; write a JSON object"),
        ('{"at": 1, "dialled": "+49", "call": "a"}\n{"at": 2, "dialled": "+49", "call": "a"}', "the id of another one"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, says: str) -> None:
    file = written(tmp_path, "calls.jsonl", line)
    with pytest.raises(SetUpFailed) as refused:
        read(file)
    assert str(refused.value).startswith(str(file))
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("length", "says"),
    [
        ('"95,5"', ':2: talk: "95,5" is not a number of seconds; write 95.5'),
        ("95,5", ":2: there are more values than names in the first line; write decimals with a point"),
    ],
)
def test_decimal_comma_of_a_csv_is_named_with_its_line(tmp_path: Path, length: str, says: str) -> None:
    file = written(tmp_path, "calls.csv", f"at,dialled,talk\n2026-11-23T09:00:00,+493010001,{length}\n")
    with pytest.raises(SetUpFailed) as refused:
        read(file)
    assert str(refused.value) == f"{file}{says}"


def test_csv_in_another_encoding_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_bytes("at,dialled\nfrüh,1\n".encode("latin-1"))
    with pytest.raises(SetUpFailed, match="is not in UTF-8"):
        read(tmp_path / "calls.csv")
