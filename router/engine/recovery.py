"""After a restart or a lost link: the journal gives the state back, Asterisk tells what became of it meanwhile.

First the journal is replayed through the same core. Then Asterisk is looked at: what happened to known legs in the gap
is told to the core as the events that were missed, at the time Asterisk itself recorded; each surviving call brings
Asterisk to where the call should be; what no live call owns is removed.

An end that Asterisk did not record (it died) is put to the last moment at which all was known to be well: nobody pays
for an outage. What makes the core offer a caller to somebody is told as of now, however long ago it was: a ring that
began in the past would be over before a phone could ring.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import structlog

from router.core.commands import BlockCaller, BlockForAll, Command, HangUp, Settle
from router.core.events import (
    NETWORK_OUT_OF_ORDER,
    AnnouncementEnded,
    BlockForAllKept,
    BlockKept,
    BlockLifted,
    CallFound,
    Event,
    HouseChanged,
    LegAnswered,
    LegEnded,
    RecordingEnded,
)
from router.core.house import House
from router.core.ids import ClientId, LegId, Millis, bridge_of
from router.core.live_call import LiveCall
from router.core.moves.bridge import belonging
from router.core.moves.ending import record_of
from router.core.moves.message import LEAST_MS
from router.core.record import EndingClass
from router.core.switchboard import Switchboard
from router.core.view import Phase
from router.engine.codec import decode_event, decode_value, encode, encode_value
from router.engine.journal import Journal
from router.engine.journal_records import Snapshot
from router.engine.loop import Engine, Item, fed
from router.ports import Clock, Found

Block = BlockCaller | BlockForAll

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What the journal gave back; `last` is the time of its last event, as far as it tells, 0 for an empty journal.

    `blocks` are the block entries that agents' reports made and that are not known to be in the database.
    """

    board: Switchboard
    last: Millis = 0
    events: int = 0
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The time in which nobody listened."""

    since: Millis
    until: Millis


def rehearse_restoring(house: House) -> None:
    """Read and write once what a journal holds: the first time takes a second, which a router that takes over lacks."""
    board = Switchboard.open(House(version="", clients={}, agents={}))
    event = HouseChanged(house=house)
    fed(board, decode_event(encode(event)), 0)
    decode_value(Switchboard, encode_value(Switchboard, board))


def restore(journal: Journal, progress: Callable[[], None] = lambda: None) -> Restored:
    """Replay the journal. Its commands were carried out, or will be found missing by `reconcile`.

    `progress` is called at each entry: a long journal keeps the event loop busy, and a watchdog wants to hear of it.
    """
    board, last, events = Switchboard.open(House(version="", clients={}, agents={})), 0, 0
    blocks: dict[tuple[ClientId | None, str], Block] = {}
    for entry in journal.read():
        progress()
        if isinstance(entry, Snapshot):
            board = decode_value(Switchboard, entry.state)
            last = max((call.since for call in board.calls.values()), default=0)
            continue
        commands = fed(board, entry.event, entry.now)
        _keep_open(blocks, commands, entry.event)
        last, events = entry.now, events + 1
    return Restored(board=board, last=last if board.calls else 0, events=events, blocks=tuple(blocks.values()))


def _keep_open(blocks: dict[tuple[ClientId | None, str], Block], commands: Sequence[Command], event: Event) -> None:
    """Of block entries, those that the database may not have; None as client: the house's own."""
    blocks |= {(one.client, one.number): one for one in commands if isinstance(one, BlockCaller)}
    blocks |= {(None, one.number): one for one in commands if isinstance(one, BlockForAll)}
    match event:
        case BlockKept(client=client, number=number) | BlockLifted(client=client, number=number):
            blocks.pop((client, number), None)
        case BlockForAllKept(number=number):
            blocks.pop((None, number), None)


async def take_over(engine: Engine, house: House, blocks: Sequence[Block] = ()) -> None:
    """Begin with the present configuration, and bring what was not written before the restart into the database.

    The configuration comes at the end of the time before, not now: what was missed since then is still to be told.
    """
    if (
        engine.board.house != house
    ):  # not by version: a tariff's day may have come, or a block entry, with the same files
        await engine.turn(Item(event=HouseChanged(house=house), at=engine.well_until or None))
    for call in engine.board.unsettled():
        engine.write_again(Settle(call=call.id, record=record_of(call)))
    for record in engine.board.fallbacks.unsettled.values():
        engine.write_again(Settle(call=record.call, record=record))
    for block in blocks:
        engine.write_again(block)


async def reconcile(engine: Engine, clock: Clock) -> None:
    """Bring core and Asterisk to one state, before any event of the new connection is taken up."""
    await engine.quiet()  # what is under way would be missing, or be there a moment later
    live = [call for call in engine.board.calls.values() if call.ended is None]
    legs = {leg for call in live for leg in call.legs()}
    recordings = {call.recording for call in live if call.recording}
    asked = clock.now()
    found = await engine.telephony.look(legs, {call.playback for call in live if call.playback}, recordings)
    hung_up = _to_hang_up(engine.board, found)
    gap = Gap(since=engine.well_until, until=asked)
    missed = sorted(_missed(engine.board, found, gap), key=lambda pair: pair[0])
    for at, event in missed:
        await engine.turn(Item(event=event, at=min(at, gap.until)))  # Asterisk's clock may have been set meanwhile
    for event in list(_standing(engine.board, found)):
        await engine.turn(Item(event=event, at=asked))  # what happened since is told next, and has its own time
    for command in hung_up:
        engine.lanes.add(command)
    # What a call held until now is the core's own matter, even if that call has just ended.
    known = legs | engine.arriving | {command.leg for command in hung_up}
    stray_legs = sorted(found.legs.keys() - known)
    stray_bridges = sorted(found.bridges - {bridge_of(call.id) for call in live})
    log.info(
        "reconciled", calls=len(live), missed=len(missed), stray_legs=len(stray_legs), stray_bridges=len(stray_bridges)
    )
    await engine.telephony.tidy(stray_legs, stray_bridges)


