"""A year of calls, settled and billed month by month: `make bench-billing` (CALLS=20000 for a small one).

A million calls of 2,000 clients are rated and posted as the engine does it, every month is run for every client, and
the documents of a few invoices are drawn; on SQLite and on PostgreSQL. Then the sum of all invoices' lines must be what
the ledger's receivables are without tax, to the cent, and running the year again must change nothing.
"""

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path

from router.billing.run import Job, bill, invoice_again, net_of
from router.core.billing.entry import month_after, receivable
from router.core.billing.invoice import Account, Address, EInvoice, InvoiceLanguage, Party
from router.core.billing.month import Terms
from router.core.billing.payer import Payer, Seller
from router.core.billing.period import bounds_of
from router.core.house import Tariff
from router.core.ids import AgentId, CallId, ClientId, Millis, TariffId
from router.core.record import CallRecord, Ending, EndingClass, Part, PartKind
from router.core.tariff import rate
from router.db.books import SqlBooks
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from router.db.verify import verify
from router.invoicing.documents import render
from tests.fakes.postgres import postgres_server

OUT = Path(__file__).parent / "out"
CALLS, CLIENTS, DRAWN = 1_000_000, 2_000, 5
AT_ONCE = 64  # calls in one transaction, as the engine settles while many end
FIRST, MONTHS, SEED = date(2026, 1, 1), 12, 20261123
ZONE = "Europe/Berlin"
TARIFF = Tariff(id=TariffId("plus"), version=1, base_fee=Fraction(1990), included_minutes=10, minimum=Fraction(2500))
ADDRESS = Address(street="Am Markt 1", postcode="20457", city="Hamburg", country="DE")
SELLER = Seller(
    party=Party(name="Vorzimmer GmbH", address=ADDRESS, vat_id="DE123456788", email="rechnung@vorzimmer.example"),
    account=Account(holder="Vorzimmer GmbH", iban="DE02120300000000202051"),
    creditor_id="DE98ZZZ09999999999",
    numbers="VZ-{year}-{number:05}",
    due_days=14,
)


@dataclass(slots=True, kw_only=True)
class Run:
    """What was measured on one database; seconds by what was done."""

    database: str
    calls: int
    clients: int
    seconds: dict[str, float] = field(default_factory=dict)
    invoices: int = 0
    net_cents: int = 0
    ledger_cents: int = 0
    findings: int = 0
    rerun_changed: bool = False
    memory_mb: int = 0

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        begun = time.perf_counter()
        yield
        self.seconds[what] = round(time.perf_counter() - begun, 2)
        print(f"  {what:28} {self.seconds[what]:10.1f} s", flush=True)

    @property
    def sound(self) -> bool:
        return not self.findings and not self.rerun_changed and self.net_cents == self.ledger_cents


def client_of(number: int) -> ClientId:
    return ClientId(f"client-{number:04}")


def months() -> Iterator[date]:
    month = FIRST
    for _ in range(MONTHS):
        yield month
        month = month_after(month)


def year_of(calls: int, clients: int) -> Iterator[CallRecord]:
    """Calls in the order of arrival, evenly over the year, to clients of very different sizes."""
    chance = random.Random(SEED)
    since = bounds_of(client_of(0), FIRST, ZONE).since
    until = bounds_of(client_of(0), list(months())[-1], ZONE).until
    for number in range(calls):
        arrived = since + (until - since) * number // calls
        yield call(number, client_of(int(clients * chance.random() ** 2)), arrived, chance)


def call(number: int, client: ClientId, arrived: Millis, chance: random.Random) -> CallRecord:
    begun = arrived + chance.randrange(2_000, 20_000)
    spoken = begun + round(chance.expovariate(1 / 90_000))
    done = spoken + round(chance.expovariate(1 / 20_000))
    agent = AgentId(f"agent-{number % 50}")
    return CallRecord(
        call=CallId(f"1767222000.{number}"),
        client=client,
        dialled="+493012345678",
        caller=f"+4915{chance.randrange(10**9):09}",
        arrived=arrived,
        answered=begun,
        ended=spoken,
        ending=Ending(kind=EndingClass.SERVED, reason="caller_hung_up"),
        parts=(
            Part(kind=PartKind.TALK, start=begun, end=spoken, agent=agent),
            Part(kind=PartKind.WRAP_UP, start=spoken, end=done, agent=agent),
        ),
        tariff=TARIFF,
        house_version="bench",
    )


