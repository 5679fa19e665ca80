"""What every scenario holds when all have gone: nobody was cut off, all is billed once and right, nothing is left."""

from tests.chaos.account import account
from tests.chaos.figures import Figure, at_most, exactly
from tests.chaos.traffic import TOLERANCE_MS, Traffic


async def books(
    traffic: Traffic,
    *,
    drops: str,
    unbilled: str = "Conversations that are not billed",
    as_seen: str = "Conversations are billed as SIPp saw them",
) -> list[Figure]:
    """The figures; `drops`, `unbilled` and `as_seen` are the promises' words, for what the scenario is about."""
    left, records, spoken = await traffic.left(), await traffic.records(), traffic.spoken()
    billed = [(visit, records[visit.caller]) for visit in spoken if visit.caller in records]
    worst = max(billed, key=lambda one: traffic.off_by(one[0], one[1][0]), default=None)
    off = traffic.off_by(worst[0], worst[1][0]) if worst else 0.0
    if worst and off > TOLERANCE_MS:
        print(f"  ... {account(traffic, worst[0], worst[1][0])}", flush=True)
    return [
        exactly(drops, len(traffic.dropped()), 0),
        exactly(unbilled, len(spoken) - len(billed), 0),
        exactly("Calls that are billed twice", sum(len(found) > 1 for found in records.values()), 0),
        at_most(as_seen, round(off), TOLERANCE_MS, "ms"),
        exactly("Findings in the ledger", len((await traffic.house.verified()).findings), 0),
        exactly("Channels and bridges left in Asterisk", left, 0),
    ]
