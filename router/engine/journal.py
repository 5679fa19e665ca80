"""The write-ahead journal: every event is written here before it is acted on, and read back after a restart.

Rules:
- `append` hands the event to the operating system at once, so that it survives a killed router;
- it is synced to the disk together with its neighbours at most `GROUP_S` seconds later, so that it survives a power
  cut; `synced` waits for that;
- what could not be written raises `JournalBroken` and is not in the journal;
- after a failed sync nobody knows what the disk holds, so all that was not synced is written anew to another segment;
- `RESERVE_BYTES` of room are kept; a disk that has no more to give leaves these for the calls that are up (`shortage`);
- a segment that is `full` is followed by one that begins with a snapshot, and the newest `keep` earlier ones stay.
"""

import asyncio
import errno
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import NewType, Self, TypeVar

import structlog

from router.core.events import Event
from router.core.ids import Millis
from router.engine.clock import Anchor
from router.engine.codec import encode
from router.engine.journal_folder import broken, hold, unusable
from router.engine.journal_parts import Copy, Held, Lag
from router.engine.journal_records import (
    FIRST,
    Entry,
    Kind,
    SegmentName,
    read_entries,
    read_header,
    read_segment,
    segments,
    write_header,
    write_line,
)
from router.engine.journal_segment import DRAFT, Disk, Segment, sync_directory
from router.ports import JournalRow

GROUP_S = 0.025  # half of the promised 50 ms; the sync itself takes the other half
RETRY_S = 1.0
SEGMENT_BYTES = 8 * 1024 * 1024  # read back in little more than a second
KEPT_SEGMENTS = 8

T = TypeVar("T")
Position = NewType("Position", int)  # an event's sequence number, from 1

log = structlog.get_logger(__name__)


