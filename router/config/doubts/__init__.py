"""What is allowed and yet probably not meant: rules that never count, hours at which nobody can answer.

Doubts are looked for in a configuration without mistakes, by whoever asks `vorzimmer check`; the router runs with them.
"""

from collections.abc import Callable, Iterator

from router.config.doubts.lists import LIST_DOUBTS
from router.config.doubts.serving import SERVING_DOUBTS
from router.config.doubts.times import TIME_DOUBTS
from router.config.doubts.waiting import WAITING_DOUBTS
from router.config.written import Problem, Written

Doubt = Callable[[Written], Iterator[Problem]]
DOUBTS: tuple[Doubt, ...] = (*LIST_DOUBTS, *WAITING_DOUBTS, *TIME_DOUBTS, *SERVING_DOUBTS)


def doubts(written: Written) -> Iterator[Problem]:
    """All of them."""
    for doubt in DOUBTS:
        yield from doubt(written)
