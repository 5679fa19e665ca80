"""What is written of queues, hours, lists and limits becomes the core's values."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from router.config.loading import load
from router.core.hours import Span
from router.core.house import Agent, BlockEntry, Client, House, Script, Vip
from router.core.ids import AgentId, ClientId, QueueId, StaffId
from router.core.limits import ArrivalLimits, HouseLimits, OutboundLimits, Rate, Rates
from router.core.queue import Choice, Hearing, Queue, Say, Stage, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.refusal import Refusal
from router.core.skills import Needs
from tests.shells.config.houses import NOW, SMALL, written
from tests.shells.config.routed import ROUTED, rerouted

LAWYER, KAI, LEGAL = ClientId("lawyer"), AgentId("kai"), QueueId("legal")


def house(directory: Path, files: dict[str, str] | None = None) -> House:
    return load(written(directory, files or ROUTED), environ={}, now=NOW).house


@pytest.fixture
def lawyer(tmp_path: Path) -> Client:
    return house(tmp_path).clients[LAWYER]


@pytest.fixture
def kai(tmp_path: Path) -> Agent:
    return house(tmp_path).agents[KAI]


def vienna(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=ZoneInfo("Europe/Vienna")).timestamp() * 1000)  # type: ignore[arg-type,misc]


def needing(after_ms: int, *skills: tuple[str, int], language: str | None = "en", pledge: bool = True) -> Stage:
    return Stage(after_ms=after_ms, needs=Needs(skills=frozenset(skills), language=language, pledge=pledge))  # type: ignore[arg-type]


# --- waiting ----------------------------------------------------------------------------------------------------------


def test_queue_is_as_written(tmp_path: Path) -> None:
    assert house(tmp_path).queues[LEGAL] == Queue(
        id=LEGAL,
        name="Law",
        stages=(
            needing(0, ("law", 3), ("general", 1), language="de", pledge=False),
            needing(20_000, ("law", 2), language="de", pledge=False),
            needing(40_000, ("law", 1), language=None, pledge=False),
        ),
        prefers=frozenset({("general", 2)}),  # type: ignore[arg-type]
        choice=Choice.BEST_FIT,
        last_agent_ms=600_000,
        head_start_ms=30_000,
        max_waiting=9,
        max_wait_ms=240_000,
        overflow=(
            ToQueue(queue=QueueId("spare"), max_wait_ms=60_000),
            ToStaff(staff=StaffId("kim")),
            TakeMessage(text="Leave a message", key="5", max_ms=60_000),
            TurnAway(refusal=Refusal.CONGESTION),
        ),
        hearing=Hearing(first_ms=10_000, every_ms=30_000, position=False),
        callback_key="1",
        message_key="2",
        extension="71",
    )


def test_clients_queue_has_the_clients_needs_in_every_stage_and_the_higher_level_of_each_skill(lawyer: Client) -> None:
    assert lawyer.queue.stages == (
        needing(0, ("law", 3), ("general", 2)),
        needing(20_000, ("law", 2), ("general", 2)),
        needing(40_000, ("law", 1), ("general", 2)),
    )
    assert lawyer.queue.id == LEGAL


def test_step_that_names_no_skills_keeps_those_before(tmp_path: Path) -> None:
    stages = house(tmp_path, rerouted("        skills: [law]\n", "")).queues[LEGAL].stages
    assert stages[2] == needing(40_000, ("law", 2), language=None, pledge=False)


def test_client_without_a_queue_waits_in_the_default_one(tmp_path: Path) -> None:
    bakery = house(tmp_path, dict(SMALL)).clients[ClientId("bakery")]
    assert bakery.queue.stages == (needing(0, ("general", 1), language=None, pledge=False),)
    assert bakery.queue.id == "default"


def test_written_default_queue_is_that_of_clients_who_name_none(tmp_path: Path) -> None:
    files = rerouted("  spare:\n", "  default: {name: All, choice: round_robin}\n  spare:\n")
    assert house(tmp_path, files).clients[ClientId("florist")].queue.choice is Choice.ROUND_ROBIN


def test_there_is_always_a_default_queue(tmp_path: Path) -> None:
    assert house(tmp_path).queues[QueueId("default")] == Queue(name="default")


def test_waiting_on_lasts_as_long_as_the_other_queue_says_unless_told_otherwise(tmp_path: Path) -> None:
    files = rerouted("{queue: spare, max_wait: 1min}", "{queue: spare}")
    assert house(tmp_path, files).queues[LEGAL].overflow[0] == ToQueue(queue=QueueId("spare"), max_wait_ms=600_000)


@pytest.mark.parametrize(
    ("own", "overflow"),
    [
        ('overflow: [{message: "Speak", key: "7"}]', (TakeMessage(text="Speak", key="7"),)),
        ("overflow: [{message: Speak}, {reject: busy}]", (TakeMessage(text="Speak"), TurnAway())),
    ],
)
def test_clients_own_overflow_replaces_the_queues(own: str, overflow: tuple[object, ...], tmp_path: Path) -> None:
    files = rerouted("    secret: true\n", f"    secret: true\n    {own}\n    max_wait: 7s\n")
    queue = house(tmp_path, files).clients[LAWYER].queue
    assert (queue.overflow, queue.max_wait_ms) == (overflow, 7_000)


def test_overflow_text_is_the_short_form_of_a_last_word(tmp_path: Path) -> None:
    files = {
        **SMALL,
        "clients.yaml": SMALL["clients.yaml"].replace("name: Florist", "name: Florist\n    overflow_text: Bye"),
    }
    assert house(tmp_path, files).clients[ClientId("florist")].queue.overflow == (Say(text="Bye"),)


def test_queue_without_overflow_lets_callers_go_without_a_word(tmp_path: Path) -> None:
    assert house(tmp_path, dict(SMALL)).clients[ClientId("florist")].queue.overflow == (Say(text=""),)


# --- agents -----------------------------------------------------------------------------------------------------------


def test_agent_has_levels_languages_pledge_team_and_extension(kai: Agent) -> None:
    assert dict(kai.skills) == {"law": 5, "general": 2}
    assert sorted(kai.languages) == ["de", "en"]
    assert (kai.pledged, kai.extension) == (True, "21")
    assert kai.team is not None
    assert (kai.team.id, kai.team.name) == ("day", "Day")


def test_agents_skills_without_levels_are_of_the_middle_level(tmp_path: Path) -> None:
    anna = house(tmp_path).agents[AgentId("anna")]
    assert dict(anna.skills) == {"general": 3}
    assert sorted(anna.languages) == ["de"]
    assert (anna.pledged, anna.team) == (False, None)


def test_teams_hours_are_those_of_the_houses_region(kai: Agent) -> None:
    assert kai.team is not None
    hours = kai.team.hours
    assert hours is not None
    assert (hours.timezone, hours.calendar["2026-03-08"]) == ("Europe/Berlin", "Frauentag")
    assert "2026-01-06" not in hours.calendar


# --- hours ------------------------------------------------------------------------------------------------------------


def test_clients_hours_are_those_of_its_own_region_and_time_zone(lawyer: Client) -> None:
    hours = lawyer.handlings[0].hours
    assert hours is not None
    assert (hours.timezone, hours.holidays, hours.calendar["2026-01-06"]) == (
        "Europe/Vienna",
        (),
        "Heilige Drei Könige",
    )
    assert hours.days == {"2026-12-24": (Span(start=540, end=720),)}


def test_public_holidays_are_known_from_last_year_to_three_years_ahead(lawyer: Client) -> None:
    hours = lawyer.handlings[0].hours
    assert hours is not None
    assert {day[:4] for day in hours.calendar} == {"2025", "2026", "2027", "2028", "2029"}


@pytest.mark.parametrize(
    ("region", "special"),
    [
        ("BY", {"2026-11-01", "2026-06-04"}),
        ("BY-CATHOLIC", {"2026-11-01", "2026-06-04", "2026-08-15"}),
        ("BY-AUGSBURG", {"2026-11-01", "2026-06-04", "2026-08-15", "2026-08-08"}),
        ("NW", {"2026-11-01", "2026-06-04"}),
        ("SN", {"2026-10-31", "2026-11-18"}),
        ("SN-CATHOLIC", {"2026-10-31", "2026-11-18", "2026-06-04"}),
        ("TH", {"2026-10-31", "2026-09-20"}),
        ("TH-CATHOLIC", {"2026-10-31", "2026-09-20", "2026-06-04"}),
        ("HH", {"2026-10-31"}),
    ],
)
def test_laender_have_their_own_public_holidays(region: str, special: set[str], tmp_path: Path) -> None:
    client = house(tmp_path, rerouted("region: BY", f"region: {region}")).clients[LAWYER]
    hours = client.handlings[0].hours
    assert hours is not None
    doubtful = {"2026-11-01", "2026-06-04", "2026-08-15", "2026-08-08", "2026-10-31", "2026-11-18", "2026-09-20"}
    assert doubtful & set(hours.calendar) == special


def test_hours_that_say_nothing_of_public_holidays_have_no_calendar(lawyer: Client) -> None:
    bar = lawyer.scripts[0].hours
    assert bar is not None
    assert (bar.holidays, bar.calendar, bar.week["mo"]) == (None, {}, (Span(start=1080, end=1560),))


# --- lists ------------------------------------------------------------------------------------------------------------


def test_lists_understand_every_german_form(lawyer: Client) -> None:
    dear, pattern = lawyer.block
    assert dear == BlockEntry(prefix="+49900", reason="Dear", author="Lou")
    assert pattern == BlockEntry(pattern="+498999998??*", until=vienna(2027, 1, 31, 18))
    assert lawyer.allow[0].between == ("+493023125600", "+493023125699")
    assert lawyer.vips[0].number == "+491713920059"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("030 23125-120", "+493023125120"),
        ("(030) 23125120", "+493023125120"),
        ("030/23125120", "+493023125120"),
        ("0049 30 23125120", "+493023125120"),
        ("+49 (0)30 23125120", "+493023125120"),
        ("+49 030 23125120", "+493023125120"),
        ("0049 030 23125120", "+493023125120"),
        ("+493023125120", "+493023125120"),
        ("0043 1 5880000", "+4315880000"),
        ("00800 12345678", "+80012345678"),
    ],
)
def test_number_of_a_list_may_be_written_as_people_do(text: str, number: str, tmp_path: Path) -> None:
    assert house(tmp_path, rerouted("0171 3920059", text)).clients[LAWYER].vips[0].number == number


@pytest.mark.parametrize(("until", "at"), [("2026-12-31", (2027, 1, 1)), ("2026-12-31 12:30", (2026, 12, 31, 12, 30))])
def test_entry_counts_until_the_end_of_its_last_day_in_the_clients_time_zone(
    until: str, at: tuple[int, ...], tmp_path: Path
) -> None:
    client = house(tmp_path, rerouted("2027-01-31 18:00", until)).clients[LAWYER]
    assert client.block[1].until == vienna(*at)


def test_absent_staff_has_a_deputy_until_a_day_is_over(lawyer: Client) -> None:
    kim = lawyer.staff[StaffId("kim")]
    assert (kim.absent_until, kim.deputy) == (vienna(2026, 12, 2), "lou")


def test_vip_is_put_through_by_hour_and_to_somebody_else_at_any_other_time(lawyer: Client) -> None:
    (vip,) = lawyer.vips
    assert isinstance(vip, Vip)
    assert [(row.staff, row.hours.name) for row in vip.by_hours] == [("kim", "shop")]
    assert vip.staff == "lou"


def test_scripts_are_of_hours_and_for_vips_and_the_short_form_is_for_any_time(lawyer: Client) -> None:
    closed, *others = lawyer.scripts
    assert (closed.text, closed.hours and closed.hours.name) == ("Closed", "bar")
    assert others == [Script(text="Be kind", vip=True), Script(text="Ask for the name")]


# --- limits -----------------------------------------------------------------------------------------------------------


def test_limits_of_a_client_are_as_written(lawyer: Client) -> None:
    assert lawyer.limits == ArrivalLimits(
        calls=9, rate=Rate(burst=5, per_minute=10), calls_per_caller=None, caller_rate=None
    )
    assert lawyer.outbound == OutboundLimits(legs=2, minutes_a_day=60, cents_a_day=1250, longest_ms=1_800_000)


def test_limits_left_out_are_those_of_the_core(tmp_path: Path) -> None:
    small = house(tmp_path, dict(SMALL))
    bakery = small.clients[ClientId("bakery")]
    assert (bakery.limits, bakery.outbound) == (ArrivalLimits(), OutboundLimits())
    assert (small.limits, small.rates, small.park_limit_ms) == (HouseLimits(), Rates(), 120_000)


def test_house_has_limits_rates_and_a_threshold_for_advertisers(tmp_path: Path) -> None:
    keys = """\
