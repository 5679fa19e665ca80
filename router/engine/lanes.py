"""Commands in order within one call, side by side across calls."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from router.core.commands import CallCommand, Command, Confirm

Perform = Callable[[Command], Awaitable[None]]


class Lanes:
    """One lane a call: a task that lives only while the call has commands to carry out."""

    def __init__(self, perform: Perform) -> None:
        self._perform = perform
        self._waiting: dict[str, deque[Command]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, command: Command) -> None:
        """Carry this out after everything added before it for the same call."""
        lane = lane_of(command)
        if lane in self._waiting:
            self._waiting[lane].append(command)
            return
        self._waiting[lane] = deque([command])
        task = asyncio.create_task(self._drain(lane), name=f"lane {lane}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, lane: str) -> None:
        commands = self._waiting[lane]
        try:
            while commands:
                await self._perform(commands.popleft())
        finally:
            del self._waiting[lane]

    async def drained(self) -> None:
        """Until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Stop at once; what was not carried out is found and mended after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def lane_of(command: Command) -> str:
    """What the command must keep its order within."""
    if isinstance(command, CallCommand):
        return command.call
    return command.leg if isinstance(command, Confirm) else ""
