"""Keeps one router running: starts it, counts its silence, kills and replaces it, and has a spare at hand.

Rules:
- One that was ready and is silent for `patience_s` is killed; one that is still starting, for `STARTING_S`.
- Silence is counted in this process's own short steps: when the whole machine stood still, the router is not to blame.
- One that was ready is replaced at once; one that never was, after a pause that doubles up to `LONGEST_PAUSE_S`. So is
  one that was, and ended by itself within `BRIEF_S` like the one before it: it would go round and round.
- One that cannot start at all, the first one, is not tried again: its complaint is the last thing to be read, and its
  exit status is the watchdog's. One whose place another router has taken is not replaced either, or the two would take
  it from each other for ever; in a pair it is, and stands by.
- A spare has loaded everything and waits: only the journal's replay is between its word to begin and a router.
"""

import os
import select
import signal
import socket
import time
from collections.abc import Mapping, Sequence

from router.watchdog.child import Child
from router.watchdog.notify import Notify
from router.watchdog.told import say

STEP_S = 0.25
STARTING_S = 30.0
STOPPING_S = 10.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
BRIEF_S = 10.0
SPARE_AFTER_S = 10.0  # the spare is made when the router is ready, or after this time: both want the processor
CANNOT, PLACE_TAKEN = 2, 3  # exit statuses of `vorzimmer run`
SIGNALLED = 128  # as shells tell it
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


