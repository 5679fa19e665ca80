"""The router's end: it waits for the word, beats from its loop, and holds up nothing."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from router.watchdog.line import Watched
from tests.lab.waiting import wait_for
from tests.shells.watchdog.kennel import alive

SPARE = "from router.watchdog.line import Watched; w = Watched.inherited(); print(dict(w.replaced), flush=True); "


def spare(line: socket.socket, then: str = "") -> "subprocess.Popen[bytes]":
    environ = os.environ | {"VORZIMMER_WATCHDOG_LINE": f"{line.fileno()}:{os.getpid()}"}
    return subprocess.Popen(
        (sys.executable, "-c", SPARE + then), env=environ, pass_fds=(line.fileno(),), stdout=subprocess.PIPE
    )


def test_a_spare_waits_for_the_word_and_learns_who_was_before() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = spare(theirs)
        ours.send(json.dumps({"silent": 2, "ended": 1}).encode())
        assert process.communicate(timeout=20)[0] == b"{'silent': 2, 'ended': 1}\n"


def test_a_spare_that_is_not_needed_ends_without_a_word() -> None:
    ours, theirs = socket.socketpair()
    process = spare(theirs)
    theirs.close()
    ours.close()
    assert process.communicate(timeout=20)[0] == b""
    assert process.returncode == 0


def test_a_router_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import json, os, socket, subprocess, sys, time\n"
        "ours, theirs = socket.socketpair(); theirs.set_inheritable(True)\n"
        "os.environ['VORZIMMER_WATCHDOG_LINE'] = f'{theirs.fileno()}:{os.getpid()}'\n"
        f"p = subprocess.Popen([sys.executable, '-c', {SPARE + 'import time; time.sleep(60)'!r}], close_fds=False,"
        " stdout=subprocess.PIPE)\n"
        "ours.send(b'{}'); p.stdout.readline(); print(p.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen((sys.executable, str(script)), stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.send_signal(signal.SIGKILL)
    asyncio.run(wait_for_end(pid))


async def wait_for_end(pid: int) -> None:
    await wait_for(lambda: not alive(pid), 10, "the router to be gone")


async def test_beats_tell_whether_the_router_is_ready() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        watched = Watched(theirs)
        async with watched.beating():
            assert await asyncio.to_thread(ours.recv, 1) == b"-"
            watched.ready = lambda: True
            assert await asyncio.to_thread(ours.recv, 1) == b"+"


def test_progress_beats_at_most_four_times_a_second() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        watched = Watched(theirs)
        for _ in range(1000):
            watched.progress()
        assert 1 <= len(ours.recv(4096)) < 100


def test_a_watchdog_that_takes_no_beat_holds_nobody_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        watched = Watched(theirs)
        for _ in range(100_000):
            watched.beat()
        ours.close()
        watched.beat()


def test_without_a_watchdog_nothing_is_told() -> None:
    watched = Watched.inherited()
    watched.beat()
    watched.progress()
    assert watched.replaced == {}
