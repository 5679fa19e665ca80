"""The telephony port as an Asterisk in memory: legs, bridges, playbacks and recordings that outlive the router.

What the world does here is told to the router that listens, if one does; Asterisk's own record keeps the times.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from router.core.commands import (
    Announce,
    Answer,
    CloseBridge,
    Command,
    Confirm,
    HangUp,
    Hold,
    Join,
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
from router.core.events import (
    AnnouncementEnded,
    CallerReturned,
    CommandFailed,
    DigitPressed,
    Event,
    Failure,
    LegAnswered,
    LegEnded,
    RecordingEnded,
)
from router.core.ids import BridgeId, CallId, LegId, Millis, PlaybackId, RecordingId, bridge_of, call_of
from router.ports import Clock, Found, FoundLeg, Speech

Listener = Callable[[Event, Millis], None]


@dataclass(slots=True)
class Leg:
    """One channel. `whose` is an agent's id, or the number of staff or of a caller called back; empty for a caller."""

    call: CallId
    whose: str = ""
    up: bool = False
    rings: bool = False
    bridge: BridgeId | None = None
    music: bool = False
    muted: bool = False
    caller: LegId | None = None  # of a staff member's end: whom the dialplan puts through
    away: bool = False  # of a caller: in the dialplan


@dataclass(slots=True)
class Death:
    """The router dies at its `at`-th command: before it is carried out, or just after."""

    at: int
    after: bool
    router_is_gone: asyncio.Event = field(default_factory=asyncio.Event)


