"""What is owed for a call, from the simulated world's own truth, and whether the ledger says so.

The truth is kept by Asterisk: when each leg was answered and ended, and in which stretches a caller and an agent were
together in the bridge (a caller on hold still is). A bill is right when

1. **nothing is billed beyond the presence of both**: each TALK part lies within the time from the agent's answer to
   the first hang-up of the two. Exact, up to the rounding of stamps (`ROUNDING_MS`), whatever faults there were, but
   for the time for which news of this very call was on its way, or the link had fallen silent without anybody noticing
   it yet (2.7 s at most): what was decided meanwhile has its place in the journal, where time does not run backwards;
   and but for the step by which the wall clock was set while, or just before, nobody listened: an end that Asterisk
   wrote down then may be of before or after it;
2. **nothing is billed while no one spoke**: each TALK part lies within the stretches together, but for `JOINING_MS` in
   all, the way from the answer to the bridge and from an agent's key to its effect. What is asked of Asterisk and not
   answered in time (the router frozen, or a request or news of this call hit by a fault) may add itself to that, and
   nothing else may;
3. **what was spoken is billed**: the stretches together are covered by TALK parts, but for `JOINING_MS`, the stretches
   in which nobody listened, and the minute before an end that is not to be found in Asterisk's own record: because
   Asterisk died (by a power cut, or by itself), or because the record was late when the router, which had died, too,
   looked for it. The journal says then only that the two were there at its last sign of life.

So a fault may cost us money. It costs the client nothing but what nobody can know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from router.core.ids import CallId
from router.core.record import CallRecord, Part, PartKind
from router.sim.faults.asterisk import Leg, SimulatedAsterisk
from router.sim.faults.timeline import MS

ROUNDING_MS = 5
JOINING_MS = 700

Stretch = tuple[int, int]  # milliseconds of the simulation, from and to


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is known of one call besides its legs: the house's clock less the simulation's (since when, of each life of
    the router), and what was unknowable.

    `late`: news of it was on its way; `slow`: the router could not act on it; `blind`: nobody listened.
    """

    offsets: Sequence[tuple[int, int]]
    late: Sequence[Stretch]
    slow: Sequence[Stretch]
    blind: Sequence[Stretch]
    end_ms: int


def complaints(record: CallRecord, asterisk: SimulatedAsterisk, truth: Truth) -> Iterable[str]:
    """What is wrong with a call's parts."""
    legs = asterisk.of_call.get(record.call, [])
    callers = [_presence(leg, truth) for leg in legs if leg.kind == "caller"]
    agents = sorted({str(part.agent) for part in record.parts if part.kind is PartKind.TALK})
    spoke = sorted({leg.whose for leg in legs if leg.kind == "agent" and asterisk.together.get(leg.name)})
    for agent in sorted({*agents, *spoke}):
        own = [leg for leg in legs if leg.whose == agent]
        present = _both(_union([_presence(leg, truth) for leg in own if leg.up]), _union(callers))
        parts = [_of_part(part, truth, present) for part in record.parts if _is_talk(part, agent)]
        together = _union([stretch for leg in own for stretch in _together(asterisk, leg, truth)])
        yield from _compared(record.call, agent, _union(parts), present, together, truth)


def _compared(
    call: CallId, agent: str, billed: list[Stretch], present: list[Stretch], together: list[Stretch], truth: Truth
) -> Iterable[str]:
    late, slow = _union(list(truth.late)), _union([*truth.late, *truth.slow])
    blind = _union([*truth.late, *truth.slow, *truth.blind])
    if (beyond := _length(_without(_without(billed, present), late))) > ROUNDING_MS * max(1, len(billed)):
        yield f"{call}: {beyond} ms with {agent} billed while not both were there: {billed} of {present}"
    if (silent := _length(_without(_without(billed, together), slow))) > JOINING_MS * max(1, len(billed)):
        yield f"{call}: {silent} ms with {agent} billed while nobody spoke: {billed}, spoke {together}"
    if (unbilled := _length(_without(_without(together, billed), blind))) > JOINING_MS * max(1, len(together)):
        yield f"{call}: {unbilled} ms with {agent} spoken and not billed: {billed}, spoke {together}"


def _is_talk(part: Part, agent: str) -> bool:
    return part.kind is PartKind.TALK and part.agent == agent


def _of_part(part: Part, truth: Truth, present: list[Stretch]) -> Stretch:
    """On the simulation's clock. A power cut may have had the house's clock set anew, even back: an instant of two
    lives is of the one in which the agent was there."""
    fitting = _offsets(part.start, truth.offsets) or [truth.offsets[0][1]]
    stretches = [(part.start - own, part.end - own) for own in fitting]
    return max(stretches, key=lambda one: _length(_both([one], present)))


def _offsets(at: int, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Of the lives of the router of which this can be an instant."""
    ends = [since for since, _ in offsets[1:]]
    return [own for (since, own), end in zip(offsets, [*ends, at], strict=True) if since <= at - own <= end]


def _presence(leg: Leg, truth: Truth) -> Stretch:
    """A caller who dialled us is there from the beginning, everybody else from the answer on."""
    since = leg.born if leg.answered is None or not leg.whose else leg.answered
    return since // MS, truth.end_ms if leg.ended is None else leg.ended // MS


def _together(asterisk: SimulatedAsterisk, leg: Leg, truth: Truth) -> list[Stretch]:
    stretches = asterisk.together.get(leg.name, [])
    return [(one.since // MS, truth.end_ms if one.until is None else one.until // MS) for one in stretches]


# --- arithmetic of stretches, which are sorted and do not touch -------------------------------------------------------


def _union(stretches: list[Stretch]) -> list[Stretch]:
    out: list[Stretch] = []
    for start, end in sorted(stretches):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _both(some: list[Stretch], others: list[Stretch]) -> list[Stretch]:
    met = [(max(one[0], two[0]), min(one[1], two[1])) for one in some for two in others]
    return [stretch for stretch in met if stretch[0] < stretch[1]]


def _without(some: list[Stretch], others: list[Stretch]) -> list[Stretch]:
    left = some
    for gone in others:
        left = [piece for one in left for piece in ((one[0], min(one[1], gone[0])), (max(one[0], gone[1]), one[1]))]
        left = [piece for piece in left if piece[0] < piece[1]]
    return left


def _length(stretches: list[Stretch]) -> int:
    return sum(end - start for start, end in stretches)
