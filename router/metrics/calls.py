"""What can only be counted as it happens to calls: endings, and how long callers waited to be served.

Times, from the moment the caller arrived, once a call:
- answer time: until the first agent's leg was answered;
- post-dial delay: until the first leg that we placed rang (or was answered without ringing). A greeting played before
  the offer and a wait in the queue are part of it, because the caller lives through them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram

from router.core.commands import Command, Note, RingAgent, Settle
from router.core.events import CallerArrived, Event, LegAnswered, LegEvent, LegRang
from router.core.ids import CallId, LegId, Millis
from router.core.record import Ending
from router.core.trace import Step

ANSWER_BUCKETS_S = (0.5, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600)
POST_DIAL_BUCKETS_S = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30)
STABLE_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(slots=True, kw_only=True, eq=False)
class _Watched:
    """A live call, until its record is made."""

    arrived: Millis
    agent_legs: set[LegId] = field(default_factory=set)
    rang: bool = False
    answered: bool = False


class CallMetrics:
    """An observer of the engine's loop."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._watched: dict[CallId, _Watched] = {}
        self._ended = Counter(
            "vorzimmer_calls_ended", "Finished calls by ending.", ("ending", "reason"), registry=registry
        )
        self._answer = Histogram(
            "vorzimmer_call_answer_seconds",
            "From the caller's arrival until an agent answered.",
            buckets=ANSWER_BUCKETS_S,
            registry=registry,
        )
        self._post_dial = Histogram(
            "vorzimmer_call_post_dial_delay_seconds",
            "From the caller's arrival until the first leg that we placed rang.",
            buckets=POST_DIAL_BUCKETS_S,
            registry=registry,
        )
        self._expected = Counter(
            "vorzimmer_expected_waits",
            "Expected waits that callers were told, by whether they came true: hit, early or late.",
            ("outcome",),
            registry=registry,
        )
        for outcome in ("hit", "early", "late"):
            self._expected.labels(outcome)

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """One turn of the engine's loop."""
        match event:
            case CallerArrived(call=call):
                self._watched.setdefault(call, _Watched(arrived=now))
            case LegRang() | LegAnswered():
                self._progressed(event, now)
        for command in commands:
            self._asked(command)

    def _progressed(self, event: LegEvent, now: Millis) -> None:
        watched = self._watched.get(event.call)
        if watched is None:
            return
        waited = (now - watched.arrived) / 1000
        if not watched.rang:
            watched.rang = True
            self._post_dial.observe(waited)
        if isinstance(event, LegAnswered) and event.leg in watched.agent_legs and not watched.answered:
            watched.answered = True
            self._answer.observe(waited)

    def _asked(self, command: Command) -> None:
        match command:
            case RingAgent(call=call, leg=leg) if call in self._watched:
                self._watched[call].agent_legs.add(leg)
            case Note(step=Step(rule="expected_wait", outcome=outcome)):
                self._expected.labels(outcome).inc()
            case Settle(call=call, record=record):
                self._watched.pop(call, None)
                self._count(record.ending)

    def _count(self, ending: Ending) -> None:
        """A reason that is no stable word would make a series of its own for each call."""
        reason = ending.reason if STABLE_WORD.fullmatch(ending.reason) else "other"
        self._ended.labels(ending.kind, reason).inc()
