"""All agents busy and callers waiting: how long until an agent who hangs up has the next caller."""

from dataclasses import replace

from bench.calls.figures import Saturated, Spread
from bench.calls.load import run
from bench.calls.paths import Path
from bench.calls.plants import standing
from bench.calls.sipp import Calls
from tests.lab.trace import SipMessage, user_of

AGENTS, CALLERS, TALK_MS = 10, 30, 1000
CALLS, QUICK_CALLS = 300, 120
WAIT_MS = 30_000


async def measure(way: Path, *, quick: bool) -> Saturated:
    """Ten agents who each hang up after a second, thirty callers who call again at once."""
    async with standing(replace(way, agents=AGENTS)) as stand:
        calls = Calls(
            count=QUICK_CALLS if quick else CALLS,
            rate=200,
            at_once=CALLERS,
            dialled=stand.dialled,
            talk_ms=None,
            answer_limit_ms=WAIT_MS,
            traced=True,
        )
        ran = await run(stand, calls, within=100, phone_talk_ms=TALK_MS)
        return Saturated(
            next_call=Spread.of(gaps(ran.phones.messages())),
            served=round(ran.counted.served / ran.counted.seconds, 2),
        )


def gaps(messages: list[SipMessage]) -> list[float]:
    """Milliseconds from each BYE that a phone sent to the next INVITE for the same agent."""
    agent_of: dict[str, str] = {}
    free_since: dict[str, float] = {}
    found = []
    for message in messages:
        if message.start.startswith("INVITE") and message.call_id not in agent_of:
            agent = agent_of[message.call_id] = user_of(message.start)
            if agent in free_since:
                found.append(message.at - free_since.pop(agent))
        elif message.start.startswith("BYE") and message.sent:
            free_since.setdefault(agent_of[message.call_id], message.at)
    return found
