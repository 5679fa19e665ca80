"""What finished calls add up to: endings, hours, agents, answer times and service level.

Rules:
- a call belongs to the day and the hour of its arrival in its client's timezone; in the night in which clocks go back
  the hour from 2 to 3 holds two hours' calls, in the other one none;
- a call is answered when an agent begins to talk with the caller, whatever machine spoke before; its answer time is
  from its arrival until then;
- the service level knows calls that agents answered, and those that they should have: abandoned ones, and those that
  overflowed or left a message. Calls that were blocked, refused, put through or handed to the fallback are none of
  them; nor is the second record of a call whose first one holds its answer;
- a share is in parts per thousand, cut off; a percentile is the nearest rank, in tenths of a second, rounded up.

Each tally takes calls one by one, in any order, and its memory grows with the lines of its report alone.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from router.core.hours import DAY_MS, Day, day_of, iso_of, wall, weekday
from router.core.ids import AgentId, Millis
from router.core.record import EndingClass, Part, PartKind

HOUR_MS: Millis = 3_600_000
TENTH_MS: Millis = 100
WITHIN_MS: Millis = 20_000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Abandoned(StrEnum):
    """How callers who gave up count in the service level."""

    ALL = "all"  # each is a call that was not answered in time
    LATE = "late"  # only those who waited longer than the limit; the others are left out
    NONE = "none"  # all are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedCall:
    """What reports know of a finished call; `timezone` is its client's."""

    timezone: str
    arrived: Millis
    ended: Millis
    ending: EndingClass
    reason: str
    parts: tuple[Part, ...]

    @property
    def day(self) -> Day:
        """Of the arrival, on the client's calendar."""
        return day_of(self.timezone, self.arrived)

    @property
    def hour(self) -> int:
        """Of the arrival, on the client's clock."""
        return wall(self.timezone, self.arrived) % DAY_MS // HOUR_MS

    @property
    def answered_before(self) -> bool:
        """Whether an earlier record of the same call holds its answer."""
        return any(part.kind is PartKind.SPOKEN_BEFORE for part in self.parts)

    @property
    def waited(self) -> Millis | None:
        """From the arrival until an agent talks; None when none did, or when an earlier record holds it."""
        if self.answered_before:
            return None
        talks = [part.start for part in self.parts if part.kind is PartKind.TALK]
        return max(min(talks) - self.arrived, 0) if talks else None

    def total(self, kind: PartKind) -> Millis:
        """Milliseconds in parts of one kind."""
        return sum(part.length for part in self.parts if part.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingLine:
    """Calls that ended alike."""

    ending: str
    reason: str
    calls: int
    talk_ms: Millis
    wrap_up_ms: Millis
    through_ms: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class HourLine:
    """Calls that arrived in one hour of one weekday; `longest_ms` is the longest answer time among them."""

    weekday: str
    hour: int
    calls: int
    answered: int
    abandoned: int
    longest_ms: Millis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentLine:
    """What an agent did; calls are those that the agent talked in. Empty: an agent whom nobody recorded."""

    agent: str
    calls: int
    talk_ms: Millis
    wrap_up_ms: Millis
    talk_each_ms: Millis | None  # cut off; wrap-up likewise
    wrap_up_each_ms: Millis | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLine:
    """Answer times and service level of one day, or of all when `day` is empty.

    `calls` = answered + abandoned + unserved, of which `in_time` were answered within the limit. `level_permille` is
    their share of those that count, None where none does.
    """

    day: str
    calls: int
    answered: int
    in_time: int
    abandoned: int
    abandoned_early: int  # within the limit
    unserved: int  # overflowed, or left a message
    level_permille: int | None
    answer_p50_ms: Millis | None
    answer_p95_ms: Millis | None
    talk_ms: Millis
    talk_p50_ms: Millis | None
    talk_p95_ms: Millis | None
    wrap_up_ms: Millis
    wrap_up_p50_ms: Millis | None
    wrap_up_p95_ms: Millis | None


@dataclass(slots=True)
class Endings:
    """The tally of endings, the most frequent first."""

    _sums: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0, 0]))

    def add(self, call: ReportedCall) -> None:
        """Count one call."""
        sums = self._sums[call.ending.value, call.reason]
        sums[0] += 1
        for place, kind in enumerate((PartKind.TALK, PartKind.WRAP_UP, PartKind.THROUGH), 1):
            sums[place] += call.total(kind)

    def lines(self) -> Sequence[EndingLine]:
        """So far."""
        ordered = sorted(self._sums.items(), key=lambda one: (-one[1][0], one[0]))
        return [
            EndingLine(ending=ending, reason=reason, calls=calls, talk_ms=talk, wrap_up_ms=wrap_up, through_ms=through)
            for (ending, reason), (calls, talk, wrap_up, through) in ordered
        ]


