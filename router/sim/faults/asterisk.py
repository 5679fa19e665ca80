"""A simulated Asterisk: channels, bridges, playbacks, recordings, its own record of what happened, and who hears whom.

It outlives the router. What happens here is told to the router that is connected, if one is, after a while; the truth
of who was together with whom is kept for the bill.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from router.core.events import (
    AnnouncementEnded,
    CallerArrived,
    CallerReturned,
    CallEvent,
    DigitPressed,
    Event,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingEnded,
)
from router.core.ids import CallId, LegId, PlaybackId, RecordingId, call_of
from router.sim.faults.timeline import MS, Entry, S, Timeline
from router.sim.faults.trace import Trace
from router.sim.faults.troubles import Troubles

LATE_US = 50 * MS
CLAIM_US = S  # StasisBroadcast's time-out
NORMAL, BUSY, NO_ANSWER, DECLINED = 16, 17, 19, 21  # Q.850


@dataclass(frozen=True, slots=True)
class Offered:
    """A call is offered to all routers."""

    call: CallId


News = Event | Offered


class Listener(Protocol):
    """A websocket of ours."""

    def hears(self, news: News, at: int) -> None:
        """Something happened at simulated time `at`."""
        ...


class People(Protocol):
    """Whoever holds the phones."""

    def rung(self, leg: "Leg") -> None:
        """A phone of theirs rings."""
        ...

    def put_together(self, caller: "Leg", far: "Leg") -> None:
        """The dialplan brought a caller and a staff member together."""
        ...

    def together(self, call: CallId) -> None:
        """Who of a call hears whom has changed."""
        ...

    def gone(self, leg: "Leg") -> None:
        """A leg is over."""
        ...


@dataclass(slots=True)
class Leg:
    """One channel. `whose` is an agent's id or an outside number; empty for a caller who dialled us."""

    name: LegId
    call: CallId
    whose: str
    kind: str  # "caller", "agent", "staff", or "far": at the other end of the dialplan's own Dial
    born: int
    answered: int | None = None
    ended: int | None = None
    ours: bool = False  # in our application
    rings: bool = False
    music: bool = False
    bridge: str | None = None
    fallback: bool = False
    claimed: bool = False
    through: LegId | None = None  # the end at staff to which the dialplan puts this caller through
    recorded_answer: int | None = None  # when Asterisk's record shows it
    recorded_end: int | None = None
    held: bool = False  # of a caller: on hold since the leg was taken out of the bridge, with or without music yet
    outside: bool = False  # was in no bridge at the end

    @property
    def up(self) -> bool:
        """Answered."""
        return self.answered is not None


@dataclass(slots=True)
class Bridge:
    """Legs that hear one another, and what is played to all of them."""

    name: str
    call: CallId
    legs: list[LegId] = field(default_factory=list)
    music: bool = False
    playing: dict[PlaybackId, Entry] = field(default_factory=dict)
    recording: RecordingId | None = None


@dataclass(slots=True)
class Together:
    """A stretch in which a caller and one other person were in a conversation; a caller on hold is."""

    since: int
    until: int | None = None


