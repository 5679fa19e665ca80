"""What one entry alone cannot show: whether all entries together make sense. Each check yields its problems."""

from collections.abc import Callable, Iterator

from router.config.checks.clients import CLIENT_CHECKS
from router.config.checks.house import HOUSE_CHECKS
from router.config.checks.lists import LIST_CHECKS
from router.config.checks.numbers import NUMBER_CHECKS
from router.config.checks.references import REFERENCE_CHECKS
from router.config.written import Problem, Written

Check = Callable[[Written], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (*REFERENCE_CHECKS, *NUMBER_CHECKS, *CLIENT_CHECKS, *LIST_CHECKS, *HOUSE_CHECKS)


def problems(written: Written) -> Iterator[Problem]:
    """All problems of all checks."""
    for check in CHECKS:
        yield from check(written)
