"""The core's commands as requests to Asterisk, and how Asterisk stands: implements `ports.Telephony`.

Every object has its name before it is asked for, so a request whose outcome is unknown is simply sent again: what is
there already is answered with 409 and is what was wanted. What fails is told to the core as an event.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog

from router.ari.cel import Times
from router.ari.client import Client
from router.ari.errors import (
    AriError,
    AriHttpError,
    AriUnreachable,
    BadRequest,
    Conflict,
    NotFound,
    PreconditionFailed,
    ServerError,
    Unprocessable,
)
from router.ari.placing import originator, put_through, ring_agent, ring_outside
from router.ari.standing import found_in, plays
from router.core.commands import (
    Announce,
    Answer,
    CloseBridge,
    Command,
    Confirm,
    HangUp,
    Hold,
    Join,
    LegCommand,
    Mute,
    OpenBridge,
    PutThrough,
    Record,
    Reject,
    Ring,
    RingAgent,
    RingCaller,
    RingStaff,
    SendToFallback,
    StartMusic,
    StopAnnouncement,
    StopMusic,
    StopRecording,
    Unhold,
    Unmute,
)
from router.core.errors import VorzimmerError
from router.core.events import AnnouncementEnded, CommandFailed, Event, Failure, LegEnded
from router.core.ids import BridgeId, CallId, LegId, Millis, PlaybackId, RecordingId, bridge_of, call_of
from router.core.refusal import Refusal
from router.ports import Found, Speech
from router.softphones import Softphones

FROM_AGENTS = "from-agents"  # the dialplan's context of agents' phones
PAUSES_S = (0.2, 0.5, 1, 2, 5, 10, 20, 30)  # between the tries to end a leg that will not go: a minute in all
SOUND_LIMIT_S = 3  # no caller waits longer in silence for a sound that is still being made
BRIDGE = "mixing,dtmf_events"  # an agent's codes are heard whatever the media path
RECORDED = "wav"  # 16 bit, 8 kHz: 16 kB a second
REASONS: Mapping[Refusal, Any] = {
    Refusal.REJECTED: "rejected",
    Refusal.BUSY: "busy",
    Refusal.UNALLOCATED: "unallocated",
    Refusal.CONGESTION: "congestion",
}

log = structlog.get_logger(__name__)


class AriTelephony:
    """One Asterisk. `times` reads its own record of what happened while nobody listened; `sound_limit` is how many
    seconds a caller may wait for a sound, `pauses` are those between tries to end a leg, in seconds."""

    def __init__(
        self,
        client: Client,
        *,
        speech: Speech,
        times: Times,
        sound_limit: float = SOUND_LIMIT_S,
        pauses: Sequence[float] = PAUSES_S,
        softphones: Softphones | None = None,
    ) -> None:
        self._client = client
        self._softphones = softphones
        self._speech = speech
        self._times = times
        self._sound_limit = sound_limit
        self._pauses = pauses
        self.repeating: set[asyncio.Task[None]] = set()  # ends that are tried again

    async def perform(self, command: Command, wanted: Callable[[], bool] = lambda: True) -> Sequence[Event]:
        """See `ports.Telephony.perform`."""
        try:
            return await self._once_more_if_unknown(command, wanted)
        except AriError as error:
            return await self._failed(command, error)
        except Exception as error:
            log.exception("command not understood", command=type(command).__name__)
            return _failure(command, Failure.BROKEN, repr(error))

    async def _once_more_if_unknown(self, command: Command, wanted: Callable[[], bool]) -> Sequence[Event]:
        act = _ACTS[type(command)]
        try:
            return await act(self, command) or ()
        except AriError as error:
            of_the_moment = isinstance(error, ServerError) and not isinstance(command, _REPEATED)
            if not (error.outcome_unknown or of_the_moment):
                raise
            if of_the_moment:
                await asyncio.sleep(self._pauses[0])  # a caller would be left without music
        if not wanted():
            return ()  # what was asked for was there, and is over
        log.warning("not done or unknown, asked again", command=type(command).__name__)
        if isinstance(command, Announce) and await plays(self._client, command.playback):
            return ()  # Asterisk would play the same name a second time
        return await act(self, command) or ()

    async def _failed(self, command: Command, error: AriError) -> Sequence[Event]:
        if isinstance(error, NotFound | Conflict) and isinstance(command, _MAY_BE_GONE):
            return ()
        if isinstance(command, _REPEATED):
            self._repeat(command)
        if isinstance(error, AriUnreachable) or not (isinstance(error, AriHttpError) or self._client.connected):
            return ()  # Asterisk is going or gone: what became of it is found when the link is back
        log.info("command failed", command=type(command).__name__, error=str(error))
        if gone := await self._gone(_legs(command), error):
            return gone
        unreachable = isinstance(command, RingAgent | RingStaff | RingCaller) and isinstance(error, AriHttpError)
        return _failure(command, Failure.UNREACHABLE if unreachable else Failure.REFUSED, str(error))

    def _repeat(self, command: LegCommand) -> None:
        """Nobody asks for the end of a leg a second time, and a caller would be left in silence: go on by ourselves,
        aside, for the call's next commands need not wait."""
        task = asyncio.create_task(self._until_gone(command))
        self.repeating.add(task)
        task.add_done_callback(self.repeating.discard)

    async def _until_gone(self, command: LegCommand) -> None:
        for pause in self._pauses:
            await asyncio.sleep(pause)
            if not self._client.connected:
                return  # who is left over is found when the link is back
            try:
                await _ACTS[type(command)](self, command)
            except (NotFound, Conflict):
                return
            except AriError as error:
                log.info("leg not ended yet", leg=command.leg, error=str(error))
            else:
                return
        log.error("leg not ended, Asterisk does not do it", call=command.call, leg=command.leg)

    async def _gone(self, legs: Sequence[LegId], error: AriError) -> list[Event]:
        """Asterisk no longer has one of these legs: that is the news, not that a command failed."""
        if not isinstance(error, NotFound | BadRequest | Conflict | Unprocessable):
            return []
        return [LegEnded(call=call_of(leg) or CallId(leg), leg=leg) for leg in legs if not await self._exists(leg)]

    async def _exists(self, leg: LegId) -> bool:
        try:
            await self._client.channels.get(channelId=leg)
        except NotFound:
            return False
        except AriError as error:
            log.warning("not known whether the leg is there", leg=leg, error=str(error))
        return True

    # --- one command each ------------------------------------------------------------------------------------------

    async def _answer(self, command: Answer) -> None:
        await self._client.channels.answer(channelId=command.leg)

    async def _ring(self, command: Ring) -> None:
        await self._client.channels.ring(channelId=command.leg)

    async def _reject(self, command: Reject) -> None:
        await self._client.channels.hangup(channelId=command.leg, reason=REASONS[command.refusal])

    async def _hang_up(self, command: HangUp) -> None:
        await self._client.channels.hangup(channelId=command.leg)

    async def _open(self, command: OpenBridge) -> None:
        with suppress(Conflict):  # it is there already
            await self._client.bridges.createWithId(bridgeId=bridge_of(command.call), type=BRIDGE)

    async def _close(self, command: CloseBridge) -> None:
        await self._client.bridges.destroy(bridgeId=bridge_of(command.call))

    async def _join(self, command: Join) -> None:
        await self._client.bridges.addChannel(bridgeId=bridge_of(command.call), channel=command.legs)

    async def _announce(self, command: Announce) -> Sequence[Event]:
        try:
            async with asyncio.timeout(self._sound_limit):
                media = [await self._speech.media(text=text, recording=command.recording) for text in _texts(command)]
        except (VorzimmerError, OSError) as error:
            log.warning("nothing to play", call=command.call, error=str(error) or "not made in time")
            return [AnnouncementEnded(call=command.call, playback=command.playback, played=False)]
        bridge = bridge_of(command.call)
        await self._client.bridges.playWithId(bridgeId=bridge, playbackId=command.playback, media=media)
        return ()

    async def _stop(self, command: StopAnnouncement) -> None:
        await self._client.playbacks.stop(playbackId=command.playback)

    async def _record(self, command: Record) -> None:
        with suppress(Conflict):  # it is under way, or done: what was said is never overwritten
            await self._client.bridges.record(
                bridgeId=bridge_of(command.call),
                name=command.recording,
                format=RECORDED,
                maxDurationSeconds=_seconds(command.max_ms),
                maxSilenceSeconds=_seconds(command.silence_ms),
                beep=True,
                terminateOn="#",
            )

    async def _stop_recording(self, command: StopRecording) -> None:
        await self._client.recordings.stop(recordingName=command.recording)

    async def _music(self, command: StartMusic) -> None:
        await self._client.bridges.startMoh(bridgeId=bridge_of(command.call))

    async def _silence(self, command: StopMusic) -> None:
        await self._client.bridges.stopMoh(bridgeId=bridge_of(command.call))

    async def _hold(self, command: Hold) -> None:
        with suppress(Unprocessable):  # it was taken out before
            await self._client.bridges.removeChannel(bridgeId=bridge_of(command.call), channel=command.leg)
        await self._client.channels.startMoh(channelId=command.leg)

    async def _unhold(self, command: Unhold) -> None:
        await self._client.channels.stopMoh(channelId=command.leg)
        await self._client.bridges.addChannel(bridgeId=bridge_of(command.call), channel=command.leg)

    async def _mute(self, command: Mute) -> None:
        await self._client.channels.mute(channelId=command.leg, direction="in")

    async def _unmute(self, command: Unmute) -> None:
        await self._client.channels.unmute(channelId=command.leg, direction="in")

    async def _to_fallback(self, command: SendToFallback) -> None:
        try:
            await self._client.channels.continueInDialplan(
                channelId=command.leg, context="router-fallback", extension="s", priority=1
            )
        except (BadRequest, PreconditionFailed, ServerError):
            await self._client.channels.hangup(channelId=command.leg)  # rather the end than silence

    async def _confirm(self, command: Confirm) -> None:
        extension = "done" if command.done else "refused"
        await self._client.channels.continueInDialplan(
            channelId=command.leg, context="agent-confirm", extension=extension, priority=1
        )

    # --- how Asterisk stands ---------------------------------------------------------------------------------------

    async def look(
        self, legs: Collection[LegId], playbacks: Collection[PlaybackId], recordings: Collection[RecordingId] = ()
    ) -> Found:
        """See `ports.Telephony.look`. Raises AriError: then the link is no good yet."""
        return await found_in(self._client, self._times, legs, playbacks, recordings)

    async def tidy(self, legs: Sequence[LegId], bridges: Sequence[BridgeId]) -> None:
        """See `ports.Telephony.tidy`. One after the other: clearing bridges at once after a reconnect can crash
        Asterisk (issue 1201 of asterisk/asterisk)."""
        for leg in legs:
            call = call_of(leg)
            ended = call is not None or await self._dialled_a_code(leg)
            end = HangUp if ended else SendToFallback
            await self.perform(end(call=call or CallId(leg), leg=leg))
        for bridge in bridges:
            await self.perform(CloseBridge(call=call_of(bridge) or CallId(bridge)))

    async def _dialled_a_code(self, leg: LegId) -> bool:
        """Whether this is an agent who dialled a feature code, and no caller whom the fallback should serve."""
        try:
            return (await self._client.channels.get(channelId=leg)).snapshot.dialplan.context == FROM_AGENTS
        except AriError as error:
            log.info("not known who the leg is", leg=leg, error=str(error))
        return False


