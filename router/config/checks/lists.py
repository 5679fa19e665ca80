"""Block, allow and VIP lists: each entry means callers in one way, and each caller stands on one list."""

from collections.abc import Iterator

from router.config.findings import Path
from router.config.keys.callers import AllowKeys, CallersKeys
from router.config.keys.clients import ClientKeys
from router.config.written import Problem, Written
from router.core.house import ADVERTISING

WAYS = ("number", "prefix", "first", "pattern")


def lists_of(written: Written) -> Iterator[tuple[Path, CallersKeys]]:
    """Every entry of every list, with its path."""
    yield from ((("house", "block", index), entry) for index, entry in enumerate(written.sound.house.block))
    for name, client in written.sound.clients.items():
        for key, row, entry in listed(client):
            yield ("clients", name, key, row), entry


def listed(client: ClientKeys) -> Iterator[tuple[str, int, CallersKeys]]:
    """A client's entries in the order in which the lists count."""
    yield from (("block", index, entry) for index, entry in enumerate(client.block))
    yield from (("allow", index, entry) for index, entry in enumerate(client.allow))
    yield from (("vips", index, entry) for index, entry in enumerate(client.vips))


def _one_way(written: Written) -> Iterator[Problem]:
    for path, entry in lists_of(written):
        ways = [way for way in WAYS if getattr(entry, way) is not None]
        if len(ways) != 1:
            message = "exactly one of number, prefix, first and pattern is wanted"
            yield Problem(path=path, message=message, hint='write number: "…" or prefix: "…"')
        elif (entry.first is None) != (entry.last is None):
            present, absent = ("first", "last") if entry.first else ("last", "first")
            message, hint = f"{present} is of no use alone", f"add {absent}:, the other end of the range"
            yield Problem(path=(*path, present), message=message, hint=hint)


def _ranges(written: Written) -> Iterator[Problem]:
    for path, entry in lists_of(written):
        yield from range_problems(path, entry)


def range_problems(path: Path, entry: CallersKeys) -> Iterator[Problem]:
    """What is wrong with an entry's range, if it is one."""
    if entry.first is None or entry.last is None:
        return
    if len(entry.first) != len(entry.last):
        message = f"{entry.last} has not as many digits as {entry.first}"
        yield Problem(path=(*path, "last"), message=message, hint="write both ends in full, or use prefix:")
    elif entry.first > entry.last:
        message = f"{entry.last} comes before {entry.first}"
        yield Problem(path=(*path, "last"), message=message, hint="exchange first and last")


def _lists(written: Written) -> Iterator[Problem]:
    """A caller stands on one list once: a later one would never count."""
    for name, client in written.sound.clients.items():
        first: dict[str, str] = {}
        for key, index, entry in listed(client):
            if entry.number is None:
                continue
            if entry.number in first:
                message = f"{entry.number} stands under {first[entry.number]} already, which counts first"
                path = ("clients", name, key, index, "number")
                yield Problem(path=path, message=message, hint="keep one of the two")
            first.setdefault(entry.number, key)


def _prefixes(written: Written) -> Iterator[Problem]:
    """An allowed caller or VIP whom a blocked prefix covers would never get through."""
    for name, client in written.sound.clients.items():
        prefixes = tuple(entry.prefix for entry in client.block if entry.prefix and entry.until is None)
        for key, index, entry in listed(client):
            if key != "block" and (entry.number or "").startswith(prefixes):
                message = f"{entry.number} is covered by a blocked prefix, which counts first"
                path = ("clients", name, key, index, "number")
                yield Problem(path=path, message=message, hint="narrow the prefix, or remove this entry")


def _to_whom(written: Written) -> Iterator[Problem]:
    for path, entry in lists_of(written):
        if isinstance(entry, AllowKeys) and entry.staff is None and not entry.by_hours:
            message, hint = "it is open to whom this caller is put through", "add staff: or by_hours:"
            yield Problem(path=path, message=message, hint=hint)


def _reasons(written: Written) -> Iterator[Problem]:
    for path, entry in lists_of(written):
        if entry.reason == ADVERTISING:
            message = f'"{entry.reason}" marks what agents reported'
            yield Problem(path=(*path, "reason"), message=message, hint="write it in other words")


LIST_CHECKS = (_one_way, _ranges, _lists, _prefixes, _to_whom, _reasons)
