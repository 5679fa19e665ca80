"""The time of an event is when it happened at Asterisk, whenever the router came to read it."""

from datetime import UTC, datetime

import orjson
import pytest

from router.ari.generated.models import AsteriskPing
from router.ari.received import Received, UnknownEvent, parse_event
from router.ari.stamps import Stamps, millis_of
from router.ari.wall import Wall

READ = 1_000_000  # when every event here is read, in milliseconds


def stamps(*, skew: int = 0) -> Stamps:
    """Reads everything at `READ`; Asterisk's clock differs from ours by `skew`. One event was read at once before."""
    clock = Stamps(read=lambda _: READ, wall=Wall(ahead=lambda: 0, now=lambda: READ))
    clock.of(told("ChannelDtmfReceived", at=READ + skew, digit="1", duration_ms=80))
    return clock


def written(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"


def told(kind: str, *, at: int, channel: str = "7.1", created: int = READ - 400, **fields: object) -> Received:
    """An event of one kind about one channel, as Asterisk would send it."""
    about = {
        "id": channel, "name": "PJSIP/carrier-1", "state": "Up", "protocol_id": "x", "accountcode": "",
        "language": "en",
        "caller": {"name": "", "number": ""}, "connected": {"name": "", "number": ""}, "creationtime": written(created),
        "dialplan": {"context": "c", "exten": "e", "priority": 1, "app_name": "", "app_data": ""},
    }  # fmt: skip
    plain = {"type": kind, "application": "router", "timestamp": written(at), "channel": about, **fields}
    event = parse_event(orjson.dumps(plain))
    assert not isinstance(event, UnknownEvent), event.problem
    return Received(event, 0)


def test_a_caller_arrived_when_the_channel_was_made_not_when_the_claim_was_through() -> None:
    assert stamps().of(told("StasisStart", at=READ - 10, created=READ - 250, args=["inbound", "x"])) == READ - 250


def test_a_placed_leg_answered_when_it_came_up_not_when_it_reached_us() -> None:
    clock = stamps()
    clock.of(told("ChannelStateChange", at=READ - 300, channel="7.1-agent1"))
    assert clock.of(told("StasisStart", at=READ - 40, channel="7.1-agent1", args=["placed"])) == READ - 300


@pytest.mark.parametrize("end", ["StasisEnd", "ChannelDestroyed"])
def test_a_leg_ended_when_it_hung_up_not_when_asterisk_was_done_with_it(end: str) -> None:
    clock = stamps()
    clock.of(told("ChannelHangupRequest", at=READ - 90, cause=16, soft=False))
    assert clock.of(told(end, at=READ - 20, cause=16, cause_txt="Normal Clearing")) == READ - 90


def test_our_own_hang_up_is_no_end_before_the_leg_is_gone() -> None:
    clock = stamps()
    clock.of(told("ChannelHangupRequest", at=READ - 90, cause=32, soft=True))
    assert clock.of(told("ChannelDestroyed", at=READ - 20, cause=16, cause_txt="Normal Clearing")) == READ - 20


def test_an_event_read_after_a_long_freeze_keeps_its_own_time() -> None:
    clock = Stamps(read=lambda nanos: READ + nanos, wall=Wall(ahead=lambda: 0, now=lambda: READ))
    clock.of(told("ChannelDtmfReceived", at=READ, digit="1", duration_ms=80))
    pressed = told("ChannelDtmfReceived", at=READ + 1_500, digit="1", duration_ms=80)
    assert clock.of(Received(pressed.event, 60_000)) == READ + 1_500


@pytest.mark.parametrize("skew", [-3_600_000, -40, 40, 3_600_000])
def test_an_asterisk_with_another_clock_tells_the_same_durations(skew: int) -> None:
    clock = stamps(skew=skew)
    late = clock.of(told("ChannelDtmfReceived", at=READ + skew - 900, digit="1", duration_ms=80))
    assert clock.of(told("ChannelDtmfReceived", at=READ + skew - 500, digit="1", duration_ms=80)) - late == 400


async def test_asterisk_is_asked_for_its_time() -> None:
    wall = Wall(ahead=lambda: 0, now=lambda: READ)

    async def pong() -> AsteriskPing:
        return AsteriskPing(asterisk_id="x", ping="pong", timestamp=written(READ + 3_600_000))

    await Stamps(read=lambda _: READ, wall=wall).sound(pong, lambda: READ)
    assert wall.at(millis_of("4590.5004")) == READ - 9_500


def test_no_event_happens_after_it_was_read() -> None:
    assert stamps().of(told("ChannelDtmfReceived", at=READ + 9, digit="1", duration_ms=80)) == READ


def test_nothing_is_remembered_of_a_leg_that_is_gone() -> None:
    clock = stamps()
    clock.of(told("ChannelHangupRequest", at=READ - 90, channel="7.1-agent1", cause=16, soft=False))
    clock.of(told("StasisEnd", at=READ - 60, channel="7.1-agent1"))
    clock.of(told("ChannelDestroyed", at=READ - 50, channel="7.1-agent1", cause=16, cause_txt=""))
    again = told("ChannelDestroyed", at=READ - 5, channel="7.1-agent1", cause=16, cause_txt="")
    assert clock.of(again) == READ - 5


def test_an_event_nobody_knows_happened_when_it_was_read() -> None:
    assert stamps().of(Received(UnknownEvent(type="Novel", raw={}, problem=""), 0)) == READ
