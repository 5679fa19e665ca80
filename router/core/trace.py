"""Why: one step of a decision, kept with the call and shown by `explain`."""

from dataclasses import dataclass

from router.core.ids import Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """At time `at` the `rule` gave `outcome`, because of `because`."""

    at: Millis
    rule: str
    outcome: str
    because: str = ""
