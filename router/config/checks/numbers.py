"""Telephone numbers: each of ours has one client, no call comes back to us, and nothing dear or dangerous is called."""

from collections.abc import Iterator

from router.config.findings import Path
from router.config.numbers import why_not_callable
from router.config.written import ANY, Problem, Written


def _owned_twice(written: Written) -> Iterator[Problem]:
    """A number that two clients claim, or one client twice."""
    for key in ("numbers", "forwarded_from"):
        first: dict[str, Path] = {}
        for path, number in written.numbers("clients", ANY, key, ANY):
            if number in first:
                yield _twice(written, number, path, first[number])
            first.setdefault(number, path)


def _twice(written: Written, number: str, path: Path, first: Path) -> Problem:
    message = f"{number} is also of client {first[1]} ({written.tree.place(first)})"
    hint = "leave it with one client; a number shared by forwarding stands with none"
    return Problem(path=path, message=message, hint=hint)


def _ours(written: Written) -> Iterator[Problem]:
    """Which numbers are ours is told by the section `numbers` alone."""
    for path, number in written.numbers("clients", ANY, "numbers", ANY):
        if written.lacks("numbers", number):
            hint = f'add "{number}": {{trunk: …}} to the section numbers'
            yield Problem(path=path, message=f"{number} is not one of our numbers", hint=hint)
    ours = written.names("numbers")
    for path, number in written.numbers("clients", ANY, "forwarded_from", ANY):
        if number in ours:
            hint = "write the client's own number that is forwarded to us"
            yield Problem(path=path, message=f"{number} is one of our own numbers", hint=hint)


def _reachable(written: Written) -> Iterator[Problem]:
    """A client needs a number of ours, or a shared one to forward to."""
    taken = {number for _, number in written.numbers("clients", ANY, "numbers", ANY)}
    shared, known = written.names("numbers") - taken, written.all_sound("numbers")
    for name, client in written.sound.clients.items():
        if not client.numbers and not client.forwarded_from and name != written.sound.house.default_client:
            message, hint = "no call can be for this client", "add numbers or forwarded_from"
            yield Problem(path=("clients", name), message=message, hint=hint, at_key=True)
        elif known and not client.numbers and not shared:
            message = "there is no number of ours that this client could forward to"
            hint = "add one to the section numbers, or give the client numbers of its own"
            yield Problem(path=("clients", name), message=message, hint=hint, at_key=True)


def _targets(written: Written) -> Iterator[tuple[Path, str]]:
    """Every number that is called for a client."""
    yield from written.numbers("clients", ANY, "staff", ANY, "numbers", ANY)
    yield from written.numbers("clients", ANY, "fallback_number")


def _callable(written: Written) -> Iterator[Problem]:
    countries = frozenset(written.sound.house.callable_countries or [written.sound.house.country])
    for path, number in _targets(written):
        refusal = why_not_callable(number, countries)
        if refusal:
            yield Problem(path=path, message=f"{number} {refusal[0]}", hint=refusal[1])


def _loops(written: Written) -> Iterator[Problem]:
    """Calling a number that leads back to us would go round and round."""
    ours, hint = written.names("numbers"), "write a number that does not lead back to us"
    forwarded = {number: path[1] for path, number in written.numbers("clients", ANY, "forwarded_from", ANY)}
    for path, number in _targets(written):
        if number in ours:
            yield Problem(path=path, message=f"{number} is one of our own numbers: a loop", hint=hint)
        elif number in forwarded:
            message = f"{number} is forwarded to us (client {forwarded[number]}): a loop"
            yield Problem(path=path, message=message, hint=hint)


def _caller_ids(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        path = ("clients", name, "caller_id")
        if client.caller_id and written.lacks("numbers", client.caller_id):
            message = f"{client.caller_id} is not one of our numbers"
            yield Problem(path=path, message=message, hint="write one of the section numbers")
        elif not client.caller_id and not client.numbers and (client.staff or client.fallback_number):
            message = "no number can be shown to this client's staff"
            yield Problem(path=path, message=message, hint="add caller_id: with one of our numbers")


NUMBER_CHECKS = (_owned_twice, _ours, _reachable, _loops, _callable, _caller_ids)