_REPEATED = (HangUp, Reject, SendToFallback)
_MAY_BE_GONE = (HangUp, Reject, CloseBridge, StopAnnouncement, StopMusic, StopRecording, SendToFallback, Confirm)

_ACTS: Mapping[type[Command], Callable[[AriTelephony, Any], Awaitable[Sequence[Event] | None]]] = {
    Answer: AriTelephony._answer,
    Ring: AriTelephony._ring,
    Reject: AriTelephony._reject,
    HangUp: AriTelephony._hang_up,
    OpenBridge: AriTelephony._open,
    CloseBridge: AriTelephony._close,
    Join: AriTelephony._join,
    Announce: AriTelephony._announce,
    StopAnnouncement: AriTelephony._stop,
    StartMusic: AriTelephony._music,
    StopMusic: AriTelephony._silence,
    Hold: AriTelephony._hold,
    Unhold: AriTelephony._unhold,
    Mute: AriTelephony._mute,
    Unmute: AriTelephony._unmute,
    RingAgent: lambda one, command: ring_agent(one._client, command, one._softphones),
    RingStaff: lambda one, command: ring_outside(one._client, command),
    PutThrough: lambda one, command: put_through(one._client, command),
    RingCaller: lambda one, command: ring_outside(one._client, command),
    Record: AriTelephony._record,
    StopRecording: AriTelephony._stop_recording,
    SendToFallback: AriTelephony._to_fallback,
    Confirm: AriTelephony._confirm,
}


def _failure(command: Command, failure: Failure, detail: str) -> Sequence[Event]:
    call = getattr(command, "call", None)
    if call is None:
        return ()
    leg = command.leg if isinstance(command, LegCommand) else None
    return [CommandFailed(call=call, command=type(command).__name__, failure=failure, detail=detail, leg=leg)]


def _legs(command: Command) -> Sequence[LegId]:
    """The legs that must exist for the command to be carried out."""
    if isinstance(command, Join):
        return command.legs
    if isinstance(command, RingAgent | RingStaff | RingCaller):
        caller = originator(command)  # the caller: without the originator there is nobody to ring for
        return (LegId(caller),) if caller else ()
    return (command.leg,) if isinstance(command, LegCommand) else ()


def _texts(command: Announce) -> Sequence[str]:
    """What is played one after the other, as one playback."""
    return command.sentences or (command.text,)


def _seconds(millis: Millis) -> int:
    """Asterisk counts whole ones, and takes 0 for no limit."""
    return max(1, millis // 1000)
