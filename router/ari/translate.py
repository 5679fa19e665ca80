"""From Asterisk's events to the core's: the only reader of ARI's words. What concerns no call gives None.

The dialplan hands over `inbound:<number>:p=<presentation>[:d=<Diversion>]…[:h=<History-Info>]…` and
`feature:<code>:<endpoint>`, each part URI-encoded; legs of our own come as `placed`. A caller whom the dialplan puts
through to staff is in its context `put-through`, where the extension begins with the name of the staff member's end
(`staff1:`); whom nobody answered comes back as `returned:<that end>:<DIALSTATUS>`.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from router.ari.generated import events, models
from router.ari.received import UnknownEvent
from router.core.events import (
    AnnouncementEnded,
    CallerArrived,
    CallerReturned,
    CodeDialled,
    DigitPressed,
    Event,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingEnded,
)
from router.core.ids import AgentId, CallId, LegId, PlaybackId, RecordingId, call_of
from router.phone import e164

APP = "router"
PUT_THROUGH = "put-through"  # the dialplan's context
PART_OF_EXTENSION = ":"  # between what the extension there tells
PLACED = "placed"  # the application argument of legs that we placed
USED = (
    events.CallBroadcast,
    events.StasisStart,
    events.ChannelStateChange,
    events.ChannelDestroyed,
    events.StasisEnd,
    events.ChannelHangupRequest,
    events.ChannelDtmfReceived,
    events.PlaybackFinished,
    events.RecordingFinished,
    events.RecordingFailed,
)

UNANSWERED = {"BUSY": 17, "NOANSWER": 19, "CHANUNAVAIL": 20, "CONGESTION": 34}  # Q.850 causes of Dial's results
UNKNOWN_CAUSE = 16

_PRESSING = re.compile(r"-(?:agent|caller)[0-9]+$")  # see `ids.agent_leg`, and `ids.caller_leg` for who is called back
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')  # a display name: whoever forwards may write anything into it
# RFC 3261 and RFC 3966: the address of each entry of a header, in angle brackets or bare, and its user part.
_ADDRESS = re.compile(r"<([^>]*)>|(?:^|,)\s*([^<,;\s]+)")
_USER = re.compile(r"(?:sips?:([^@:;]+)[^@]*@|tel:([^;]+))", re.IGNORECASE)


def translate(event: events.Event | UnknownEvent, country: str) -> Event | None:
    """The core's event for one of Asterisk's; national numbers are those of `country`."""
    match event:
        case events.StasisStart(args=args, channel=channel):
            return _started(args, channel, country)
        case events.ChannelStateChange(channel=channel):
            return _state(channel)
        case events.ChannelDestroyed(channel=channel, cause=cause):
            return LegEnded(call=_call(channel.id), leg=_who_ended(channel), cause=cause)
        case events.ChannelHangupRequest(channel=channel, soft=soft, cause=cause) if not soft:
            # The far end hung up. This comes before what follows from it, such as a greeting cut off: else the
            # greeting would be over, and an agent's phone would ring for a caller who is gone.
            return _hung_up(channel, cause or 0)
        case events.StasisEnd(channel=channel):
            return _left(channel, application=True)
        case events.ChannelDtmfReceived(channel=channel, digit=digit) if _presses(channel.id):
            return DigitPressed(call=_call(channel.id), leg=LegId(channel.id), digit=digit)
        case events.PlaybackFinished(playback=playback):
            return _played(playback)
        case events.RecordingFinished(recording=recording) | events.RecordingFailed(recording=recording):
            return _recorded(recording)
        case _:
            return None


def _presses(channel: str) -> bool:
    """Agents press codes, a caller chooses while waiting. What staff press may be a PIN: it is not even looked at."""
    return call_of(channel) is None or bool(_PRESSING.search(channel))


def _call(channel: str) -> CallId:
    """The call that a channel belongs to: its name tells, and the caller's own channel is the call's name."""
    return call_of(channel) or CallId(channel)


def _started(args: tuple[str, ...], channel: models.Channel, country: str) -> Event | None:
    kind, *rest = args or ("",)
    if kind == "inbound" and rest:
        return arrived(rest, LegId(channel.id), channel.caller.number, endpoint(channel.name), country)
    if kind == "feature" and len(rest) > 1:
        agent, leg = AgentId(unquote(rest[1])), LegId(channel.id)
        return CodeDialled(agent=agent, leg=leg, code=unquote(rest[0]))
    if kind == "returned" and len(rest) > 1:
        cause = UNANSWERED.get(rest[1], UNKNOWN_CAUSE)
        return CallerReturned(call=CallId(channel.id), leg=LegId(f"{channel.id}-{rest[0]}"), cause=cause)
    if kind == PLACED:
        return LegAnswered(call=_call(channel.id), leg=LegId(channel.id))
    return None


def staff_end(channel: models.Channel) -> LegId | None:
    """The name of the staff member's end while the dialplan puts this caller through; else None."""
    dialplan = channel.dialplan
    if dialplan.context != PUT_THROUGH:
        return None
    return LegId(f"{channel.id}-{dialplan.exten.partition(PART_OF_EXTENSION)[0]}")


