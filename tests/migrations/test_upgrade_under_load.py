"""The tables of 0.2.0 become this release's while that release goes on writing into them."""

import asyncio

from router.db.database import open_database
from router.db.ledger import SqlLedger
from router.db.schema import newest_revision, revision, upgrade
from router.db.verify import verify
from tests.fakes.records import talked

RELEASE_0_2_0 = "0002"


async def test_a_running_router_of_the_release_before_settles_on(url: str) -> None:
    async with open_database(url, create=True) as old, open_database(url) as new:
        await upgrade(old, RELEASE_0_2_0)
        under_way, upgraded = asyncio.Event(), asyncio.Event()
        settled = 0

        async def settle() -> None:  # that release writes the same rows into the same columns
            nonlocal settled
            after = 0
            while after < 20:
                assert await SqlLedger(old).settle_all([talked(16_000, call=f"call-{settled}")]) == [True]
                settled += 1
                if settled == 20:
                    under_way.set()
                after += upgraded.is_set()

        writing = asyncio.create_task(settle())
        await under_way.wait()
        await upgrade(new)
        upgraded.set()
        await writing
        async with new.reading() as connection:
            assert await revision(connection) == newest_revision()
        found = await verify(new)
        assert (found.transactions, found.findings) == (settled, ())
