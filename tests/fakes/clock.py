"""The clock port as a test sets it."""

from router.core.ids import Millis


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, now: Millis) -> None:
        self._now = now

    def now(self) -> Millis:
        return self._now

    def advance(self, milliseconds: Millis) -> None:
        self._now += milliseconds
