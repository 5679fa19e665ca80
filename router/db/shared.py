"""The journal in PostgreSQL, for the router that takes over: implements `ports.SharedJournal`.

A row is written only while the lease has the writer's epoch, and holds the lease's row until it is committed. Whoever
takes the lease therefore waits for it, and reads all that was ever committed under the epoch before.
"""

from collections.abc import Sequence

from router.db.direct import Direct
from router.ports import JournalRow

EVENT, SNAPSHOT = "E", "S"

APPEND = """
WITH held AS (SELECT epoch FROM lease WHERE id = 1 AND epoch = $1 FOR SHARE),
     put AS (
       INSERT INTO shared_journal (sequence, kind, epoch, line)
       SELECT given.sequence, given.kind, held.epoch, given.line
       FROM held, unnest($2::bigint[], $3::text[], $4::bytea[]) AS given (sequence, kind, line)
       ON CONFLICT (sequence, kind) DO NOTHING)
SELECT epoch FROM held
"""
PRUNE = """
DELETE FROM shared_journal WHERE sequence < $2 AND EXISTS (SELECT FROM lease WHERE id = 1 AND epoch = $1)
"""
READ = """
SELECT sequence, kind, line FROM shared_journal
WHERE sequence >= (SELECT coalesce(max(sequence), 0) FROM shared_journal WHERE kind = 'S')
ORDER BY sequence, kind DESC
"""


class SqlSharedJournal:
    """Implements `ports.SharedJournal`. It holds one snapshot and what came after it; `reading` may take longer."""

    def __init__(self, connection: Direct, *, reading: Direct) -> None:
        self._connection = connection
        self._reading = reading

    async def append(self, epoch: int, rows: Sequence[JournalRow]) -> bool:
        """See `ports.SharedJournal.append`."""
        sequences, lines = [row.sequence for row in rows], [row.line for row in rows]
        kinds = [SNAPSHOT if row.snapshot else EVENT for row in rows]
        held = await self._connection.fetch(APPEND, epoch, sequences, kinds, lines)
        snapshots = [row.sequence for row in rows if row.snapshot]
        if held and snapshots:
            await self._connection.fetch(PRUNE, epoch, snapshots[-1])
        return bool(held)

    async def read(self) -> Sequence[JournalRow]:
        """See `ports.SharedJournal.read`."""
        return [
            JournalRow(sequence=row["sequence"], snapshot=row["kind"] == SNAPSHOT, line=bytes(row["line"]))
            for row in await self._reading.fetch(READ)
        ]
