"""`vorzimmer check` and `vorzimmer explain`."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from router.core.ids import AgentId
from router.core.view import Presence, SeatView
from router.db.chronicle import SqlChronicle
from router.db.database import open_database
from tests.shells.cli.conftest import Vorzimmer
from tests.shells.config.houses import edited, written

HELLO = ("explain", "--config", "config")


def test_a_good_configuration_is_counted(vorzimmer: Vorzimmer, config: Path) -> None:
    ran = vorzimmer("check")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "2 clients, 1 staff member, 1 agent, 1 trunk, 2 numbers, 1 tariff: fine\n"


def test_every_mistake_of_a_bad_one_is_listed_with_its_place(vorzimmer: Vorzimmer, config: Path) -> None:
    written(config, edited("clients.yaml", "tariff: standard\n    skills: [general]", "tariff: x1\n    skills: [x2]"))
    ran = vorzimmer("check")
    assert (ran.status, ran.err) == (1, "")
    assert [line.split(":")[:2] for line in ran.lines] == [["clients.yaml", "6"], ["clients.yaml", "7"]]


@pytest.mark.parametrize("directory", ["nowhere", "/dev/null"])
def test_a_folder_without_files_is_a_finding(vorzimmer: Vorzimmer, directory: str) -> None:
    ran = vorzimmer("check", "--config", directory)
    assert ran.status == 1
    assert "there are no *.yaml files here" in ran.out


def test_a_bad_configuration_is_not_explained(vorzimmer: Vorzimmer, config: Path) -> None:
    written(config, {"clients.yaml": "clients: 7\n"})
    ran = vorzimmer("explain", "--to", "030123456")
    assert (ran.status, ran.out) == (2, "")
    assert "clients.yaml:1:" in ran.err


# --- a call that never happened ---------------------------------------------------------------------------------------


def test_a_call_that_never_happened_is_explained_step_by_step(
    vorzimmer: Vorzimmer, config: Path, database: Path
) -> None:
    ran = vorzimmer(*HELLO, "--to", "030 23125010", "--from", "0151 12345678", "--at", "2026-11-23T20:00")
    assert (ran.status, ran.err) == (0, "")
    assert ran.lines == [
        "2026-11-23 20:00:00  to +493023125010  from +4915112345678",
        "  identify     bakery                   dialled number +493023125010",
        "  status       active",
        "  screening    ordinary                 on no list",
        "  greeting     hand_off                 at any time: Good day",
        "  queue        default                  needs general; longest_idle",
        "  overflow     after 600 s              turned away",
        "  agents       judged by configuration and team hours alone",
        "  agent        anna                     can take it",
    ]


@pytest.mark.parametrize("caller", [[], ["--from", "anonymous"], ["--from", ""]])
def test_a_caller_without_a_number_is_suppressed(
    vorzimmer: Vorzimmer, config: Path, database: Path, caller: list[str]
) -> None:
    ran = vorzimmer(*HELLO, "--to", "+493023125010", *caller)
    assert ran.status == 0
    assert "from a suppressed number" in ran.lines[0]
    assert "number suppressed" in ran.out


def test_every_diversion_counts(vorzimmer: Vorzimmer, config: Path, database: Path) -> None:
    shared = (*HELLO, "--to", "+493023125000", "--from", "+4930222222")
    florist = vorzimmer(*shared, "--diversion", "+4930555555", "--diversion", "030 23125120")
    both = vorzimmer(*shared, "--diversion", "+493023125110", "--diversion", "+493023125120")
    assert "forwarded by +4930555555, +493023125120" in florist.lines[0]
    assert florist.lines[1].split()[:2] == ["identify", "florist"]
    assert "forwarding names several clients (bakery, florist)" in both.lines[1]


def test_the_block_entries_that_agents_added_count(vorzimmer: Vorzimmer, config: Path, database: Path) -> None:
    ran = vorzimmer(*HELLO, "--to", "+493023125010", "--from", "+4930111111")
    assert "blocked" in ran.out
    assert "advertising" in ran.out


def test_without_a_database_the_files_are_explained_and_the_gap_is_told(vorzimmer: Vorzimmer, config: Path) -> None:
    ran = vorzimmer(*HELLO, "--to", "+493023125010")
    assert ran.status == 0
    assert "bakery" in ran.out
    assert "without the block entries that agents added" in ran.err


def test_agents_are_judged_as_they_stood_when_that_is_asked_for(
    vorzimmer: Vorzimmer, config: Path, database: Path
) -> None:
    seats = [
        SeatView(agent=AgentId("anna"), at=1_795_460_400_000, intent=Presence.PAUSED, reason="Mittag"),
        SeatView(agent=AgentId("anna"), at=1_795_464_000_000, intent=Presence.AVAILABLE),
    ]
    asyncio.run(keep(database, seats))
    asked = (*HELLO, "--to", "+493023125010", "--presence", "--at")
    assert vorzimmer(*asked, "2026-11-23T20:30").lines[-1].endswith("anna                     paused, Mittag")
    assert vorzimmer(*asked, "2026-11-23T21:00").lines[-1].endswith("anna                     can take it")
    assert vorzimmer(*asked, "2026-11-23T10:00").lines[-1].endswith("anna                     off")


async def keep(file: Path, seats: Sequence[SeatView]) -> None:
    async with open_database(f"sqlite:///{file}") as opened:
        await SqlChronicle(opened).keep_presences(seats)


def test_how_agents_stood_cannot_be_told_without_a_database(vorzimmer: Vorzimmer, config: Path) -> None:
    ran = vorzimmer(*HELLO, "--to", "+493023125010", "--presence")
    assert (ran.status, ran.out) == (2, "")
    assert "there is no " in ran.err


def test_needs_that_relax_are_told_with_each_agents_reasons(vorzimmer: Vorzimmer, config: Path, database: Path) -> None:
    queue = "{name: Law, skills: {general: 5}, relax: [{after: 30s, skills: {general: 1}}]}"
    relaxed = f"queues:\n  law: {queue}\n"
    written(config, {"queues.yaml": relaxed} | edited("clients.yaml", "skills: [general]", "queue: law"))
    lines = vorzimmer(*HELLO, "--to", "+493023125010").lines
    assert "  relaxed      after 30 s               needs general" in lines
    assert lines[-1] == "  agent        anna                     has general 3, 5 is needed; after 30 s: can take it"


def test_the_whole_explanation_can_be_had_as_json(vorzimmer: Vorzimmer, config: Path, database: Path) -> None:
    ran = vorzimmer(*HELLO, "--to", "030 23125010", "--from", "0151 12345678", "--at", "2026-11-23T20:00", "--json")
    content = json.loads(ran.out)
    assert content.pop("configuration")
    assert content.pop("steps")[0] == {
        "at": 1_795_460_400_000,
        "rule": "identify",
        "outcome": "bakery",
        "because": "dialled number +493023125010",
    }
    assert content == {
        "kind": "imagined",
        "at": 1_795_460_400_000,
        "to": "+493023125010",
        "from": "+4915112345678",
        "forwarded_by": [],
        "client": "bakery",
        "vip": False,
        "way": "ordinary",
        "judged_by": "configuration",
        "stages": [{"after_ms": 0, "needs": "general"}],
        "agents": [{"agent": "anna", "name": "Anna", "why_not": [""]}],
    }


@pytest.mark.parametrize("option", ["--to", "--from", "--diversion"])
def test_a_number_that_is_none_is_refused(vorzimmer: Vorzimmer, config: Path, option: str) -> None:
    ran = vorzimmer(*HELLO, "--to", "+493023125010", option, "the bakery")
    assert ran.status == 2
    assert "'the bakery' is no telephone number: write it as" in ran.err


@pytest.mark.parametrize("arguments", [(), ("call-1", "--to", "+493023125010")])
def test_either_a_number_or_a_call_is_explained(vorzimmer: Vorzimmer, arguments: tuple[str, ...]) -> None:
    ran = vorzimmer("explain", *arguments)
    assert ran.status == 2
    assert ran.err.startswith("vorzimmer: say which call: ")


# --- a call that did --------------------------------------------------------------------------------------------------


def test_a_finished_call_is_explained_from_its_own_trace(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("explain", "call-1")
    assert (ran.status, ran.err) == (0, "")
    assert ran.lines == [
        "call-1  2026-09-21 16:13:20  to +493012345678  configuration f00d",
        "      0.000 s did          mueller                  „Müller“ +493012345678",
        "      2.500 s greeting     play                     Guten Tag, was kann ich tun?",
        "Not decided again: the configuration or the facts of its arrival are not kept (any more).",
    ]


def test_an_unknown_call_is_said_to_be_unknown(vorzimmer: Vorzimmer, database: Path) -> None:
    ran = vorzimmer("explain", "call-9")
    assert (ran.status, ran.err) == (1, "")
    assert ran.out == "There is no finished call call-9; `vorzimmer calls` lists them.\n"