def _to_hang_up(board: Switchboard, found: Found) -> list[HangUp]:
    """Callers whose call was over before the gap, or who are called back, but who are still there: only a fault hands
    them on."""
    away = [call for call in board.calls.values() if call.called_back and LegId(call.id) in found.legs]
    over = [call for call in board.calls.values() if call.ended is not None and call.leg in found.legs]
    meant = [call for call in over if call.ending is None or call.ending.kind is not EndingClass.FAULT]
    first = [HangUp(call=call.id, leg=LegId(call.id)) for call in away]
    return first + [HangUp(call=call.id, leg=call.leg) for call in meant]


def _missed(board: Switchboard, found: Found, gap: Gap) -> Iterator[tuple[Millis, Event]]:
    """What happened to known legs, playbacks and recordings while nobody listened."""
    for call in board.calls.values():
        if call.handed:
            yield from _handed_news(call, found, gap)
        else:
            for leg in sorted(call.legs()):
                yield from _leg_news(call, leg, found, gap)
        if call.recording and call.ended is None and (length := found.recorded.get(call.recording, 0)):
            yield (
                _spoken_until(call, length, gap),
                RecordingEnded(call=call.id, recording=call.recording, length_ms=length),
            )
        if call.playback and call.playback not in found.playing and call.ended is None:
            yield gap.until, AnnouncementEnded(call=call.id, playback=call.playback)


def _spoken_until(call: LiveCall, length: Millis, gap: Gap) -> Millis:
    """When a recording ended of itself: before a hang-up that came later. One that holds no word is told of last."""
    return min(gap.until, call.since + length) if length >= LEAST_MS else gap.until


def _leg_news(call: LiveCall, leg: LegId, found: Found, gap: Gap) -> Iterator[tuple[Millis, Event]]:
    """A leg that rang, was answered and is gone never met the caller: Asterisk lets it go when no router is there."""
    here = found.legs.get(leg)
    rings = leg in call.rung()
    if here is None:
        unmet = rings or call.phase is Phase.OFFERED
        cut_off = leg in found.answered and leg not in found.ended  # Asterisk died before it could write that down
        ended = gap.until if unmet else found.ended.get(leg, gap.since)
        cause = NETWORK_OUT_OF_ORDER if cut_off else 0
        yield ended, LegEnded(call=call.id, leg=leg, cause=cause, apart=_apart(call, found))
    elif rings and here.up:
        yield found.answered.get(leg, _in_time(call, gap.until)), LegAnswered(call=call.id, leg=leg)


def _apart(call: LiveCall, found: Found) -> bool:
    """Whether somebody who belongs into the call's bridge is not there, or was not at the end."""
    return any(
        leg in found.outside if (here := found.legs.get(leg)) is None else here.bridge != bridge_of(call.id)
        for leg in belonging(call)
    )


def _handed_news(call: LiveCall, found: Found, gap: Gap) -> Iterator[tuple[Millis, Event]]:
    """Of a call in the dialplan's hands: the caller's leg tells what became of the staff member's end, which both begin
    and end with it. A caller on the way back is told of then, or not at all: the fallback's conversations are its own.
    """
    caller, staff = found.legs.get(call.leg), call.staff_leg
    if staff is None or call.ended is not None or call.leg in found.handed_on:
        return
    end, answered = found.legs.get(staff), found.answered.get(call.leg)
    if call.phase is Phase.DIRECT and (answered is not None if caller is None else end is not None and end.up):
        yield answered or _in_time(call, gap.until), LegAnswered(call=call.id, leg=staff)
    if caller is None:
        yield max(found.ended.get(call.leg, gap.since), answered or 0), LegEnded(call=call.id, leg=call.leg)
    elif end is None and not caller.away:
        yield gap.until, LegEnded(call=call.id, leg=staff)


def _in_time(call: LiveCall, now: Millis) -> Millis:
    """When a leg that is up was answered, if Asterisk does not tell: before its ring was over, for nobody ended it."""
    return now if call.deadline is None else min(now, call.deadline - 1)


def _standing(board: Switchboard, found: Found) -> Iterator[CallFound]:
    """How Asterisk holds each call that still lives."""
    for call in board.calls.values():
        if call.ended is not None:
            continue
        known = {leg: found.legs[leg] for leg in call.legs() if leg in found.legs}
        yield CallFound(
            call=call.id,
            up=frozenset(leg for leg, state in known.items() if state.up),
            bridged=frozenset(leg for leg, state in known.items() if state.bridge == bridge_of(call.id)),
        )
