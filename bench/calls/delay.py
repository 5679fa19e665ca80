"""Post-dial delay and cost of a call, at a rate that everyone can serve.

The delay is the time between two moments of SIPp's own trace: the caller's INVITE sent, and the INVITE of the same
caller's number received by an agent's phone.
"""

from bench.calls.figures import Delay, Spread
from bench.calls.load import Ran, run
from bench.calls.paths import Path
from bench.calls.plants import Standing, standing
from bench.calls.sipp import Calls
from tests.lab.failure import LabFailed
from tests.lab.trace import SipMessage, user_of

RATE = 40
SECONDS, QUICK_SECONDS = 25, 15
WARM_UP = 5  # seconds


async def measure(way: Path, *, quick: bool) -> Delay:
    """On a fresh Asterisk that has had some calls."""
    async with standing(way) as stand:
        await run(stand, _calls(stand, WARM_UP), within=WARM_UP + 15)
        seconds = QUICK_SECONDS if quick else SECONDS
        ran = await run(stand, _calls(stand, seconds, traced=True), within=seconds + 15)
        delays = post_dial(ran)
        if len(delays) < 2:
            raise LabFailed(f"{way.name}: no call reached an agent; SIPp said: {ran.callers.complaints()}")
        return Delay(
            rate=RATE,
            post_dial=Spread.of(delays),
            answer=Spread.of(ran.counted.answer_ms),
            failed=ran.counted.failed,
            cost=ran.cost,
        )


def _calls(stand: Standing, seconds: int, *, traced: bool = False) -> Calls:
    return Calls(count=RATE * seconds, rate=RATE, dialled=stand.dialled, traced=traced)


def post_dial(ran: Ran) -> list[float]:
    """Milliseconds, for each call that reached a phone."""
    sent = _invites(ran.callers.messages(), sent=True)
    came = _invites(ran.phones.messages(), sent=False)
    return [came[number] - at for number, at in sent.items() if number in came]


def _invites(messages: list[SipMessage], *, sent: bool) -> dict[str, float]:
    """When each caller's first INVITE was seen."""
    first: dict[str, float] = {}
    for message in messages:
        if message.sent == sent and message.start.startswith("INVITE"):
            first.setdefault(user_of(message.header("From")), message.at)
    return first