class SimulatedAsterisk:
    """One Asterisk after another, under the same address."""

    def __init__(self, timeline: Timeline, troubles: Troubles, trace: Trace) -> None:
        self.timeline = timeline
        self.troubles = troubles
        self.trace = trace
        self.people: People
        self.legs: dict[str, Leg] = {}
        self.past: dict[str, Leg] = {}
        self.far: dict[str, Leg] = {}  # of callers whom the dialplan puts through
        self.of_call: dict[CallId, list[Leg]] = {}
        self.bridges: dict[str, Bridge] = {}
        self.recorded: dict[RecordingId, int] = {}  # milliseconds
        self.recording_since: dict[RecordingId, int] = {}
        self.listener: Listener | None = None
        self.heard = True  # whether what is told arrives
        self.down = False
        self.stalled_until = 0
        self.together: dict[LegId, list[Together]] = {}
        self.hit: dict[CallId, list[tuple[int, int]]] = {}  # while what was asked for a call was not answered
        self.late: dict[CallId, list[tuple[int, int]]] = {}  # while news of a call was on its way for long
        self._last_told = 0
        self._arrivals: dict[CallId, CallerArrived | CallerReturned] = {}
        self._pending: dict[RecordingId, Entry] = {}

    # --- telling ---------------------------------------------------------------------------------------------------

    def tell(self, news: News) -> None:
        """To the router that is connected; what is on its way when the link breaks is lost."""
        listener, at = self.listener, self.timeline.now
        if listener is None:
            return
        wait, overtaken, again = self.troubles.event()
        when = max(at, self.stalled_until) + wait
        if not overtaken:
            when = self._last_told = max(when, self._last_told)
        if when - at > LATE_US and isinstance(news, CallEvent):
            self.late.setdefault(news.call, []).append((at, when))
        self.timeline.at(when, self._arrives, listener, news, at)
        if again and not isinstance(news, CallerArrived | CallerReturned | Offered):
            self.timeline.at(when + wait * 100, self._arrives, listener, news, at)

    def unheard(self, call: CallId, since: int, until: int = 0) -> None:
        """From then until now, or `until` if that is later, what was asked for this call was not answered."""
        self.hit.setdefault(call, []).append((since, max(until, self.timeline.now)))

    def _arrives(self, listener: Listener, news: News, at: int) -> None:
        if listener is self.listener and self.heard:
            listener.hears(news, at)

    # --- people ----------------------------------------------------------------------------------------------------

    def dials(self, call: CallId, arrived: CallerArrived) -> None:
        """A caller dials one of our numbers."""
        if self.down:
            self.trace.tell("asterisk", f"cannot be reached by {call}")
            return
        leg = self._born(LegId(call), call, "", "caller")
        self._arrivals[call] = arrived
        self.tell(Offered(call))
        self.timeline.after(CLAIM_US, self._unclaimed, leg)

    def claim(self, call: CallId) -> bool:
        """The router takes an offered call; False when it is too late."""
        leg = self.legs.get(call)
        if leg is None or leg.claimed or leg.fallback:
            return False
        leg.claimed = leg.ours = True
        self.tell(self._arrivals[call])
        return True

    def _unclaimed(self, leg: Leg) -> None:
        if not leg.claimed and leg.ended is None:
            self.to_fallback(leg.name)

    def picks_up(self, leg: Leg) -> None:
        """Somebody answers; without a router Asterisk lets the leg go."""
        if leg.kind == "far":
            self._put_together(leg)
            return
        if leg.ended is not None or leg.up:
            return
        leg.answered = self.timeline.now
        leg.recorded_answer = self.timeline.now + self.troubles.written()
        self.trace.tell(leg.name, "answers")
        if self.listener is None:
            self.end(leg.name, NORMAL)
            return
        leg.ours = True
        self.tell(LegAnswered(call=leg.call, leg=leg.name))

    def presses(self, leg: LegId, digit: str) -> None:
        """A key on a phone."""
        found = self.legs.get(leg)
        if found is not None and found.up and found.ours:
            self.trace.tell(leg, f"presses {digit}")
            self.tell(DigitPressed(call=found.call, leg=leg, digit=digit))

    def end(self, name: str, cause: int = NORMAL) -> None:
        """A leg is over, whoever ended it."""
        if name in self.far:
            self._far_over(self.far.pop(name), cause)
            return
        leg = self.legs.pop(name, None)
        if leg is None:
            return
        leg.ended = self.timeline.now
        leg.recorded_end = self.timeline.now + self.troubles.written()
        leg.outside = leg.bridge is None
        self.past[name] = leg
        self.trace.tell(leg.name, f"ended {cause}")
        self._out_of_bridge(leg)
        if leg.through is not None and self.far.pop(leg.through, None) is None and leg.up:
            self.tell(LegEnded(call=leg.call, leg=leg.through, cause=cause))  # staff hung up
        elif leg.ours or leg.through is not None or leg.kind != "caller":
            self.tell(LegEnded(call=leg.call, leg=leg.name, cause=cause))
        self.people.gone(leg)
        self._heard_anew(leg.call)

    # --- what requests do ------------------------------------------------------------------------------------------

    def originate(self, name: LegId, call: CallId, whose: str, kind: str) -> None:
        """Call somebody's phone."""
        leg = self._born(name, call, whose, kind)
        self.tell(LegRang(call=call, leg=name))
        self.people.rung(leg)

    def answer(self, leg: Leg) -> None:
        """Answer a caller."""
        if not leg.up:
            leg.answered = self.timeline.now
            leg.recorded_answer = self.timeline.now + self.troubles.written()
        leg.rings = False
        self._heard_anew(leg.call)

    def to_fallback(self, name: str) -> None:
        """The dialplan serves the caller from here on: out of our application, to an end of its own."""
        leg = self.legs[name]
        self._out_of_bridge(leg)
        was_ours, leg.ours, leg.fallback, leg.music = leg.ours, False, True, False
        self.trace.tell(leg.name, "in the fallback")
        if was_ours:
            self.tell(LegEnded(call=leg.call, leg=leg.name))
        self.timeline.after(8 * S, self.end, name)

    def put_through(self, leg: Leg, end: LegId, number: str, ring: int) -> None:
        """The dialplan has the caller, and rings that number for so many microseconds."""
        self._out_of_bridge(leg)
        leg.ours, leg.through, leg.rings = False, end, not leg.up
        far = self.far[end] = Leg(end, leg.call, number, "far", self.timeline.now)
        self.tell(LegEnded(call=leg.call, leg=leg.name, left=True))
        self.people.rung(far)
        self.timeline.after(ring, self._unanswered, far)

    def _put_together(self, far: Leg) -> None:
        caller = self.legs.get(far.call)
        if far.name not in self.far or caller is None or far.up:
            return
        far.answered = self.timeline.now
        self.answer(caller)
        self.tell(LegAnswered(call=far.call, leg=far.name))
        self.people.put_together(caller, far)

    def _unanswered(self, far: Leg) -> None:
        if not far.up and self.far.get(far.name) is far:
            self.end(far.name, NO_ANSWER)

    def _far_over(self, far: Leg, cause: int) -> None:
        """Hung up, which ends the caller, too; or not answered: the caller is given back."""
        caller = self.legs.get(far.call)
        if caller is None:
            return
        if far.up:
            self.end(caller.name, cause)
            return
        caller.through, caller.claimed = None, False
        self._arrivals[far.call] = CallerReturned(call=far.call, leg=far.name, cause=cause)
        self.tell(Offered(far.call))
        self.timeline.after(CLAIM_US, self._unclaimed, caller)

    def open(self, name: str, call: CallId) -> None:
        """Make a bridge."""
        self.bridges[name] = Bridge(name, call)

    def close(self, name: str) -> None:
        """Take a bridge down, with what is played and recorded in it."""
        bridge = self.bridges.pop(name)
        for entry in bridge.playing.values():
            entry.strike()
        if bridge.recording is not None:
            self._stop_recording(bridge.recording)
        for member in bridge.legs:
            if member in self.legs:
                self.legs[member].bridge = None
        self._heard_anew(bridge.call)

    def join(self, name: str, legs: Sequence[LegId]) -> None:
        """Put legs into a bridge, from wherever they are."""
        bridge = self.bridges[name]
        for member in legs:
            leg = self.legs[member]
            if leg.bridge == name:
                continue
            self._out_of_bridge(leg)
            leg.bridge, leg.held = name, False
            bridge.legs.append(member)
        self._heard_anew(bridge.call)

    def leave(self, leg: Leg) -> None:
        """Take a leg out of its bridge, to be on hold."""
        self._out_of_bridge(leg)
        leg.held = True
        self._heard_anew(leg.call)

    def moh(self, leg: Leg, *, on: bool) -> None:
        """Music for one leg."""
        leg.music = leg.held = on
        self._heard_anew(leg.call)

    def plays(self, name: str, playback: PlaybackId, length: int) -> None:
        """Play something into a bridge; the same name a second time plays a second time."""
        bridge = self.bridges[name]
        if playback in bridge.playing:
            bridge.playing[playback].strike()
        bridge.playing[playback] = self.timeline.after(length, self.played, playback)

    def playing(self, playback: str) -> Bridge | None:
        """Where this is played."""
        return next((bridge for bridge in self.bridges.values() if playback in bridge.playing), None)

    def played(self, playback: PlaybackId) -> None:
        """It is over, or is stopped."""
        bridge = self.playing(playback)
        if bridge is not None:
            bridge.playing.pop(playback).strike()
            self.tell(AnnouncementEnded(call=bridge.call, playback=playback))

    def record(self, name: str, recording: RecordingId, length: int) -> None:
        """Record what is said in a bridge, until silence."""
        self.bridges[name].recording = recording
        self.recording_since[recording] = self.timeline.now
        self._pending[recording] = self.timeline.after(length, self.recording_over, recording)

    def recording_over(self, recording: RecordingId) -> None:
        """The caller is silent, or somebody stopped it."""
        call = call_of(recording)
        if recording in self.recording_since and call is not None:
            length = self._stop_recording(recording)
            self.tell(RecordingEnded(call=call, recording=recording, length_ms=length))

    def _stop_recording(self, recording: RecordingId) -> int:
        self._pending.pop(recording).strike()
        length = self.recorded[recording] = (self.timeline.now - self.recording_since.pop(recording)) // MS
        for bridge in self.bridges.values():
            bridge.recording = None if bridge.recording == recording else bridge.recording
        return length

    # --- its end ---------------------------------------------------------------------------------------------------

    def killed(self) -> None:
        """All channels are gone, and nobody wrote down when."""
        self.trace.tell("asterisk", "killed")
        self.down, self.listener = True, None
        for leg in list(self.legs.values()):
            leg.ended, leg.recorded_end = self.timeline.now, None
            self.past[leg.name] = leg
            del self.legs[leg.name]
            leg.bridge = None
            self.people.gone(leg)
        for bridge in self.bridges.values():
            for entry in bridge.playing.values():
                entry.strike()
        for recording in list(self.recording_since):
            self._stop_recording(recording)
        calls = {bridge.call for bridge in self.bridges.values()}
        self.bridges.clear()
        self.far.clear()
        for call in sorted(calls):
            self._heard_anew(call)

    def back(self) -> None:
        """A new Asterisk, without any channel."""
        self.trace.tell("asterisk", "back")
        self.down = False

    # --- who hears whom --------------------------------------------------------------------------------------------

    def hears(self, leg: Leg) -> bool:
        """Whether somebody at this phone hears anybody or anything."""
        if leg.fallback or leg.music or leg.rings:
            return True
        bridge = self.bridges.get(leg.bridge) if leg.bridge else None
        if bridge is None:
            return False
        others = any(other != leg.name and self.legs[other].up for other in bridge.legs)
        return others or bridge.music or bool(bridge.playing) or bridge.recording is not None

    def _heard_anew(self, call: CallId) -> None:
        """Keep who is in a conversation with the caller."""
        legs = [leg for leg in self.of_call.get(call, ()) if leg.kind != "caller"]
        for leg in legs:
            stretches = self.together.setdefault(leg.name, [])
            is_open = bool(stretches) and stretches[-1].until is None
            speaks = leg.ended is None and self._speaks(leg)
            if speaks and not is_open:
                stretches.append(Together(self.timeline.now))
            elif is_open and not speaks:
                stretches[-1].until = self.timeline.now
        self.people.together(call)

    def _speaks(self, leg: Leg) -> bool:
        """With a caller in the same bridge, or one on hold."""
        if leg.bridge is None or not leg.up:
            return False
        callers = [one for one in self.of_call[leg.call] if one.kind == "caller" and one.ended is None and one.up]
        return any(one.bridge == leg.bridge or (one.held and one.bridge is None) for one in callers)

    def _born(self, name: LegId, call: CallId, whose: str, kind: str) -> Leg:
        leg = Leg(name, call, whose, kind, self.timeline.now)
        self.legs[name] = leg
        self.of_call.setdefault(call, []).append(leg)
        self.trace.tell(name, f"begins {whose}")
        return leg

    def _out_of_bridge(self, leg: Leg) -> None:
        if leg.bridge is not None and leg.bridge in self.bridges:
            self.bridges[leg.bridge].legs.remove(leg.name)
        leg.bridge = None
