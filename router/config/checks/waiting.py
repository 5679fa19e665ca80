"""Queues and what follows them: each step asks for less, none comes too late, none leads round in a circle."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from router.config.circles import circle_of
from router.config.findings import Path
from router.config.keys.clients import ClientKeys
from router.config.keys.waiting import OverflowKeys, QueueKeys
from router.config.queueing import stages_of
from router.config.written import ANY, Problem, Written
from router.core.queue import DEFAULT
from router.core.skills import Needs

STEPS = ("queue", "staff", "message", "say", "reject")
FINAL = frozenset({"say", "reject"})
OF_USE_WITH: Mapping[str, str] = {"max_wait": "queue", "key": "message", "longest": "message"}


def overflows(written: Written) -> Iterator[tuple[Path, Sequence[OverflowKeys]]]:
    """All overflow lists, of queues and of clients, with their paths."""
    yield from ((("queues", name, "overflow"), queue.overflow) for name, queue in written.sound.queues.items())
    yield from ((("clients", name, "overflow"), client.overflow) for name, client in written.sound.clients.items())


def kind_of(step: OverflowKeys) -> str:
    """Which of the kinds of steps it is, the first that is written."""
    return next((kind for kind in STEPS if getattr(step, kind) is not None), "")


def queue_named(written: Written, client: ClientKeys) -> QueueKeys | None:
    """The queue in which a client's callers wait, if it is written and sound."""
    return written.sound.queues.get(client.queue or DEFAULT)


def _relaxing(written: Written) -> Iterator[Problem]:
    for name, queue in written.sound.queues.items():
        stages = list(stages_of(queue))
        if any(written.lacks("skills", skill) for stage in stages for skill, _ in stage.needs.skills):
            continue
        for index, (before, after) in enumerate(pairwise(stages)):
            path = ("queues", name, "relax", index)
            if after.after_ms <= before.after_ms:
                message = "this step does not come after the one before"
                yield Problem(
                    path=(*path, "after"), message=message, hint="write the steps in the order of their times"
                )
            for skill, level in sorted(_more(before.needs, after.needs)):
                message = f"this step asks for {skill} {level}, more than before"
                yield Problem(path=(*path, "skills"), message=message, hint="ask for less from step to step")


def _more(before: Needs, after: Needs) -> Iterator[tuple[str, int]]:
    had = dict(before.skills)
    return ((skill, level) for skill, level in after.skills if level > had.get(skill, 0))


def _steps(written: Written) -> Iterator[Problem]:
    """Each step is of one kind, and has what belongs to it."""
    for path, steps in overflows(written):
        for index, step in enumerate(steps):
            kinds = [kind for kind in STEPS if getattr(step, kind) is not None]
            if len(kinds) != 1:
                message = f"exactly one of {', '.join(STEPS)} is wanted"
                yield Problem(path=(*path, index), message=message, hint='write one step a line, such as - say: "…"')
                continue
            for key, kind in OF_USE_WITH.items():
                if getattr(step, key) is not None and kinds != [kind]:
                    message = f"{key} is of no use with {kinds[0]}"
                    yield Problem(path=(*path, index, key), message=message, hint="remove it", at_key=True)


def _after_the_end(written: Written) -> Iterator[Problem]:
    for path, steps in overflows(written):
        ends = next((index for index, step in enumerate(steps) if kind_of(step) in FINAL), len(steps))
        for index in range(ends + 1, len(steps)):
            message = f"this step never counts: {kind_of(steps[ends])} before it ends the call"
            yield Problem(path=(*path, index), message=message, hint="move it up, or remove it")


def _circles(written: Written) -> Iterator[Problem]:
    """Callers who wait on from queue to queue must not come back."""
    queues = written.sound.queues
    circle = circle_of({name: [step.queue for step in keys.overflow if step.queue] for name, keys in queues.items()})
    last: dict[int, Problem] = {}  # one for each circle, where it is closed
    for name in sorted(circle, key=lambda name: written.tree.place(("queues", name), at_key=True)):
        for index, step in enumerate(queues[name].overflow if name in queues else ()):
            if step.queue and circle.get(step.queue) == circle[name]:
                message = f"from {step.queue} callers come back to {name}: a circle"
                path = ("queues", name, "overflow", index, "queue")
                hint = "let one of the queues end without going on to another"
                last[circle[name]] = Problem(path=path, message=message, hint=hint)
    yield from last.values()


def _waited_there(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        for index, step in enumerate(client.overflow):
            if step.queue == (client.queue or DEFAULT):
                message = f"the callers have waited in {step.queue} already"
                path = ("clients", name, "overflow", index, "queue")
                yield Problem(path=path, message=message, hint="name another queue, or write a longer max_wait:")


def _two_overflows(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        if client.overflow and client.overflow_text:
            message = "both overflow and overflow_text are given"
            path = ("clients", name, "overflow_text")
            yield Problem(path=path, message=message, hint="keep one of the two", at_key=True)


def _keys(written: Written) -> Iterator[Problem]:
    """Keys that waiting callers press mean one thing, and there is something behind them."""
    for name, queue in written.sound.queues.items():
        path = ("queues", name, "message_key")
        if queue.message_key and queue.message_key == queue.callback_key:
            message = f'key "{queue.message_key}" asks to be called back already'
            yield Problem(path=path, message=message, hint="choose another key")
        if queue.message_key and not _has_message(queue.overflow):
            message, hint = "there is no message to leave", "add a step message: to overflow, or remove the key"
            yield Problem(path=path, message=message, hint=hint)


def _own_messages(written: Written) -> Iterator[Problem]:
    """A client's own overflow must have the message for which its queue has a key."""
    for name, client in written.sound.clients.items():
        queue = queue_named(written, client)
        own = client.overflow or client.overflow_text
        if queue and own and queue.message_key and _has_message(queue.overflow) and not _has_message(client.overflow):
            key = "overflow" if client.overflow else "overflow_text"
            message = f"queue {client.queue or DEFAULT} lets callers leave a message, and this has none"
            path = ("clients", name, key)
            yield Problem(path=path, message=message, hint="add a step message:, or name another queue", at_key=True)


def _has_message(steps: Sequence[OverflowKeys]) -> bool:
    return any(step.message for step in steps)


def _staff_of_queues(written: Written) -> Iterator[Problem]:
    """A queue's step to staff must be possible for each client whose callers wait in it."""
    people = {path[1]: frozenset(entries) for path, entries in written.mappings("clients", ANY, "staff")}
    for name, client in written.sound.clients.items():
        queue = queue_named(written, client)
        if queue is None or client.overflow or client.overflow_text:
            continue
        for index, step in enumerate(queue.overflow):
            if step.staff and step.staff not in people.get(name, frozenset()):
                message = f"client {name}, whose callers wait here, has no staff member {step.staff}"
                path = ("queues", client.queue or DEFAULT, "overflow", index, "staff")
                yield Problem(
                    path=path, message=message, hint="add this person there, or give the client its own overflow:"
                )


WAITING_CHECKS = (
    _relaxing,
    _steps,
    _after_the_end,
    _circles,
    _waited_there,
    _two_overflows,
    _keys,
    _own_messages,
    _staff_of_queues,
)
