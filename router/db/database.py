"""One database, SQLite or PostgreSQL, and the two ways to use it: a transaction that writes, a snapshot that reads.

SQLite runs in WAL mode, syncs every commit in full, and opens a file only when `upgrade` has made it. What is written
all the time goes through `transact`: there SQLite works in one thread of its own, entered once a transaction and not
once a statement. Writers of one process queue here, fairly; those of several wait for the database's own lock, at most
`patience_ms`. On PostgreSQL no statement may take longer than twice that, but those that read a whole table: they take
as long as the table is large.
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from asyncpg.exceptions import PostgresError  # type: ignore[import-untyped]
from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from router.core.errors import LedgerCorrupt, LedgerUnavailable, SetUpFailed
from router.core.ids import Millis

T = TypeVar("T")

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
PATIENCE_MS: Millis = 5_000
SQLITE_DAMAGE = {1, 11, 20, 25, 26}  # ERROR (a table is gone), CORRUPT, MISMATCH, RANGE, NOTADB


class InThread:
    """A second way into an SQLite file: one connection in one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """See `Database.transact`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._done, work)

    async def close(self) -> None:
        """Once what is under way is done."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    def _done(self, work: Callable[[Connection], T]) -> T:
        with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
            return work(connection)


class Database:
    """An engine and how to work with it; made by `open_database`."""

    def __init__(self, engine: AsyncEngine, unhurried: AsyncEngine, thread: InThread | None) -> None:
        self._engine = engine
        self._unhurried = unhurried
        self._thread = thread
        self._writers = asyncio.Lock()
        self._first: Callable[[Database], Awaitable[None]] | None = None
        self._preparing = asyncio.Lock()
        self.trouble = ""  # why it could not be used the last time; empty when all is well

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    async def begin_with(self, first: "Callable[[Database], Awaitable[None]]") -> None:
        """Have this done before anything else: now, or, when the database cannot be used now, as soon as it can.

        Raises `LedgerUnavailable` in the latter case; so does everything else, until it is done.
        """
        self._first = first
        await self._prepared()

    async def _prepared(self) -> None:
        if self._first is None:
            return
        async with self._preparing:
            if self._first is not None:
                await self._first(self)
                self._first = None

    @asynccontextmanager
    async def writing(self, *, first: bool = False) -> AsyncIterator[AsyncConnection]:
        """One transaction, committed at the end, undone on an error. `first`: it is what `begin_with` has done.

        Raises `LedgerUnavailable` when the database cannot be used now, whatever the cause: all can be tried again.
        """
        if not first:
            await self._prepared()
        with _unavailable():
            async with self._writers, self._connected(self._engine) as connection:
                await connection.execution_options(writes=True)
                async with connection.begin():
                    yield connection

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """One transaction as in `writing`, by a function that does it in one go; it may run in another thread.

        Raises `LedgerUnavailable` as well. What was cancelled may be committed all the same.
        """
        if self._thread is None:
            async with self.writing() as connection:
                return await connection.run_sync(work)
        await self._prepared()
        with _unavailable(), self._told():
            async with self._writers:
                return await self._thread.transact(work)

    @asynccontextmanager
    async def reading(self, *, unhurried: bool = False) -> AsyncIterator[AsyncConnection]:
        """One snapshot: nothing that is committed meanwhile is seen. `unhurried`: a statement may take any time.

        Raises `LedgerUnavailable` when the database cannot be reached, `LedgerCorrupt` when it cannot be read.
        """
        await self._prepared()
        async with self._connected(self._unhurried if unhurried else self._engine) as connection:
            if self.dialect == "postgresql":
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        with self._told():
            async with engine.connect() as connection:
                yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A driver's errors as ours, and kept for whoever asks how it is."""
        try:
            with self._translated():
                yield
        except (LedgerUnavailable, LedgerCorrupt) as failure:
            self.trouble = str(failure)
            raise
        self.trouble = ""

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (OSError, TimeoutError, PoolTimeout, PostgresError) as error:
            raise LedgerUnavailable(f"the database cannot be reached: {_told(error)}") from error
        except UnicodeDecodeError as error:  # a damaged name in SQLite's own complaint
            raise LedgerCorrupt(f"the database file cannot be read: {error}") from error
        except DBAPIError as error:
            if self.dialect == "sqlite" and _damaged(error):
                raise LedgerCorrupt(f"the database file cannot be read: {error.orig}") from error
            if isinstance(error, IntegrityError | ProgrammingError | NotSupportedError):
                raise
            raise LedgerUnavailable(f"the database cannot be used now: {error.orig}") from error


