"""Calls and tariffs for billing's tests, and random ones."""

from fractions import Fraction

from hypothesis import strategies as st

from router.core.house import Surcharge, Tariff
from router.core.ids import AgentId, CallId, Millis, StaffId, TariffId
from router.core.record import CallRecord, Ending, EndingClass, Part, PartKind
from tests.core.billing.naive import Told
from tests.fakes.records import ARRIVED, MUELLER

NAMES = {"talk": PartKind.TALK, "wrap": PartKind.WRAP_UP, "through": PartKind.THROUGH, "before": PartKind.SPOKEN_BEFORE}
Lengths = list[tuple[PartKind, Millis]]


def call_of(
    lengths: Lengths, tariff: Tariff, *, trial: bool = False, call: str = "call-1", arrived: Millis = ARRIVED
) -> CallRecord:
    """A served call of these parts, one after the other; those with staff name a person."""
    parts, now = [], arrived
    for kind, length in lengths:
        who = {"staff": StaffId("chef")} if kind is PartKind.THROUGH else {"agent": AgentId("anna")}
        parts.append(Part(kind=kind, start=now, end=now + length, **who))
        now += length
    return CallRecord(
        call=CallId(call),
        client=MUELLER,
        dialled="+493012345678",
        caller=None,
        arrived=arrived,
        answered=arrived,
        ended=now,
        ending=Ending(kind=EndingClass.SERVED, reason="caller_hung_up"),
        parts=tuple(parts),
        tariff=tariff,
        trial=trial,
    )


def told(lengths: Lengths) -> Told:
    """The same call for the naive implementation."""
    of = {kind: [length for other, length in lengths if other is kind] for kind in PartKind}
    return Told(
        talk=of[PartKind.TALK],
        wrap_up=of[PartKind.WRAP_UP],
        with_staff=of[PartKind.THROUGH],
        before=of[PartKind.SPOKEN_BEFORE],
    )


MILLIS = st.integers(0, 400_000) | st.sampled_from(
    [0, 1, 999, 1_000, 14_999, 15_000, 15_001, 119_999, 120_000, 120_001]
)
LENGTHS = st.lists(st.tuples(st.sampled_from(PartKind), MILLIS), max_size=6)
PRICES = st.fractions(0, 500, max_denominator=1000)
SURCHARGES = st.builds(
    Surcharge, name=st.sampled_from(["Nacht", "Sonntag"]), percent=st.sampled_from([Fraction(0), Fraction(25)]) | PRICES
) | st.builds(Surcharge, name=st.just("Feiertag"), per_call=PRICES)
TARIFFS = st.builds(
    Tariff,
    id=st.just(TariffId("any")),
    version=st.just(1),
    acceptance_fee=PRICES,
    acceptance_after_ms=st.integers(0, 60_000),
    handling_per_minute=PRICES,
    wrap_up_cap_ms=st.integers(0, 200_000),
    handling_needs_acceptance=st.booleans(),
    surcharges=st.lists(SURCHARGES, max_size=3).map(tuple),
    forwarded_per_minute=st.just(Fraction(0)) | PRICES,
)
