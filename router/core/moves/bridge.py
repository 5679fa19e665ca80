"""The call's bridge: answering the caller, music, announcements, and who is in it."""

from router.core.commands import (
    Announce,
    Answer,
    CloseBridge,
    Hold,
    Join,
    Mute,
    OpenBridge,
    Record,
    Ring,
    StartMusic,
    StopAnnouncement,
    StopMusic,
    Unhold,
)
from router.core.events import CallFound, CommandFailed
from router.core.ids import LegId, Millis, playback_of
from router.core.live_call import WITH_AGENT, WITH_STAFF, LiveCall, Out
from router.core.messages import MusicDue
from router.core.moves.apart import unspoken
from router.core.view import Phase

LONGEST_ANNOUNCEMENT_MS = 120_000  # more than `house` allows: its end was lost on the way, the call goes on without it
MUSIC_AGAIN_MS = 1_000  # nobody is to be in silence for more than 5 s


def answer(call: LiveCall, now: Millis) -> Out:
    """Answer the caller, unless that was done."""
    if call.answered is not None:
        return []
    call.answered = now
    return [Answer(call=call.id, leg=call.leg)]


def open_bridge(call: LiveCall, now: Millis) -> Out:
    """Have the caller, answered, in the call's bridge."""
    out = answer(call, now)
    if not call.bridge_open:
        call.bridge_open = True
        out += [OpenBridge(call=call.id), Join(call=call.id, legs=(call.leg,))]
    return out


def connect(call: LiveCall, leg: LegId, now: Millis) -> Out:
    """Bring caller and `leg` together; the first time both enter the bridge by one request."""
    if call.bridge_open:
        return [*stop_announcement(call), *stop_music(call), Join(call=call.id, legs=(leg,))]
    call.bridge_open = True
    return [*answer(call, now), OpenBridge(call=call.id), Join(call=call.id, legs=(call.leg, leg))]


def comfort(call: LiveCall) -> Out:
    """What the caller hears while somebody is called: the ringing tone before the answer, music after it."""
    if call.answered is not None:
        return start_music(call)
    if call.ringing:
        return []
    call.ringing = True
    return [Ring(call=call.id, leg=call.leg)]


def start_music(call: LiveCall) -> Out:
    """Music, unless it plays, or something is announced: then it follows."""
    if call.music or call.playback is not None:
        return []
    call.music = True
    return [StartMusic(call=call.id)]


def stop_music(call: LiveCall) -> Out:
    """Silence the music, if it plays."""
    if not call.music:
        return []
    call.music, call.music_again = False, None
    return [StopMusic(call=call.id)]


def music_failed(call: LiveCall, event: CommandFailed, now: Millis) -> Out:
    """Music that the caller should hear does not play: it is tried again soon, for as long as it is wanted."""
    if not call.music:
        return []
    call.music_again = now + MUSIC_AGAIN_MS
    told = call.noted_last("music", "failed")
    return [] if told else [call.note(now, "music", "failed", event.detail)]


def music_due(call: LiveCall, message: MusicDue, now: Millis) -> Out:
    """Music that failed is tried again."""
    call.music_again = None
    return [StartMusic(call=call.id)] if call.music else []


def stop_announcement(call: LiveCall) -> Out:
    """Nothing is announced any more."""
    playback, call.playback, call.play_until = call.playback, None, None
    return [StopAnnouncement(call=call.id, playback=playback)] if playback else []


def announcement_over(call: LiveCall) -> Out:
    """What was announced has ended: music again."""
    call.playback = call.play_until = None
    return start_music(call)


def play(
    call: LiveCall, now: Millis, *, text: str, recording: str | None = None, sentences: tuple[str, ...] = ()
) -> Out:
    """Play something to the caller, instead of music and of what is being announced."""
    out = [*open_bridge(call, now), *stop_announcement(call), *stop_music(call)]
    call.plays += 1
    call.playback = playback_of(call.id, call.plays)
    call.play_until = now + LONGEST_ANNOUNCEMENT_MS
    announce = Announce(call=call.id, playback=call.playback, text=text, recording=recording, sentences=sentences)
    return [*out, announce]


def announce(call: LiveCall, phase: Phase, now: Millis, *, text: str, recording: str | None = None) -> Out:
    """Play something to the caller, and be in `phase` meanwhile."""
    out = play(call, now, text=text, recording=recording)
    call.enter(phase, now, call.play_until)
    return out


def close_bridge(call: LiveCall) -> Out:
    """Take the call's bridge down, with whoever and whatever is in it."""
    was_open, call.bridge_open, call.music = call.bridge_open, False, False
    call.playback = call.play_until = call.music_again = None
    return [CloseBridge(call=call.id)] if was_open else []


def found(call: LiveCall, event: CallFound, now: Millis) -> Out:
    """After a gap: bring Asterisk to where this call should be. Every command is one that may be repeated."""
    if call.handed:
        return [call.note(now, "found", call.phase, "after a gap, in the dialplan's hands")]
    missing = tuple(sorted(belonging(call) - event.bridged))
    if missing:
        unspoken(call, now)
    out = _reached(call, event)
    if missing:
        out += [OpenBridge(call=call.id), Join(call=call.id, legs=missing)]
    if call.leg in missing:
        out.append(Unhold(call=call.id, leg=call.leg))  # whose hold may be over since
    note = call.note(now, "found", call.phase, f"after a gap, {len(missing)} legs put back")
    return [*out, *_sounding(call), *_muted(call), *_recording(call), note]


def _reached(call: LiveCall, event: CallFound) -> Out:
    if call.answered is not None and not call.away and call.leg not in event.up:
        return [Answer(call=call.id, leg=call.leg)]
    return [Ring(call=call.id, leg=call.leg)] if call.answered is None and call.ringing else []


def _sounding(call: LiveCall) -> Out:
    """Music where it belongs, and only there."""
    if not call.bridge_open:
        return []
    # Also who is out of the bridge: the router may have died before the music.
    held: Out = [Hold(call=call.id, leg=call.leg)] if call.on_hold else []
    return [*held, StartMusic(call=call.id) if call.music else StopMusic(call=call.id)]


def _muted(call: LiveCall) -> Out:
    return [Mute(call=call.id, leg=call.agent_leg)] if call.muted and call.agent_leg else []


def _recording(call: LiveCall) -> Out:
    """A recording that never began begins now."""
    if call.phase is not Phase.RECORDING or call.message is None or call.recording is None:
        return []
    return [Record(call=call.id, recording=call.recording, max_ms=call.message.max_ms)]


def belonging(call: LiveCall) -> set[LegId]:
    """The legs that belong into the bridge now: not a caller on hold, and nobody who rings."""
    if not call.bridge_open:
        return set()
    inside = set() if call.on_hold or call.away else {call.leg}
    if call.phase in WITH_AGENT and call.agent_leg:
        inside.add(call.agent_leg)
    if call.phase in WITH_STAFF and call.staff_leg:
        inside.add(call.staff_leg)
    return inside
