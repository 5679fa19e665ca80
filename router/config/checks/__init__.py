"""What one entry alone cannot show: whether all entries together make sense. Each check yields its problems."""

from collections.abc import Callable, Iterator

from router.config.checks.billing import BILLING_CHECKS
from router.config.checks.clients import CLIENT_CHECKS
from router.config.checks.house import HOUSE_CHECKS
from router.config.checks.lists import LIST_CHECKS
from router.config.checks.numbers import NUMBER_CHECKS
from router.config.checks.people import PEOPLE_CHECKS
from router.config.checks.references import REFERENCE_CHECKS
from router.config.checks.times import TIME_CHECKS
from router.config.checks.waiting import WAITING_CHECKS
from router.config.written import Problem, Written

Check = Callable[[Written], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (
    *REFERENCE_CHECKS,
    *NUMBER_CHECKS,
    *CLIENT_CHECKS,
    *PEOPLE_CHECKS,
    *LIST_CHECKS,
    *WAITING_CHECKS,
    *TIME_CHECKS,
    *HOUSE_CHECKS,
    *BILLING_CHECKS,
)


def problems(written: Written) -> Iterator[Problem]:
    """All problems of all checks."""
    for check in CHECKS:
        yield from check(written)
