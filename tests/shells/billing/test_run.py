"""The monthly run: each month is billed once, whatever breaks it off, and invoices come to what the ledger has."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from router.billing import corrections
from router.billing.corrections import Act
from router.billing.run import bill, invoice_again, invoice_key, net_of, without_calls
from router.billing.terms import terms_of
from router.core.billing.entry import PostedEntry
from router.core.billing.invoice import EInvoice, InvoiceKind
from router.core.errors import EntryRefused
from router.core.house import Client, ClientStatus
from router.core.ids import ClientId, Millis
from router.core.record import CallRecord, PartKind
from router.db.books import SqlBooks
from router.db.database import Database, open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from router.db.verify import verify
from router.invoicing.cii import cii
from tests.fakes.entries import credit
from tests.fakes.payers import MONTHLY, SELLER, SEPTEMBER, job
from tests.fakes.records import ARRIVED, MUELLER, finished
from tests.invoicing.rules import broken

OCTOBER = date(2026, 10, 1)
NEXT_MONTH: Millis = ARRIVED + 15 * 86_400_000
CLIENTS = ("adler", "brandt", "mueller")
EVER = (date(2000, 1, 1), date(2100, 1, 1))


def called(client: str, number: int, *, arrived: Millis = ARRIVED) -> CallRecord:
    """A call of 20 to 100 s to a client."""
    parts = ((PartKind.TALK, 20_000 + 7_777 * (number % 11)), (PartKind.WRAP_UP, 3_003 * (number % 4)))
    call = finished(*parts, call=f"{client}-{number:02}", client=ClientId(client), arrived=arrived + 1_000 * number)
    return replace(call, tariff=MONTHLY)


async def settle(database: Database, *records: CallRecord) -> None:
    await SqlLedger(database).settle_all(records)


async def run(books: SqlBooks, month: date = SEPTEMBER) -> None:
    for client in CLIENTS:
        await bill(books, job(client, month))


async def invoices(books: SqlBooks) -> Sequence[PostedEntry]:
    return await books.documents(since=EVER[0], until=EVER[1])


@pytest.fixture
async def filled(database: Database) -> AsyncIterator[Database]:
    """Three clients with calls in September, one of them in October, too."""
    await settle(database, *(called(client, number) for client in CLIENTS for number in range(8)))
    await settle(database, *(called("mueller", number, arrived=NEXT_MONTH) for number in range(20, 23)))
    yield database
    assert (await verify(database)).findings == ()


async def test_every_client_gets_one_invoice_and_its_lines_are_what_the_ledger_has(filled: Database) -> None:
    books = SqlBooks(filled)
    await run(books)
    found = await invoices(books)
    assert [without_calls(each).number for each in found] == [f"VZ-2026-0000{place}" for place in (1, 2, 3)]
    for posted in found:
        invoice = without_calls(posted)
        later = await charged_in_october(books, invoice.customer)
        assert await books.balance(f"client:{invoice.customer}:receivable") == invoice.totals.gross + later
        assert posted.entry.receivable == invoice.totals.vat > 0


async def charged_in_october(books: SqlBooks, client: str) -> int:
    bounds = job(client, OCTOBER).bounds
    calls = (each.call for each in (await books.period(bounds)).calls)
    return sum(call.charges.charged for call in calls if call.arrived >= bounds.since)


async def test_running_again_changes_nothing(filled: Database) -> None:
    books = SqlBooks(filled)
    await run(books)
    before = (await verify(filled)).head
    await run(books)
    assert (await verify(filled)).head == before


async def test_a_dry_run_posts_nothing(filled: Database) -> None:
    before = (await verify(filled)).head
    billed = await bill(SqlBooks(filled), job("mueller"), dry=True)
    assert billed.statement is not None
    assert not billed.new
    assert (await verify(filled)).head == before


async def test_an_invoice_is_made_again_with_its_calls(filled: Database) -> None:
    books = SqlBooks(filled)
    await run(books)
    posted = await books.find(invoice_key(MUELLER, SEPTEMBER))
    assert posted is not None
    await settle(filled, called("mueller", 99))  # too late for it
    whole = await invoice_again(books, posted)
    assert [call.reference for call in whole.calls] == [f"mueller-{number:02}" for number in range(8)]
    assert replace(whole, calls=()) == without_calls(posted)
    assert {call.caller for call in whole.calls} == {"+4915112345xxx"}


async def test_a_call_settled_after_its_month_was_billed_is_on_the_next_invoice(filled: Database) -> None:
    books = SqlBooks(filled)
    await run(books)
    await settle(filled, called("mueller", 50))
    await run(books, OCTOBER)
    posted = await books.find(invoice_key(MUELLER, OCTOBER))
    assert posted is not None
    references = [call.reference for call in (await invoice_again(books, posted)).calls]
    assert references == ["mueller-50", "mueller-20", "mueller-21", "mueller-22"]


async def test_a_month_is_not_billed_before_an_earlier_one_nor_before_its_end(filled: Database) -> None:
    books = SqlBooks(filled)
    with pytest.raises(EntryRefused, match="run the earlier month first"):
        await bill(books, job("mueller", OCTOBER))
    with pytest.raises(EntryRefused, match="2026-09 is not over on 2026-09-30"):
        await bill(books, job("mueller", issued=date(2026, 9, 30)))


async def test_a_credit_is_a_line_of_the_month_s_invoice_and_none_comes_after_it(filled: Database) -> None:
    books = SqlBooks(filled)
    await books.post(lambda _: [credit(500)])
    await run(books)
    posted = await books.find(invoice_key(MUELLER, SEPTEMBER))
    assert posted is not None
    assert -500 in [line.net for line in without_calls(posted).lines]
    with pytest.raises(EntryRefused, match="2026-09 is billed to mueller: post it to 2026-10-01 or later"):
        await books.post(lambda _: [credit(1, key="late")])


async def test_a_credit_note_takes_a_whole_invoice_back(filled: Database) -> None:
    books = SqlBooks(filled)
    await run(books)
    act = Act(author="maria", reason="wrong address", day=date(2026, 11, 3), at=ARRIVED)
    for posted in ("credit_note:invoice:adler:2026-09", ""):
        assert await corrections.cancel(books, act, key="invoice:adler:2026-09", seller=SELLER) == posted
    note = without_calls((await invoices(books))[-1])
    assert (note.number, note.kind, note.corrects) == ("VZ-2026-00004", InvoiceKind.CREDIT_NOTE, "VZ-2026-00001")
    assert await books.balance("client:adler:receivable") == 0
    first, *_ = await invoices(books)
    assert net_of([first, (await invoices(books))[-1]]) == 0


async def test_a_month_whose_credits_exceed_it_is_a_credit_note(filled: Database) -> None:
    books = SqlBooks(filled)
    await books.post(lambda _: [credit(10_003)])
    await run(books)
    posted = await books.find(invoice_key(MUELLER, SEPTEMBER))
    assert posted is not None
    note = await invoice_again(books, posted)
    assert (note.kind, note.corrects, note.debit, note.number) == (InvoiceKind.CREDIT_NOTE, "", None, "VZ-2026-00003")
    assert [line.net for line in note.lines if line.text == "Gutschrift"] == [10_003]
    assert [line.net for line in note.lines if line.text == "Grundgebühr"] == [-1990]
    assert len(note.calls) == 8
    assert note.totals.net == -net_of([posted]) > 0
    assert posted.entry.receivable == -note.totals.vat < 0
    later = await charged_in_october(books, "mueller")
    assert await books.balance("client:mueller:receivable") == later - note.totals.gross
    assert broken(cii(note, EInvoice.ZUGFERD)) == []
    act = Act(author="maria", reason="", day=date(2026, 11, 3), at=ARRIVED)
    with pytest.raises(EntryRefused, match="VZ-2026-00003 is a credit note"):
        await corrections.cancel(books, act, key=invoice_key(MUELLER, SEPTEMBER), seller=SELLER)


async def test_a_month_is_not_billed_before_its_last_call_even_if_the_invoice_says_a_later_day(
    filled: Database,
) -> None:
    early = replace(job("mueller"), at=job("mueller").bounds.until - 1)
    with pytest.raises(EntryRefused, match="2026-09 is not over in Europe/Berlin yet"):
        await bill(SqlBooks(filled), early)


async def test_calls_of_a_trial_before_the_contract_are_billed_in_their_own_month(database: Database) -> None:
    tried = finished((PartKind.TALK, 95_000), call="tried", trial=True)
    paid = finished((PartKind.TALK, 95_000), call="paid", arrived=NEXT_MONTH)
    await settle(database, tried, paid)
    client = Client(id=MUELLER, name="Müller", numbers=(), forwarded_from=(), tariff=MONTHLY)
    terms = terms_of(client, replace(job("mueller").payer, begins=OCTOBER))
    books = SqlBooks(database)
    september = await bill(books, replace(job("mueller"), terms=terms))
    october = await bill(books, replace(job("mueller", OCTOBER), terms=terms))
    assert september.statement is not None
    assert (september.statement.charged, september.statement.list_price) == (0, 152)
    assert october.statement is not None
    assert [line.charged for line in october.statement.lines] == [59, 93, 1990, -93]


async def test_a_client_on_trial_owes_no_base_fee(database: Database) -> None:
    client = Client(id=MUELLER, name="Müller", numbers=(), forwarded_from=(), tariff=MONTHLY, status=ClientStatus.TRIAL)
    terms = terms_of(client, job("mueller").payer)
    billed = await bill(SqlBooks(database), replace(job("mueller"), terms=terms))
    assert billed.statement is not None
    assert (billed.statement.charged, billed.statement.list_price) == (0, 1990)
    assert await invoices(SqlBooks(database)) == []


# --- broken off -------------------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As the process that is no more."""


