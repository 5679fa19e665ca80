"""When what an event tells really happened: by Asterisk's own time stamps, not by when a busy router came to read it.

A leg that we placed reaches the application a little after its answer, and its end is told a little after the hang-up:
the earlier events that said so are remembered.

An event's age is how much later than its stamp it was read, less the least that this ever was: so a router that was
frozen still gives every event its own time, and an Asterisk whose clock differs from ours does not matter. When the
machine's clock is set, the comparison begins anew with the event at hand.
"""

from collections.abc import Callable
from datetime import datetime

from router.ari.generated import events
from router.ari.received import Received, UnknownEvent
from router.core.ids import Millis, call_of

SET_MS: Millis = 100  # the wall clock moved by more than this against the monotonic one: somebody set it


class Stamps:
    """Turns Asterisk's stamps into the house's time: `read` a monotonic reading, `wall` seconds since 1970.

    `ahead` is the house's clock less the machine's wall clock, in milliseconds.
    """

    def __init__(
        self, *, read: Callable[[int], Millis], wall: Callable[[float], Millis], ahead: Callable[[], Millis]
    ) -> None:
        self._read = read
        self._wall = wall
        self._ahead = ahead
        self._was_ahead = ahead()
        self._least_lag: Millis | None = None
        self._answered: dict[str, Millis] = {}
        self._hung_up: dict[str, Millis] = {}

    def of(self, received: Received) -> Millis:
        """The instant of an event. To be asked of every event, in order."""
        event, seen = received.event, self._read(received.received_ns)
        if isinstance(event, UnknownEvent):
            return seen
        self._compare(event.timestamp, seen)
        told = self._instant(event.timestamp, seen)
        match event:
            case events.StasisStart(channel=channel) if call_of(channel.id) is None:
                return self._instant(channel.creationtime, seen)
            case events.StasisStart(channel=channel):
                return self._answered.pop(channel.id, told)
            case events.ChannelStateChange(channel=channel) if channel.state == "Up" and call_of(channel.id):
                self._answered[channel.id] = told
            case events.ChannelHangupRequest(channel=channel, soft=soft) if not soft:
                return self._hung_up.setdefault(channel.id, told)
            case events.StasisEnd(channel=channel):
                return self._hung_up.get(channel.id, told) if call_of(channel.id) else self._ended(channel.id, told)
            case events.ChannelDestroyed(channel=channel):
                return self._ended(channel.id, told)
        return told

    def forget(self) -> None:
        """The link was lost: what was remembered may never be asked for."""
        self._answered.clear()
        self._hung_up.clear()

    def _ended(self, channel: str, told: Millis) -> Millis:
        self._answered.pop(channel, None)
        return self._hung_up.pop(channel, told)

    def _compare(self, stamp: datetime, seen: Millis) -> None:
        ahead, lag = self._ahead(), self._lag(stamp, seen)
        was_set = abs(ahead - self._was_ahead) > SET_MS
        self._was_ahead = ahead
        self._least_lag = lag if was_set or self._least_lag is None else min(self._least_lag, lag)

    def _lag(self, stamp: datetime, seen: Millis) -> Millis:
        return seen - self._wall(stamp.timestamp())

    def _instant(self, stamp: datetime, seen: Millis) -> Millis:
        return seen - max(0, self._lag(stamp, seen) - (self._least_lag or 0))