class Journal:
    """An open journal; an async context manager, within which it may be appended to. For one event loop's thread."""

    def __init__(
        self,
        directory: Path,
        *,
        lock: int,
        disk: Disk,
        segment_bytes: int,
        keep: int,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.directory = directory
        self.anchor: Anchor | None = None  # of the last start
        self.copy: Copy | None = None
        self._lock = lock
        self._disk = disk
        self._segment_bytes = self._limit = segment_bytes
        self._keep = keep
        self._monotonic = monotonic
        self._held: deque[Held] = deque()
        self._waiting: list[tuple[Position, asyncio.Future[None]]] = []
        self._rotation: asyncio.Task[None] | None = None
        self._rotating_at: int | None = None
        self._trouble: OSError | None = None
        self._shortage: OSError | None = None
        self._last = self._durable = 0
        self._named = True  # whether the segment's name would survive a power cut
        self._closing = False
        self._unsynced = asyncio.Event()
        self._syncing = asyncio.Lock()  # one at a time moves `_durable` or replaces `_segment`
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="journal")
        self._recover()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        disk: Disk | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        keep: int = KEPT_SEGMENTS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> Self:
        """Take hold of the journal in `directory`, made if missing, and cut off a torn tail.

        Raises `SetUpFailed` when another process holds it or it cannot be written, `JournalCorrupt` when it is
        damaged elsewhere than at its tail.
        """
        lock = hold(directory)
        try:
            disk = disk or Disk()
            return cls(directory, lock=lock, disk=disk, segment_bytes=segment_bytes, keep=keep, monotonic=monotonic)
        except BaseException as failure:
            os.close(lock)
            if isinstance(failure, OSError):
                raise unusable(directory, failure) from failure
            raise

    async def __aenter__(self) -> Self:
        self._flusher = asyncio.create_task(self._flush_forever(), name="journal")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._unsynced.set()
        try:
            await asyncio.wait({self._flusher, *filter(None, [self._rotation])})
            await self._flush()
            await self._flusher
        finally:
            self.close()
        if self._trouble is not None:
            raise broken(self.directory, self._trouble) from self._trouble

    def close(self) -> None:
        """Let go of a journal that was only read; the end of the context does it otherwise."""
        self._threads.shutdown()
        self._segment.close()
        os.close(self._lock)

    @property
    def position(self) -> Position:
        """The last event's; 0 when there is none yet."""
        return Position(self._last)

    @property
    def lag(self) -> Lag:
        """For metrics."""
        lost = [held for held in self._held if held.sequence > self._durable]
        age = self._monotonic() - lost[0].written if lost else 0
        written = sum(len(held.line) for held in lost)
        return Lag(bytes=written, ms=round(age * 1000), reserve=self._segment.reserve)

    @property
    def shortage(self) -> str:
        """Why the reserve cannot be filled up: what is written uses it up, so begin nothing new. Empty when all is
        well."""
        return f"The disk of {self.directory} has no room: {self._shortage}. Make some." if self._shortage else ""

    @property
    def full(self) -> bool:
        """Whether it is time to `rotate`; after a rotation that failed, only when more was written."""
        return self._segment.size >= self._limit and self._rotating_at is None

    def read(self) -> Iterator[Entry]:
        """The newest snapshot and all events after it; to be read before the first `append`.

        Raises `JournalCorrupt`, naming file and byte offset.
        """
        return read_entries(self.directory)

    def begin(self, anchor: Anchor) -> None:
        """Record a start of the router and its clock's anchor. Raises `JournalBroken`."""
        self.anchor = anchor
        self._write(write_header(anchor, sequence=self._last + 1))

    def append(self, now: Millis, event: Event) -> Position:
        """Write an event that happened at `now`, before it is acted on.

        Raises `JournalBroken` when it could not be written; the journal is then as if it had not been tried.
        """
        sequence = self._last + 1
        line = write_line(Kind.EVENT, sequence=sequence, now=now, payload=encode(event))
        self._write(line)
        self._last = sequence
        self._held.append(Held(sequence, line, self._monotonic()))
        if self.copy is not None:
            self.copy.add(JournalRow(sequence=sequence, snapshot=False, line=line))
        return Position(sequence)

    async def synced(self, position: Position) -> None:
        """Wait until the event at `position`, and all before it, would survive a power cut, and are in the copy, if
        there is one. Raises `JournalBroken`."""
        if position > self._durable:
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append((position, waiter))
            await waiter
        if self.copy is not None:
            await self.copy.holds(position)

    def rotate(self, snapshot: bytes) -> asyncio.Task[None]:
        """Begin a new segment with `snapshot`, the state after everything appended so far, on one line.

        Appending goes on meanwhile, and nobody has to wait for the task: it ends when the new segment is in use, or
        raises `JournalBroken` when the old one stays. While a rotation is under way, that one is returned.
        """
        if b"\n" in snapshot:
            raise ValueError("A journal's snapshot must be one line.")
        if self._rotation is None or self._rotation.done():
            first = self._rotating_at = self._last + 1
            line = write_line(Kind.SNAPSHOT, sequence=first, now=0, payload=snapshot)
            if self.copy is not None:
                self.copy.add(JournalRow(sequence=first, snapshot=True, line=line))
            self._rotation = asyncio.create_task(self._rotate(first, line), name="journal rotation")
            self._rotation.add_done_callback(lambda done: done.cancelled() or done.exception())  # is logged
        return self._rotation

    def _recover(self) -> None:
        for draft in self.directory.glob(f"*{DRAFT}"):
            draft.unlink()
        names = segments(self.directory)
        self._name = names[-1] if names else SegmentName(first=FIRST)
        self._serial = self._name.serial
        self._segment = Segment(self.directory / str(self._name), disk=self._disk)
        try:
            self._read_tail()
            sync_directory(self.directory)
        except BaseException:
            self._segment.close()
            raise

    def _read_tail(self) -> None:
        self._last = self._name.first - 1
        end = 0
        for line in read_segment(self._segment.path, first=self._name.first):
            end = line.end
            self._last += line.kind is Kind.EVENT
            self.anchor = read_header(self._segment.path, line).anchor if line.kind is Kind.HEADER else self.anchor
        self._durable = self._last
        if end < self._segment.size:
            log.warning("journal's torn tail cut off", segment=str(self._name), offset=end, size=self._segment.size)
            self._segment.cut(end)
        self._segment.sync()  # what a killed router had not synced counts as durable from here on

    def _write(self, line: bytes) -> None:
        if self._trouble is not None:
            raise broken(self.directory, self._trouble) from self._trouble
        try:
            self._segment.append(line)
        except OSError as failure:
            if not self._segment.whole:
                self._suspect(failure)
            raise broken(self.directory, failure) from failure
        self._unsynced.set()

    async def _flush_forever(self) -> None:
        while not self._closing:
            await self._unsynced.wait()
            await asyncio.sleep(RETRY_S if self._trouble else max(0, GROUP_S - self.lag.ms / 1000))
            await self._flush()

    async def _flush(self) -> None:
        self._unsynced.clear()
        async with self._syncing:
            last = self._last
            try:
                await self._sync_segment()
            except OSError as failure:
                await self._repair(failure)
            else:
                self._mark_durable(last)
                await self._keep_reserve()

    async def _keep_reserve(self) -> None:
        """Once more in a while, as long as there is no room."""
        if not self._segment.lacks_reserve:
            return
        before = self._shortage
        try:
            await self._in_thread(self._segment.keep_reserve)
            self._shortage = None
        except OSError as failure:
            self._shortage = failure
            asyncio.get_running_loop().call_later(RETRY_S, self._unsynced.set)
        if bool(before) != bool(self._shortage):
            log.warning("journal's reserve", left=self._segment.reserve, trouble=self.shortage)

    async def _sync_segment(self) -> None:
        if self._trouble is not None:
            raise self._trouble
        await self._in_thread(self._segment.sync)
        if not self._named:  # its rotation was cancelled half-way
            await self._sync_name()

    async def _repair(self, failure: OSError) -> None:
        """Write anew what may not have reached the disk."""
        log.error("journal segment suspect", segment=str(self._name), error=str(failure))
        try:
            draft = await self._draft(self._durable + 1)
            await self._switch(draft)
            self._trouble = None
        except OSError as again:
            self._suspect(again)
            self._fail_waiting(again)

    async def _rotate(self, first: int, line: bytes) -> None:
        try:
            before = self._name
            draft = await self._draft(first, line)
            async with self._syncing:
                self._check_unreplaced(before, draft)
                await self._switch(draft)
            await self._in_thread(self._remove_old)
        except OSError as failure:
            self._limit = self._segment.size + self._segment_bytes // 8
            log.warning("journal not rotated", segment=str(self._name), error=str(failure))
            raise broken(self.directory, failure) from failure
        finally:
            self._rotating_at = None

    async def _draft(self, first: int, *snapshot: bytes) -> tuple[SegmentName, Segment]:
        self._serial += 1
        name = SegmentName(first=first, serial=self._serial)
        header = [write_header(self.anchor, sequence=first)] if self.anchor else []
        path = self.directory / str(name)
        lines = [*header, *snapshot]
        # One that is to follow a sound segment needs a reserve: else that one stays, with its own.
        return name, await self._in_thread(lambda: Segment.draft(path, lines, disk=self._disk, reserved=bool(snapshot)))

    def _check_unreplaced(self, before: SegmentName, draft: tuple[SegmentName, Segment]) -> None:
        if self._name != before:  # by a repair: its segment may begin after the draft, and would hide it
            draft[1].discard()
            raise OSError(errno.EAGAIN, "the segment was replaced meanwhile")

    async def _switch(self, draft: tuple[SegmentName, Segment]) -> None:
        """Go on in a drafted segment; until its name lasts, nothing new counts as durable."""
        name, segment = draft
        last = await self._fill(name, segment)
        old, self._segment, self._name, self._named = self._segment, segment, name, False
        self._limit = segment.size + self._segment_bytes
        await self._in_thread(old.retire)
        await self._sync_name()
        self._mark_durable(last)

    async def _fill(self, name: SegmentName, segment: Segment) -> int:
        """Bring a draft up to date and give it its name; returns the last event that is surely on the disk in it.

        What is appended meanwhile still goes to the old segment, and follows without a gap.
        """
        last = self._last
        lines = [held.line for held in self._held if held.sequence >= name.first]
        try:
            await self._in_thread(lambda: segment.append_synced(lines))
            segment.append_all(held.line for held in self._held if held.sequence > last)
            segment.publish(self.directory / str(name))
        except OSError:
            segment.discard()
            raise
        return last

    async def _sync_name(self) -> None:
        try:
            await self._in_thread(lambda: sync_directory(self.directory))
            self._named = True
        except OSError as failure:
            self._suspect(failure)
            raise

    def _remove_old(self) -> None:
        names = segments(self.directory)
        older = names[: names.index(self._name)]
        for name in older[: max(0, len(older) - self._keep)]:
            (self.directory / str(name)).unlink()

    def _mark_durable(self, last: int) -> None:
        self._durable = max(self._durable, last)
        needed = self._durable + 1 if self._rotating_at is None else self._rotating_at
        while self._held and self._held[0].sequence <= min(self._durable, needed - 1):
            self._held.popleft()
        self._answer_waiting(lambda waiter: waiter.set_result(None), upto=self._durable)

    def _fail_waiting(self, failure: OSError) -> None:
        reason = broken(self.directory, failure)
        self._answer_waiting(lambda waiter: waiter.set_exception(reason), upto=self._last)

    def _answer_waiting(self, answer: Callable[[asyncio.Future[None]], None], *, upto: int) -> None:
        due = [waiter for position, waiter in self._waiting if position <= upto and not waiter.done()]
        self._waiting = [(position, waiter) for position, waiter in self._waiting if position > upto]
        for waiter in due:
            answer(waiter)

    def _suspect(self, failure: OSError) -> None:
        self._trouble = failure
        self._unsynced.set()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)