def job(client: ClientId, month: date) -> Job:
    payer = Payer(
        party=Party(name=f"{client} GmbH", address=ADDRESS, email="buchhaltung@example.com"),
        business=True,
        language=InvoiceLanguage.GERMAN,
        form=EInvoice.ZUGFERD,
        mandate=None,
        timezone=ZONE,
        begins=None,
        ends=None,
    )
    issued, at = month_after(month), bounds_of(client, month, ZONE).until
    return Job(terms=Terms(client=client, tariff=TARIFF), payer=payer, seller=SELLER, month=month, issued=issued, at=at)


async def post(database: Database, run: Run) -> None:
    ledger, batch = SqlLedger(database), list[CallRecord]()
    for record in year_of(run.calls, run.clients):
        batch.append(record)
        if len(batch) == AT_ONCE:
            await ledger.settle_all(batch)
            batch = []
    await ledger.settle_all(batch)


async def bill_year(books: SqlBooks, clients: int) -> None:
    for month in months():
        for number in range(clients):
            await bill(books, job(client_of(number), month))


async def measure(database: Database, run: Run) -> None:
    books = SqlBooks(database)
    with run.timed("rating alone"):
        for record in year_of(run.calls, run.clients):
            rate(record)
    with run.timed("rating and posting"):
        await post(database, run)
    with run.timed("statements and invoices"):
        await bill_year(books, run.clients)
    documents = await books.documents(since=FIRST, until=date(2100, 1, 1))
    run.invoices, run.net_cents = len(documents), net_of(documents)
    taxes = sum(posted.entry.receivable for posted in documents)
    owed = [await books.balance(receivable(client_of(number))) for number in range(run.clients)]
    run.ledger_cents = sum(owed) - taxes
    with run.timed(f"drawing {DRAWN} invoices"):
        for posted in documents[:: max(1, len(documents) // DRAWN)][:DRAWN]:
            render(await invoice_again(books, posted))
    with run.timed("running the year again"):
        before = await head(database)
        await bill_year(books, run.clients)
        run.rerun_changed = await head(database) != before
    with run.timed("verifying the ledger"):
        run.findings = len((await verify(database)).findings)


async def head(database: Database) -> str:
    from sqlalchemy import text

    async with database.reading() as connection:
        return str((await connection.execute(text("SELECT hash FROM ledger_head"))).scalar_one())


@asynccontextmanager
async def made(url: str) -> AsyncIterator[Database]:
    async with open_database(url, create=True) as database:
        await upgrade(database)
        yield database


async def measured(url: str, run: Run) -> Run:
    async with made(url) as database:
        await measure(database, run)
    run.memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return run


def report(run: Run) -> None:
    per_second = run.calls / run.seconds["rating and posting"]
    print(f"  {run.calls:,} calls of {run.clients:,} clients: {per_second:,.0f} posted a second")
    print(
        f"  {run.invoices:,} invoices, {run.net_cents / 100:,.2f} EUR net, in the ledger {run.ledger_cents / 100:,.2f}"
    )
    print(
        f"  rerun {'CHANGED THE LEDGER' if run.rerun_changed else 'changed nothing'}, {run.findings} findings,"
        f" at most {run.memory_mb} MB"
    )


def main() -> int:
    """Exit status 1 when the sums differ, a rerun changes anything, or the ledger is not sound."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--calls", type=int, default=CALLS)
    given.add_argument("--clients", type=int)
    given.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    options = given.parse_args()
    clients = options.clients or max(1, min(CLIENTS, options.calls // 500))
    runs = []
    for kind in options.database or ["sqlite", "postgresql"]:
        print(f"{kind}:", flush=True)
        run = Run(database=kind, calls=options.calls, clients=clients)
        if kind == "sqlite":
            with tempfile.TemporaryDirectory(prefix="vorzimmer-bench-") as folder:
                runs.append(asyncio.run(measured(f"sqlite:///{folder}/ledger.db", run)))
        else:
            with postgres_server() as server:
                runs.append(asyncio.run(measured(server.create("bench"), run)))
        report(run)
    OUT.mkdir(exist_ok=True)
    (OUT / "billing.json").write_text(json.dumps([asdict(run) for run in runs], indent=2) + "\n")
    return 0 if all(run.sound for run in runs) else 1


if __name__ == "__main__":
    raise SystemExit(main())
