"""When what an event tells really happened: by Asterisk's own time stamps, not by when a busy router came to read it.

A leg that we placed reaches the application a little after its answer, and its end is told a little after the hang-up:
the earlier events that said so are remembered. A stamp that cannot be (from the future, or older than `OLDEST_MS`,
because somebody set the clock) gives way to the time of reading.
"""

from collections.abc import Callable
from datetime import datetime

from router.ari.generated import events
from router.ari.received import Received, UnknownEvent
from router.core.ids import Millis, call_of

OLDEST_MS: Millis = 5_000


class Stamps:
    """Turns Asterisk's stamps into the house's time: `read` for a monotonic reading, `wall` for seconds since 1970."""

    def __init__(self, *, read: Callable[[int], Millis], wall: Callable[[float], Millis]) -> None:
        self._read = read
        self._wall = wall
        self._answered: dict[str, Millis] = {}
        self._hung_up: dict[str, Millis] = {}

    def of(self, received: Received) -> Millis:
        """The instant of an event. To be asked of every event, in order."""
        event, seen = received.event, self._read(received.received_ns)
        if isinstance(event, UnknownEvent):
            return seen
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

    def _instant(self, stamp: datetime, seen: Millis) -> Millis:
        told = self._wall(stamp.timestamp())
        return told if 0 <= seen - told <= OLDEST_MS else seen
