"""What routing does with calls, counted from the steps of their traces: each kind of step is one row of `COUNTED`.

Labels are chosen from what the rules themselves call it, never from a call: so there is a small, fixed number of them,
and all of them are shown from the start.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter

from router.core.brakes import Brake
from router.core.commands import Command, Note, Settle
from router.core.record import CallRecord
from router.core.trace import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A counter: its name, help and label, the values of the label, and which of them a step counts for, if any."""

    name: str
    what: str
    label: str
    values: tuple[str, ...]
    of: Callable[[Step], str]


def _overflow(step: Step) -> str:
    named = {"to queue": "queue", "to staff": "staff"}
    return named.get(" ".join(step.outcome.split()[:2]), step.outcome.replace(" ", "_"))


def _call_back(step: Step) -> str:
    return {"no answer": "unanswered"}.get(step.outcome, step.outcome.replace(" ", "_"))


def _called_back(step: Step) -> str:
    return "kept" if step.because.startswith("called back") else ""


def _passed(step: Step) -> str:
    return "queue" if step.outcome.startswith("to queue ") else "returned" if step.outcome == "returned" else "agent"


def _taken(step: Step) -> str:
    return {"taken out of turn": "line", "taken up from the park": "park"}.get(step.because, "")


def _plain(step: Step) -> str:
    return step.outcome.replace(" ", "_")


STEPS = ("queue", "staff", "message", "announcement", "turned_away")
CALL_BACKS = ("promised", "refused", "kept", "unanswered", "broken_off", "expired")
MESSAGES = ("asked", "consented", "left", "no_consent", "failed")

OVERFLOWS = Counted(
    name="vorzimmer_overflows",
    what="Callers for whom no agent was found in time, by why, and by each step that was then taken.",
    label="step",
    values=("longest_wait_reached", "queue_full", *STEPS),
    of=_overflow,
)
CALLED_BACK = Counted(
    name="vorzimmer_call_backs",
    what="Call-backs: promised, refused, kept (the caller answered), unanswered tries, broken off, expired.",
    label="outcome",
    values=CALL_BACKS,
    of=_call_back,
)

COUNTED: Mapping[str, Counted] = {
    "relaxed": Counted(
        name="vorzimmer_needs_relaxed",
        what="Times that a waiting call came to need less of an agent.",
        label="",
        values=(),
        of=lambda _step: "",
    ),
    "overflow": OVERFLOWS,
    "call_back": CALLED_BACK,
    "message": Counted(
        name="vorzimmer_messages",
        what="Messages instead of an agent, by what became of them.",
        label="outcome",
        values=MESSAGES,
        of=_plain,
    ),
    "park": Counted(
        name="vorzimmer_parked",
        what="Calls that agents parked, and those that came back because nobody took them up.",
        label="outcome",
        values=("parked", "returned"),
        of=_plain,
    ),
    "pass": Counted(
        name="vorzimmer_passed",
        what="Calls that agents passed on, by to whom, and those that came back because nobody took them.",
        label="to",
        values=("agent", "queue", "returned"),
        of=_passed,
    ),
    "offer": Counted(
        name="vorzimmer_taken",
        what="Calls that agents took by themselves: out of turn from the line, or parked ones.",
        label="from",
        values=("line", "park"),
        of=_taken,
    ),
}


class RoutingMetrics:
    """Counts as the engine's loop turns."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._counters = {rule: _counter(counted, registry) for rule, counted in COUNTED.items()}
        self._braked = Counter(
            "vorzimmer_calls_braked", "Calls refused as one too many, by which limit.", ("limit",), registry=registry
        )
        self._returned = Counter(
            "vorzimmer_own_legs_returned", "Our own calls to staff that came back and were refused.", registry=registry
        )
        for brake in Brake:
            self._braked.labels(brake)

    def observed(self, commands: Sequence[Command]) -> None:
        """One turn of the loop."""
        for command in commands:
            match command:
                case Note(step=step):
                    self._count(step)
                case Settle(record=record):
                    self._settled(record)

    def _count(self, step: Step) -> None:
        if step.rule == "talk" and (value := _called_back(step)):
            self._counters["call_back"].labels(value).inc()
        counted = COUNTED.get(step.rule)
        if counted is None:
            return
        if not counted.label:
            self._counters[step.rule].inc()
        elif (value := counted.of(step)) in counted.values:
            self._counters[step.rule].labels(value).inc()

    def _settled(self, record: CallRecord) -> None:
        if record.arrival is None:
            return
        if record.arrival.returned is not None:
            self._returned.inc()
        elif record.arrival.brake in set(Brake):
            self._braked.labels(record.arrival.brake).inc()


def _counter(counted: Counted, registry: CollectorRegistry) -> Counter:
    """With every value from the start: a series that comes late hides its first increase."""
    if not counted.label:
        return Counter(counted.name, counted.what, registry=registry)
    counter = Counter(counted.name, counted.what, (counted.label,), registry=registry)
    for value in counted.values:
        counter.labels(value)
    return counter
