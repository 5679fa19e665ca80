"""A client's month: what its calls come to, and what is owed besides.

- Every call is charged in full by its own settlement. What the month adds is base fee, included minutes and calls,
  which give back what was charged, and the top-up to the minimum; `monthly_postings` is all that is still to be posted.
- The tariff in force on the client's first day in the month decides these. Base fee, minimum and what is included count
  by the day when the client begins or ends within the month; included seconds and calls are rounded up.
- Included minutes are the first seconds of handling in the order of arrival, at each call's own price. A call that they
  cover in part costs what its other seconds alone would. Included calls are the first acceptance fees.
- What was reversed or refunded in the same month uses up nothing that is included, nor do calls of a trial.
- The minimum counts calls, base fee and what is included, not credits, discounts, reversals and refunds.
- A month of trial shows list prices and charges nothing.

Sum of all lines = what the client's receivable grows by: through the calls, the entries, and the monthly postings.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil

from router.core.billing.entry import REVERSING, Entry, receivable
from router.core.errors import CurrenciesMixed
from router.core.house import Tariff
from router.core.ids import CallId, ClientId, Millis
from router.core.ledger import Posting
from router.core.money import Cents, round_half_up
from router.core.tariff import SECONDS_A_MINUTE, Charge, ChargeKind, Charges


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a client has agreed to. `begins` and `ends` are its first and last day; None: before, or not in sight."""

    client: ClientId
    tariff: Tariff
    begins: date | None = None
    ends: date | None = None
    trial: bool = False  # the whole month


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledCall:
    """A call as its settlement has it."""

    arrived: Millis
    charges: Charges


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsLine:
    """All charges of one kind and price: `units` as in `Charge`, each charge rounded by itself."""

    kind: ChargeKind
    name: str  # of a surcharge
    price: Fraction  # cents per `per` units
    per: int
    trial: bool
    calls: int  # charges that are summed up here
    units: int
    list_price: Cents
    charged: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFee:
    """`price` cents a month for `days` of the `of_days` that the month has."""

    price: Fraction
    days: int
    of_days: int
    list_price: Cents
    charged: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class IncludedMinutes:
    """What the first seconds of handling cost, given back: of `calls` all, of `split` only `split_seconds`."""

    seconds: int  # included in this month
    used: int
    calls: int
    split: CallId | None
    split_seconds: int
    list_price: Cents  # never positive
    charged: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class IncludedCalls:
    """The first acceptance fees, given back."""

    calls: int  # included in this month
    used: int
    list_price: Cents  # never positive
    charged: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """What `turnover` lacks to the `minimum`."""

    minimum: Cents
    turnover: Cents
    list_price: Cents
    charged: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """A credit, discount, reversal or refund."""

    entry: Entry

    @property
    def list_price(self) -> Cents:
        """What the client owes more through it; mostly negative."""
        return self.entry.receivable

    @property
    def charged(self) -> Cents:
        """As `list_price`."""
        return self.entry.receivable


