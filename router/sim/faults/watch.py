"""What always holds, whatever fails: checked while the world runs, and at its end.

- **Silence.** A caller whose leg is in our hands (offered calls that nobody has claimed yet are the dialplan's) hears
  somebody or something, but for `SILENCE_US` at a stretch. The stretch counts only while a router is up, linked and
  reconciled, awake, able to write its journal, and no request of this call is without its answer because of a fault;
  it begins anew when one of these is over. Nobody can do anything for a caller otherwise.
- **Nothing accepted is lost.** A call whose arrival the core was fed ends in a record in the database, with a reason.
  A power cut may take the arrivals that were not yet synced, and with them these calls, whose channels it ended.
- **Billed once.** A call is settled by one turn of the core, and stored once; nothing that was stored is refused later
  as something else; the ledger verifies.
- **One call an agent.** No two conversations, and no after-work, of one agent overlap on the bill.
- **Agents and calls** know of each other, no after-work is billed beyond its limit, and no call waits without a timer.
- **The journal is the replay file.** Read back, it gives the very state that the engine had.
- **At the end** nothing is left: no leg, no bridge, no call, no task that failed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from router.core.commands import Command, Settle
from router.core.events import CallerArrived, Event
from router.core.ids import CallId, Millis
from router.core.record import CallRecord, PartKind
from router.core.switchboard import Switchboard
from router.core.view import Phase, Presence
from router.sim.faults.asterisk import Leg, SimulatedAsterisk
from router.sim.faults.bill import Stretch, Truth, complaints
from router.sim.faults.database import Tables
from router.sim.faults.life import Life
from router.sim.faults.timeline import MS, S

SILENCE_US = 5 * S
TICK_US = S // 2
SPEAKING = {Phase.TALKING, Phase.HELD, Phase.CONFERRING, Phase.THREE, Phase.THROUGH}
BY_THEMSELVES = {*SPEAKING, Phase.WRAPPING, Phase.ENDED}  # last as long as people like
UNKNOWN_US = 61 * S  # before a router's death of which the journal tells nothing: its signs of life are a minute apart
ON_ITS_WAY_US = 200 * MS  # so long a router that looks waits for Asterisk's record of an end
STUCK_US = 1_200 * MS  # until a journal that failed is tried again, and what was due is done


@dataclass(slots=True)
class Watch:
    """Sees everything of one world."""

    asterisk: SimulatedAsterisk
    tables: Tables
    wrap_up_limit_ms: Millis
    accepted: dict[CallId, int] = field(default_factory=dict)  # when, in the simulation
    offsets: list[tuple[Millis, Millis]] = field(default_factory=list)  # the house's clock less the simulation's, since
    steps: list[tuple[int, Millis]] = field(default_factory=list)  # of the wall clock: when, and by how much
    settled: dict[CallId, int] = field(default_factory=dict)
    lost: set[CallId] = field(default_factory=set)  # by a power cut, before they were safe
    deaf_for: list[tuple[int, int | None]] = field(default_factory=list)  # while nobody listened
    stuck_for: list[tuple[int, int | None]] = field(default_factory=list)  # while the router could not act
    unnoticed: list[tuple[int, int | None]] = field(default_factory=list)  # while the link was silent
    deaths: list[int] = field(default_factory=list)  # of Asterisk, which has no time to write them down
    forgiven: bool = False  # a power cut may have a settlement made again
    found: list[str] = field(default_factory=list)
    _silent: dict[str, int] = field(default_factory=dict)

    # --- all the time ----------------------------------------------------------------------------------------------

    def saw(self, event: Event, commands: Sequence[Command]) -> None:
        """One turn of the engine."""
        if isinstance(event, CallerArrived):
            self._accepts(event.call)
        for command in commands:
            if isinstance(command, Settle):
                self._settles(command.record)

    def restored(self, life: Life) -> None:
        """The journal was read: what the router was killed over, right after writing it, was accepted all the same."""
        if life.clock is not None:
            now = self.asterisk.timeline.now // MS
            self.offsets.append((now, life.clock.now() - now))
        for call in life.engine.board.calls if life.engine else ():
            self._accepts(call)

    def _accepts(self, call: CallId) -> None:
        if call not in self.accepted:
            self.accepted[call] = self.asterisk.timeline.now

    def _settles(self, record: CallRecord) -> None:
        self.settled[record.call] = self.settled.get(record.call, 0) + 1
        if self.settled[record.call] > 1 and not self.forgiven:
            self.found.append(f"{record.call}: settled twice by the core")
        if not record.ending.reason or record.ending.reason == "no_ending":
            self.found.append(f"{record.call}: ended without a reason")

    def deaf(self) -> None:
        """From now on nobody listens to Asterisk."""
        if not self.deaf_for or self.deaf_for[-1][1] is not None:
            self.deaf_for.append((self.asterisk.timeline.now, None))

    def hears(self) -> None:
        """Somebody does again."""
        if self.deaf_for and self.deaf_for[-1][1] is None:
            self.deaf_for[-1] = (self.deaf_for[-1][0], self.asterisk.timeline.now)

    def stuck(self) -> None:
        """From now on the router does nothing: it is frozen, or cannot write its journal."""
        self.stuck_for.append((self.asterisk.timeline.now, None))

    def acts(self) -> None:
        """It does again, and may have before."""
        until = self.asterisk.timeline.now + STUCK_US
        self.stuck_for = [(since, until if end is None else end) for since, end in self.stuck_for]

    def looks(self, life: Life | None, *, able: bool) -> None:
        """At everybody who is in our hands, every `TICK_US`."""
        if able and life is not None and life.engine is not None:
            self._stands(life.engine.board)
        for leg in list(self.asterisk.legs.values()):
            if leg.kind != "caller" or not leg.ours:
                continue
            if life is None or not able or life.client.waiting.get(leg.call) or self.asterisk.hears(leg):
                self._silent.pop(leg.name, None)
            else:
                self._hears_nothing(leg)

    def _stands(self, board: Switchboard) -> None:
        """Agents and calls know of each other, and every call goes on by itself if nothing else happens."""
        for seat in board.floor.seats.values():
            call = board.calls.get(seat.call) if seat.call else None
            engaged = seat.doing in {Presence.OFFERED, Presence.TALKING}
            if engaged and (call is None or call.agent != seat.agent.id):
                self.found.append(f"{seat.agent.id}: {seat.doing} in {seat.call}, which knows nothing of it")
        for call in board.calls.values():
            if call.phase not in BY_THEMSELVES and f"call {call.id}" not in board.timers.armed:
                self.found.append(f"{call.id}: {call.phase} for ever, no timer is set")

    def _hears_nothing(self, leg: Leg) -> None:
        silent = self._silent[leg.name] = self._silent.get(leg.name, -TICK_US) + TICK_US
        if silent > SILENCE_US:
            self.found.append(f"{leg.name}: in silence for {silent / S:.1f} s")

    # --- at the end ------------------------------------------------------------------------------------------------

    def all_over(self) -> Iterator[str]:
        """What is wrong once everybody has hung up and everything was mended."""
        yield from (f"{call}: accepted, and not in the ledger" for call in self._missing())
        yield from (f"{record.call}: settled otherwise before" for record in self.tables.refused)
        yield from (f"ledger: {finding.where}: {finding.what}" for finding in self.tables.findings())
        yield from self._bills()
        yield from self._agents()

    def _missing(self) -> list[CallId]:
        return [call for call in self.accepted if call not in self.tables.records and call not in self.lost]

    def _bills(self) -> Iterator[str]:
        asterisk, end = self.asterisk, self.asterisk.timeline.now
        blind = [*_millis(self.deaf_for, end), *_millis([(cut - UNKNOWN_US, cut) for cut in self.deaths], end)]
        stuck, unnoticed = _millis(self.stuck_for, end), _millis(self.unnoticed, end)
        for call, record in self.tables.records.items():
            yield from _too_long(record, self.wrap_up_limit_ms)
            truth = Truth(
                offsets=self.offsets,
                late=[*unnoticed, *_millis(asterisk.late.get(call, ()), end), *self._by_either_clock(call)],
                slow=[*stuck, *_millis(asterisk.hit.get(call, ()), end)],
                blind=[*blind, *_millis(self._unwritten(call), end)],
                end_ms=end // MS,
            )
            yield from complaints(record, asterisk, truth)

    def _unwritten(self, call: CallId) -> list[tuple[int, int | None]]:
        """While nobody listened, and before, when a leg ended then and Asterisk's record told of it late."""
        late = [
            leg.ended
            for leg in self.asterisk.of_call.get(call, ())
            if leg.ended is not None and leg.recorded_end is not None and leg.recorded_end - leg.ended > ON_ITS_WAY_US
        ]
        return [
            (since - UNKNOWN_US, until)
            for since, until in self.deaf_for
            if any(since <= ended and (until is None or ended <= until) for ended in late)
        ]

    def _by_either_clock(self, call: CallId) -> Iterator[Stretch]:
        """After the end of a leg while nobody listened: the clock was set in the same gap or shortly before, when is
        not known, and so the end may be read by either clock."""
        ended = [leg.ended for leg in self.asterisk.of_call.get(call, ()) if leg.ended is not None]
        for since, until in self.deaf_for:
            last = self.asterisk.timeline.now if until is None else until
            by = sum(abs(step) for at, step in self.steps if since - UNKNOWN_US <= at <= last)
            yield from ((one // MS, min(one // MS + by, last // MS)) for one in ended if by and since <= one <= last)

    def _agents(self) -> Iterator[str]:
        busy: dict[str, list[tuple[Millis, Millis, CallId]]] = {}
        for record in self.tables.records.values():
            for part in record.parts:
                if part.agent is not None and part.start < part.end:
                    busy.setdefault(part.agent, []).append((part.start, part.end, record.call))
        for agent, stretches in busy.items():
            stretches.sort()
            for one, other in pairwise(stretches):
                if other[0] < one[1]:
                    yield f"{agent}: in two calls at once: {one} and {other}"


def _too_long(record: CallRecord, limit: Millis) -> Iterator[str]:
    for part in record.parts:
        if part.kind is PartKind.WRAP_UP and part.length > limit:
            yield f"{record.call}: {part.length} ms of after-work billed, {limit} ms are the limit"


def _millis(stretches: Sequence[tuple[int, int | None]], end: int) -> list[Stretch]:
    return [(since // MS, (end if until is None else until) // MS) for since, until in stretches]