@contextmanager
def killed_at(statement: int) -> Iterator[list[int]]:
    """Nothing is done from this statement to the database on, counted from 0; the list is how many there were."""
    counted = [0]

    def before(*_: object) -> None:
        counted[0] += 1
        if counted[0] > statement:
            raise Killed

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield counted
    finally:
        event.remove(Engine, "before_cursor_execute", before)


async def run_on(file: Path) -> list[str]:
    """The invoices, as the ledger keeps them, once a run has come to its end."""
    async with open_database(f"sqlite:///{file}") as database:
        await run(SqlBooks(database))
        assert (await verify(database)).findings == ()
        return [posted.entry.content for posted in await invoices(SqlBooks(database))]


async def broken_off(file: Path, statement: int) -> int:
    """Run until that statement; how many there were."""
    async with open_database(f"sqlite:///{file}") as database:
        with killed_at(statement) as counted, suppress(Killed):
            await run(SqlBooks(database))
        return counted[0]


async def fill(file: Path) -> None:
    async with open_database(f"sqlite:///{file}", create=True) as database:
        await upgrade(database)
        await settle(database, *(called(client, number) for client in CLIENTS for number in range(3)))


async def test_killed_at_any_statement_and_started_again_the_invoices_are_the_same(tmp_path: Path) -> None:
    original = tmp_path / "original.db"
    await fill(original)
    whole = await run_on(Path(shutil.copy(original, tmp_path / "whole.db")))
    statements = await broken_off(Path(shutil.copy(original, tmp_path / "counted.db")), 10_000)
    assert statements > 40
    for statement in range(statements):
        copy = Path(shutil.copy(original, tmp_path / f"killed-{statement}.db"))
        await broken_off(copy, statement)
        assert await run_on(copy) == whole, f"killed at statement {statement}"


async def test_two_runs_at_once_bill_each_month_once(filled: Database) -> None:
    books = SqlBooks(filled)
    await asyncio.gather(run(books), run(books), run(books))
    assert [posted.entry.document for posted in await invoices(books)] == [1, 2, 3]
