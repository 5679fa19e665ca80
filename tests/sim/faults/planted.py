"""Bugs to plant into the product's source, each as an edit; and how the simulation is run with one.

An edit replaces a text that occurs exactly once. It is made in a copy of the package, so that nothing else sees it.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from router.sim.faults.troubles import ANY, Kind, Mix

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """`breaks` says what goes wrong; it is found within `calls` from `seed` on, in worlds with the faults of `mix`.

    What is rarely met has a mix in which three worlds or more within these calls are known to find it: a change of the
    product, which shifts what befalls each world, leaves some that do.
    """

    name: str
    file: str
    old: str
    new: str
    breaks: str
    seed: int
    calls: int = 900
    mix: Mix = ANY


class EditIsOutdated(AssertionError):
    """The product's source has changed: plant the bug anew."""


def copied(to: Path) -> Path:
    """The package, to be spoilt."""
    shutil.copytree(
        ROOT / "router", to / "router", ignore=shutil.ignore_patterns("__pycache__", "static", "migrations")
    )
    return to


def plant(bug: Planted, root: Path) -> None:
    """Raises `EditIsOutdated` when the text to replace is not there exactly once."""
    path = root / bug.file
    text = path.read_text()
    if text.count(bug.old) != 1:
        raise EditIsOutdated(f"{bug.name}: the old text occurs {text.count(bug.old)} times in {bug.file}")
    path.write_text(text.replace(bug.old, bug.new))


def simulate(root: Path, *, seed: int, calls: int, mix: Mix = ANY) -> subprocess.CompletedProcess[str]:
    """Worlds from this seed on, with the package in `root`."""
    command = [sys.executable, "-m", "router.sim.faults", "--seed", str(seed), "--calls", str(calls), "--last", "3"]
    command += ["--times", str(mix.times), *(word for kind in mix.kinds for word in ("--fault", kind))]
    surroundings = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=root, env=surroundings, capture_output=True, text=True, timeout=120, check=False)


