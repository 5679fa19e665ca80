"""List entries that never count: their time is over, or another entry counts first for every caller they mean."""

from collections.abc import Iterator, Sequence

from router.config.checks.lists import listed, lists_of
from router.config.coverage import Meant, covers, meant_by
from router.config.findings import Path
from router.config.keys.callers import CallersKeys
from router.config.timetable import client_times, house_times
from router.config.written import Problem, Written

MOST_COMPARED = 1_000_000  # pairs of entries: more take too long for a warning


def _ended(written: Written) -> Iterator[Problem]:
    house = house_times(written.sound, written.now)
    clients = written.sound.clients
    for path, entry in lists_of(written):
        times = client_times(house, clients[str(path[1])]) if path[0] == "clients" else house
        until = times.instant(entry.until)
        if until is not None and until <= written.now:
            message = "this entry has ended and never counts"
            yield Problem(path=(*path, "until"), message=message, hint="remove it, or write a later day")


def _shadowed(written: Written) -> Iterator[Problem]:
    """By an entry before it on the same list, or on a list of the client's that counts earlier."""
    house: list[tuple[Path, CallersKeys]] = [
        (("house", "block", index), entry) for index, entry in enumerate(written.sound.house.block)
    ]
    yield from _hidden(written, house)
    for name, client in written.sound.clients.items():
        yield from _hidden(written, [(("clients", name, key, row), entry) for key, row, entry in listed(client)])


def _hidden(written: Written, entries: Sequence[tuple[Path, CallersKeys]]) -> Iterator[Problem]:
    wide: list[tuple[Path, Meant]] = []
    if len(entries) ** 2 > MOST_COMPARED:
        return
    for path, entry in entries:
        meant = meant_by(entry)
        if meant is None:
            continue
        before = next((there for there, other in wide if covers(other, meant)), None)
        if before is not None:
            message = (
                f"this entry never counts: {written.tree.place(before)} means all of its callers, and counts first"
            )
            yield Problem(path=path, message=message, hint="remove it, or narrow the other one")
        elif entry.until is None:
            wide.append((path, meant))


def _staff_numbers(written: Written) -> Iterator[Problem]:
    """A person who is staff of two clients is possible; a number in the wrong client's list is more likely."""
    first: dict[str, Path] = {}
    for name, client in written.sound.clients.items():
        for person, keys in client.staff.items():
            for index, number in enumerate(keys.numbers):
                path: Path = ("clients", name, "staff", person, "numbers", index)
                there = first.setdefault(number, path)
                if there[1] != name:
                    message = f"{number} is also of staff of client {there[1]} ({written.tree.place(there)})"
                    yield Problem(path=path, message=message, hint="check whose number it is")


LIST_DOUBTS = (_ended, _shadowed, _staff_numbers)