class Keeper:
    """`run` keeps a router until SIGTERM, SIGINT, or a router that must not be replaced."""

    def __init__(
        self, command: Sequence[str], *, patience_s: float, paired: bool, environ: Mapping[str, str] = os.environ
    ) -> None:
        """`command` is the router's, beginning with a path; `paired`: a second router shares the house with it."""
        self._command = command
        self._patience_s = patience_s
        self._paired = paired
        self._environ = environ
        self._notify = Notify(environ)
        self._router: Child | None = None
        self._spare: Child | None = None
        self._replaced = {"silent": 0, "ended": 0}
        self._begun = self._due = self._spare_due = time.monotonic()
        self._served = False  # whether any router ever was ready
        self._failures = 0  # routers in a row that never were
        self._brief = 0  # routers in a row that were, and soon ended by themselves
        self._stopping = False
        self._status: int | None = None

    def run(self) -> int:
        """The exit status."""
        awake, wake = socket.socketpair()
        for end in (awake, wake):
            end.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, lambda *_: None)
        before = time.monotonic()
        while self._status is None:
            self._start_what_is_missing(time.monotonic())
            self._sleep(awake)
            now = time.monotonic()
            self._signalled(awake)
            self._reap()
            self._listen(min(now - before, 2 * STEP_S))
            before = now
        self._let_spare_go()
        return self._status

    def _sleep(self, awake: socket.socket) -> None:
        waiting = [awake, *(one.line for one in (self._router, self._spare) if one and not one.hung_up)]
        select.select(waiting, (), (), STEP_S)

    # --- starting --------------------------------------------------------------------------------------------------

    def _start_what_is_missing(self, now: float) -> None:
        if self._router is None and not self._stopping and now >= self._due:
            self._begin(now)
        elif self._router and not self._spare and not self._stopping and now >= self._spare_due:
            self._spare = Child(self._command, self._environ)

    def _begin(self, now: float) -> None:
        spare, self._spare = self._spare, None
        self._router = spare or Child(self._command, self._environ)
        self._router.begin(self._replaced)
        self._begun, self._spare_due = now, now + SPARE_AFTER_S
        self._notify.status("starting")
        say("info", "router started", pid=self._router.pid, spare=spare is not None and spare.loaded)

    # --- hearing ---------------------------------------------------------------------------------------------------

    def _listen(self, passed_s: float) -> None:
        self._notify.alive()
        if self._spare and not self._spare.loaded and self._spare.hear():
            say("info", "spare ready", pid=self._spare.pid)
        if self._router is None:
            return
        served = self._router.served
        self._router.silent_s += passed_s
        if self._router.hear():
            self._notify.starting()
        if self._router.served and not served:
            self._now_serves()
        if self._router.served and not self._stopping:
            self._notify.status("serving" if self._router.ready else "not ready, see /readyz")
        self._kill_if_silent(self._router)

    def _now_serves(self) -> None:
        self._served, self._failures, self._spare_due = True, 0, time.monotonic()
        self._notify.ready()
        say("info", "router ready", took_s=round(time.monotonic() - self._begun, 3))

    def _kill_if_silent(self, router: Child) -> None:
        limit = self._patience_s if router.served else max(STARTING_S, self._patience_s)
        if self._stopping:
            limit = max(STOPPING_S, self._patience_s)
        if router.silent_s > limit and not router.fate:
            router.fate = "silent"
            say("warning", "router silent, killed", pid=router.pid, silent_s=round(router.silent_s, 3))
            router.signal(signal.SIGKILL)

    # --- ends ------------------------------------------------------------------------------------------------------

    def _reap(self) -> None:
        """Also what others left behind: in a container this is process 1."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if self._router and pid == self._router.pid:
                self._ended(self._router, os.waitstatus_to_exitcode(status))
            elif self._spare and pid == self._spare.pid:
                self._spare_ended(os.waitstatus_to_exitcode(status))

    def _spare_ended(self, code: int) -> None:
        """Another one is made some seconds later; without one a start takes as long as loading does."""
        say("warning", "spare ended", how=_how(code))
        if self._spare:
            self._spare.gone()
        self._spare, self._spare_due = None, time.monotonic() + SPARE_AFTER_S

    def _ended(self, router: Child, code: int) -> None:
        router.gone()
        self._router = None
        if self._stopping:
            self._status = 0 if code == -signal.SIGTERM else _exit_status(code)  # it had not begun to listen
            say("info", "router stopped", how=_how(code))
        elif code == PLACE_TAKEN and not self._paired:
            self._status = code
            say("error", "router not replaced, another one has taken its place")
        elif code == CANNOT and not self._served:
            self._status = code
            self._notify.status("cannot start, see the log")
        else:
            self._replace(router, code)

    def _replace(self, router: Child, code: int) -> None:
        reason = router.fate or "ended"
        self._replaced[reason] += 1
        now = time.monotonic()
        self._failures += not router.served
        brief = router.served and code >= 0 and now - self._begun < BRIEF_S
        self._brief = self._brief + 1 if brief else 0
        tries = self._failures or max(0, self._brief - 1)
        pause_s = min(FIRST_PAUSE_S * 2 ** (tries - 1), LONGEST_PAUSE_S) if tries else 0.0
        self._due = now + pause_s
        self._notify.status(f"replacing a router that {'was silent' if router.fate else _how(code)}")
        say("warning", "router replaced", reason=reason, how=_how(code), pause_s=pause_s, **self._replaced)

    def _signalled(self, awake: socket.socket) -> None:
        try:
            numbers = awake.recv(64)
        except BlockingIOError:
            return
        if not {signal.SIGTERM, signal.SIGINT}.isdisjoint(numbers) and not self._stopping:
            self._stop()

    def _stop(self) -> None:
        self._stopping = True
        self._notify.stopping()
        say("info", "stopping")
        if self._router is None:
            self._status = 0
        else:
            self._router.signal(signal.SIGTERM)

    def _let_spare_go(self) -> None:
        if self._spare:
            self._spare.signal(signal.SIGKILL)
            os.waitpid(self._spare.pid, 0)


def _exit_status(code: int) -> int:
    return code if code >= 0 else SIGNALLED - code


def _how(code: int) -> str:
    return f"ended with status {code}" if code >= 0 else f"was killed by {signal.Signals(-code).name}"
