"""What the command line lists and exports."""

import csv
import io
import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from router.core.errors import LedgerCorrupt
from router.core.ids import CallId, ClientId
from router.core.record import CallRecord
from router.db.database import Database
from router.db.export import COLUMNS, export_csv, export_jsonl
from router.db.ledger import SqlLedger
from router.db.reading import Wanted, finished_call, finished_calls, ledger_lines
from tests.fakes.records import ARRIVED, MUELLER, STANDARD, talked

SCHMIDT = ClientId("schmidt")
FORMULA = ClientId('=HYPERLINK("http://x")')


def at(minute: int, talk_ms: int, client: ClientId = MUELLER) -> CallRecord:
    return replace(talked(talk_ms, call=f"call-{minute}"), client=client, arrived=ARRIVED + minute * 60_000)


@pytest.fixture
async def settled(database: Database) -> Database:
    """Three calls of two clients, settled in another order than they arrived."""
    for record in (at(2, 16_000), at(1, 10_000, SCHMIDT), at(3, 95_000)):
        await SqlLedger(database).settle_all([record])
    return database


async def lines(database: Database, wanted: Wanted) -> list[tuple[str, str, int]]:
    return [(line.call, line.charge.kind, line.charge.charged) async for line in ledger_lines(database, wanted)]


async def test_lines_come_in_the_order_they_were_posted(settled: Database) -> None:
    assert await lines(settled, Wanted()) == [
        ("call-2", "acceptance", 59),
        ("call-2", "handling", 16),
        ("call-1", "handling", 10),
        ("call-3", "acceptance", 59),
        ("call-3", "handling", 93),
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(client=SCHMIDT), ["call-1"]),
        (Wanted(call=CallId("call-3")), ["call-3"]),
        (Wanted(since=ARRIVED + 120_000), ["call-2", "call-3"]),
        (Wanted(until=ARRIVED + 120_000), ["call-1"]),
        (Wanted(client=MUELLER, since=ARRIVED + 120_000, until=ARRIVED + 120_001), ["call-2"]),
        (Wanted(client=ClientId("nobody")), []),
    ],
)
async def test_calls_and_lines_are_chosen_alike(settled: Database, wanted: Wanted, found: list[str]) -> None:
    assert [record.call async for record in finished_calls(settled, wanted)] == found
    assert sorted({call for call, _, _ in await lines(settled, wanted)}) == found


async def test_one_call_is_shown_with_its_trace(settled: Database) -> None:
    assert await finished_call(settled, CallId("call-3")) == at(3, 95_000)
    assert await finished_call(settled, CallId("call-9")) is None


async def test_csv_and_json_lines_hold_the_same(settled: Database) -> None:
    table, objects = io.StringIO(newline=""), io.StringIO()
    await export_csv(settled, table)
    await export_jsonl(settled, objects)
    rows = list(csv.DictReader(io.StringIO(table.getvalue(), newline="")))
    found = [json.loads(line) for line in objects.getvalue().splitlines()]
    assert [{name: str(value) for name, value in content.items()} for content in found] == rows
    assert tuple(found[0]) == COLUMNS
    assert found[1] == {
        "transaction": 1,
        "line": 2,
        "call": "call-2",
        "client": "mueller",
        "arrived": "2026-09-21T14:15:20.000+00:00",
        "tariff": "standard",
        "tariff_version": 3,
        "currency": "EUR",
        "trial": False,
        "kind": "handling",
        "talk_ms": 16_000,
        "wrap_up_ms": 0,
        "units": 16,
        "price": "59/1",
        "per": 60,
        "list_price": 16,
        "charged": 16,
        "explain": "Talk 16.000 s + wrap-up 0.000 s = 16 s at 59 ct per 60 s = 15.733 ct, 0.16 EUR.",
    }


async def test_no_cell_of_the_csv_is_a_formula(database: Database) -> None:
    record = replace(talked(16_000, call="+49-call"), client=FORMULA, tariff=replace(STANDARD, currency="@SUM(A1)"))
    await SqlLedger(database).settle_all([record])
    table = io.StringIO(newline="")
    await export_csv(database, table, Wanted(client=FORMULA))
    row = next(csv.DictReader(io.StringIO(table.getvalue(), newline="")))
    assert (row["client"], row["call"], row["currency"]) == (f"'{FORMULA}", "'+49-call", "'@SUM(A1)")


async def test_no_export_holds_the_callers_number(settled: Database) -> None:
    table, objects = io.StringIO(newline=""), io.StringIO()
    await export_csv(settled, table)
    await export_jsonl(settled, objects)
    assert "4915112345678" not in table.getvalue() + objects.getvalue()


async def test_a_damaged_call_is_named(settled: Database) -> None:
    async with settled.writing() as connection:
        await connection.execute(text("UPDATE calls SET parts = '[' WHERE call = 'call-1'"))
    with pytest.raises(LedgerCorrupt, match="call call-1 cannot be read"):
        await finished_call(settled, CallId("call-1"))
