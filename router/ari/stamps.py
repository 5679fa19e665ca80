"""When what an event tells really happened: by Asterisk's own time stamps, not by when a busy router came to read it.

A leg that we placed reaches the application a little after its answer, and its end is told a little after the hang-up:
the earlier events that said so are remembered. What a stamp means in the house's time is the matter of `wall.py`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal

from router.ari.generated import events
from router.ari.generated.models import AsteriskPing
from router.ari.received import Received, UnknownEvent
from router.ari.wall import Wall
from router.core.ids import Millis, call_of

SOUNDINGS = 5


class Stamps:
    """Turns Asterisk's stamps into the house's time: `read` a reading of the monotonic clock, `wall` a stamp."""

    def __init__(self, *, read: Callable[[int], Millis], wall: Wall) -> None:
        self._read = read
        self._wall = wall
        self._answered: dict[str, Millis] = {}
        self._hung_up: dict[str, Millis] = {}

    async def sound(self, ping: Callable[[], Awaitable[AsteriskPing]], now: Callable[[], Millis]) -> None:
        """Ask Asterisk for its time: it may have been set while nobody listened. Raises AriError.

        The quickest of some answers says it best: at a start everybody is busy.
        """
        soundings = []
        for _ in range(SOUNDINGS):
            asked = now()
            told = await ping()
            soundings.append((asked, now(), millis(datetime.fromisoformat(told.timestamp))))
        asked, answered, stamp = min(soundings, key=lambda one: one[1] - one[0])
        self._wall.sounded(stamp, asked=asked, answered=answered)

    def of(self, received: Received) -> Millis:
        """The instant of an event. To be asked of every event, in order."""
        event, seen = received.event, self._read(received.received_ns)
        if isinstance(event, UnknownEvent):
            return seen
        told = self._wall.event(millis(event.timestamp), seen)
        match event:
            case events.StasisStart(args=("returned", *_)):
                return told  # a caller who was here before, see `translate`
            case events.StasisStart(channel=channel) if call_of(channel.id) is None:
                return self._wall.at(millis(channel.creationtime), latest=told)
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


def millis(stamp: datetime) -> Millis:
    """Of an event's stamp, since 1970 UTC."""
    return round(stamp.timestamp() * 1000)


def millis_of(seconds: str) -> Millis:
    """Of a stamp in CEL, since 1970 UTC. Raises `DecimalException` for what is no number."""
    return int(Decimal(seconds) * 1000)
