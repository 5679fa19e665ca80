"""What is allowed and probably not meant: told at its place, and only when it is so."""

from pathlib import Path

import pytest

from tests.shells.config.houses import Mistake, checked, lines, written
from tests.shells.config.routed import ROUTED, rerouted

F = "routing.yaml"
REMOVE = "remove it, or narrow the other one"
ALL = "all of its callers, and counts first"
NIGHTS = "nobody can answer"  # true of this house, too: its only agent works by day
DOUBTS = [
    Mistake("a number below a prefix", F, '{prefix: "0900", reason: Dear, author: Lou}',
        '{prefix: "0900"}\n      - {number: "0900 123456"}',
        f"routing.yaml:68:9: this entry never counts: routing.yaml:67:9 means {ALL}", REMOVE),
    Mistake("a prefix below a shorter one", F, '{prefix: "0900", reason: Dear, author: Lou}',
        '{prefix: "09"}\n      - {prefix: "0900"}',
        f"routing.yaml:68:9: this entry never counts: routing.yaml:67:9 means {ALL}", REMOVE),
    Mistake("a range in a wider one", F, '{prefix: "0900", reason: Dear, author: Lou}',
        '{first: "089 1000", last: "089 1999"}\n      - {first: "089 1200", last: "089 1300"}',
        f"routing.yaml:68:9: this entry never counts: routing.yaml:67:9 means {ALL}", REMOVE),
    Mistake("a pattern in a range", F, '{prefix: "0900", reason: Dear, author: Lou}',
        '{first: "089 1000", last: "089 1999"}\n      - {pattern: "089 12??"}',
        f"routing.yaml:68:9: this entry never counts: routing.yaml:67:9 means {ALL}", REMOVE),
    Mistake("a range in a pattern", F, '{prefix: "0900", reason: Dear, author: Lou}',
        '{pattern: "089 1???"}\n      - {first: "089 1200", last: "089 1300"}',
        f"routing.yaml:68:9: this entry never counts: routing.yaml:67:9 means {ALL}", REMOVE),
    Mistake("an allowed range below a block", F, '{prefix: "0900", reason: Dear, author: Lou}',
        '{pattern: "030 231256*"}',
        f"routing.yaml:65:9: this entry never counts: routing.yaml:67:9 means {ALL}", REMOVE),
    Mistake("a VIP who is allowed anyway", F, '"0171 3920059"', '"030 23125650"',
        f"routing.yaml:70:9: this entry never counts: routing.yaml:65:9 means {ALL}", REMOVE),
    Mistake("a house's entry below another", "house.yaml", "  region: BE\n",
        '  region: BE\n  block: [{prefix: "0900"}, {prefix: "09001"}]\n',
        f"house.yaml:3:29: this entry never counts: house.yaml:3:11 means {ALL}", REMOVE),
    Mistake("an entry that has ended", F, '"2027-01-31 18:00"', '"2026-11-17"',
        "routing.yaml:68:46: this entry has ended and never counts", "remove it, or write a later day"),
    Mistake("a step nobody waits for", F, "max_wait: 4min", "max_wait: 40s",
        "routing.yaml:12:16: this step never counts: nobody waits longer than 40 s here",
        "write a shorter time, or a longer max_wait:"),
    Mistake("a key nobody is told of", F, '    extension: "72"\n', '    extension: "72"\n    callback_key: "4"\n',
        "routing.yaml:33:19: nobody is told of this key: there are no announcements",
        "add hearing: {every: 30s}, or the like"),
    Mistake("a queue nobody comes to", F, "  spare:\n", "  lost: {name: Lost}\n  spare:\n",
        "routing.yaml:30:3: nobody ever waits in this queue",
        "name it with a client, or give it an extension for agents"),
    Mistake("a script for hours that are over", F,
        '    week: {mo-su: ["18:00-02:00"]}\n', '    days: {"2026-11-01": ["09:00-18:00"]}\n',
        "routing.yaml:57:31: this never counts: it is not open any more, or others are open at all of its times",
        "change the hours, or remove it"),
    Mistake("a number of two clients' staff", F, '"+491713920012"', '"+491713920001"',
        "routing.yaml:63:44: +491713920001 is also of staff of client bakery (clients.yaml:15:19)",
        "check whose number it is"),
]  # fmt: skip


