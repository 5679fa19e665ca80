"""The router's own words, live: its decisions from its log, and whose call each was, from Asterisk's event record."""

import asyncio
import csv
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

POLL = 0.05  # seconds
UNKNOWN_AFTER = 10  # polls: a call that the event record does not name by then stays nameless


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One step of the router's trace; `at` in seconds since 1970, `caller` empty when it is not known."""

    at: float
    caller: str
    rule: str
    outcome: str
    because: str


class Tail:
    """A growing text file, read line by line as lines become complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def lines(self) -> Sequence[str]:
        """Those that were completed since the last time."""
        if not self._path.exists():
            return ()
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole = file.read().rpartition(b"\n")
        self._offset += len(whole[0]) + len(whole[1])
        return whole[0].decode(errors="replace").splitlines()


class Trace:
    """Follows log and event record, hands out every decision once, and remembers them by caller."""

    def __init__(self, log: Path, cel: Path, heard: Callable[[Decision], None]) -> None:
        self._log = Tail(log)
        self._cel = Tail(cel)
        self._heard = heard
        self._callers: dict[str, str] = {}
        self._waiting: list[tuple[int, Mapping[str, str]]] = []
        self.decisions: defaultdict[str, list[Decision]] = defaultdict(list)

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            self.read()
            await asyncio.sleep(POLL)

    def read(self) -> None:
        """Take in what is new."""
        for kind, _, call, _, _, caller, *_ in csv.reader(self._cel.lines()):
            if kind == "CHAN_START":
                self._callers[call] = caller
        pending, self._waiting = self._waiting, []
        fresh = (line for line in map(_parsed, self._log.lines()) if line.get("logger") == "vorzimmer.call")
        for age, line in (*pending, *((0, line) for line in fresh)):
            self._take(age, line)

    def _take(self, age: int, line: Mapping[str, str]) -> None:
        caller = self._callers.get(line["call"], "")
        if not caller and age < UNKNOWN_AFTER:
            self._waiting.append((age + 1, line))
            return
        decision = Decision(
            at=datetime.fromisoformat(line["timestamp"]).timestamp(),
            caller=caller,
            rule=line["event"],
            outcome=line["outcome"],
            because=line["because"],
        )
        self.decisions[caller].append(decision)
        self._heard(decision)


def _parsed(line: str) -> Mapping[str, str]:
    try:
        found: Mapping[str, str] = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