@asynccontextmanager
async def open_database(
    url: str, *, create: bool = False, patience_ms: Millis = PATIENCE_MS
) -> AsyncIterator[Database]:
    """The database at a URL (`sqlite:////path/to/file`, `postgresql://user:password@host/name`), until the block ends.

    Connects only when first used. With `create` a missing SQLite file is made. `patience_ms`: how long to wait for a
    lock. Raises `SetUpFailed` for a URL that is of neither kind.
    """
    address = _address(url)
    engine, unhurried = _engines(address, create=create, patience_ms=patience_ms)
    thread = _thread(address, create=create, patience_ms=patience_ms)
    try:
        yield Database(engine, unhurried, thread)
    finally:
        if thread is not None:
            await thread.close()
        await engine.dispose()
        await unhurried.dispose()


def arguments_of(url: str) -> Mapping[str, Any]:
    """What asyncpg needs to connect to a `postgresql://` URL. Raises `SetUpFailed` for one of another kind."""
    address = _address(url)
    if address.get_backend_name() != "postgresql":
        raise SetUpFailed("two routers need PostgreSQL: set VORZIMMER_DATABASE_URL to postgresql://…")
    arguments: Mapping[str, Any] = address.get_dialect()().create_connect_args(address)[1]
    return arguments


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        address = address.set(drivername=DRIVERS[address.get_backend_name()])
    except (ArgumentError, KeyError) as wrong:
        raise SetUpFailed("the database's URL must begin with sqlite:/// or postgresql://") from wrong
    if address.database in (None, "", ":memory:"):
        raise SetUpFailed("the database's URL must name a file (sqlite:////path/to/file) or a database")
    return address


def _engines(address: URL, *, create: bool, patience_ms: Millis) -> tuple[AsyncEngine, AsyncEngine]:
    """For statements with a limit and without one: asyncpg knows a limit only for a whole connection."""
    if address.get_backend_name() == "sqlite":
        engine = _sqlite(address, create=create, patience_ms=patience_ms)
        return engine, engine
    hurried = _postgresql(address, patience_ms, command_timeout=2 * patience_ms / 1000)
    return hurried, _postgresql(address, patience_ms, command_timeout=None)


def _postgresql(address: URL, patience_ms: Millis, *, command_timeout: float | None) -> AsyncEngine:
    arguments = {
        "timeout": patience_ms / 1000,
        "command_timeout": command_timeout,
        "server_settings": {"lock_timeout": str(patience_ms), "application_name": "vorzimmer"},
    }
    return create_async_engine(address, connect_args=arguments, hide_parameters=True)


def _sqlite(address: URL, *, create: bool, patience_ms: Millis) -> AsyncEngine:
    engine = create_async_engine(address, hide_parameters=True)
    _prepared(engine.sync_engine, create=create, patience_ms=patience_ms)
    return engine


def _thread(address: URL, *, create: bool, patience_ms: Millis) -> InThread | None:
    if address.get_backend_name() != "sqlite":
        return None
    engine = create_engine(address.set(drivername="sqlite"), hide_parameters=True)
    _prepared(engine, create=create, patience_ms=patience_ms)
    return InThread(engine)


def _prepared(engine: Engine, *, create: bool, patience_ms: Millis) -> None:
    file = Path(str(engine.url.database))

    def connecting(*_: object) -> None:
        if not create and not file.exists():
            raise FileNotFoundError(f"there is no {file}: is VORZIMMER_STATE_DIR, or --database, that of the router?")

    def connected(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        try:
            entry.driver_connection.text_factory = _text  # type: ignore[union-attr]
            _prepare(connection, patience_ms)
        except BaseException:
            connection.close()  # the pool forgets it, its thread would stay
            raise

    event.listen(engine, "do_connect", connecting)
    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", _begun)


def _prepare(connection: DBAPIConnection, patience_ms: Millis) -> None:
    connection.isolation_level = None  # the driver begins nothing: `_begun` does
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={patience_ms}", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor, until=time.monotonic() + patience_ms / 1000)
    cursor.close()


def _write_ahead(cursor: DBAPICursor, *, until: float) -> None:
    """Two who make one file at once: SQLite does not wait by itself for the lock that the change of mode needs."""
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
        else:
            return


@contextmanager
def _unavailable() -> Iterator[None]:
    """To a writer a damaged database is one that cannot be used now: it can be tried again once it is restored."""
    try:
        yield
    except LedgerCorrupt as damage:
        raise LedgerUnavailable(str(damage)) from damage


def _begun(connection: Connection) -> None:
    """A writer takes SQLite's lock at once: taken later, it could fail although nothing is wrong."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _text(content: bytes) -> str:
    """A damaged text is still read, so that `verify` can say which one it is."""
    return content.decode(errors="backslashreplace")


def _told(error: Exception) -> str:
    """A driver's time-outs have no words of their own."""
    silent = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
    return str(error) or silent


def _damaged(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0)
    return code & 0xFF in SQLITE_DAMAGE