class FakeAsterisk:
    """Carries commands out at once. `failing` names the commands that it refuses."""

    def __init__(self, clock: Clock, speech: Speech) -> None:
        self.legs: dict[LegId, Leg] = {}
        self.bridges: dict[BridgeId, bool] = {}  # whether there is music
        self.playing: dict[PlaybackId, CallId] = {}
        self.recording: dict[RecordingId, Millis] = {}  # since when
        self.recorded: dict[RecordingId, Millis] = {}  # how long
        self.performed: list[Command] = []
        self.dialled: list[LegId] = []
        self.fallback: list[LegId] = []
        self.failing: set[type[Command]] = set()
        self.death: Death | None = None
        self.keeps_record = True
        self._clock = clock
        self._speech = speech
        self._answered: dict[LegId, Millis] = {}
        self._ended: dict[LegId, Millis] = {}
        self._outside: set[LegId] = set()
        self._listener: Listener | None = None

    def listen(self, listener: Listener | None) -> None:
        """Whom events are told; nobody while there is no router or no link."""
        self._listener = listener

    # --- the port --------------------------------------------------------------------------------------------------

    async def perform(self, command: Command, wanted: Callable[[], bool] = lambda: True) -> Sequence[Event]:
        dies = self.death is not None and len(self.performed) == self.death.at
        if dies and self.death and not self.death.after:
            await self._last_breath(self.death)
        self.performed.append(command)
        news = await self._announce(command) if isinstance(command, Announce) else self._carry_out(command)
        if dies and self.death:
            await self._last_breath(self.death)
        return news

    async def look(
        self, legs: Collection[LegId], playbacks: Collection[PlaybackId], recordings: Collection[RecordingId] = ()
    ) -> Found:
        record = self.keeps_record
        return Found(
            legs={name: FoundLeg(up=leg.up, bridge=leg.bridge, away=leg.away) for name, leg in self.legs.items()},
            bridges=frozenset(self.bridges),
            playing=frozenset(self.playing) & frozenset(playbacks),
            recording=frozenset(self.recording) & frozenset(recordings),
            recorded={name: self.recorded.get(name, 0) for name in recordings if name not in self.recording},
            answered={leg: at for leg, at in self._answered.items() if leg in legs and record},
            ended={leg: at for leg, at in self._ended.items() if leg in legs and record},
            handed_on=frozenset(legs) & frozenset(self.fallback) if record else frozenset(),
            outside=frozenset(legs) & self._outside if record else frozenset(),
        )

    async def tidy(self, legs: Sequence[LegId], bridges: Sequence[BridgeId]) -> None:
        for leg in legs:
            if self.legs[leg].whose and self.legs[leg].caller is None:
                self._end(leg, 16)
            elif not self.legs[leg].away:
                self._to_fallback(leg)
        for bridge in bridges:
            self._close(bridge)

    # --- the world -------------------------------------------------------------------------------------------------

    def caller_dials(self, call: CallId) -> None:
        """A caller waits in the application, unanswered."""
        self.legs[LegId(call)] = Leg(call=call)

    def ringing(self, whose: str) -> LegId | None:
        """The leg that rings at this phone: an agent's, a staff member's, or of a caller who is called back."""
        return next((name for name, leg in self.legs.items() if leg.whose == whose and not leg.up), None)

    def picks_up(self, name: LegId) -> None:
        leg = self.legs[name]
        for one in filter(None, (name, leg.caller)):
            self.legs[one].up = True
            self._answered[one] = self._clock.now()
        self._tell(LegAnswered(call=leg.call, leg=name))

    def hangs_up(self, name: LegId, cause: int = 16) -> None:
        leg = self.legs.get(name)
        if leg is None or leg.caller is None:
            self._end(name, cause)
        elif leg.up:
            self._ended[leg.caller] = self._clock.now()
            del self.legs[leg.caller]
            self._end(name, cause)
        else:
            self._give_back(name, cause)

    def rings_out(self, name: LegId) -> None:
        """The dialplan has rung long enough."""
        self._give_back(name, 19)

    def speaks_in_the_fallback(self, name: LegId, *, ends: Millis) -> None:
        """The fallback brings its caller to an agent now; the conversation ends at `ends`."""
        assert name in self.fallback
        self._answered[name], self._ended[name] = self._clock.now(), ends

    def dies_slowly(self, name: LegId) -> None:
        """The end is in Asterisk's own record, and the channel is still there."""
        self._ended[name] = self._clock.now()

    def playback_ends(self) -> None:
        """Everything that is played comes to its end."""
        for playback, call in list(self.playing.items()):
            del self.playing[playback]
            self._tell(AnnouncementEnded(call=call, playback=playback))

    def presses(self, name: LegId, digit: str) -> None:
        self._tell(DigitPressed(call=self.legs[name].call, leg=name, digit=digit))

    def falls_silent(self) -> None:
        """Everything that is recorded comes to its end."""
        for recording in list(self.recording):
            self._end_recording(recording)

    def silent(self) -> list[LegId]:
        """Callers who hear nobody and nothing."""
        return [name for name, leg in self.legs.items() if not leg.whose and not self._hears(leg)]

    def disturbed(self) -> list[BridgeId]:
        """Conversations with music in them."""
        return [name for name, music in self.bridges.items() if music and len(self._inside(name)) > 1]

    # --- within ----------------------------------------------------------------------------------------------------

    def _hears(self, leg: Leg) -> bool:
        if leg.away:
            return True
        if not leg.up:
            return leg.rings
        if any(call_of(recording) == leg.call for recording in self.recording):
            return True  # the caller speaks
        if leg.music or any(call == leg.call for call in self.playing.values()):
            return True
        return leg.bridge is not None and (self.bridges[leg.bridge] or len(self._inside(leg.bridge)) > 1)

    def _inside(self, bridge: BridgeId) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.bridge == bridge]

    async def _last_breath(self, death: Death) -> None:
        death.router_is_gone.set()
        await asyncio.get_running_loop().create_future()

    def _tell(self, event: Event) -> None:
        if self._listener is not None:
            self._listener(event, self._clock.now())

    def _give_back(self, name: LegId, cause: int) -> None:
        """To the router; to the fallback if there is none."""
        leg = self.legs.pop(name)
        assert leg.caller is not None
        if self._listener is None:
            self._to_fallback(leg.caller)
        else:
            self.legs[leg.caller].away = False
            self._tell(CallerReturned(call=leg.call, leg=name, cause=cause))

    def _put_through(self, command: PutThrough) -> Sequence[Event]:
        caller = LegId(command.call)
        if caller not in self.legs:
            return [LegEnded(call=command.call, leg=caller)]
        if command.leg not in self.legs:
            self._ring(command)
            self.legs[command.leg].caller = caller
            self.legs[caller].away = self.legs[caller].rings = True
            self._tell(LegEnded(call=command.call, leg=caller, left=True))
        return ()

    def _end(self, name: LegId, cause: int) -> None:
        for end in [end for end, leg in self.legs.items() if leg.caller == name]:
            del self.legs[end]
        leg = self.legs.pop(name, None)
        if leg is not None:
            self._ended[name] = self._clock.now()
            if leg.bridge is None:
                self._outside.add(name)
            self._tell(LegEnded(call=leg.call, leg=name, cause=cause))

    def _end_recording(self, name: RecordingId) -> None:
        since = self.recording.pop(name, None)
        if since is not None:
            self.recorded[name] = length = self._clock.now() - since
            call = call_of(name)
            assert call is not None, f"{name} is no name of ours"
            self._tell(RecordingEnded(call=call, recording=name, length_ms=length))

    def _to_fallback(self, name: LegId) -> None:
        if name in self.legs and self.legs[name].away and self._listener is not None:
            return  # it is in the dialplan
        if self.legs.pop(name, None) is not None:
            self.fallback.append(name)

    def _close(self, bridge: BridgeId) -> None:
        self.bridges.pop(bridge, None)
        for recording in [name for name in self.recording if call_of(name) == call_of(bridge)]:
            self.recorded[recording] = self._clock.now() - self.recording.pop(
                recording
            )  # as by Asterisk, nobody is told
        for leg in self.legs.values():
            leg.bridge = None if leg.bridge == bridge else leg.bridge

    async def _announce(self, command: Announce) -> Sequence[Event]:
        try:
            for text in command.sentences or (command.text,):
                await self._speech.media(text=text, recording=command.recording)
        except VorzimmerError:
            return [AnnouncementEnded(call=command.call, playback=command.playback, played=False)]
        self.playing[command.playback] = command.call
        return ()

    def _carry_out(self, command: Command) -> Sequence[Event]:
        call = getattr(command, "call", CallId(""))
        name = getattr(command, "leg", None)
        if type(command) in self.failing:
            kind = type(command).__name__
            return [CommandFailed(call=call, command=kind, failure=Failure.REFUSED, leg=name)]
        match command:
            case PutThrough():
                return self._put_through(command)
            case RingAgent() | RingStaff() | RingCaller():
                return self._ring(command)
            case HangUp() | Reject():
                self._end(command.leg, 16)
            case SendToFallback() | Confirm():
                self._to_fallback(command.leg)
            case StopAnnouncement(playback=playback):
                if self.playing.pop(playback, None) is not None:
                    self._tell(AnnouncementEnded(call=call, playback=playback))
            case Answer() | Ring() | Hold() | Unhold() | Mute() | Unmute():
                return self._on_leg(command, command.leg)
            case Join(legs=legs):
                return self._join(call, legs)
            case _:
                self._on_bridge(command, bridge_of(call))
        return ()

    def _ring(self, command: RingAgent | RingStaff | RingCaller) -> Sequence[Event]:
        caller = LegId(command.call)
        if not isinstance(command, RingCaller) and not command.called_back and caller not in self.legs:
            return [LegEnded(call=command.call, leg=caller)]
        name, whose = command.leg, command.agent if isinstance(command, RingAgent) else command.number
        assert name not in self.dialled, f"{name} is dialled twice"
        assert self.ringing(whose) is None, f"{whose} is rung twice"
        self.dialled.append(name)
        self.legs[name] = Leg(call=command.call, whose=whose)
        return ()

    def _on_leg(self, command: Answer | Ring | Hold | Unhold | Mute | Unmute, name: LegId) -> Sequence[Event]:
        leg = self.legs.get(name)
        if leg is None:
            return [LegEnded(call=call_of(name) or CallId(name), leg=name)]
        match command:
            case Answer():
                leg.up = True
            case Ring():
                leg.rings = True
            case Hold():
                leg.bridge, leg.music = None, True
            case Unhold():
                leg.bridge, leg.music = bridge_of(command.call), False
            case Mute():
                leg.muted = True
            case Unmute():
                leg.muted = False
        return ()

    def _join(self, call: CallId, legs: Sequence[LegId]) -> Sequence[Event]:
        assert bridge_of(call) in self.bridges, f"no bridge for {call}"
        if gone := [leg for leg in legs if leg not in self.legs]:
            return [LegEnded(call=call, leg=leg) for leg in gone]
        for leg in legs:
            self.legs[leg].bridge = bridge_of(call)
        return ()

    def _on_bridge(self, command: Command, bridge: BridgeId) -> None:
        match command:
            case OpenBridge():
                self.bridges.setdefault(bridge, False)
            case CloseBridge():
                self._close(bridge)
            case Record(recording=recording) if recording not in self.recorded:
                self.recording.setdefault(recording, self._clock.now())
            case StopRecording(recording=recording):
                self._end_recording(recording)
            case StartMusic() | StopMusic() if bridge in self.bridges:
                self.bridges[bridge] = isinstance(command, StartMusic)