BUGS = (
    Planted(
        name="a lost timer",
        file="router/core/switchboard.py",
        old='        self.timers.set("call", call.id, call.deadline)\n',
        new='        self.timers.set("call", call.id, None if call.phase is Phase.OFFERED else call.deadline)\n',
        breaks="an agent's phone rings for ever",
        seed=1,
    ),
    Planted(
        name="a double settle",
        file="router/core/moves/ending.py",
        old="    if call.phase is not Phase.WRAPPING or call.wrapping:\n        return [note]\n",
        new="    if call.phase not in {Phase.WRAPPING, Phase.THROUGH}:\n        return [note]\n    if call.phase is Phase.THROUGH:\n        return [note, Settle(call=call.id, record=record_of(call))]\n",
        breaks="a call is settled when its agent is done, and once more at its end",
        seed=2,
    ),
    Planted(
        name="act before journal",
        file="router/engine/loop.py",
        old="        written = await self._written(now, item.event)\n        if written is None:\n            return\n        position, event = written\n        commands = fed(self.board, event, now)\n",
        new="        event = item.event\n        commands = fed(self.board, event, now)\n        written = await self._written(now, event)\n        if written is None:\n            return\n        position, event = written\n",
        breaks="a call is decided that the journal refuses to hold",
        seed=18,
    ),
    Planted(
        name="an agent is not freed after a failed ring",
        file="router/core/floor.py",
        old="        return self._back_in_line(seat, now)\n",
        new="        return []\n",
        breaks="agent and caller are bound to each other for ever",
        seed=1,
    ),
    Planted(
        name="recovery forgets a leg",
        file="router/engine/recovery.py",
        old="            for leg in sorted(call.legs()):\n                yield from _leg_news(",
        new="            for leg in sorted(call.legs())[:1]:\n                yield from _leg_news(",
        breaks="an agent's hang-up in a gap is never noticed",
        seed=12,
    ),
    Planted(
        name="the wrap-up's limit is ignored",
        file="router/core/floor.py",
        old="        self.timers.set(WRAPPED_UP, message.agent, seat.deadline)\n",
        new="",
        breaks="after-work lasts until the agent says so",
        seed=1,
    ),
    Planted(
        name="the wrap-up is billed twice over",
        file="router/core/moves/talk.py",
        old="end=now, agent=agent))\n",
        new="end=now + 1_000, agent=agent))\n",
        breaks="a second is billed in which nobody spoke",
        seed=1,
    ),
    Planted(
        name="a repeated originate after a time-out",
        file="router/core/moves/waiting.py",
        old="    call.attempts += 1\n    call.agent_leg = agent_leg(call.id, call.attempts)\n",
        new="    call.attempts = max(1, call.attempts)\n    call.agent_leg = agent_leg(call.id, call.attempts)\n",
        breaks="a second ring has the name of the first",
        seed=1,
    ),
    Planted(
        name="no music after a hold that a death interrupted",
        file="router/core/moves/bridge.py",
        old="if call.on_hold else []\n",
        new="if call.on_hold and not call.bridge_open else []\n",
        breaks="a caller on hold is left in silence",
        seed=89,
        calls=2_100,
        mix=Mix(kinds=(Kind.KILLED_AT,), times=12),
    ),
    Planted(
        name="reconcile takes the wrong end",
        file="router/engine/recovery.py",
        old="found.ended.get(leg, gap.since)\n",
        new="gap.until\n",
        breaks="an outage is billed",
        seed=10,
    ),
    Planted(
        name="a snapshot drops a field",
        file="router/engine/loop.py",
        old="            self._rotation = self._journal.rotate(encode_value(Switchboard, self.board))\n",
        new="            board = replace(self.board, floor=replace(self.board.floor, asked=0))\n            self._rotation = self._journal.rotate(encode_value(Switchboard, board))\n",
        breaks="the journal gives back another state",
        seed=15,
    ),
    Planted(
        name="half a line stays when the disk is full",
        file="router/engine/journal_segment.py",
        old="            self.cut(to)\n            self.whole = True\n",
        new="            self.whole = True\n",
        breaks="what is written next cannot be read",
        seed=33,
        calls=90,
    ),
    Planted(
        name="settled before it is synced",
        file="router/engine/settlement.py",
        old="                return await self._journal.synced(position)\n",
        new="                return None\n",
        breaks="after a power cut a call is settled otherwise than it was",
        seed=1,
        calls=3_000,
        mix=Mix(kinds=(Kind.POWER_CUT, Kind.SYNC_FAILS), times=6),
    ),
    Planted(
        name="an answer counts before the two are together",
        file="router/engine/loop.py",
        old="if isinstance(event, LegAnswered) and heard - now > LATE_MS else event\n",
        new="if isinstance(event, LegAnswered) and heard - now > 60_000 else event\n",
        breaks="a freeze between answer and conversation is billed",
        seed=74,
    ),
    Planted(
        name="a thaw is taken up as it comes",
        file="router/engine/loop.py",
        old="        first, *others = sorted(items, key=lambda one: now if one.at is None else one.at)\n",
        new="        first, *others = items\n",
        breaks="a hang-up during a freeze counts from its end",
        seed=33,
    ),
    Planted(
        name="what happened during a look, or while the disk was full, is taken up as it comes",
        file="router/engine/loop.py",
        old="while self._thawed or self._behind or not self.linked:",
        new="while self._thawed or not self.linked:",
        breaks="a hang-up counts from a later wish",
        seed=27,
        calls=2_400,
        mix=Mix(kinds=(Kind.DISK_FULL, Kind.LINK_CUT, Kind.LINK_SILENT), times=8),
    ),
    Planted(
        name="a lane without order",
        file="router/engine/lanes.py",
        old="        if lane in self._waiting:\n            self._waiting[lane].append(command)\n            return\n        self._waiting[lane] = deque([command])\n",
        new='        lane = f"{lane} {len(self._waiting)} {id(command)}"\n        self._waiting[lane] = deque([command])\n',
        breaks="a leg is joined to a bridge that is not there yet",
        seed=200,
        calls=3_000,
        mix=Mix(kinds=(Kind.REQUESTS,)),
    ),
)
