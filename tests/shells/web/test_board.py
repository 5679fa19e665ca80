"""What the supervisor's board counts."""

from dataclasses import replace

from router.core.ids import QueueId
from router.web.board import Line, lines
from tests.shells.web.desk import CROWDED, IDLE, NOON


def test_queues_are_listed_by_the_longest_wait() -> None:
    first, second = CROWDED.waiting
    waiting = (first, replace(second, since=NOON - 5), replace(first, queue=QueueId("legal"), since=NOON - 9))
    assert lines(replace(IDLE, waiting=waiting)) == [
        Line(queue=QueueId("legal"), count=1, oldest=NOON - 9),
        Line(queue=QueueId("shops"), count=2, oldest=NOON - 5),
    ]


def test_nobody_waits() -> None:
    assert lines(IDLE) == []
