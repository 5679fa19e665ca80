"""Ctrl-C and SIGTERM: the first one ends the task in an orderly way, later ones change nothing."""

import asyncio
import signal
from collections.abc import Coroutine

STOPPED = 130  # exit status


class _Stop:
    def __init__(self, task: asyncio.Task[int]) -> None:
        self.asked = False
        self._task = task

    def __call__(self) -> None:
        if not self.asked:
            self.asked = True
            self._task.cancel()


async def until_stopped(work: Coroutine[None, None, int]) -> int:
    """The work's exit status, or `STOPPED`. What fails while it stops is not told: SIPp is ended by Ctrl-C too."""
    task = asyncio.ensure_future(work)
    stop = _Stop(task)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await asyncio.wait({task})
    if not stop.asked:
        return task.result()
    if not task.cancelled():
        task.exception()
    return STOPPED
