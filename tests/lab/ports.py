"""Free ports on loopback, safe against other laboratories on the same machine.

SIPp binds its UDP port itself, so the number is held meanwhile by a bound TCP socket: the kernel gives it to nobody
else who asks the same way, and takes it back when this process ends, however it ends. UDP sockets that are ours keep
off the numbers that are held so: the kernel, which knows nothing of the holding, would hand them out.
"""

import socket
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from tests.lab.failure import LabFailed


class Address(NamedTuple):
    """An IPv4 address and a UDP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def on_loopback(address: tuple[str, int]) -> Address:
    """The address, if it is on this machine: the laboratory talks to nobody else."""
    if not ip_address(address[0]).is_loopback:
        raise LabFailed(f"the laboratory talks to 127.0.0.0/8 only, not to {address[0]}")
    return Address(*address)


class ReservedPort:
    """A UDP port that is ours until `release`, though not bound as UDP."""

    def __init__(self, host: str, port: int = 0) -> None:
        self._holder, number = _hold(host, port)
        self.address = Address(host, number)

    def release(self) -> None:
        """Let others have it."""
        self._holder.close()


def _hold(host: str, port: int) -> tuple[socket.socket, int]:
    for _ in range(50):
        holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            holder.bind((host, port))
            number: int = holder.getsockname()[1]
            _bind_udp(host, number).close()
        except OSError:
            holder.close()
        else:
            return holder, number
    raise LabFailed(f"no free UDP port found on {Address(host, port)}")


def udp_socket(host: str) -> socket.socket:
    """A bound, non-blocking UDP socket on a port that no laboratory has reserved."""
    for _ in range(200):
        udp = _bind_udp(host, 0)
        if not _is_reserved(host, udp.getsockname()[1]):
            return udp
        udp.close()
    raise LabFailed(f"no free UDP port found on {host}")


def media_sockets(host: str) -> tuple[socket.socket, socket.socket]:
    """Bound, non-blocking sockets for RTP (even port) and its RTCP (the next one)."""
    for _ in range(200):
        rtp = udp_socket(host)
        number = rtp.getsockname()[1]
        try:
            if number % 2 == 0 and not _is_reserved(host, number + 1):
                return rtp, _bind_udp(host, number + 1)
        except OSError:
            pass
        rtp.close()
    raise LabFailed(f"no pair of free RTP ports found on {host}")


def _is_reserved(host: str, port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _bind_udp(host: str, port: int) -> socket.socket:
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setblocking(False)
    try:
        udp.bind((host, port))
    except OSError:
        udp.close()
        raise
    return udp


def is_bound(address: Address) -> bool:
    """Whether some process listens on this UDP port (Linux: /proc/net/udp, addresses in the machine's byte order)."""
    packed = int.from_bytes(socket.inet_aton(address.host), "little")
    wanted = f"{packed:08X}:{address.port:04X}"
    return any(line.split()[1] == wanted for line in Path("/proc/net/udp").read_text().splitlines()[1:])
