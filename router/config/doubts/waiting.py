"""Queues' steps that no caller comes to."""

from collections.abc import Iterator

from router.config.checks.waiting import overflows
from router.config.written import Problem, Written
from router.core.ids import Millis
from router.core.queue import DEFAULT


def _late_steps(written: Written) -> Iterator[Problem]:
    for name, queue in written.sound.queues.items():
        longest = max(_waits(written, name), default=queue.max_wait)
        for index, step in enumerate(queue.relax):
            if step.after >= longest:
                message = f"this step never counts: nobody waits longer than {longest // 1000} s here"
                path = ("queues", name, "relax", index, "after")
                yield Problem(path=path, message=message, hint="write a shorter time, or a longer max_wait:")


def _waits(written: Written, name: str) -> Iterator[Millis]:
    """For how long callers may wait in a queue: of each client, and coming from each other queue."""
    own = written.sound.queues[name].max_wait
    clients = (client for client in written.sound.clients.values() if (client.queue or DEFAULT) == name)
    yield from (client.max_wait or own for client in clients)
    yield from (step.max_wait or own for _, steps in overflows(written) for step in steps if step.queue == name)
    if written.sound.queues[name].extension:
        yield own


def _overridden(written: Written) -> Iterator[Problem]:
    """Overflow steps of a queue all of whose clients have their own."""
    for name, queue in written.sound.queues.items():
        clients = [client for client in written.sound.clients.values() if (client.queue or DEFAULT) == name]
        if (
            queue.overflow
            and clients
            and not queue.extension
            and all(it.overflow or it.overflow_text for it in clients)
        ):
            message = "these steps never count: every client whose callers wait here has its own"
            path = ("queues", name, "overflow")
            yield Problem(path=path, message=message, hint="remove them, or the clients' own", at_key=True)


def _empty(written: Written) -> Iterator[Problem]:
    named = {client.queue or DEFAULT for client in written.sound.clients.values()}
    named |= {step.queue for _, steps in overflows(written) for step in steps if step.queue}
    for name, queue in written.sound.queues.items():
        if name not in named and not queue.extension:
            message = "nobody ever waits in this queue"
            hint = "name it with a client, or give it an extension for agents"
            yield Problem(path=("queues", name), message=message, hint=hint, at_key=True)


def _untold_keys(written: Written) -> Iterator[Problem]:
    """Waiting callers learn of keys from announcements alone."""
    for name, queue in written.sound.queues.items():
        for key in ("callback_key", "message_key"):
            if getattr(queue, key) and not queue.hearing.every:
                message = "nobody is told of this key: there are no announcements"
                path = ("queues", name, key)
                yield Problem(path=path, message=message, hint="add hearing: {every: 30s}, or the like")


WAITING_DOUBTS = (_late_steps, _overridden, _empty, _untold_keys)
