"""What Prometheus is told."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from router.core.commands import Note, RingAgent, Settle
from router.core.events import CallerArrived, LegAnswered, LegRang
from router.core.ids import AgentId, CallId, LegId, Millis, QueueId, Skill
from router.core.record import Arrival, CallRecord, Ending, EndingClass
from router.core.trace import Step
from router.core.view import AgentView, CallView, HouseView, Phase, Presence, WaitingView
from router.metrics import Metrics
from router.metrics.leading import LeadingMetrics, Standing
from router.metrics.overload import Overload
from tests.replay.tales import from_hand_to_hand, instead_of_waiting
from tests.stories.houses import ANNA
from tests.stories.story import Story

OF_TWO = LeadingMetrics(
    standing=lambda: Standing(node="a", leads=True, epoch=1, shared=True, held=0, differs=False),
)
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "metrics.md"
CALL_BACKS, MESSAGES = "vorzimmer_call_backs_total", "vorzimmer_messages_total"
PARKED, PASSED, TAKEN = "vorzimmer_parked_total", "vorzimmer_passed_total", "vorzimmer_taken_total"
NOON = 1_795_000_000_000
CALL, CALLER_LEG, AGENT_LEG, STAFF_LEG = CallId("c1"), LegId("c1"), LegId("c1-agent1"), LegId("c1-staff1")
ARRIVED = CallerArrived(call=CALL, leg=CALLER_LEG, dialled="+4930999", caller="+493012345678")
RING = RingAgent(call=CALL, leg=AGENT_LEG, agent=AgentId("anna"), caller=None, client_name="Praxis")


@dataclass
class StandingClock:
    at: Millis = NOON

    def now(self) -> Millis:
        return self.at


@dataclass(frozen=True)
class Lag:
    bytes: int
    ms: int
    reserve: int


class House:
    """What the metrics look at."""

    def __init__(self) -> None:
        self.view = HouseView(calls=(), agents=(), waiting=())
        self.reconnects = 0
        self.clock = StandingClock()
        self.metrics = Metrics(
            clock=self.clock,
            view=lambda: self.view,
            journal=lambda: Lag(bytes=120, ms=40, reserve=4096),
            reconnects=lambda: self.reconnects,
        )

    def families(self) -> dict[str, Metric]:
        return told(self.metrics.exposition())

    def value(self, sample: str, **labels: str) -> float | None:
        found = [
            one.value
            for family in self.families().values()
            for one in family.samples
            if one.name == sample and one.labels == labels
        ]
        return found[0] if found else None


def told(exposition: bytes) -> dict[str, Metric]:
    return {family.name: family for family in text_string_to_metric_families(exposition.decode())}


@pytest.fixture
def house() -> House:
    return House()


def call(phase: Phase, ident: str = "c1") -> CallView:
    return CallView(
        call=CallId(ident), client=None, client_name="", phase=phase, since=NOON, arrived=NOON, caller="+4930111"
    )


def agent(ident: str, presence: Presence) -> AgentView:
    return AgentView(agent=AgentId(ident), name=ident, presence=presence, intent=presence, since=NOON)


def waiting(ident: str, since: Millis, *skills: str) -> WaitingView:
    return WaitingView(call=CallId(ident), skills=frozenset(map(Skill, skills)), since=since)


def settle(kind: EndingClass, reason: str) -> Settle:
    record = CallRecord(
        call=CALL,
        client=None,
        dialled="+4930999",
        caller=None,
        arrived=NOON,
        answered=None,
        ended=NOON,
        ending=Ending(kind=kind, reason=reason),
        parts=(),
        tariff=None,
    )
    return Settle(call=CALL, record=record)


def test_an_answered_call_shows_in_both_histograms_and_its_ending_is_counted(house: House) -> None:
    observed = house.metrics.observed
    observed(now=NOON, event=ARRIVED, commands=[RING])
    observed(now=NOON + 300, event=LegRang(call=CALL, leg=AGENT_LEG), commands=[])
    observed(now=NOON + 4000, event=LegAnswered(call=CALL, leg=AGENT_LEG), commands=[])
    ended = settle(EndingClass.SERVED, "caller_hung_up")
    observed(now=NOON + 9000, event=LegAnswered(call=CALL, leg=AGENT_LEG), commands=[ended])
    assert house.value("vorzimmer_call_post_dial_delay_seconds_sum") == 0.3
    assert house.value("vorzimmer_call_answer_seconds_sum") == 4.0
    assert house.value("vorzimmer_call_answer_seconds_count") == 1
    assert house.value("vorzimmer_calls_ended_total", ending="served", reason="caller_hung_up") == 1


def test_an_answer_by_staff_is_no_answer_by_an_agent(house: House) -> None:
    house.metrics.observed(now=NOON, event=ARRIVED, commands=[])
    house.metrics.observed(now=NOON + 700, event=LegAnswered(call=CALL, leg=STAFF_LEG), commands=[])
    assert house.value("vorzimmer_call_answer_seconds_count") == 0
    assert house.value("vorzimmer_call_post_dial_delay_seconds_sum") == 0.7


def test_a_call_that_arrived_before_the_router_started_is_counted_but_not_timed(house: House) -> None:
    house.metrics.observed(now=NOON, event=LegAnswered(call=CALL, leg=AGENT_LEG), commands=[RING])
    house.metrics.observed(now=NOON, event=ARRIVED, commands=[settle(EndingClass.ABANDONED, "caller_hung_up")])
    assert house.value("vorzimmer_call_answer_seconds_count") == 0
    assert house.value("vorzimmer_calls_ended_total", ending="abandoned", reason="caller_hung_up") == 1


def test_a_reason_that_is_no_stable_word_makes_no_series_of_its_own(house: House) -> None:
    house.metrics.observed(now=NOON, event=ARRIVED, commands=[settle(EndingClass.FAULT, "KeyError: '+4930'")])
    assert house.value("vorzimmer_calls_ended_total", ending="fault", reason="other") == 1


def test_expected_waits_are_counted_by_what_became_of_them(house: House) -> None:
    for outcome in ("hit", "hit", "late"):
        step = Step(at=NOON, rule="expected_wait", outcome=outcome)
        house.metrics.observed(now=NOON, event=ARRIVED, commands=[Note(call=CALL, step=step)])
    assert house.value("vorzimmer_expected_waits_total", outcome="hit") == 2
    assert house.value("vorzimmer_expected_waits_total", outcome="late") == 1


def noted(house: House, rule: str, outcome: str, because: str = "") -> None:
    step = Step(at=NOON, rule=rule, outcome=outcome, because=because)
    house.metrics.observed(now=NOON, event=ARRIVED, commands=[Note(call=CALL, step=step)])


@pytest.mark.parametrize(
    ("step", "metric", "labels"),
    [
        (("relaxed", "stage 1"), "vorzimmer_needs_relaxed_total", {}),
        (("overflow", "queue_full", "7 wait already"), "vorzimmer_overflows_total", {"step": "queue_full"}),
        (("overflow", "to queue legal"), "vorzimmer_overflows_total", {"step": "queue"}),
        (("overflow", "to staff weiss"), "vorzimmer_overflows_total", {"step": "staff"}),
        (("overflow", "turned away"), "vorzimmer_overflows_total", {"step": "turned_away"}),
        (("call_back", "promised", "+4930"), "vorzimmer_call_backs_total", {"outcome": "promised"}),
        (("call_back", "no answer", "try 1 of 3"), "vorzimmer_call_backs_total", {"outcome": "unanswered"}),
        (("talk", "anna", "called back after 9 ms"), "vorzimmer_call_backs_total", {"outcome": "kept"}),
        (("message", "no consent"), "vorzimmer_messages_total", {"outcome": "no_consent"}),
        (("message", "left", "9 ms"), "vorzimmer_messages_total", {"outcome": "left"}),
        (("park", "parked", "by anna"), "vorzimmer_parked_total", {"outcome": "parked"}),
        (("pass", "to bernd", "by anna"), "vorzimmer_passed_total", {"to": "agent"}),
        (("pass", "to queue legal", "by anna"), "vorzimmer_passed_total", {"to": "queue"}),
        (("pass", "returned", "to anna"), "vorzimmer_passed_total", {"to": "returned"}),
        (("offer", "anna", "taken out of turn"), "vorzimmer_taken_total", {"from": "line"}),
        (("offer", "anna", "taken up from the park"), "vorzimmer_taken_total", {"from": "park"}),
    ],
)
def test_what_routing_does_is_counted_from_the_traces(
    house: House, step: tuple[str, ...], metric: str, labels: dict[str, str]
) -> None:
    assert house.value(metric, **labels) == 0
    noted(house, *step)
    assert house.value(metric, **labels) == 1


@pytest.mark.parametrize(
    "step",
    [("offer", "anna", "longest idle"), ("talk", "anna", "answered after 9 ms"), ("overflow", "no such queue", "x")],
)
def test_other_steps_of_the_same_rules_count_nothing(house: House, step: tuple[str, ...]) -> None:
    before = house.metrics.exposition()
    noted(house, *step)
    ours = [line for line in house.metrics.exposition().splitlines() if line.startswith(b"vorzimmer_")]
    assert ours == [line for line in before.splitlines() if line.startswith(b"vorzimmer_")]


def taken_in_a_pause_and_parked_too_long() -> Story:
    story = Story(on=(ANNA,))
    story.agent_pauses(ANNA)
    story.caller_arrives()
    story.agent_takes(ANNA)
    story.agent_answers(ANNA)
    story.agent_parks(ANNA)
    story.after(130)
    return story


def test_the_words_that_are_counted_are_those_of_real_calls(house: House) -> None:
    """So that a word changed in the core is noticed here."""
    for tale in (instead_of_waiting, from_hand_to_hand, taken_in_a_pause_and_parked_too_long):
        house.metrics.observed(now=NOON, event=ARRIVED, commands=tale().commands)
    assert [value for value in ("promised", "kept") if not house.value(CALL_BACKS, outcome=value)] == []
    assert [value for value in ("asked", "consented", "left") if not house.value(MESSAGES, outcome=value)] == []
    assert [value for value in ("parked", "returned") if not house.value(PARKED, outcome=value)] == []
    assert [value for value in ("agent", "queue") if not house.value(PASSED, to=value)] == []
    assert [value for value in ("line", "park") if not house.value(TAKEN, **{"from": value})] == []


def test_refused_calls_are_counted_by_the_limit_and_our_own_legs_apart(house: House) -> None:
    for arrival in (Arrival(brake="client_rate"), Arrival(returned=CallId("call-0")), Arrival(brake="unheard of")):
        ended = settle(EndingClass.REFUSED, "busy")
        refused = replace(ended, record=replace(ended.record, arrival=arrival))
        house.metrics.observed(now=NOON, event=ARRIVED, commands=[refused])
    assert house.value("vorzimmer_calls_braked_total", limit="client_rate") == 1
    assert house.value("vorzimmer_own_legs_returned_total") == 1
    assert house.value("vorzimmer_calls_braked_total", limit="unheard of") is None


def test_callers_are_counted_by_queue_and_parked_ones_apart(house: House) -> None:
    legal = replace(waiting("c1", NOON), queue=QueueId("legal"))
    house.view = HouseView(calls=(), agents=(), waiting=(legal, waiting("c2", NOON)), parked=(waiting("c3", NOON),))
    assert house.value("vorzimmer_queue_callers", queue="legal") == 1
    assert house.value("vorzimmer_queue_callers", queue="default") == 1
    assert house.value("vorzimmer_parked_callers") == 1
    house.view = HouseView(calls=(), agents=(), waiting=())
    assert house.value("vorzimmer_queue_callers", queue="legal") == 0


def test_gauges_show_the_house_at_the_scrape(house: House) -> None:
    house.view = HouseView(
        calls=(call(Phase.WAITING), call(Phase.TALKING, "c2"), call(Phase.ENDED, "c3"), call(Phase.ENDED, "c4")),
        agents=(agent("anna", Presence.TALKING), agent("bernd", Presence.PAUSED)),
        waiting=(waiting("c1", NOON - 7500, "legal", "german"), waiting("c5", NOON - 2000, "german", "legal")),
    )
    assert house.value("vorzimmer_calls", phase="waiting") == 1
    assert house.value("vorzimmer_calls", phase="greeting") == 0
    assert house.value("vorzimmer_agents", presence="paused") == 1
    assert house.value("vorzimmer_waiting_callers", skills="german+legal") == 2
    assert house.value("vorzimmer_longest_wait_seconds", skills="german+legal") == 7.5
    assert house.value("vorzimmer_ledger_backlog_calls") == 2
    assert house.value("vorzimmer_journal_lag_bytes") == 120
    assert house.value("vorzimmer_journal_lag_seconds") == 0.04
    assert house.value("vorzimmer_journal_reserve_bytes") == 4096


def test_a_skill_group_that_nobody_waits_for_any_more_goes_on_with_zero(house: House) -> None:
    house.view = HouseView(calls=(), agents=(), waiting=(waiting("c1", NOON - 1000),))
    assert house.value("vorzimmer_waiting_callers", skills="any") == 1
    house.view = HouseView(calls=(), agents=(), waiting=())
    assert house.value("vorzimmer_waiting_callers", skills="any") == 0
    assert house.value("vorzimmer_longest_wait_seconds", skills="any") == 0


def test_asterisks_answers_are_timed_by_operation_and_outcome(house: House) -> None:
    house.metrics.ari_request("channels.answer", 0.004, "ok")
    house.metrics.ari_request("channels.answer", 5.0, "ari.timeout")
    house.reconnects = 3
    assert house.value("vorzimmer_ari_request_seconds_sum", operation="channels.answer", outcome="ok") == 0.004
    assert house.value("vorzimmer_ari_request_seconds_count", operation="channels.answer", outcome="ari.timeout") == 1
    assert house.value("vorzimmer_ari_reconnects_total") == 3


def test_only_the_configuration_in_force_is_shown(house: House) -> None:
    house.metrics.config_loaded("aaa")
    house.clock.at += 60_000
    house.metrics.config_reloaded("bbb", 0.3)
    house.metrics.config_failed()
    assert house.value("vorzimmer_config_info", version="aaa") is None
    assert house.value("vorzimmer_config_info", version="bbb") == 1
    assert house.value("vorzimmer_config_last_success_timestamp_seconds") == NOON / 1000 + 60
    assert house.value("vorzimmer_config_load_failures_total") == 1
    assert house.value("vorzimmer_config_reload_seconds_sum") == 0.3
    assert house.value("vorzimmer_config_reload_seconds_count") == 1


def test_the_process_itself_is_shown(house: House) -> None:
    assert {"process_cpu_seconds", "process_resident_memory_bytes", "python_info"} <= house.families().keys()


def test_every_metric_is_named_helped_and_measured_as_prometheus_wants_it(house: House) -> None:
    house.metrics.ari_request("channels.answer", 0.004, "ok")
    house.metrics.observed(now=NOON, event=ARRIVED, commands=[settle(EndingClass.SERVED, "caller_hung_up")])
    for name, family in house.families().items():
        totals = [sample.name for sample in family.samples if sample.name == f"{name}_total"]
        assert family.documentation, name
        assert name.startswith(("vorzimmer_", "process_", "python_")), name
        assert bool(totals) == (family.type == "counter"), name
        assert not name.endswith(("_ms", "_milliseconds", "_minutes", "_kilobytes", "_count", "_sum", "_bucket")), name


def test_the_documentation_names_every_metric_of_ours_and_no_other(house: House) -> None:
    house.metrics.show(Overload(refused=lambda: 0, closed=lambda: False, paced=lambda: 0))
    documented = set(re.findall(r"^\| `(vorzimmer_\w+)`", DOCUMENTATION.read_text(), re.MULTILINE))
    ours = {
        f"{name}_total" if family.type == "counter" else name
        for name, family in {**house.families(), **told(OF_TWO.exposition())}.items()
        if name.startswith("vorzimmer_") and not name.endswith("_created")
    }
    assert documented == ours


def test_nothing_of_a_caller_becomes_a_label(house: House) -> None:
    house.metrics.observed(now=NOON, event=ARRIVED, commands=[RING])
    house.view = HouseView(calls=(call(Phase.WAITING),), agents=(), waiting=())
    assert b"+49" not in house.metrics.exposition()
