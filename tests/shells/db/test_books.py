"""Entries of the ledger: each is posted once, none into a closed month, and nothing is taken back twice."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from router.billing import corrections
from router.billing.corrections import Act
from router.core.billing.digest import proof_of, proven, root_of
from router.core.billing.entry import Entry, EntryKind, owed
from router.core.errors import EntryRefused
from router.core.house import BlockEntry
from router.core.ids import AgentId, CallId
from router.core.ledger import Posting
from router.db.books import SqlBooks
from router.db.clients import SqlClients
from router.db.database import Database
from router.db.ledger import SqlLedger
from router.db.verify import verify
from tests.fakes.clock import FakeClock
from tests.fakes.entries import DAY, credit, reversal
from tests.fakes.records import ARRIVED, MUELLER, STANDARD, finished, talked

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
RECEIVABLE = "client:mueller:receivable"
CALL = talked(95_000, 30_000)
COST = 182


@pytest.fixture
async def books(database: Database) -> AsyncIterator[SqlBooks]:
    """With one settled call of 1.82 EUR, transaction 1; sound at the end."""
    await SqlLedger(database).settle_all([CALL])
    yield SqlBooks(database)
    assert (await verify(database)).findings == ()


async def post(books: SqlBooks, *entries: Entry) -> Sequence[bool]:
    return await books.post(lambda _: entries)


async def test_an_entry_is_posted_once(books: SqlBooks) -> None:
    assert await post(books, credit(500)) == [True]
    assert await post(books, credit(500), replace(credit(500), reason="in other words")) == [False, False]
    assert await books.balance(RECEIVABLE) == COST - 500


async def test_another_entry_of_the_same_key_is_refused(books: SqlBooks) -> None:
    await post(books, credit(500))
    with pytest.raises(EntryRefused, match="credit:1 is transaction 2 already, and posts otherwise"):
        await post(books, credit(600))


async def test_nothing_is_posted_where_one_of_several_is_refused(books: SqlBooks) -> None:
    unbalanced = replace(credit(1, key="odd"), postings=(Posting(account=RECEIVABLE, amount=-1),))
    with pytest.raises(EntryRefused, match="do not sum to zero"):
        await post(books, credit(500), unbalanced)
    assert await books.balance(RECEIVABLE) == COST


async def test_a_call_is_taken_back_once_and_exactly(books: SqlBooks) -> None:
    of = await books.transaction(1)
    assert of is not None
    with pytest.raises(EntryRefused, match="not the opposite"):
        await post(books, reversal(1, owed(MUELLER, 100, "revenue:handling")))
    assert await post(books, reversal(1, of.postings)) == [True]
    assert await books.balance(RECEIVABLE) == 0
    with pytest.raises(EntryRefused, match="has been reversed before"):
        await post(books, replace(reversal(1, of.postings), key="again"))


async def test_what_is_not_there_cannot_be_taken_back(books: SqlBooks) -> None:
    with pytest.raises(EntryRefused, match="there is no transaction 77 to reverse"):
        await post(books, reversal(77, ()))


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "INSERT INTO {} SELECT * FROM {}"])
@pytest.mark.parametrize("table", ["ledger_entries", "ledger_entry_postings"])
async def test_entries_cannot_be_changed(database: Database, books: SqlBooks, statement: str, table: str) -> None:
    await post(books, credit(500))
    column = "reason" if table == "ledger_entries" else "amount"
    names = (table, table) if statement.startswith("INSERT") else (table, column, column)
    with pytest.raises(IntegrityError, match=r"the ledger only grows|unique"):
        async with database.writing() as connection:
            await connection.execute(text(statement.format(*names)))


# --- the close --------------------------------------------------------------------------------------------------------


async def closed(books: SqlBooks, month: date = SEPTEMBER, *, on: date = date(2026, 11, 2)) -> str:
    act = Act(author="maria", reason="", day=on, at=ARRIVED)
    return await corrections.close(books, act, month=month, unbilled=True)


async def test_nothing_is_posted_into_a_closed_month(books: SqlBooks) -> None:
    await post(books, credit(500))
    assert await closed(books) == "close:2026-09"
    assert await closed(books) == ""
    with pytest.raises(EntryRefused, match="2026-09 is closed: post it to 2026-10-01 or later"):
        await post(books, credit(1, key="late"))
    assert await post(books, credit(1, key="late", day=OCTOBER)) == [True]


async def test_a_month_is_not_closed_before_it_is_over_nor_unbilled(books: SqlBooks) -> None:
    with pytest.raises(EntryRefused, match="2026-09 is not over"):
        await closed(books, on=date(2026, 9, 30))
    act = Act(author="maria", reason="", day=OCTOBER, at=ARRIVED)
    with pytest.raises(EntryRefused, match="2026-09 is not billed to mueller"):
        await corrections.close(books, act, month=SEPTEMBER)


async def test_a_call_settled_after_the_close_belongs_to_the_next_month(database: Database, books: SqlBooks) -> None:
    before = await books.links(SEPTEMBER)
    await closed(books)
    await SqlLedger(database).settle_all([talked(16_000, call="late")])
    assert await books.links(SEPTEMBER) == before
    assert [link.name for link in await books.links(OCTOBER)] == ["late"]
    await closed(books, OCTOBER)


async def test_a_digest_proves_a_client_s_call(database: Database, books: SqlBooks) -> None:
    other = replace(finished(call="other"), client=None, tariff=None)
    await SqlLedger(database).settle_all([other, *(talked(16_000, call=f"c{number}") for number in range(6))])
    await post(books, credit(500))
    links = await books.links(SEPTEMBER, MUELLER)
    assert [link.name for link in links] == ["call-1", *(f"c{number}" for number in range(6)), "credit:1"]
    hashes = [link.hash for link in links]
    assert proven(hashes[3], proof_of(hashes, 3)) == root_of(hashes)
    assert len(await books.links(SEPTEMBER)) == len(links) + 1


# --- advertising calls ------------------------------------------------------------------------------------------------


async def report(database: Database, call: str) -> None:
    entry = BlockEntry(number=f"+49301{call[-2:]}", author="anna")
    clients = SqlClients(database, FakeClock(ARRIVED))
    await clients.block(client=MUELLER, entry=entry, agent=AgentId("anna"), call=CallId(call))


@pytest.mark.parametrize("first", ["report", "settlement"])
async def test_an_advertising_call_is_refunded_once(database: Database, books: SqlBooks, first: str) -> None:
    call = talked(95_000, call="c-11")
    if first == "report":
        await report(database, "c-11")
    await SqlLedger(database).settle_all([call])
    for _ in range(2):
        await report(database, "c-11")
    assert await books.balance(RECEIVABLE) == COST
    refund = await books.find("refund:c-11")
    assert refund is not None
    assert (refund.entry.author, refund.entry.day, refund.entry.receivable) == ("anna", DAY, -152)


async def test_a_free_call_is_not_refunded(database: Database, books: SqlBooks) -> None:
    await SqlLedger(database).settle_all([talked(95_000, call="c-12", trial=True)])
    await report(database, "c-12")
    assert await books.find("refund:c-12") is None


async def test_a_call_that_was_taken_back_is_reported_and_not_refunded_again(
    database: Database, books: SqlBooks
) -> None:
    await SqlLedger(database).settle_all([talked(95_000, call="c-13")])
    act = Act(author="maria", reason="wrong number", day=DAY, at=ARRIVED)
    assert await corrections.reverse(books, act, number=2) == "reversal:2"
    await report(database, "c-13")
    assert await books.find("refund:c-13") is None
    assert await books.balance(RECEIVABLE) == COST


async def test_refunds_end_at_the_limit_of_the_month_and_say_so(database: Database, books: SqlBooks) -> None:
    tariff = replace(STANDARD, refunds=2)
    for number in (21, 22, 23):
        await SqlLedger(database).settle_all([replace(talked(95_000, call=f"c-{number}"), tariff=tariff)])
        await report(database, f"c-{number}")
    found = [await books.find(f"refund:c-{number}") for number in (21, 22, 23)]
    assert [posted.entry.receivable for posted in found if posted] == [-152, -152, 0]
    assert found[2] is not None
    assert found[2].entry.reason == "advertising call, not refunded: 2 a month are"
    assert found[2].entry.kind is EntryKind.REFUND


async def test_a_refund_of_a_closed_month_s_call_is_posted_to_the_open_one(database: Database, books: SqlBooks) -> None:
    await SqlLedger(database).settle_all([talked(95_000, call="c-31")])
    await closed(books)
    await report(database, "c-31")
    refund = await books.find("refund:c-31")
    assert refund is not None
    assert (refund.entry.day, refund.entry.call) == (OCTOBER, "c-31")