MonthlyLine = BaseFee | IncludedMinutes | IncludedCalls | TopUp
Line = CallsLine | MonthlyLine | EntryLine
ACCOUNTS: dict[type[MonthlyLine], str] = {
    BaseFee: "revenue:base_fee",
    IncludedMinutes: "revenue:included_minutes",
    IncludedCalls: "revenue:included_calls",
    TopUp: "revenue:minimum",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A client's month (written as its first day) line by line; net, in cents."""

    client: ClientId
    month: date
    currency: str
    lines: tuple[Line, ...]

    @property
    def list_price(self) -> Cents:
        """What the month would cost if nothing of it were a trial."""
        return sum(line.list_price for line in self.lines)

    @property
    def charged(self) -> Cents:
        """What the client owes for it."""
        return sum(line.charged for line in self.lines)

    @property
    def monthly(self) -> tuple[MonthlyLine, ...]:
        """What no call and no entry has posted yet."""
        return tuple(line for line in self.lines if not isinstance(line, CallsLine | EntryLine))


def statement(terms: Terms, month: date, calls: Iterable[SettledCall], entries: Iterable[Entry] = ()) -> Statement:
    """What a client's month comes to.

    `calls`: all that belong to it, in the order of arrival, read once; those that were settled too late for their own
    month count in this one. `entries`: credits, discounts, reversals and refunds. Raises `CurrenciesMixed`, and
    `ValueError` for calls that are not in order.
    """
    adjusted = tuple(EntryLine(entry=entry) for entry in entries)
    share = _share(terms, month)
    counting = _Counting(terms=terms, taken_back=_taken_back(adjusted), included=_Included.of(terms.tariff, share))
    counting.take(calls)
    _same_currency(terms, adjusted)
    lines = (*counting.lines(), *_base_fee(terms, month, share), *counting.included.lines(trial=terms.trial))
    return Statement(
        client=terms.client,
        month=month,
        currency=terms.tariff.currency,
        lines=(*lines, *_top_up(terms, lines, share), *adjusted),
    )


def monthly_postings(of: Statement) -> tuple[Posting, ...]:
    """What the month adds to its calls and entries: the receivable against each revenue; nothing for nothing."""
    credits = tuple(Posting(account=ACCOUNTS[type(line)], amount=-line.charged) for line in of.monthly)
    debit = Posting(account=receivable(of.client), amount=sum(line.charged for line in of.monthly))
    return tuple(posting for posting in (debit, *credits) if posting.amount)


def days_in(terms: Terms, month: date) -> tuple[int, int]:
    """For how many days of the month the client is one, and how many the month has."""
    of_days = monthrange(month.year, month.month)[1]
    first, last = month.replace(day=1), month.replace(day=of_days)
    begins, ends = max(terms.begins or first, first), min(terms.ends or last, last)
    return max(0, (ends - begins).days + 1), of_days


def _taken_back(adjusted: Sequence[EntryLine]) -> frozenset[CallId | None]:
    """The calls that were reversed or refunded, and not charged again by a reversal of that."""
    sums: Counter[CallId | None] = Counter()
    for line in adjusted:
        if line.entry.kind in REVERSING:
            sums[line.entry.call] += line.charged
    return frozenset(call for call, charged in sums.items() if charged)


def _share(terms: Terms, month: date) -> Fraction:
    return Fraction(*days_in(terms, month))


def _same_currency(terms: Terms, entries: Sequence[EntryLine]) -> None:
    for line in entries:
        if line.entry.currency != terms.tariff.currency:
            raise CurrenciesMixed(line.entry.key, line.entry.currency, terms.tariff.currency)


# --- calls ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Included:
    """What is included, and how much of it the calls have used up so far."""

    seconds: int
    calls: int
    seconds_used: int = 0
    calls_used: int = 0
    whole: int = 0
    split: CallId | None = None
    split_seconds: int = 0
    minutes_back: Cents = 0
    calls_back: Cents = 0

    @classmethod
    def of(cls, tariff: Tariff, share: Fraction) -> "_Included":
        seconds = ceil(tariff.included_minutes * SECONDS_A_MINUTE * share)
        return cls(seconds=seconds, calls=ceil(tariff.included_calls * share))

    def use(self, call: CallId, charge: Charge) -> None:
        if charge.kind is ChargeKind.ACCEPTANCE and self.calls_used < self.calls:
            self.calls_used += 1
            self.calls_back += charge.list_price
        elif charge.kind is ChargeKind.HANDLING and self.seconds_used < self.seconds:
            self._use_seconds(call, charge)

    def _use_seconds(self, call: CallId, charge: Charge) -> None:
        covered = min(charge.units, self.seconds - self.seconds_used)
        self.seconds_used += covered
        self.minutes_back += charge.list_price - round_half_up((charge.units - covered) * charge.price / charge.per)
        if covered == charge.units:
            self.whole += 1
        else:
            self.split, self.split_seconds = call, covered

    def lines(self, *, trial: bool) -> Iterator[MonthlyLine]:
        if self.seconds_used:
            yield IncludedMinutes(
                seconds=self.seconds,
                used=self.seconds_used,
                calls=self.whole,
                split=self.split,
                split_seconds=self.split_seconds,
                list_price=-self.minutes_back,
                charged=0 if trial else -self.minutes_back,
            )
        if self.calls_used:
            back = 0 if trial else -self.calls_back
            yield IncludedCalls(calls=self.calls, used=self.calls_used, list_price=-self.calls_back, charged=back)


@dataclass(slots=True)
class _Sum:
    calls: int = 0
    units: int = 0
    list_price: Cents = 0
    charged: Cents = 0

    def add(self, charge: Charge) -> None:
        self.calls += 1
        self.units += charge.units
        self.list_price += charge.list_price
        self.charged += charge.charged


Price = tuple[ChargeKind, str, Fraction, int, bool]  # kind, name, price, per, of a trial
ORDER = tuple(ChargeKind)


@dataclass(slots=True, kw_only=True)
class _Counting:
    """One pass over the calls."""

    terms: Terms
    taken_back: frozenset[CallId | None]
    included: _Included
    sums: dict[Price, _Sum] = field(default_factory=dict)

    def take(self, calls: Iterable[SettledCall]) -> None:
        last: Millis | None = None
        for call in calls:
            if last is not None and call.arrived < last:
                raise ValueError(f"call {call.charges.call} arrived before the one that was given before it")
            last = call.arrived
            self._add(call.charges)

    def _add(self, charges: Charges) -> None:
        if charges.lines and charges.currency != self.terms.tariff.currency:
            raise CurrenciesMixed(f"call {charges.call}", charges.currency or "none", self.terms.tariff.currency)
        uses = (self.terms.trial or not charges.trial) and charges.call not in self.taken_back
        for charge in charges.lines:
            price = (charge.kind, charge.name, charge.price, charge.per, charges.trial)
            if (known := self.sums.get(price)) is None:
                known = self.sums[price] = _Sum()
            known.add(charge)
            if uses:
                self.included.use(charges.call, charge)

    def lines(self) -> Iterator[CallsLine]:
        for price, found in sorted(self.sums.items(), key=_place):
            kind, name, each, per, trial = price
            yield CallsLine(
                kind=kind,
                name=name,
                price=each,
                per=per,
                trial=trial,
                calls=found.calls,
                units=found.units,
                list_price=found.list_price,
                charged=found.charged,
            )


def _place(priced: tuple[Price, _Sum]) -> tuple[int, str, Fraction, int, bool]:
    kind, name, price, per, trial = priced[0]
    return ORDER.index(kind), name, price, per, trial


# --- the month itself -------------------------------------------------------------------------------------------------


def _base_fee(terms: Terms, month: date, share: Fraction) -> Iterator[BaseFee]:
    fee = terms.tariff.base_fee
    if fee and share:
        days, of_days = days_in(terms, month)
        amount = round_half_up(fee * share)
        charged = 0 if terms.trial else amount
        yield BaseFee(price=fee, days=days, of_days=of_days, list_price=amount, charged=charged)


def _top_up(terms: Terms, lines: Sequence[Line], share: Fraction) -> Iterator[TopUp]:
    minimum = round_half_up(terms.tariff.minimum * share)
    turnover = sum(line.list_price if terms.trial else line.charged for line in lines)
    if turnover < minimum:
        lacks = minimum - turnover
        yield TopUp(minimum=minimum, turnover=turnover, list_price=lacks, charged=0 if terms.trial else lacks)
