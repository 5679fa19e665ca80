"""The highest rate without a failed call: a search by short runs, then 30 s at what it found."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.calls.figures import Rate, Spread, Trial
from bench.calls.load import run
from bench.calls.paths import Path
from bench.calls.plants import Standing, standing
from bench.calls.sipp import Calls

STEP = 20  # calls a second
SHORT, WHOLE = 6, 30  # seconds
PATIENCE = 6  # seconds for the last calls to end
SEARCH_LIMIT = 40.0  # seconds, after which the best so far is confirmed
ANSWERS_AT_LEAST = 2

Say = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Search:
    """Runs on one Asterisk, which so becomes a used one."""

    stand: Standing
    say: Say
    trials: list[Trial] = field(default_factory=list)
    stuck: bool = False

    async def clean(self, rate: int, seconds: int) -> bool:
        """Whether all went well at this rate."""
        calls = Calls(count=rate * seconds, rate=rate, dialled=self.stand.dialled)
        ran = await run(self.stand, calls, within=seconds + PATIENCE)
        answers = ran.counted.answer_ms
        trial = Trial(
            rate=rate,
            seconds=seconds,
            begun=ran.counted.begun,
            failed=ran.counted.failed,
            retransmitted=ran.counted.retransmitted,
            busy=ran.busy,
            elsewhere=ran.elsewhere,
            dropped=ran.dropped,
            answer=Spread.of(answers) if len(answers) >= ANSWERS_AT_LEAST else None,
        )
        self.trials.append(trial)
        self.say(told(trial))
        if not await self.stand.empty():
            self.say("calls are left over in Asterisk: nothing more can be tried on this one")
            self.stuck = True
        hopeful = seconds == WHOLE or not trial.retransmitted  # what is late in a short run fails in a long one
        return trial.clean and hopeful and not self.stuck

    async def by_short_runs(self, guess: int) -> int:
        """The highest rate that was clean, as far as time allows; 0: none was."""
        deadline, best, lowest_bad = time.monotonic() + SEARCH_LIMIT, 0, 10**9
        rate = guess
        while not self.stuck and time.monotonic() < deadline and rate > 0 and best + STEP < lowest_bad:
            if await self.clean(rate, SHORT):
                best, rate = rate, min(rate + (2 * STEP if lowest_bad == 10**9 else STEP), lowest_bad - STEP)
            else:
                lowest_bad, rate = rate, max(best + STEP, rate - 2 * STEP) if best + STEP < rate else best
        return best

    async def confirmed(self, rate: int, tries: int) -> int:
        """The first rate from this one down that holds for 30 s; 0: none of so many did."""
        for lower in range(tries):
            if not self.stuck and rate - lower * STEP > 0 and await self.clean(rate - lower * STEP, WHOLE):
                return rate - lower * STEP
        return 0


def told(trial: Trial) -> str:
    """One run in a line."""
    answer = f"{trial.answer.p50:g}/{trial.answer.p99:g} ms to the answer (p50/p99)" if trial.answer else "no answer"
    return (
        f"{trial.rate}/s for {trial.seconds:g} s: {trial.failed} of {trial.begun} failed, {trial.retransmitted} sent "
        f"again, {trial.dropped} dropped, machine {trial.busy} % busy ({trial.elsewhere} elsewhere), {answer}"
    )


async def used(way: Path, say: Say, *, quick: bool) -> Rate:
    """On an Asterisk that has been through everything the search did to it."""
    async with standing(way) as stand:
        search = Search(stand=stand, say=say)
        best = await search.by_short_runs(way.guess)
        highest = best if quick else await search.confirmed(best, tries=2)
        return Rate(highest=highest, trials=search.trials)


async def fresh(way: Path, say: Say, rate: int) -> Rate:
    """On Asterisks just started, one for each rate: this one, then higher or lower."""
    highest, trials = 0, list[Trial]()
    for tried in (rate, rate + STEP, rate + 2 * STEP):
        async with standing(way) as stand:
            search = Search(stand=stand, say=say)
            clean = await search.clean(tried, WHOLE)
            trials += search.trials
        if not clean:
            break
        highest = tried
    return Rate(highest=highest, trials=trials)
