"""Everything that a house is likely to say to its callers, and to agents: to be spoken before anybody waits for it.

Whatever is missing here is spoken when it is needed, which takes a second.
"""

from collections.abc import Iterator
from itertools import zip_longest

from router.core import wording
from router.core.house import Client, GreetingMode, House
from router.core.moves import call_back, consult, hearing, message
from router.core.queue import Queue, Say, TakeMessage

LIKELY_RUNGS = 3  # the upper end of a range is seldom further away


def texts_of(house: House) -> list[str]:
    """Each once, greetings first."""
    own = (text for client in house.clients.values() for text in _of_client(client))
    queues = dict.fromkeys([*(client.queue for client in house.clients.values()), *house.queues.values()])
    return list(
        dict.fromkeys(text for text in (*own, *(text for queue in queues for text in _of_queue(queue))) if text)
    )


def recordings_of(house: House) -> list[str]:
    """The uploaded ones."""
    every = (greeting.recording for client in house.clients.values() for greeting in client.greetings)
    return list(dict.fromkeys(recording for recording in every if recording))


def _of_client(client: Client) -> Iterator[str]:
    played = (greeting for greeting in client.greetings if greeting.mode is GreetingMode.PLAY)
    yield from (greeting.text for greeting in played if not greeting.recording)
    yield client.block_text
    if client.staff:
        yield from (consult.NOT_REACHED, consult.GONE)


def _of_queue(queue: Queue) -> Iterator[str]:
    steps = [step for step in queue.overflow if isinstance(step, Say | TakeMessage)]
    yield from (step.text for step in steps)
    if queue.message_key or any(isinstance(step, TakeMessage) for step in steps):
        yield from (message.BY_DEFAULT.text, message.THANKS, message.FAILED, message.FAILED_WAIT_ON)
    if queue.callback_key:
        yield from (call_back.CONFIRMED, call_back.NOT_CALLED)
    if queue.hearing.every_ms:
        yield from _told_while_waiting(queue)


def _told_while_waiting(queue: Queue) -> Iterator[str]:
    expected = _likely_ranges() if queue.hearing.expected_wait else [None]
    for place, wait in zip_longest(range(1, len(wording.PLACES) + 2), expected):
        yield from hearing.sentences(queue, place or 1, wait, callable_back=True)


def _likely_ranges() -> Iterator[wording.Range]:
    for high in wording.RUNGS:
        yield wording.Range(low=0, high=high)  # as wide as it may be: at first little is known
    for nth, low in enumerate(wording.RUNGS, 1):
        for high in wording.RUNGS[nth : nth + LIKELY_RUNGS]:
            yield wording.Range(low=low, high=high)
