"""Everything that happened, as one hash; and its last steps in words."""

import hashlib
from collections import deque

from router.sim.faults.timeline import Timeline

LAST = 60


class Trace:
    """SHA-256 over all lines told, each with its time."""

    def __init__(self, timeline: Timeline, *, last: int = LAST) -> None:
        self._timeline = timeline
        self._hash = hashlib.sha256()
        self.lines = 0
        self.last: deque[str] = deque(maxlen=last)

    def tell(self, who: str, what: str) -> None:
        """One step."""
        line = f"{self._timeline.now} {who} {what}"
        self._hash.update(line.encode())
        self._hash.update(b"\n")
        self.last.append(line)
        self.lines += 1

    @property
    def digest(self) -> str:
        """64 hex digits."""
        return self._hash.hexdigest()
