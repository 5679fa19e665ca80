"""The sound of the laboratory: silence every 20 ms, a tone for whoever speaks, and key presses as RFC 4733 events, sent
to where the SDP says.

SIPp could send DTMF too (`play_dtmf`), but only through raw sockets, that is as root, and at times its scenario fixes
beforehand; and with its `-rtp_echo` on both legs of a call the same packets would circle without end. So the packets
are ours, from one socket per phone.
"""

import asyncio
import itertools
import re
import secrets
import struct
import time
from collections import deque
from contextlib import suppress

from tests.lab.failure import LabFailed
from tests.lab.ports import Address, media_sockets, on_loopback

FRAME = 0.020  # seconds
SAMPLES = 160  # 8 kHz
ALAW, EVENT = 8, 101
SILENCE = b"\xd5" * SAMPLES
VOICE = bytes.fromhex("34212134b4a1a1b4") * (SAMPLES // 8)  # ITU-T G.711 table 5: 1 kHz at 0 dBm0
SILENT = frozenset(b"\xd5\x55\xd4\x54")  # A-law's two zeros, which are not quite none: two of them add up to the next
KEYS = "0123456789*#"
PRESS_FRAMES, GAP_FRAMES, LAST_REPEATS = 5, 4, 3
VOLUME = 10  # -dBm0


class Sound:
    """One leg's outgoing stream, and what came back: packets, those with more than silence, and the keys among them."""

    def __init__(self, target: Address) -> None:
        self.target = target
        self.received = 0
        self.sounding = 0
        self.sounding_since: float | None = None  # UTC in ms: the first packet with more than silence in it
        self.longest_quiet = 0.0  # seconds between two packets with more than silence in them
        self._last_sounding = time.monotonic()
        self.keys_heard = ""
        self._last_event = -1  # RTP timestamp of the last key heard: its end comes three times
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._timestamp = secrets.randbits(31)
        self._keys: deque[bytes] = deque()
        self._words = 0  # frames left to be spoken
        self._first = True

    def take(self, packet: bytes) -> None:
        """One packet from the other side."""
        self.received += 1
        if packet[1] & 0x7F == ALAW and not SILENT.issuperset(packet[12:]):
            self.sounding += 1
            self.sounding_since = self.sounding_since or time.time() * 1000
            self.rest()
        stamp = int.from_bytes(packet[4:8], "big")
        if len(packet) >= 16 and packet[1] & 0x7F == EVENT and packet[13] & 0x80 and stamp != self._last_event:
            self._last_event = stamp
            self.keys_heard += KEYS[packet[12]] if packet[12] < len(KEYS) else "?"

    def rest(self) -> None:
        """A silence ends here."""
        now = time.monotonic()
        self.longest_quiet = max(self.longest_quiet, now - self._last_sounding)
        self._last_sounding = now

    @property
    def pressing(self) -> bool:
        """Whether keys are still being sent."""
        return bool(self._keys)

    @property
    def speaking(self) -> bool:
        """Whether there is still something to be said."""
        return self._words > 0

    def speak(self, seconds: float) -> None:
        """Send a tone for so long, instead of silence."""
        self._words = round(seconds / FRAME)

    def press(self, keys: str) -> None:
        """Queue the keys: 100 ms each, 80 ms apart."""
        for key in keys:
            if key not in KEYS:
                raise LabFailed(f"no such key on a telephone: {key!r}")
            self._keys.extend(_event_frames(KEYS.index(key)))

    def frames(self) -> list[bytes]:
        """The packets of the next 20 ms."""
        event = self._keys.popleft() if self._keys else b""
        if not event:
            packets = [self._packet(ALAW, VOICE if self.speaking else SILENCE, marker=self._first, offset=0)]
            self._first, self._words = False, max(0, self._words - 1)
        else:
            packets = self._event_packets(event)
        self._timestamp = (self._timestamp + SAMPLES) & 0xFFFFFFFF
        return packets

    def _event_packets(self, event: bytes) -> list[bytes]:
        duration = struct.unpack("!H", event[2:])[0]
        copies = LAST_REPEATS if event[1] & 0x80 else 1  # RFC 4733 section 2.5.1.4: the end goes out three times
        offset = duration - SAMPLES  # all packets of one event carry the timestamp of its beginning
        return [self._packet(EVENT, event, marker=offset == 0, offset=offset) for _ in range(copies)]

    def _packet(self, kind: int, payload: bytes, *, marker: bool, offset: int) -> bytes:
        self._sequence = (self._sequence + 1) & 0xFFFF
        stamp = (self._timestamp - offset) & 0xFFFFFFFF
        return struct.pack("!BBHII", 0x80, kind | marker << 7, self._sequence, stamp, self._ssrc) + payload


def _event_frames(code: int) -> list[bytes]:
    """Five frames of the growing event, the last one marked as its end, then frames of ordinary silence."""
    steps = range(1, PRESS_FRAMES + 1)
    events = [struct.pack("!BBH", code, VOLUME | (0x80 if n == PRESS_FRAMES else 0), n * SAMPLES) for n in steps]
    return events + [b""] * GAP_FRAMES


class SoundPort:
    """The RTP socket that all legs of one phone share; Asterisk tells them apart by its own ports."""

    def __init__(self, host: str) -> None:
        self._rtp, self._rtcp = media_sockets(host)
        self.number: int = self._rtp.getsockname()[1]
        self._sounds: dict[Address, Sound] = {}
        self.closed = False

    def open(self, target: Address) -> Sound:
        """Begin to send to where a leg's SDP says."""
        self._sounds[target] = Sound(target)
        return self._sounds[target]

    def move(self, sound: Sound, target: Address) -> None:
        """Follow a re-INVITE's new SDP with the same stream."""
        self.silence(sound)
        sound.target = target
        self._sounds[target] = sound

    def silence(self, sound: Sound) -> None:
        """Stop sending; another leg may have been given the same target since."""
        if self._sounds.get(sound.target) is sound:
            del self._sounds[sound.target]

    def tick(self) -> None:
        """Send everyone's next 20 ms and count what has arrived."""
        for sound in self._sounds.values():
            for packet in sound.frames():
                with suppress(OSError):  # a target that has just closed its port
                    self._rtp.sendto(packet, sound.target)
        with suppress(BlockingIOError):
            while True:
                packet, source = self._rtp.recvfrom(2048)
                if hearer := self._sounds.get(Address(*source)):
                    hearer.take(packet)

    def close(self) -> None:
        """Give the ports back."""
        self.closed = True
        self._rtp.close()
        self._rtcp.close()


class SoundClock:
    """Drives all sound ports of a laboratory from one task."""

    def __init__(self) -> None:
        self.ports: list[SoundPort] = []

    async def run(self) -> None:
        """Until cancelled; frames missed while the machine was busy are sent late, not left out."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        for frame in itertools.count(1):
            await asyncio.sleep(max(0.0, start + frame * FRAME - loop.time()))
            self.ports = [port for port in self.ports if not port.closed]
            for port in self.ports:
                port.tick()


def media_target(sdp: str) -> Address | None:
    """Where an SDP wants its audio; None when it has no audio."""
    host = re.search(r"^c=IN IP4 (\S+)", sdp, re.MULTILINE)
    port = re.search(r"^m=audio (\d+) ", sdp, re.MULTILINE)
    return on_loopback((host[1], int(port[1]))) if host and port and int(port[1]) else None
