"""A world in which something broke, lived through again with less and less, until all that is left is needed."""

import traceback
from collections.abc import Callable
from functools import partial

from router.core.events import ClockReached, Event
from router.engine.codec import encode
from tests.core.any_world import History, World

Broke = tuple[str, str, int]  # what was raised, and where


def broke(failure: BaseException) -> Broke:
    """What broke, and where: the same line again is the same finding."""
    frame = traceback.extract_tb(failure.__traceback__)[-1]
    return type(failure).__name__, frame.filename, frame.lineno or 0


def relived(history: History, *, to_its_end: bool = False) -> Broke | None:
    """What breaks in a world to which just this happens, and perhaps then its end."""
    world = World()
    try:
        for now, event in history:
            world.now = max(world.now, now)
            _live(world, event)
        if to_its_end:
            world.ends()
    except Exception as failure:  # noqa: BLE001 - whatever is raised is the finding
        return broke(failure)
    return None


def _live(world: World, event: Event | None) -> None:
    if event is None:
        world.restarts()
    else:
        world.tell(event)


def finding(history: History) -> History:
    """The same finding with as few events as bring it about; the whole history when it does not happen again."""
    return shortest(history, relived if relived(history) else partial(relived, to_its_end=True))


def shortest(history: History, breaks: Callable[[History], Broke | None]) -> History:
    """As little of it as breaks in the same way."""
    wanted = breaks(history)
    size = len(history) // 2 if wanted else 0
    while size:
        fewer = _without_any(history, size, lambda some: breaks(some) == wanted)
        size = size if size == 1 and len(fewer) < len(history) else size // 2
        history = fewer
    return history


def _without_any(history: History, size: int, holds: Callable[[History], bool]) -> History:
    """Leave out every stretch of this size that is not needed, the latest first."""
    for start in range(len(history) - size, -size, -size):
        fewer = history[: max(start, 0)] + history[start + size :]
        if len(fewer) < len(history) and holds(fewer):
            history = fewer
    return history


def told(history: History) -> str:
    """As the journal has it, with the seconds since the first event."""
    began = history[0][0] if history else 0
    return "\n".join(f"{(now - began) / 1000:10.3f}  {_line(event)}" for now, event in history)


def _line(event: Event | None) -> str:
    if event is None or isinstance(event, ClockReached):
        return "restart" if event is None else "clock"
    return encode(event).decode()[:240]