def _who_ended(channel: models.Channel) -> LegId:
    """A caller's hang-up is told of before: a conversation in the dialplan that ends without it was ended by staff."""
    staff = staff_end(channel) if channel.state == "Up" else None
    return staff or LegId(channel.id)


def arrived(args: list[str], leg: LegId, number: str, trunk: str, country: str) -> CallerArrived:
    """The call as the dialplan hands it over, in what follows `inbound:`; `number` is the caller's own."""
    dialled, *marks = args
    headers = [unquote(mark[2:]) for mark in marks if mark.startswith(("d=", "h="))]
    suppressed = any(mark.startswith("p=prohib") for mark in marks)
    return CallerArrived(
        call=CallId(leg),
        leg=leg,
        dialled=e164(unquote(dialled), country) or _readable(unquote(dialled)),
        caller=None if suppressed else e164(number, country),
        forwarded_by=tuple(dict.fromkeys(number for header in headers for number in _numbers(header, country))),
        trunk=trunk,
    )


def _readable(text: str) -> str:
    """Only what can be shown and stored: a caller may dial anything."""
    return "".join(sign for sign in text if sign.isprintable())


def _numbers(header: str, country: str) -> Iterator[str]:
    for enclosed, bare in _ADDRESS.findall(_QUOTED.sub("", header)):
        found = _USER.match((enclosed or bare).strip())
        if found and (number := e164(unquote(found[1] or found[2]), country)):
            yield number


def endpoint(channel: str) -> str:
    """`PJSIP/carrier-00000012` is a channel of the endpoint `carrier`."""
    return channel.partition("/")[2].rpartition("-")[0]


def _state(channel: models.Channel) -> LegRang | LegAnswered | None:
    call = call_of(channel.id)
    if call is None and channel.state == "Up" and (staff := staff_end(channel)) is not None:
        return LegAnswered(call=CallId(channel.id), leg=staff)
    if call is None or channel.state != "Ringing":
        return None
    return LegRang(call=call, leg=LegId(channel.id))


def _hung_up(channel: models.Channel, cause: int) -> LegEnded | None:
    """A leg of ours that had answered is free now, though Asterisk takes some ms to clear it away; why one does not
    answer is told by its end only."""
    if call_of(channel.id) is None:
        return _left(channel)
    return LegEnded(call=_call(channel.id), leg=LegId(channel.id), cause=cause) if channel.state == "Up" else None


def _left(channel: models.Channel, *, application: bool = False) -> LegEnded | None:
    """The end of a caller's leg. Legs that we placed are told of by ChannelDestroyed, callers' legs are not."""
    if call_of(channel.id) is not None:
        return None
    return LegEnded(call=CallId(channel.id), leg=LegId(channel.id), left=application)


def _played(playback: models.Playback) -> AnnouncementEnded | None:
    call = call_of(playback.id)
    if call is None:
        return None
    return AnnouncementEnded(call=call, playback=PlaybackId(playback.id), played=playback.state == "done")


def _recorded(recording: models.LiveRecording) -> RecordingEnded | None:
    """Asterisk calls a recording done even if it could write nothing: then it has no duration (whole seconds)."""
    call = call_of(recording.name)
    if call is None:
        return None
    length, kept = 1000 * (recording.duration or 0), recording.state == "done" and recording.duration is not None
    return RecordingEnded(call=call, recording=RecordingId(recording.name), length_ms=length, kept=kept)
