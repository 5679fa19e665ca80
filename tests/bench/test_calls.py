"""The pure parts of the bench of whole calls: figures from traces, what is kept, the table and its aims."""

from pathlib import Path
from typing import Any

from bench.calls.figures import Cost, Delay, Measured, Rate, Saturated, Spread, Trial, Waiting
from bench.calls.kept import keep, load
from bench.calls.saturated import gaps
from bench.calls.table import aims, table
from tests.lab.trace import SipMessage

SPREAD = Spread.of([1.0, 2.0, 3.0, 4.0])
TRIAL = Trial(
    rate=100,
    seconds=6,
    begun=600,
    failed=0,
    retransmitted=0,
    busy=50,
    elsewhere=0,
    dropped=0,
    answer=Spread.of([8.0, 9.0]),
)


def message(at: float, start: str, call: str, *, sent: bool) -> SipMessage:
    return SipMessage(at=at, sent=sent, start=start, headers=(("Call-ID", call),), body="")


def delay(*, p50: float, router: float) -> Delay:
    spread = Spread(count=10, p50=p50, p95=5.0, p99=6.0, longest=7.0)
    return Delay(rate=40, post_dial=spread, answer=SPREAD, failed=0, cost=Cost(asterisk=8.0, router=router))


def test_spread_tells_the_median_and_the_longest() -> None:
    assert (SPREAD.count, SPREAD.p50, SPREAD.longest) == (4, 2.5, 4.0)


def test_gap_is_from_an_agents_bye_to_the_next_invite_for_the_same_agent() -> None:
    seen = [
        message(10, "INVITE sip:anna@127.0.0.3 SIP/2.0", "one", sent=False),
        message(11, "INVITE sip:ben@127.0.0.3 SIP/2.0", "two", sent=False),
        message(20, "BYE sip:there SIP/2.0", "one", sent=True),
        message(21, "BYE sip:there SIP/2.0", "one", sent=True),  # sent again
        message(22, "BYE sip:there SIP/2.0", "two", sent=True),
        message(23.5, "INVITE sip:anna@127.0.0.3 SIP/2.0", "three", sent=False),
        message(40, "INVITE sip:anna@127.0.0.3 SIP/2.0", "three", sent=False),
    ]
    assert gaps(seen) == [3.5]


def test_trial_with_a_failed_call_or_too_few_calls_is_not_clean() -> None:
    assert TRIAL.clean
    for spoilt in ({"failed": 1}, {"begun": 500}):
        assert not Trial(**{name: getattr(TRIAL, name) for name in TRIAL.__slots__} | spoilt).clean


def test_what_is_kept_is_read_again_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "calls.json"
    figures: dict[str, Any] = {
        "delay": delay(p50=2.0, router=1.0),
        "rate": Rate(highest=100, trials=[TRIAL]),
        "saturated": Saturated(next_call=SPREAD, served=9.5),
        "waiting": [Waiting(waiting=100, cost=Cost(asterisk=40.0, router=1.0))],
    }
    for name, figure in figures.items():
        keep(file, load(file), "router", **{name: figure})
    assert load(file) == {"router": Measured(**figures)}


def test_table_has_a_row_for_each_path_and_a_dash_for_what_is_not_known() -> None:
    head, _, row = table({"dial": Measured(rate=Rate(highest=400, trials=[]))})
    assert head.count("|") == row.count("|")
    assert row.startswith("| dial | 400 | – |")


def test_aims_are_met_or_missed_with_their_figures() -> None:
    known = {
        "queue500": Measured(delay=delay(p50=2.0, router=0.0), rate=Rate(highest=160, trials=[])),
        "router": Measured(delay=delay(p50=3.0, router=1.0), rate=Rate(highest=240, trials=[])),
    }
    said = list(aims(known))
    assert "met: 1.5 times app_queue's rate (500 members): 240 calls/s, at least 240" in said
    assert "MISSED: post-dial delay p50 at most app_queue's (500 members): 3 ms, at most 2" in said
    assert "met: router's CPU a call: 1 ms, at most 1.5" in said


def test_an_aim_without_its_figures_is_not_told() -> None:
    assert list(aims({"dial": Measured()})) == []
