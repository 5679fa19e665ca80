"""What the demo says of a call that the ledger has as SIPp saw it, and of one that it has otherwise."""

from decimal import Decimal
from fractions import Fraction

from router.core.ids import AgentId, CallId, ClientId, Millis
from router.core.record import CallRecord, Ending, EndingClass, Part, PartKind
from router.core.tariff import Charge, ChargeKind
from router.db.reading import LedgerLine
from tests.demo.money import Prices
from tests.demo.yardstick import Expected, Outcome, Span, table

PRICES = Prices(acceptance=Decimal("0.59"), accepted_after=15_000, per_minute=Decimal("0.59"), most_wrap_up=120_000)
ANNA = AgentId("anna")


def outcome(
    *, talk: Millis = 10_000, charged: int = 11, client: str = "krause", trial: bool = False, agent: AgentId = ANNA
) -> Outcome:
    """SIPp saw 10.000 s of talk and 2.000 s of wrap-up; the ledger has this."""
    expected = Expected(
        label="1 tenant",
        dialled="+493023125010",
        caller="+491713920061",
        client="krause",
        ending="served caller_hung_up",
        trial=trial,
        spans=[
            Span(kind=PartKind.WRAP_UP, who="anna", start=10_000.0, end=12_000.0),
            Span(kind=PartKind.TALK, who="anna", start=0.0, end=10_000.0),
        ],
    )
    parts = (
        Part(kind=PartKind.TALK, start=0, end=talk, agent=agent),
        Part(kind=PartKind.WRAP_UP, start=talk, end=talk + 2_000, agent=agent),
    )
    record = CallRecord(
        call=CallId("1.0"),
        client=ClientId(client),
        dialled=expected.dialled,
        caller=expected.caller,
        arrived=0,
        answered=0,
        ended=talk,
        ending=Ending(kind=EndingClass.SERVED, reason="caller_hung_up"),
        parts=parts,
        tariff=None,
        trial=trial,
    )
    return Outcome(expected=expected, record=record, lines=[line(charged, trial)], prices=PRICES)


def line(cents: int, trial: bool) -> LedgerLine:
    charge = Charge(
        kind=ChargeKind.HANDLING,
        talk_ms=0,
        wrap_up_ms=0,
        units=0,
        price=Fraction(59),
        per=60,
        list_price=cents,
        charged=0 if trial else cents,
        explain="",
    )
    return LedgerLine(
        transaction=1,
        line=1,
        call=CallId("1.0"),
        client=ClientId("krause"),
        arrived=0,
        tariff="standard",
        tariff_version=1,
        currency="EUR",
        trial=trial,
        charge=charge,
    )


def failed(found: Outcome) -> list[str]:
    return [what for holds, what in found.checks() if not holds]


def test_all_is_good_when_the_ledger_has_what_sipp_saw() -> None:
    assert failed(outcome(charged=12)) == []


def test_fifty_milliseconds_are_within_and_fifty_one_are_not() -> None:
    assert failed(outcome(talk=10_050, charged=12)) == []
    assert failed(outcome(talk=10_051, charged=12)) == ["1 tenant: talk anna is off by +51.0 ms (at most 50)"]


def test_a_single_cent_is_found() -> None:
    assert len(failed(outcome(charged=11))) == 2


def test_another_clients_call_is_found() -> None:
    assert failed(outcome(charged=12, client="adler")) == ["1 tenant: is krause's call (found: adler)"]


def test_another_agents_part_is_found() -> None:
    assert len(failed(outcome(charged=12, agent=AgentId("ben")))) == 1


def test_a_trial_owes_nothing_at_full_list_price() -> None:
    assert failed(outcome(charged=12, trial=True)) == []
    assert list(table([outcome(charged=12, trial=True)]))[1].endswith("0.00    0.00  (trial, list price 0.12)")


def test_the_table_shows_both_measures_and_the_worst_difference() -> None:
    heading, row = table([outcome(talk=10_007, charged=12)])
    assert "talk SIPp" in heading
    assert row.split() == [
        *("1", "tenant", "10.000", "10.007", "2.000", "2.000", "-", "-", "+7.0", "ms", "0.12", "0.12"),
    ]
