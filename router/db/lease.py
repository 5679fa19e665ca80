"""Who leads, of two routers on one PostgreSQL database: implements `ports.Leases`. All times are the database's."""

from router.db.direct import Direct
from router.ports import LEASE_MS, Lease, Taken

NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"

LOOK = f"""
SELECT node, epoch, until - {NOW} AS left_ms, serving = 1 AS serving, until = 0 AS given_back, house_version,
       (extract(epoch FROM clock_timestamp() - pg_postmaster_start_time()) * 1000)::bigint AS rested_ms
FROM lease WHERE id = 1
"""  # noqa: S608 - constants only
TAKE = f"""
WITH before AS (SELECT * FROM lease WHERE id = 1 FOR UPDATE)
UPDATE lease SET node = $1, epoch = before.epoch + 1, until = {NOW} + {LEASE_MS}, serving = 0, house_version = $2
FROM before WHERE lease.id = 1 AND (before.until <= {NOW} OR before.node = $1)
RETURNING lease.epoch, before.node, before.epoch AS before, before.header
"""  # noqa: S608
RENEW = f"""
UPDATE lease SET until = {NOW} + {LEASE_MS}, serving = $2, house_version = $3, header = $4
WHERE id = 1 AND epoch = $1 RETURNING id
"""  # noqa: S608
GIVE_BACK = "UPDATE lease SET until = 0, serving = 0 WHERE id = 1 AND epoch = $1"


class SqlLease:
    """Implements `ports.Leases`."""

    def __init__(self, connection: Direct) -> None:
        self._connection = connection

    async def look(self) -> Lease:
        """See `ports.Leases.look`."""
        (row,) = await self._connection.fetch(LOOK)
        return Lease(**dict(row))

    async def take(self, node: str, *, house_version: str) -> Taken | None:
        """See `ports.Leases.take`. A router that starts again takes its own lease at once."""
        rows = await self._connection.fetch(TAKE, node, house_version)
        return Taken(**dict(rows[0])) if rows else None

    async def renew(self, epoch: int, *, serving: bool, house_version: str, header: str) -> bool:
        """See `ports.Leases.renew`."""
        return bool(await self._connection.fetch(RENEW, epoch, int(serving), house_version, header))

    async def give_back(self, epoch: int) -> None:
        """See `ports.Leases.give_back`."""
        await self._connection.fetch(GIVE_BACK, epoch)
