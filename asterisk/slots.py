"""Blocks of ports for several instances on one machine: a slot is held by one process and free again when that dies.

The claim is an abstract Unix socket: it lives in the same network namespace as the ports, and the kernel drops it with
its owner. A slot whose ports someone else uses is passed over. All ports lie below Linux's ephemeral range (32768).
"""

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass

COUNT = 12
RTP_PORTS = 1000  # 500 calls' legs, each with RTP and RTCP


class NoFreeSlot(Exception):
    """Every slot is taken; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One block of ports, held until release()."""

    number: int
    claim: socket.socket

    @property
    def sip_port(self) -> int:
        """UDP and TCP."""
        return 15060 + self.number

    @property
    def ari_port(self) -> int:
        """HTTP on loopback."""
        return 18088 + self.number

    @property
    def rtp_ports(self) -> range:
        """Even ports carry RTP, odd ones RTCP."""
        first = 20000 + self.number * RTP_PORTS
        return range(first, first + RTP_PORTS)

    def release(self) -> None:
        """Gives the ports back."""
        self.claim.close()


def take_slot(sip_host: str) -> Slot:
    """Claims the first slot whose ports are free on `sip_host` and loopback. Raises NoFreeSlot."""
    for number in range(COUNT):
        claim = _claim(number)
        if claim is None:
            continue
        slot = Slot(number=number, claim=claim)
        if _is_free(slot, sip_host):
            return slot
        slot.release()
    raise NoFreeSlot(f"all {COUNT} blocks of ports are in use: stop an Asterisk that was started here before.")


def _claim(number: int) -> socket.socket | None:
    """The held claim on a slot, or None when another process has it."""
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        claim.bind(f"\0vorzimmer-asterisk-slot-{number}")
    except OSError as refused:
        claim.close()
        if refused.errno != errno.EADDRINUSE:
            raise
        return None
    return claim


def _is_free(slot: Slot, sip_host: str) -> bool:
    """Whether every port of the slot can be bound now."""
    wanted = [(socket.SOCK_DGRAM, sip_host, slot.sip_port), (socket.SOCK_STREAM, sip_host, slot.sip_port)]
    wanted.append((socket.SOCK_STREAM, "127.0.0.1", slot.ari_port))
    wanted.extend((socket.SOCK_DGRAM, "0.0.0.0", port) for port in slot.rtp_ports[::2])  # noqa: S104  probing only
    return _all_bind(wanted)


def _all_bind(wanted: Iterable[tuple[socket.SocketKind, str, int]]) -> bool:
    """Whether each address can be bound; one that the machine does not have is an OSError for the caller."""
    return all(_binds(kind, host, port) for kind, host, port in wanted)


def _binds(kind: socket.SocketKind, host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Asterisk does
        try:
            probe.bind((host, port))
        except OSError as refused:
            if refused.errno != errno.EADDRINUSE:
                raise
            return False
    return True
