"""What another configuration would have changed: the same calls, the same people, the same chance, two houses."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from router.core.house import House
from router.core.ids import CallId, ClientId, Millis
from router.core.money import Cents
from router.core.record import CallRecord, EndingClass
from router.core.tariff import rate
from router.core.trace import Step
from router.sim.duty import Duty
from router.sim.outcome import Outcome
from router.sim.people import Caller, Habits
from router.sim.results import Figures, figures
from router.sim.trial import Counted, simulate, uncounted

Account = tuple[ClientId, str]  # a client's, in a currency
Place = tuple[object, ...]
MERELY_TOLD = frozenset({"hearing", "expected_wait"})  # rules that tell callers how they stand, and move nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two configurations: its house and what follows it (a tariff's new version), and who is at work."""

    house: House
    duty: Duty
    changes: Sequence[tuple[Millis, House]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A call that ends elsewhere: where before and after, and the first step at which the two part."""

    call: CallId
    arrived: Millis
    client: ClientId | None
    old: str
    new: str
    old_step: Step | None
    new_step: Step | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What a client owes under both, net."""

    client: ClientId
    currency: str
    old: Cents
    new: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """All differences. `otherwise` counts calls that end in the same place after another wait or talk, or with another
    agent; `bills` has every client who is charged under either."""

    calls: int
    elsewhere: tuple[Elsewhere, ...]
    otherwise: int
    old: Figures
    new: Figures
    bills: tuple[Billed, ...]

    @property
    def any(self) -> bool:
        """Whether anything at all differs."""
        return bool(self.elsewhere or self.otherwise or any(bill.old != bill.new for bill in self.bills))


@dataclass(slots=True)
class _Lived:
    """What came of one side."""

    records: dict[CallId, CallRecord] = field(default_factory=dict)
    bill: dict[Account, Cents] = field(default_factory=lambda: defaultdict(int))
    outcomes: dict[CallId, Outcome] = field(default_factory=dict)

    def take(self, record: CallRecord) -> None:
        self.records[record.call] = record
        charges = rate(record)
        if charges.client is not None and charges.currency is not None:
            self.bill[charges.client, charges.currency] += charges.charged


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What both sides have in common. `each` is told of every call of either."""

    callers: Sequence[Caller]
    begins: Millis
    habits: Habits
    seed: int
    within: Millis
    each: Counted = uncounted

    def between(self, old: Side, new: Side) -> Difference:
        """Let the same callers come to both houses."""
        before, after = self._live(old), self._live(new)
        pairs = [(one, after.outcomes[call]) for call, one in before.outcomes.items()]
        moved = [call for call, other in pairs if _place(call) != _place(other)]
        stayed = [call for call, other in pairs if _place(call) == _place(other)]
        return Difference(
            calls=len(pairs),
            elsewhere=tuple(_elsewhere(call.call, before, after) for call in sorted(moved, key=_arrival)),
            otherwise=sum(_course(call.call, before) != _course(call.call, after) for call in stayed),
            old=figures(before.outcomes.values(), self.within),
            new=figures(after.outcomes.values(), self.within),
            bills=tuple(_bills(before.bill, after.bill)),
        )

    def _live(self, side: Side) -> _Lived:
        lived = _Lived()

        def take(record: CallRecord) -> None:
            lived.take(record)
            self.each(record)

        lived.outcomes = {
            outcome.call: outcome
            for outcome in simulate(
                side.house,
                self.callers,
                side.duty,
                begins=self.begins,
                habits=self.habits,
                seed=self.seed,
                changes=side.changes,
                each=take,
            ).outcomes
        }
        return lived


def _place(outcome: Outcome) -> Place:
    """Where a call ends. Who gives up does so at one place, whether a phone was ringing by then or not."""
    ending = outcome.ending
    reason = "" if ending.kind is EndingClass.ABANDONED else ending.reason
    return outcome.client, ending.kind, reason, outcome.staff


def _course(call: CallId, lived: _Lived) -> Place:
    return lived.outcomes[call].waited, lived.outcomes[call].ending, lived.records[call].parts


def _arrival(outcome: Outcome) -> tuple[Millis, CallId]:
    return outcome.arrived, outcome.call


def _elsewhere(call: CallId, before: _Lived, after: _Lived) -> Elsewhere:
    old, new = before.outcomes[call], after.outcomes[call]
    old_step, new_step = _parting(before.records[call].trace, after.records[call].trace)
    return Elsewhere(
        call=call,
        arrived=old.arrived,
        client=old.client,
        old=_told(old),
        new=_told(new),
        old_step=old_step,
        new_step=new_step,
    )


def _told(outcome: Outcome) -> str:
    staff = f", staff {outcome.staff}" if outcome.staff else ""
    return f"{outcome.ending.kind} ({outcome.ending.reason}){staff}"


def _parting(old: Sequence[Step], new: Sequence[Step]) -> tuple[Step | None, Step | None]:
    """The first steps that decide differently; if all decide the same, the first that do so at another time."""
    before, after = ([step for step in steps if step.rule not in MERELY_TOLD] for steps in (old, new))
    for means in (_decided, _when):
        for one, other in zip_longest(before, after):
            if one is None or other is None or means(one) != means(other):
                return one, other
    return None, None


def _decided(step: Step) -> Place:
    return step.rule, str(step.outcome)


def _when(step: Step) -> Place:
    return step.at, step.because


def _bills(old: Mapping[Account, Cents], new: Mapping[Account, Cents]) -> Iterator[Billed]:
    for client, currency in sorted(old.keys() | new.keys()):
        account = (client, currency)
        yield Billed(client=client, currency=currency, old=old.get(account, 0), new=new.get(account, 0))
