"""What a service manager is told, in the protocol of sd_notify(3); nothing where none listens."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress

OURS = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")  # for the watchdog alone, not for the routers it starts
MORE_TIME_US = 10_000_000  # to start, as long as the router gets on


class Notify:
    """Tells systemd, or whoever else has set NOTIFY_SOCKET. Raises nothing: nobody's calls hang on it."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._watched = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid()) and "WATCHDOG_USEC" in environ
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) if address else None
        self._status = ""
        self._ready = False

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        if text != self._status:
            self._status = text
            self._send(f"STATUS={text}")

    def ready(self) -> None:
        """The service is up, from the first time on."""
        if not self._ready:
            self._ready = True
            self._send("READY=1")

    def stopping(self) -> None:
        """The service is about to end."""
        self._send("STOPPING=1")

    def alive(self) -> None:
        """The watchdog itself is alive."""
        if self._watched:
            self._send("WATCHDOG=1")

    def starting(self) -> None:
        """It is not up yet, but gets on."""
        if not self._ready:
            self._send(f"EXTEND_TIMEOUT_USEC={MORE_TIME_US}")

    def _send(self, message: str) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.sendto(message.encode(), self._address)
