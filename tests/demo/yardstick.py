"""SIPp's own measure of every call beside the ledger's: what was expected, what differs, and the table of both."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from router.core.record import CallRecord, PartKind
from router.db.reading import LedgerLine
from tests.demo.money import Prices, bill

TOLERANCE = 50.0  # milliseconds
SHOWN = (PartKind.TALK, PartKind.WRAP_UP, PartKind.THROUGH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a call by SIPp's clock, in milliseconds since 1970; `who` is the agent or staff member."""

    kind: PartKind
    who: str
    start: float
    end: float

    @property
    def length(self) -> float:
        """Milliseconds."""
        return self.end - self.start


@dataclass(slots=True, kw_only=True)
class Expected:
    """What the story knows of one of its calls; `caller` None where the number is suppressed.

    `aborted`: its story failed, so that nothing is expected of it.
    """

    label: str
    dialled: str
    caller: str | None
    client: str = ""
    ending: str = ""
    trial: bool = False
    aborted: bool = False
    spans: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One call as expected and as it was settled."""

    expected: Expected
    record: CallRecord
    lines: Sequence[LedgerLine]
    prices: Prices

    @property
    def differences(self) -> Sequence[float]:
        """The ledger's length of each part less SIPp's, in milliseconds."""
        parts = sorted(self.record.parts, key=lambda part: part.start)
        spans = sorted(self.expected.spans, key=lambda span: span.start)
        return [part.length - span.length for part, span in zip(parts, spans, strict=False)]

    @property
    def owed(self) -> int:
        """Cents at full price by the demo's own reckoning, for the milliseconds that were recorded."""
        return sum(self._charges().values())

    @property
    def charged(self) -> int:
        """Cents in the ledger."""
        return sum(line.charge.charged for line in self.lines)

    def _charges(self) -> dict[str, int]:
        talk, wrap_up = self.record.total(PartKind.TALK), self.record.total(PartKind.WRAP_UP)
        return dict(bill(talk, wrap_up, self.prices))

    def checks(self) -> Iterator[tuple[bool, str]]:
        """All that must hold, each with its words."""
        expected, record, label = self.expected, self.record, self.expected.label
        ending = f"{record.ending.kind} {record.ending.reason}"
        yield record.client == expected.client, f"{label}: is {expected.client}'s call (found: {record.client})"
        yield ending == expected.ending, f"{label}: ended as {expected.ending!r} (found: {ending!r})"
        yield from self._durations()
        yield from self._amounts()

    def _durations(self) -> Iterator[tuple[bool, str]]:
        parts = sorted(self.record.parts, key=lambda part: part.start)
        spans = sorted(self.expected.spans, key=lambda span: span.start)
        found = [f"{part.kind} {part.agent or part.staff}" for part in parts]
        wanted = [f"{span.kind} {span.who}" for span in spans]
        yield found == wanted, f"{self.expected.label}: parts are {wanted} (found: {found})"
        for name, difference in zip(wanted, self.differences, strict=False):
            within = abs(difference) <= TOLERANCE
            yield within, f"{self.expected.label}: {name} is off by {difference:+.1f} ms (at most {TOLERANCE:.0f})"

    def _amounts(self) -> Iterator[tuple[bool, str]]:
        wanted, label = self._charges(), self.expected.label
        listed = {str(line.charge.kind): line.charge.list_price for line in self.lines}
        due = 0 if self.expected.trial else sum(wanted.values())
        yield listed == wanted, f"{label}: charges are {wanted} cents (found: {listed})"
        yield self.charged == due, f"{label}: {due} cents are owed (found: {self.charged})"


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Call by call; a call's parts of one kind are added up, `worst` is its single part that is off most."""
    heads = "".join(f"  {kind.value.replace('_', '-'):>9} SIPp    ledger" for kind in SHOWN)
    yield f"{'call':36}{heads}     worst  expected  ledger"
    for outcome in outcomes:
        yield _row(outcome)


def _row(outcome: Outcome) -> str:
    worst = max(outcome.differences, key=abs, default=None)
    off = "" if worst is None else f"{worst:+.1f} ms"
    due = 0 if outcome.expected.trial else outcome.owed
    trial = f"  (trial, list price {_euros(outcome.owed)})" if outcome.expected.trial else ""
    cells = "".join(_cell(outcome, kind) for kind in SHOWN)
    return f"{outcome.expected.label:36}{cells}{off:>10}{_euros(due):>10}{_euros(outcome.charged):>8}{trial}"


def _cell(outcome: Outcome, kind: PartKind) -> str:
    measured = [span.length for span in outcome.expected.spans if span.kind is kind]
    recorded = outcome.record.total(kind)
    return f"{sum(measured) / 1000:16.3f}{recorded / 1000:10.3f}" if measured or recorded else f"{'-':>16}{'-':>10}"


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
