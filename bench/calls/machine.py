"""What a process has used, as the kernel counts it."""

import os
import resource
from contextlib import suppress
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
AHEAD = "-18"  # as a nice value
PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024


def cpu_ms(pid: int) -> float:
    """Processor time of all threads, in user and kernel, since the process began; milliseconds, in steps of 10."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MS


def rss_kb(pid: int) -> float:
    """Memory in use, in kB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KB


def descriptors(pid: int) -> int:
    """Open files and sockets."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def threads(pid: int) -> int:
    """Threads of a process."""
    return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())


def put_ahead(pid: int) -> None:
    """Let this process, and all others of its session, go before the rest of the machine, where that is allowed.

    Linux shares processors between sessions, so that one busy process elsewhere would take half of them.
    """
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(AHEAD)


def idle_ms() -> float:
    """Time that all processors together had nothing to do, since the machine began."""
    return int(Path("/proc/stat").read_text().split()[4]) * TICK_MS


def ended_children_ms() -> float:
    """Processor time of our own processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


def dropped(port: int) -> int:
    """Datagrams that the kernel threw away because the buffer of the socket on this port was full."""
    rows = (line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:])
    return sum(int(row[-1]) for row in rows if row[1].endswith(f":{port:04X}"))
