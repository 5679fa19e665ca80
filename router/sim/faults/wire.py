"""A request from one life of the router to something outside: on its way, carried out, and answered, each for itself.

What is carried out is carried out, whether or not the router still lives to hear of it.
"""

from asyncio import Future
from collections.abc import Callable
from typing import Any, TypeVar

from router.sim.faults.loop import SimulatedLoop
from router.sim.faults.troubles import Fate

T = TypeVar("T")


def ask(
    loop: SimulatedLoop,
    act: Callable[[], T],
    fate: Fate,
    *,
    error: Callable[[str], Exception],
    no_sooner: Callable[[], int] = lambda: 0,
    limit: int = 0,
) -> "Future[T]":
    """The answer to `act`, or what it raised, once it is there.

    `no_sooner` is the simulated time before which nothing is done there; who asks waits for `limit` microseconds then.
    """
    answer: Future[T] = loop.create_future()
    begun = loop.timeline.now

    def done() -> None:
        if no_sooner() > loop.timeline.now:
            loop.timeline.at(begun + limit, _tell, loop, answer, (None, error("timeout")))
            loop.timeline.at(no_sooner(), done)
            return
        outcome = _outcome(act) if fate.carried_out else (None, None)
        if fate.error:
            outcome = (None, error(fate.error))
        loop.timeline.after(fate.back, _tell, loop, answer, outcome)

    loop.timeline.after(fate.out, done)
    return answer


def _outcome(act: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        return act(), None
    except Exception as failure:  # noqa: BLE001 - whatever it is, it is the answer
        return None, failure


def _tell(loop: SimulatedLoop, answer: "Future[Any]", outcome: tuple[Any, Exception | None]) -> None:
    if loop.dead or answer.done():
        return
    result, failure = outcome
    if failure is None:
        answer.set_result(result)
    else:
        answer.set_exception(failure)
