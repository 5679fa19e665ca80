"""The tables of 0.3.0 become this release's while that release goes on writing into them."""

import asyncio

from router.core.ledger import Head
from router.db.database import Database, open_database
from router.db.schema import newest_revision, revision, upgrade
from router.db.verify import verify
from tests.fakes.records import talked
from tests.migrations.as_then import RELEASE_0_3_0, head_then, settle_as_then


async def test_a_running_router_of_the_release_before_settles_on(url: str) -> None:
    async with open_database(url, create=True) as old, open_database(url) as new:
        await upgrade(old, RELEASE_0_3_0)
        under_way, upgraded = asyncio.Event(), asyncio.Event()
        settled = 0

        async def settle() -> None:
            nonlocal settled
            after = 0
            while after < 20:
                await settle_one(old, f"call-{settled}")
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


async def settle_one(old: Database, call: str) -> Head:
    async with old.writing() as connection:
        return await settle_as_then(connection, [talked(16_000, call=call)], after=await head_then(connection))
