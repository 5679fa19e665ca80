"""From written queues to the core's, and each client's own out of the client's needs and the queue it names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from router.config.keys.clients import ClientKeys
from router.config.keys.waiting import HearingKeys, OverflowKeys, QueueKeys
from router.core.ids import Language, Millis, QueueId, Skill, StaffId
from router.core.queue import (
    DEFAULT,
    Hearing,
    Overflow,
    Queue,
    Say,
    Stage,
    TakeMessage,
    ToQueue,
    ToStaff,
    TurnAway,
)
from router.core.refusal import Refusal
from router.core.skills import Level, Needs

QueueRows = Mapping[str, QueueKeys]
BUILT_IN = QueueKeys.model_construct(name=DEFAULT)  # for clients who name no queue, when there is none of that name


def queues_of(rows: QueueRows) -> Mapping[QueueId, Queue]:
    """All queues by themselves; the one for clients who name none is always there."""
    every = {DEFAULT: BUILT_IN, **rows}
    return {QueueId(name): _queue(QueueId(name), keys, rows) for name, keys in every.items()}


def queue_of(client: ClientKeys, queues: Mapping[QueueId, Queue], rows: QueueRows) -> Queue:
    """The client's own queue: complete, so that nothing is looked up while a caller waits."""
    queue = queues[QueueId(client.queue or DEFAULT)]
    return replace(
        queue,
        stages=tuple(replace(stage, needs=_joined(stage.needs, client)) for stage in queue.stages),
        max_wait_ms=client.max_wait or queue.max_wait_ms,
        overflow=_own_overflow(client, rows) or queue.overflow,
    )


def needed_at_last(queue: Queue) -> Needs:
    """What is still needed of an agent at the end of the longest wait."""
    return [stage.needs for stage in queue.stages if stage.after_ms < queue.max_wait_ms][-1]


def stages_of(keys: QueueKeys) -> Iterator[Stage]:
    """What is needed at first, and from each step on; what a step leaves out stays as before."""
    skills, language = keys.skills, keys.language
    yield _stage(0, skills, language)
    for step in keys.relax:
        skills = skills if step.skills is None else step.skills
        language = None if step.language else language
        yield _stage(step.after, skills, language)


def _stage(after: Millis, skills: Mapping[Skill, Level], language: str | None) -> Stage:
    spoken = Language(language) if language else None
    return Stage(after_ms=after, needs=Needs(skills=frozenset(skills.items()), language=spoken))


def _joined(needs: Needs, client: ClientKeys) -> Needs:
    """The queue's needs and the client's: of each skill the higher level, the client's language before the queue's."""
    levels = dict(needs.skills)
    for skill, level in client.skills.items():
        levels[skill] = max(level, levels.get(skill, level))
    language = Language(client.language) if client.language else needs.language
    return Needs(skills=frozenset(levels.items()), language=language, pledge=client.secret)


def _queue(name: QueueId, keys: QueueKeys, rows: QueueRows) -> Queue:
    return Queue(
        id=name,
        name=keys.name,
        stages=tuple(stages_of(keys)),
        prefers=frozenset(keys.prefers.items()),
        choice=keys.choice,
        last_agent_ms=keys.last_agent,
        head_start_ms=keys.head_start,
        vip_head_start_ms=keys.vip_head_start,
        max_waiting=keys.max_waiting,
        max_wait_ms=keys.max_wait,
        overflow=_overflow(keys.overflow, rows) or (Say(text=""),),
        hearing=_hearing(keys.hearing),
        callback_key=keys.callback_key or "",
        message_key=keys.message_key or "",
        extension=keys.extension or "",
    )


def _hearing(keys: HearingKeys) -> Hearing:
    return Hearing(first_ms=keys.first, every_ms=keys.every, position=keys.position, expected_wait=keys.expected_wait)


def _own_overflow(client: ClientKeys, rows: QueueRows) -> tuple[Overflow, ...]:
    return (Say(text=client.overflow_text),) if client.overflow_text else _overflow(client.overflow, rows)


def _overflow(steps: Iterable[OverflowKeys], rows: QueueRows) -> tuple[Overflow, ...]:
    return tuple(_step(step, rows) for step in steps)


def _step(keys: OverflowKeys, rows: QueueRows) -> Overflow:
    if keys.queue is not None:
        there = rows.get(keys.queue, BUILT_IN)
        return ToQueue(queue=QueueId(keys.queue), max_wait_ms=keys.max_wait or there.max_wait)
    if keys.staff is not None:
        return ToStaff(staff=StaffId(keys.staff))
    if keys.message is not None:
        return TakeMessage(text=keys.message, key=keys.key or "1", max_ms=keys.longest or 180_000)
    return Say(text=keys.say) if keys.say is not None else TurnAway(refusal=keys.reject or Refusal.BUSY)