def doubts(directory: Path, files: dict[str, str]) -> list[str]:
    found = checked(written(directory, files))
    assert found.findings == ()
    return lines(found.doubts)


@pytest.mark.parametrize("doubt", DOUBTS, ids=str)
def test_operator_reads_what_never_counts(doubt: Mistake, tmp_path: Path) -> None:
    told = doubts(tmp_path, rerouted(doubt.old, doubt.new, name=doubt.file))
    assert [line for line in told if NIGHTS not in line] == [doubt.line]


@pytest.mark.parametrize(
    "block",
    [
        '{prefix: "0900"}, {prefix: "09"}',
        '{number: "0900 123456"}, {prefix: "0900"}',
        '{first: "089 1200", last: "089 1300"}, {first: "089 1250", last: "089 1350"}',
        '{first: "089 1200", last: "089 1300"}, {prefix: "089 125"}',
        '{pattern: "089 12??"}, {pattern: "089 1???"}',
        '{pattern: "089 12??"}, {prefix: "089 12"}',
        '{pattern: "089 1???"}, {first: "089 1900", last: "089 2100"}',
        '{prefix: "0900", until: "2026-12-31"}, {prefix: "09001"}',
    ],
)
def test_entry_that_means_more_than_the_one_before_counts(block: str, tmp_path: Path) -> None:
    files = rerouted('      - {prefix: "0900", reason: Dear, author: Lou}\n', "")
    files["routing.yaml"] = (
        files["routing.yaml"]
        .replace('      - {pattern: "+49 89 99998 ??*", until: "2027-01-31 18:00"}\n', "")
        .replace("    block:\n", f"    block: [{block}]\n")
    )
    assert [line for line in doubts(tmp_path, files) if NIGHTS not in line] == []


# --- 24/7 -------------------------------------------------------------------------------------------------------------


def unserved(directory: Path, files: dict[str, str]) -> list[str]:
    return [line for line in doubts(directory, files) if NIGHTS in line]


def test_hours_at_which_nobody_can_answer_are_printed(tmp_path: Path) -> None:
    hours = "mo-fr 18:00 to 09:00 of the next day, sa 18:00 to mo 09:00"
    hint = "give these hours to a team with somebody who has general 2, law, speaks en, pledged"
    assert unserved(tmp_path, dict(ROUTED)) == [f"routing.yaml:43:3: nobody can answer: {hours}; {hint}"]


@pytest.mark.parametrize(
    ("week", "says"),
    [
        ('{mo-fr: ["00:00-18:00", "21:00-24:00"], sa-su: ["00:00-24:00"]}', "mo-fr 18:00 to 21:00"),
        ('{mo-su: ["00:00-21:00"]}', "mo-su 21:00 to 24:00"),
        (
            '{mo: ["00:00-18:00"], we: ["00:00-18:00"], tu: ["00:00-24:00"], th-su: ["00:00-24:00"]}',
            "mo 18:00 to 24:00, we 18:00 to 24:00",
        ),
    ],
)
def test_days_that_are_alike_are_told_together(week: str, says: str, tmp_path: Path) -> None:
    files = rerouted('{mo-sa: ["09:00-18:00"]}', week)
    days = '    holidays: []\n    days: {"2026-12-24": ["09:00-12:00"]}\n'
    files["routing.yaml"] = files["routing.yaml"].replace(days, "")
    (told,) = unserved(tmp_path, files)
    assert f"nobody can answer: {says}; " in told


def test_hours_that_have_not_begun_are_told_by_their_beginning(tmp_path: Path) -> None:
    files = rerouted('    week: {mo-sa: ["09:00-18:00"]}\n    holidays: []\n', "")
    (told,) = unserved(tmp_path, files)
    assert "nobody can answer: until 2026-12-24 09:00; " in told


