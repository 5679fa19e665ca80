"""One leg in the laboratory: what SIPp sees of it, and what we make SIPp do with it."""

import asyncio
import time
from contextlib import suppress

from tests.lab.failure import LabFailed
from tests.lab.media import Sound, SoundPort, media_target
from tests.lab.plan import REJECTIONS, Answer, NeverAnswer, Plan, Reject
from tests.lab.process import SippProcess
from tests.lab.record import SippRecord, record_of
from tests.lab.trace import SipMessage
from tests.lab.waiting import wait_for

WITHIN = 10.0  # seconds: the default patience
ASK_AGAIN, PATIENT_ASKS = 0.25, 8  # seconds, times


class SippCall:
    """A leg that SIPp placed or received. Waits raise `LabFailed` with the leg's history when patience ends."""

    def __init__(self, invite: SipMessage, process: SippProcess, port: SoundPort) -> None:
        self._process = process
        self._port = port
        self._messages: list[SipMessage] = []
        self._invite = invite
        self._record = record_of([invite])
        self._sound: Sound | None = None
        self._acknowledged = False
        self._ended = asyncio.Event()
        self.observe(invite)

    @property
    def record(self) -> SippRecord:
        """What SIPp has seen so far."""
        return self._record

    @property
    def invite(self) -> SipMessage:
        """The INVITE (the last one, if it was challenged), with all its headers."""
        return self._invite

    @property
    def messages(self) -> tuple[SipMessage, ...]:
        """All messages of this leg."""
        return tuple(self._messages)

    @property
    def live(self) -> bool:
        """Whether the conversation is up: answered, acknowledged, not ended."""
        return self._acknowledged and self._record.ended_at is None

    @property
    def over(self) -> bool:
        """Whether the leg has ended, one way or another."""
        return self._record.ended_at is not None

    @property
    def reinvited(self) -> bool:
        """Whether the other side has changed the running conversation by re-INVITE or UPDATE."""
        later = self._messages[1:] if self._acknowledged else []
        return any(not m.sent and not m.code and m.method in ("INVITE", "UPDATE") for m in later)

    @property
    def heard(self) -> int:
        """RTP packets that came from the other side."""
        return self._sound.received if self._sound else 0

    @property
    def sounds_heard(self) -> int:
        """RTP packets with more than silence in them: speech, music or tones."""
        return self._sound.sounding if self._sound else 0

    @property
    def sounds_heard_since(self) -> float | None:
        """When the first of them came, UTC in milliseconds."""
        return self._sound.sounding_since if self._sound else None

    @property
    def longest_quiet(self) -> float:
        """The longest time, in seconds, without speech, music or tones, up to the end."""
        return self._sound.longest_quiet if self._sound else 0.0

    @property
    def keys_heard(self) -> str:
        """Telephone keys (RFC 4733) that came from the other side."""
        return self._sound.keys_heard if self._sound else ""

    def observe(self, message: SipMessage) -> None:
        """Take in one message of the trace."""
        self._messages.append(message)
        self._record = record_of(self._messages)
        if message.method == "INVITE" and not message.code and not self._acknowledged:
            self._invite = message
        elif message.method == "ACK" and self._record.answered_at is not None:
            self._acknowledged = True
        self._follow_sound(message)

    def _follow_sound(self, message: SipMessage) -> None:
        if self.over:
            self._ended.set()
            if self._sound:
                self._sound.rest()
                self._port.silence(self._sound)
        elif not message.sent and (target := media_target(message.body)):
            if self._sound and self._sound.target != target:
                self._port.move(self._sound, target)
            elif not self._sound:
                self._sound = self._port.open(target)

    async def rings(self, within: float = WITHIN) -> None:
        """Wait for 180."""
        await wait_for(lambda: self._record.ringing_at, within, lambda: self._missing("ringing"))

    async def established(self, within: float = WITHIN) -> None:
        """Wait for the conversation; fails at once when the call ends instead."""
        await wait_for(lambda: self._acknowledged or self.over, within, lambda: self._missing("an answer"))
        if not self._acknowledged:
            raise LabFailed(self._missing("an answer"))

    async def ended(self, within: float = WITHIN) -> SippRecord:
        """Wait for the end, and give the record."""
        await wait_for(lambda: self.over, within, lambda: self._missing("the end"))
        return self._record

    def ring(self) -> None:
        """Answer the INVITE with 180."""
        self._process.steer(self._invite, "RING")

    async def answer(self) -> None:
        """Answer the INVITE with 200 and wait for the ACK."""
        self._process.steer(self._invite, "ANSWER")
        await self.established()

    async def reject(self, code: int = 486) -> None:
        """Refuse the INVITE with one of `plan.REJECTIONS`."""
        if code not in REJECTIONS:
            raise LabFailed(f"the scenarios can refuse with {', '.join(map(str, REJECTIONS))}, not with {code}")
        self._process.steer(self._invite, str(code))
        await self.ended()

    async def cancel(self) -> SippRecord:
        """Give up our own call before it is answered."""
        await wait_for(lambda: self._provisional, WITHIN, lambda: self._missing("a provisional response"))
        await self._insist("CANCEL")
        return await self.ended()

    @property
    def _provisional(self) -> bool:
        return any(100 <= message.code < 200 for message in self._messages)

    async def give_up(self, after: float) -> SippRecord:
        """Cancel our own call when it has not been answered `after` seconds from its INVITE."""
        await self._over_by(self._record.invite_at, after)
        return self._record if self.over or self._record.answered_at else await self.cancel()

    async def talk(self, seconds: float) -> SippRecord:
        """Hang up when the conversation has lasted so long by SIPp's clock, unless the other side does before."""
        await self.established()
        await self._over_by(self._record.answered_at, seconds)
        return await self.hang_up()

    async def hang_up(self) -> SippRecord:
        """Send BYE, wait until it is out, and give the record; nothing happens when the other side was faster."""
        await self.established()
        await self._insist("BYE")
        return await self.ended()

    async def _insist(self, request: str) -> None:
        """Ask until the leg has ended: SIPp drops a control request that meets it amidst another message."""
        for _ in range(PATIENT_ASKS):
            if self.over:
                return
            self._process.steer(self._invite, request)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), ASK_AGAIN)

    async def press(self, keys: str) -> None:
        """Press telephone keys (RFC 4733) and wait until all are sent."""
        sound = await self._conversing(f"a conversation to press {keys} in")
        sound.press(keys)
        await wait_for(lambda: not sound.pressing or self.over, WITHIN, f"the keys {keys} to be sent")

    @property
    def sound_flows(self) -> bool:
        """Whether it is known where this leg's sound goes."""
        return self._sound is not None

    def say(self, seconds: float) -> None:
        """Say something for so long, without waiting for it."""
        if self._sound is not None:
            self._sound.speak(seconds)

    async def speak(self, seconds: float) -> None:
        """Say something for so long, and wait until it is said."""
        sound = await self._conversing("a conversation to speak in")
        sound.speak(seconds)
        await wait_for(lambda: not sound.speaking or self.over, WITHIN + seconds, "everything to be said")

    async def _conversing(self, what: str) -> Sound:
        await self.established()
        if self._sound is None or self.over:
            raise LabFailed(self._missing(what))
        return self._sound

    async def follow(self, plan: Plan) -> None:
        """Do what the plan says, until it is done or the leg has ended."""
        match plan:
            case Answer():
                if not await self._ring_for(plan.ring):
                    await self.answer()
                    await self._converse(plan)
            case NeverAnswer():
                self.ring()
            case Reject():
                if not await self._ring_for(plan.ring):
                    await self.reject(plan.code)

    async def _ring_for(self, seconds: float) -> bool:
        if seconds > 0:
            self.ring()
        return await self._over_by(self._record.invite_at, seconds)

    async def _converse(self, plan: Answer) -> None:
        steps: list[tuple[float, str | None]] = [*plan.presses]
        if plan.talk is not None:
            steps.append((plan.talk, None))
        for at, keys in sorted(steps, key=lambda step: step[0]):
            if await self._over_by(self._record.answered_at, at):
                return
            await (self.press(keys) if keys else self.hang_up())

    async def _over_by(self, since: float | None, seconds: float) -> bool:
        """Let time pass until `seconds` after the instant `since` of SIPp's clock; True when the leg ended before."""
        remaining = (since or 0.0) / 1000 + seconds - time.time()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), max(0.0, remaining))
        return self.over

    async def close(self) -> None:
        """End the leg politely in whatever state it is, as a laboratory that closes does."""
        if self.live:
            await self.hang_up()
        elif self._record.placed and not self.over:
            await self.cancel()
        elif not self.over:
            await self.reject(480)

    def _missing(self, what: str) -> str:
        seen = "\n  ".join(
            f"{'>' if m.sent else '<'} {m.at:.3f} {m.start} ({m.header('CSeq')})" for m in self._messages
        )
        return f"{what} on {self._record.call_id}; seen:\n  {seen}{self._process.complaints()}"
