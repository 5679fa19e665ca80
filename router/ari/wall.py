"""Asterisk's wall clock as the house's time sees it: what Asterisk stamped, put on a time line that nobody can set.

What is added to a stamp to get the house's time is learned, never assumed: an event that was read cannot have happened
later, so the least that ever had to be added is right within the least delay of a reading. Four things tell that the
clock was set:

- a stamp that would lie in the future: set forward;
- a stamp that would lie well before the event told before it: set back;
- a stamp asked for (`sounded`), which happened between question and answer: either, by however little;
- this machine's own clock moved against the monotonic one: Asterisk's has probably moved with it, by as much. That is
  believed as soon as a stamp fits it better, so that even the first event after a step has its own time.

What held before a step is kept with the time up to which it held: events that were on their way, and what Asterisk
wrote down while nobody listened, are read by the clock of their own time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from router.core.ids import Millis

SET_MS: Millis = 100  # a clock that moves by more than this was set
DISORDER_MS: Millis = 1_000  # so much later may an event be told than one that happened after it
KEPT = 8  # offsets

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class _Offset:
    """What is added to a stamp, and the house's times between which that is right; `until` None: it may be now.

    From `surely` on it is, or else it never was.
    """

    ms: Millis
    since: Millis
    surely: Millis
    until: Millis | None = None

    def read(self, stamp: Millis, *, earliest: Millis, latest: Millis) -> Millis | None:
        """The stamp's instant; None when it would lie outside of these times, or of this offset's own."""
        told = stamp + self.ms
        end = latest if self.until is None else min(latest, self.until)
        return told if max(earliest, self.since - DISORDER_MS) <= told <= end else None


class Wall:
    """Reads stamps, in milliseconds since 1970 by Asterisk's clock; learns from those that it is told when they are.

    `ahead` is the house's clock less this machine's wall clock; `now` the house's. `kept` and `last` are of the run
    before: what was added to a stamp, and the last instant it knew. `learned` is told when that changes. `booted`, if
    the machine was booted since: when, by the house's clock; stamps from before are read by `kept`, and no others.
    """

    def __init__(
        self,
        *,
        ahead: Callable[[], Millis],
        now: Callable[[], Millis],
        kept: Millis | None = None,
        last: Millis = 0,
        learned: Callable[[Millis], None] = lambda _: None,
        booted: Millis | None = None,
    ) -> None:
        self._ahead = ahead
        self._now = now
        self._was_ahead = ahead() if kept is None or booted is not None else kept
        self._last = last
        self._learned = learned
        self._offsets = [] if kept is None else [_Offset(ms=kept, since=0, surely=0)]
        if booted is not None:
            fresh = self._was_ahead
            for offset in self._offsets:
                offset.until = booted - fresh + offset.ms  # by the clock of then
            self._offsets.append(_Offset(ms=fresh, since=booted + DISORDER_MS, surely=booted))
        self._told = self._offsets[-1].ms if self._offsets else 0

    def event(self, stamp: Millis, read: Millis) -> Millis:
        """The instant of an event that was read at `read`. To be asked of every event, in order."""
        self._notice()
        told = self._take(stamp, earliest=self._last - DISORDER_MS, latest=read)
        self._last = max(self._last, told)
        return told

    def sounded(self, stamp: Millis, *, asked: Millis, answered: Millis) -> None:
        """Asterisk was asked for its time."""
        self._notice()
        self._take(stamp, earliest=asked - 1, latest=answered)  # a stamp is cut to its millisecond
        self._last = max(self._last, answered)

    def at(self, stamp: Millis, *, latest: Millis | None = None) -> Millis:
        """The instant of something that happened at any time before `latest`, or now."""
        latest = self._now() if latest is None else latest
        told = [offset.read(stamp, earliest=0, latest=latest) for offset in self._offsets]
        fitting = [instant for instant in told if instant is not None]
        newest = self._offsets[-1].ms if self._offsets else self._ahead()
        return max(fitting, default=min(latest, stamp + newest))

    def _take(self, stamp: Millis, *, earliest: Millis, latest: Millis) -> Millis:
        fitting = [
            (told, offset)
            for offset in self._offsets
            if (told := offset.read(stamp, earliest=earliest, latest=latest)) is not None
        ]
        if not fitting:
            self._learn(latest - stamp, latest)
            return latest
        told, offset = max(fitting, key=lambda pair: pair[0])
        self._confirm(offset, told, latest)
        return told

    def _notice(self) -> None:
        """If this machine's clock was set since the last look, Asterisk's may have been, too."""
        ahead = self._ahead()
        moved, self._was_ahead = ahead - self._was_ahead, ahead
        if abs(moved) > SET_MS:
            log.warning("this machine's clock was set", by_ms=-moved)
            if self._offsets:
                self._add(_Offset(ms=self._offsets[-1].ms + moved, since=self._last, surely=self._now()))

    def _learn(self, ms: Millis, now: Millis) -> None:
        """No offset explains the stamp: a better one does, or that of a clock that was set."""
        newest = next((offset for offset in reversed(self._offsets) if offset.until is None), None)
        if newest is not None and abs(newest.ms - ms) <= SET_MS:
            newest.ms = ms
        else:
            newest = self._add(_Offset(ms=ms, since=self._last, surely=now))
        self._confirm(newest, now, now)

    def _add(self, offset: _Offset) -> _Offset:
        """In the order of their times: a later step may be known already. The oldest of the others makes room."""
        if len(self._offsets) == KEPT:
            del self._offsets[0]
        later = sum(one.surely >= offset.surely for one in self._offsets)
        self._offsets.insert(len(self._offsets) - later, offset)
        return offset

    def _confirm(self, offset: _Offset, told: Millis, now: Millis) -> None:
        """This one is right at `told`: those before it no longer are, those after it that should hold by then never
        were."""
        place = self._offsets.index(offset)
        for before in self._offsets[:place]:
            before.until = now if before.until is None else before.until
        self._offsets[place + 1 :] = [after for after in self._offsets[place + 1 :] if after.surely >= told]
        if abs(offset.ms - self._told) > SET_MS and offset is self._offsets[-1]:
            self._told = offset.ms
            self._learned(offset.ms)
