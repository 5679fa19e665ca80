"""One seeded world: a machine with a router, an Asterisk, a database, people, and everything that befalls them."""

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from router.core.commands import Command, Note
from router.core.errors import JournalBroken, SetUpFailed, VorzimmerError
from router.core.events import AgentEvent, Event
from router.core.ids import AgentId, CallId, Millis
from router.core.seats import Seat
from router.core.switchboard import Switchboard
from router.engine.clock import NS_PER_MS, Sources
from router.engine.codec import encode_value
from router.engine.journal import Journal
from router.engine.recovery import restore
from router.sim.draws import stream
from router.sim.faults.asterisk import SimulatedAsterisk
from router.sim.faults.database import Tables
from router.sim.faults.disk import SimulatedDisk
from router.sim.faults.house import NOON, a_house
from router.sim.faults.life import Life
from router.sim.faults.log import FAULTS
from router.sim.faults.loop import Killed
from router.sim.faults.people import SimulatedPeople
from router.sim.faults.timeline import MS, S, Timeline
from router.sim.faults.trace import Trace
from router.sim.faults.troubles import ANY, Doom, Kind, Mix, Troubles
from router.sim.faults.watch import TICK_US, Watch

MEMORY = Path("/dev/shm")  # noqa: S108 - each world has a directory of its own there
LONGEST_US = 6 * 3_600 * S  # after that whoever still lives, lives for ever
CALLS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one world."""

    seed: int
    calls: int
    digest: str
    seconds: float  # simulated
    violation: str = ""
    last: Sequence[str] = ()
    counted: dict[str, int] = field(default_factory=dict)


class World:
    """Implements `life.Host`."""

    def __init__(self, seed: int, *, calls: int = CALLS, directory: Path, last: int = 60, mix: Mix = ANY) -> None:
        self.seed = seed
        self.calls = calls
        self.chance = stream(seed, "world")
        self.timeline = Timeline()
        self.trace = Trace(self.timeline, last=last)
        self.troubles = Troubles.drawn(stream(seed, "troubles"), mix)
        self.asterisk = SimulatedAsterisk(self.timeline, self.troubles, self.trace)
        self.tables = Tables(self.trace)
        self.directory = directory
        self.disk = SimulatedDisk(directory, self.chance)
        self.house = a_house(self.chance)
        self.segment_bytes = self.chance.choice((30_000, 60_000, 200_000))
        self.people = SimulatedPeople(self.asterisk, stream(seed, "people"), wish=self._wish, seat=self._seat)
        self.asterisk.people = self.people
        self.watch = Watch(self.asterisk, self.tables, self.house.wrap_up_limit_ms)
        self.life: Life | None = None
        self.sources = Sources(monotonic_ns=self._monotonic, wall_ns=self._wall, boot_id=lambda: f"boot-{self._boots}")
        self.doom: Doom | None = None
        self.violation = ""
        self._skew_ms = 0
        self._steps: list[tuple[int, int]] = []  # since when the wall clock is how far off
        self._boots = 1
        self._booted = 0
        self._power = True

    def violate(self, what: str) -> None:
        """An invariant does not hold."""
        if not self.violation:
            self.violation = what
            self.trace.tell("violation", what)

    # --- clocks ----------------------------------------------------------------------------------------------------

    def _monotonic(self) -> int:
        return (self.timeline.now - self._booted) * 1_000 + 5_000_000_000

    def _wall(self) -> int:
        return self.wall_ms(self.timeline.now) * NS_PER_MS

    def wall_ms(self, at: int) -> Millis:
        """See `life.Host`; a stamp that was written stays as it was written."""
        skew = next((skew for since, skew in reversed(self._steps) if since <= at), 0)
        return NOON + at // MS + skew

    # --- the router's lives ----------------------------------------------------------------------------------------

    def _starts(self) -> None:
        if not self._power or (self.life is not None and not self.life.loop.dead):
            return
        self.trace.tell("router", "starts")
        self.life = Life(self)
        self.life.begin()

    def come(self, place: str) -> None:
        """See `life.Host`."""
        if self.life is not None and self.life.loop.dead:
            raise Killed
        if self.doom is not None and self.doom.place == place:
            self.doom.left -= 1
            if self.doom.left <= 0:
                self.doom = None
                self.troubles.count(Kind.KILLED_AT)
                self._kill(f"killed: {place}")
                raise Killed

    def _kill(self, how: str) -> None:
        """SIGKILL; somebody starts it again after a while."""
        life = self.life
        if life is None or life.loop.dead:
            return
        self.trace.tell("router", how)
        self.watch.deaf()
        life.loop.kill()
        life.client.died()
        if life.connection is self.asterisk.listener:
            self.asterisk.listener = None
        self.disk.let_go()
        self.timeline.after(self.troubles.lasts(0.2, 20), self._starts)
        if self.troubles.now(Kind.KILLED_AT, 0.5):
            self.doom = self.troubles.doom()

    def restored(self, life: Life) -> None:
        """See `life.Host`: all that was accepted is there, but for what a power cut took before it was synced."""
        assert life.engine is not None
        self.watch.restored(life)
        self.trace.tell("router", f"restored {len(life.engine.board.calls)} calls")

    def linked(self, life: Life) -> None:
        """See `life.Host`."""
        self.watch.hears()
        self.trace.tell("router", "linked")

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """See `ports.Observer`."""
        life = self.life
        if life is None or life.loop.dead:
            return
        told = ",".join([type(command).__name__ for command in commands if not isinstance(command, Note)])
        self.trace.tell("turn", f"{now} {type(event).__name__} {getattr(event, 'call', '')} {told}")
        self.watch.saw(event, commands)
        if self.watch.found:
            self.violate(self.watch.found[0])

    def ended(self, life: Life, failure: BaseException) -> None:
        """See `life.Host`."""
        if life.loop.dead or isinstance(failure, Killed):
            return
        if isinstance(failure, JournalBroken | SetUpFailed) and (self.disk.full or self.disk.failing):
            self._kill("ends: its journal cannot be written")
            return
        self.violate(f"the router ended by itself: {failure!r}")

    def unhandled(self, context: dict[str, Any]) -> None:
        """See `life.Host`."""
        failure = context.get("exception")
        if not isinstance(failure, Killed):
            self.violate(f"{context.get('message')}: {failure!r}")

    def _wish(self, event: AgentEvent) -> None:
        if self.life is not None:
            self.life.wish(event)

    def _seat(self, agent: AgentId) -> Seat | None:
        life = self.life
        if life is None or life.loop.dead or life.engine is None:
            return None
        return life.engine.board.floor.seats.get(agent)

    # --- what befalls them -----------------------------------------------------------------------------------------

    def _strikes(self, kind: Kind) -> None:
        if self.troubles.over:
            return
        self.troubles.count(kind)
        self.trace.tell("trouble", kind)
        _INCIDENTS[kind](self)

    def _killed(self) -> None:
        self._kill("killed")

    def _killed_soon(self) -> None:
        self.doom = self.troubles.doom()

    def _freezes(self) -> None:
        life = self.life
        if life is not None and not life.loop.dead and not life.loop.frozen:
            life.loop.frozen = True
            self.watch.stuck()
            self.timeline.after(self.troubles.lasts(0.5, 15), self._thaws, life)

    def _thaws(self, life: Life) -> None:
        life.loop.frozen = False
        self.watch.acts()
        if life is self.life and not life.loop.dead:
            self.trace.tell("router", "wakes")

    def _link_breaks(self) -> None:
        life = self.life
        if life is None or life.connection is None or life.connection is not self.asterisk.listener:
            return
        self.asterisk.listener, self.asterisk.heard = None, True
        self.watch.deaf()
        life.connection.lost()

    def _link_falls_silent(self) -> None:
        """Noticed within 2.7 s."""
        self.asterisk.heard = False
        self.watch.deaf()
        lasts = self.troubles.lasts(0.9, 2.7)
        self.watch.unnoticed.append((self.timeline.now, self.timeline.now + lasts))
        self.timeline.after(lasts, self._silence_noticed)

    def _silence_noticed(self) -> None:
        if not self.asterisk.heard:
            self.asterisk.heard = True
            self._link_breaks()

    def _asterisk_dies(self) -> None:
        if self.asterisk.down:
            return
        self._link_breaks()
        self.watch.deaf()
        self.watch.deaths.append(self.timeline.now)
        self.asterisk.killed()
        self.timeline.after(self.troubles.lasts(1, 20), self._asterisk_is_back)

    def _asterisk_is_back(self) -> None:
        if self._power and self.asterisk.down:
            self.asterisk.back()

    def _asterisk_stalls(self) -> None:
        self.asterisk.stalled_until = self.timeline.now + self.troubles.lasts(0.3, 9)

    def _power_fails(self) -> None:
        if not self._power:
            return
        life = self.life
        alive = life is not None and not life.loop.dead
        unsynced = (life.journal.lag.ms + 1) * MS if life is not None and alive and life.journal is not None else 0
        self._power = False
        self._asterisk_dies()
        self._kill("has no power")
        lost = self.disk.power_cut()
        self.trace.tell("power", f"cut, {lost} bytes of the journal lost")
        since = self.timeline.now - unsynced
        self.watch.lost |= {call for call, at in self.watch.accepted.items() if at >= since}
        self.watch.forgiven = True
        self.timeline.after(self.troubles.lasts(5, 40), self._power_is_back)

    def _power_is_back(self) -> None:
        self._power = True
        self._boots += 1
        self._booted = self.timeline.now
        self._asterisk_is_back()
        self._starts()

    def _disk_full(self) -> None:
        self.disk.full = True
        self.watch.stuck()
        self.timeline.after(self.troubles.lasts(0.5, 20), self._disk_mended)

    def _sync_fails(self) -> None:
        self.disk.failing = True
        self.watch.stuck()
        self.timeline.after(self.troubles.lasts(0.1, 10), self._disk_mended)

    def _disk_mended(self) -> None:
        self.disk.full = self.disk.failing = False
        self.watch.acts()

    def _database_goes(self) -> None:
        self.tables.away = True
        self.timeline.after(self.troubles.lasts(1, 60), self._database_comes)

    def _database_comes(self) -> None:
        self.tables.away = False

    def _clock_steps(self) -> None:
        step = self.troubles.chance.choice((-3_600_000, -5_000, -300, 300, 5_000, 3_600_000))
        self._skew_ms += step
        self.watch.steps.append((self.timeline.now, step))
        self._steps.append((self.timeline.now, self._skew_ms))

    # --- its course ------------------------------------------------------------------------------------------------

    def run(self) -> Outcome:
        """Live through it all."""
        length = self.calls * self.chance.choice((2, 5, 9)) * S
        for number in range(self.calls):
            at = 2 * S + self.chance.randrange(length)
            self.timeline.at(at, self.people.dials, CallId(f"c{number}"))
        for at, kind in self.troubles.incidents(length + 60 * S):
            self.timeline.at(at, self._strikes, kind)
        self.timeline.at(length + 60 * S, self._heals)
        self.timeline.at(TICK_US, self._ticks)
        self.people.come(tuple(self.house.agents))
        self._starts()
        self._goes_on_until(length + 60 * S + 1, lambda: False)
        self._goes_on_until(LONGEST_US, self._is_quiet)
        if not self.violation:
            self._ends()
        return Outcome(
            seed=self.seed,
            calls=self.calls,
            digest=self.trace.digest,
            seconds=self.timeline.now / S,
            violation=self.violation,
            last=tuple(self.trace.last),
            counted=dict(self.troubles.counted),
        )

    def _goes_on_until(self, until: int, over: Callable[[], bool]) -> None:
        timeline = self.timeline
        while not self.violation and timeline.now < until:
            if self.life is not None:
                self.life.loop.drain()
            if FAULTS:
                self.violate(f"our code failed: {FAULTS.pop()}")
            if not timeline.step(until) or over():
                return

    def _heals(self) -> None:
        """Everything is mended for good."""
        self.trace.tell("trouble", "is over")
        self.troubles.over = True
        self.doom = None

    def _ticks(self) -> None:
        self.timeline.after(TICK_US, self._ticks)
        self.watch.looks(self.life, able=self._able())
        if self.watch.found:
            self.violate(self.watch.found[0])

    def _able(self) -> bool:
        """Whether a router could do something for a caller now."""
        life, asterisk = self.life, self.asterisk
        if life is None or not life.serving or life.engine is None or life.engine.journal_trouble:
            return False
        return asterisk.heard and not asterisk.down and asterisk.stalled_until < self.timeline.now

    def _is_quiet(self) -> bool:
        """Nobody calls, and nothing is under way."""
        life = self.life
        if self.asterisk.legs or life is None or not life.serving or life.engine is None:
            return False
        return not life.engine.board.calls and not life.engine.settlement.backlog

    def _ends(self) -> None:
        self._goes_on_until(self.timeline.now + 10 * S, lambda: False)
        life = self.life
        if self.violation or life is None or life.engine is None or not self._is_quiet():
            self.violate(self._unquiet())
            return
        self._link_breaks()  # a last look at Asterisk: what is left there is found now
        self._goes_on_until(self.timeline.now + 30 * S, lambda: False)
        left = [*self.asterisk.legs, *self.asterisk.bridges]
        if left:
            self.violate(f"left in Asterisk at the end: {left}")
        if trouble := life.engine.settlement.trouble:
            self.violate(f"not written to the database: {trouble}")
        for what in self.watch.all_over():
            self.violate(what)
        self._replays(life)

    def _unquiet(self) -> str:
        life = self.life
        if life is None or life.engine is None:
            return "no router at the end"
        calls = [f"{call.id} {call.phase}" for call in life.engine.board.calls.values()]
        return f"not over at the end: {calls}, legs {list(self.asterisk.legs)}, linked {life.engine.linked}"

    def _replays(self, life: Life) -> None:
        """The journal, read back, gives the very state."""
        assert life.engine is not None
        state = encode_value(Switchboard, life.engine.board)
        life.loop.kill()
        self.disk.let_go()
        try:
            with closing(Journal.open(self.directory)) as journal:
                again = encode_value(Switchboard, restore(journal).board)
        except VorzimmerError as failure:
            self.violate(f"the journal cannot be read back: {failure}")
            return
        if again != state:
            self.violate("the journal, read back, gives another state")


_INCIDENTS: dict[Kind, Callable[[World], None]] = {
    Kind.KILLED: World._killed,
    Kind.KILLED_AT: World._killed_soon,
    Kind.FROZEN: World._freezes,
    Kind.LINK_CUT: World._link_breaks,
    Kind.LINK_SILENT: World._link_falls_silent,
    Kind.ASTERISK_KILLED: World._asterisk_dies,
    Kind.ASTERISK_STALLED: World._asterisk_stalls,
    Kind.POWER_CUT: World._power_fails,
    Kind.DISK_FULL: World._disk_full,
    Kind.SYNC_FAILS: World._sync_fails,
    Kind.DATABASE_AWAY: World._database_goes,
    Kind.CLOCK_STEPS: World._clock_steps,
}


def lived(seed: int, *, calls: int = CALLS, last: int = 60, mix: Mix = ANY) -> Outcome:
    """What becomes of the world with this seed."""
    directory = Path(mkdtemp(prefix="vorzimmer-sim-", dir=MEMORY if MEMORY.is_dir() else None))
    try:
        return World(seed, calls=calls, directory=directory, last=last, mix=mix).run()
    finally:
        with suppress(OSError):
            shutil.rmtree(directory)