def test_hours_that_end_for_good_are_told_by_their_end(tmp_path: Path) -> None:
    files = rerouted('    week: {mo-sa: ["09:00-18:00"]}\n    holidays: []\n', "")
    files["routing.yaml"] = files["routing.yaml"].replace('"2026-12-24":', '"2026-11-19":')
    (told,) = unserved(tmp_path, files)
    assert "nobody can answer: until 2026-11-19 09:00, from 2026-11-19 12:00 on; " in told


def test_every_caller_who_waits_in_vain_for_the_first_step_is_told_of(tmp_path: Path) -> None:
    told = doubts(tmp_path, rerouted("{law: 5, general: 2}", "{law: 2, general: 2}"))
    assert [line for line in told if NIGHTS not in line] == [
        "routing.yaml:49:12: nobody has general 2, law 3, speaks en, pledged for client lawyer: every caller waits in "
        "vain for the first 20 s, until the queue asks for less; ask for less at once, or give it to an agent"
    ]


def test_somebody_without_a_team_answers_at_any_hour(tmp_path: Path) -> None:
    assert unserved(tmp_path, rerouted("    team: day\n", "")) == []


def test_team_without_hours_answers_at_any_hour(tmp_path: Path) -> None:
    assert unserved(tmp_path, rerouted("team: day", "team: night")) == []


def test_nobody_is_missed_for_a_suspended_client(tmp_path: Path) -> None:
    assert unserved(tmp_path, rerouted("    secret: true\n", "    secret: true\n    status: suspended\n")) == []


def test_days_that_are_not_like_every_week_are_told_by_their_date(tmp_path: Path) -> None:
    week = '{mo-su: ["00:00-24:00"]}\n    days: {"2026-12-02": ["00:00-09:00", "12:00-24:00"]}'
    files = rerouted('{mo-sa: ["09:00-18:00"]}', week)
    files["routing.yaml"] = files["routing.yaml"].replace('    days: {"2026-12-24": ["09:00-12:00"]}\n', "")
    (told,) = unserved(tmp_path, files)
    assert "nobody can answer: 2026-12-02 09:00 to 2026-12-02 12:00; " in told


def test_public_holiday_on_which_nobody_works_is_told(tmp_path: Path) -> None:
    files = rerouted('{mo-sa: ["09:00-18:00"]}', '{mo-su: ["00:00-24:00"]}')
    files["house.yaml"] = files["house.yaml"].replace("region: BE", "region: SN")
    (told,) = unserved(tmp_path, files)
    assert "nobody can answer: 2026-11-18 00:00 to 2026-11-19 00:00; " in told


# --- the most specific ------------------------------------------------------------------------------------------------


def test_greeting_that_others_cover_at_every_hour_never_counts(tmp_path: Path) -> None:
    more = "      - {mode: hand_off, text: Good day}\n      - {mode: hand_off, text: Hello, hours: always}\n"
    files = rerouted("      - {mode: hand_off, text: Good day}\n", more)
    always = '  always:\n    week: {mo-su: ["00:00-24:00"]}\n  bar:\n'
    files["routing.yaml"] = files["routing.yaml"].replace("  bar:\n", always)
    told = [line for line in doubts(tmp_path, files) if NIGHTS not in line]
    assert told == [
        "routing.yaml:56:9: this never counts: it is never needed: others are open at all of its times; "
        "change the hours, or remove it"
    ]


def test_default_client_may_be_without_a_number_and_is_asked_about(tmp_path: Path) -> None:
    files = rerouted("default_client: bakery", "default_client: florist", name="house.yaml")
    files["clients.yaml"] = files["clients.yaml"].replace('    forwarded_from: ["+493023125120"]\n', "")
    told = [line for line in doubts(tmp_path, files) if NIGHTS not in line]
    assert told == [
        "clients.yaml:19:3: no number leads to this client: it has only calls whose client cannot be told; "
        "add numbers or forwarded_from"
    ]


def test_nothing_is_doubted_while_there_are_mistakes(tmp_path: Path) -> None:
    found = checked(written(tmp_path, rerouted("team: day", "team: dya")))
    assert (len(found.findings), found.doubts) == (1, ())