house:
  park_limit: 90s
  advertising_reports: 5
  advertising_block_days: 30
  limits: {calls: 100, kept_free: 10, new_calls_per_second: 20}
  rates: {otherwise: "0.015", by_prefix: {"0171": "0.10", "0043": "0.20"}}
"""
    found = house(tmp_path, {**SMALL, "house.yaml": SMALL["house.yaml"].replace("house:\n", keys)})
    assert (found.park_limit_ms, found.advertising_reports, found.advertising_block_ms) == (90_000, 5, 30 * 86_400_000)
    assert found.limits == HouseLimits(calls=100, kept_free=10, new_calls_per_second=20)
    assert found.rates == Rates(by_prefix={"+49171": 10.0, "+43": 20.0}, otherwise=1.5)


def test_numbers_that_lead_to_us_are_ours_and_those_forwarded_to_us(tmp_path: Path) -> None:
    forwarded = {"+493023125110", "+493023125120", "+493023125130"}
    assert house(tmp_path).own_numbers == {"+493023125010", "+493023125000"} | forwarded


def test_codes_for_parking_and_passing_on(tmp_path: Path) -> None:
    codes = house(tmp_path).codes
    assert (codes.park, codes.hand_on, codes.take_parked, codes.take_next) == ("*3", "*5", "*45", "*46")