@dataclass(slots=True)
class Hours:
    """The tally of a week's 168 hours."""

    _calls: Counter[tuple[int, int]] = field(default_factory=Counter)
    _answered: Counter[tuple[int, int]] = field(default_factory=Counter)
    _abandoned: Counter[tuple[int, int]] = field(default_factory=Counter)
    _longest: dict[tuple[int, int], Millis] = field(default_factory=dict)

    def add(self, call: ReportedCall) -> None:
        """Count one call."""
        hour = weekday(call.day), call.hour
        self._calls[hour] += 1
        self._abandoned[hour] += call.ending is EndingClass.ABANDONED
        if (waited := call.waited) is not None:
            self._answered[hour] += 1
            self._longest[hour] = max(waited, self._longest.get(hour, 0))

    def lines(self) -> Sequence[HourLine]:
        """So far, every hour from Monday at 0 to Sunday at 23."""
        return [
            HourLine(
                weekday=name,
                hour=hour,
                calls=self._calls[day, hour],
                answered=self._answered[day, hour],
                abandoned=self._abandoned[day, hour],
                longest_ms=self._longest.get((day, hour)),
            )
            for day, name in enumerate(WEEKDAYS)
            for hour in range(24)
        ]


@dataclass(slots=True)
class Agents:
    """The tally of agents, by name."""

    _sums: dict[AgentId | None, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))

    def add(self, call: ReportedCall) -> None:
        """Count one call."""
        for part in call.parts:
            if part.kind in {PartKind.TALK, PartKind.WRAP_UP}:
                self._sums[part.agent][1 if part.kind is PartKind.TALK else 2] += part.length
        for agent in {part.agent for part in call.parts if part.kind is PartKind.TALK}:
            self._sums[agent][0] += 1

    def lines(self) -> Sequence[AgentLine]:
        """So far."""
        return [
            AgentLine(
                agent=agent or "",
                calls=calls,
                talk_ms=talk,
                wrap_up_ms=wrap_up,
                talk_each_ms=talk // calls if calls else None,
                wrap_up_each_ms=wrap_up // calls if calls else None,
            )
            for agent, (calls, talk, wrap_up) in sorted(self._sums.items(), key=lambda one: one[0] or "")
        ]


@dataclass(slots=True)
class Spread:
    """How long something took, counted by tenths of a second: as many numbers as there are different lengths."""

    total: Millis = 0
    _tenths: Counter[int] = field(default_factory=Counter)

    def add(self, length: Millis) -> None:
        """Count one length."""
        self.total += length
        self._tenths[-(-length // TENTH_MS)] += 1

    def percentile(self, percent: int) -> Millis | None:
        """The least length that so many of a hundred do not exceed; None when nothing was counted."""
        rank = -(-self._tenths.total() * percent // 100)
        for tenths, count in sorted(self._tenths.items()):
            rank -= count
            if rank <= 0:
                return tenths * TENTH_MS
        return None


@dataclass(slots=True, kw_only=True)
class _Served:
    """Of one day, or of all."""

    answered: int = 0
    in_time: int = 0
    abandoned: int = 0
    abandoned_early: int = 0
    unserved: int = 0
    answers: Spread = field(default_factory=Spread)
    talk: Spread = field(default_factory=Spread)
    wrap_up: Spread = field(default_factory=Spread)

    def add(self, call: ReportedCall, within: Millis) -> None:
        if (waited := call.waited) is not None:
            self.answered += 1
            self.in_time += waited <= within
            self.answers.add(waited)
            self.talk.add(call.total(PartKind.TALK))
            self.wrap_up.add(call.total(PartKind.WRAP_UP))
        elif call.answered_before:
            pass
        elif call.ending is EndingClass.ABANDONED:
            self.abandoned += 1
            self.abandoned_early += call.ended - call.arrived <= within
        elif call.ending in {EndingClass.OVERFLOWED, EndingClass.MESSAGE}:
            self.unserved += 1

    def line(self, day: str, counted: Abandoned) -> ServiceLine:
        early = {Abandoned.ALL: 0, Abandoned.LATE: self.abandoned_early, Abandoned.NONE: self.abandoned}[counted]
        calls = self.answered + self.abandoned + self.unserved
        return ServiceLine(
            day=day,
            calls=calls,
            answered=self.answered,
            in_time=self.in_time,
            abandoned=self.abandoned,
            abandoned_early=self.abandoned_early,
            unserved=self.unserved,
            level_permille=1000 * self.in_time // (calls - early) if calls > early else None,
            answer_p50_ms=self.answers.percentile(50),
            answer_p95_ms=self.answers.percentile(95),
            talk_ms=self.talk.total,
            talk_p50_ms=self.talk.percentile(50),
            talk_p95_ms=self.talk.percentile(95),
            wrap_up_ms=self.wrap_up.total,
            wrap_up_p50_ms=self.wrap_up.percentile(50),
            wrap_up_p95_ms=self.wrap_up.percentile(95),
        )


@dataclass(slots=True, kw_only=True)
class Service:
    """The tally of answer times, day by day and of all."""

    within: Millis = WITHIN_MS
    counted: Abandoned = Abandoned.ALL
    _all: _Served = field(default_factory=_Served)
    _days: dict[Day, _Served] = field(default_factory=lambda: defaultdict(_Served))

    def add(self, call: ReportedCall) -> None:
        """Count one call."""
        self._all.add(call, self.within)
        self._days[call.day].add(call, self.within)

    def lines(self) -> Sequence[ServiceLine]:
        """So far: days with calls, in order; last of all the whole time."""
        days = [served.line(iso_of(day), self.counted) for day, served in sorted(self._days.items())]
        return [*days, self._all.line("", self.counted)]
