"""A process that settles calls: `python -m tests.shells.db.settling URL FIRST LAST` prints how many were new."""

import asyncio
import sys

from router.db.database import open_database
from router.db.ledger import SqlLedger
from tests.fakes.records import talked


async def settle_calls(url: str, first: int, last: int) -> int:
    async with open_database(url, patience_ms=60_000) as database:
        ledger = SqlLedger(database)
        calls = [talked(20_000, call=f"call-{number}") for number in range(first, last)]
        return sum([sum(await ledger.settle_all(calls[start : start + 4])) for start in range(0, len(calls), 4)])


if __name__ == "__main__":
    print(asyncio.run(settle_calls(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
