"""What reports ask of the database, on both."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import insert, text

from router.core.billing.entry import Entry, EntryKind, owed
from router.core.errors import LedgerCorrupt
from router.core.forecast import CostLine
from router.core.hours import Day, number
from router.core.ids import ClientId
from router.core.record import CallRecord, EndingClass, PartKind
from router.core.reports import Agents, Endings, Hours, ReportedCall, Service
from router.db.books import SqlBooks
from router.db.convert import call_row
from router.db.database import Database
from router.db.ledger import SqlLedger
from router.db.reports import Asked, calls_asked, costs, count, forecasts
from router.db.tables import calls
from tests.core.test_reports import instant
from tests.fakes.records import MUELLER, finished

SCHMIDT = ClientId("schmidt")
AZORES = {SCHMIDT: "Atlantic/Azores"}  # two hours behind Berlin, and changing its clocks in the same moment
AUTUMN = number("2026-10-25")


def at(arrived: str, client: ClientId | None = MUELLER, talk: int = 16_000, *, trial: bool = False) -> CallRecord:
    parts = ((PartKind.TALK, talk), (PartKind.WRAP_UP, 5_000))
    return finished(*parts, call=f"{client}-{arrived}", client=client, arrived=instant(arrived), trial=trial)


RECORDS = [
    at("2026-10-24T23:59:59+02:00"),
    at("2026-10-25T00:00:00+02:00"),
    at("2026-10-25T02:30:00+02:00"),
    at("2026-10-25T02:30:00+01:00"),
    at("2026-10-25T23:59:59+01:00"),
    at("2026-10-26T00:00:00+01:00"),
    at("2026-10-25T00:30:00+02:00", SCHMIDT),  # still Saturday in the Azores
    at("2026-10-26T00:30:00+01:00", SCHMIDT, trial=True),  # Sunday at half past ten in the evening there
    at("2026-10-25T12:00:00+01:00", None),
]


@pytest.fixture
async def settled(database: Database) -> Database:
    await SqlLedger(database).settle_all(RECORDS)
    return database


def asked(client: ClientId | None = None, first: Day = AUTUMN, last: Day = AUTUMN) -> Asked:
    return Asked(first=first, last=last, client=client, timezones=AZORES)


@pytest.mark.parametrize(
    ("of", "hours"),
    [
        (asked(MUELLER), {0: 1, 2: 2, 23: 1}),
        (asked(SCHMIDT), {22: 1}),
        (asked(), {0: 1, 2: 2, 12: 1, 22: 1, 23: 1}),
        (asked(ClientId("nobody")), {}),
        (asked(MUELLER, AUTUMN - 1), {0: 1, 2: 2, 23: 2}),
        (asked(MUELLER, AUTUMN, AUTUMN + 1), {0: 2, 2: 2, 23: 1}),
    ],
)
async def test_a_day_is_one_of_the_clients_calendar(settled: Database, of: Asked, hours: dict[int, int]) -> None:
    tally = Hours()
    await count(settled, of, tally)
    by_hour = {hour: sum(line.calls for line in tally.lines() if line.hour == hour) for hour in range(24)}
    assert {hour: calls for hour, calls in by_hour.items() if calls} == hours


async def test_a_call_is_added_up_as_it_was_settled(settled: Database) -> None:
    endings, agents, service = Endings(), Agents(), Service()
    for tally in (endings, agents, service):
        await count(settled, asked(), tally)
    assert [(line.ending, line.calls, line.talk_ms) for line in endings.lines()] == [("served", 6, 96_000)]
    assert [(line.agent, line.calls, line.wrap_up_ms) for line in agents.lines()] == [("anna", 6, 30_000)]
    assert [(line.day, line.calls, line.answer_p50_ms) for line in service.lines()] == [
        ("2026-10-25", 6, 4_000),
        ("", 6, 4_000),
    ]


async def test_every_part_and_ending_is_read(database: Database) -> None:
    lengths = [(kind, 1_000) for kind in PartKind]
    records = [
        replace(
            finished(*lengths, call=f"call-{kind}"), ending=replace(finished(*lengths).ending, kind=kind, reason="any")
        )
        for kind in EndingClass
    ]
    await SqlLedger(database).settle_all(records)
    found: list[ReportedCall] = []

    class Kept:
        def add(self, call: ReportedCall) -> None:
            found.append(call)

    await count(database, Asked(first=number("2026-09-21"), last=number("2026-09-21")), Kept())
    assert {call.ending for call in found} == set(EndingClass)
    assert all(call.parts == records[0].parts for call in found)


async def test_a_call_that_cannot_be_read_is_named(settled: Database) -> None:
    async with settled.writing() as connection:
        await connection.execute(text("UPDATE calls SET parts = '[7]' WHERE client = 'schmidt'"))
    with pytest.raises(LedgerCorrupt, match="call schmidt-2026-10-26T00:30:00"):
        await count(settled, asked(SCHMIDT), Endings())


def line(kind: str, count: int, listed: int, charged: int) -> CostLine:
    return CostLine(currency="EUR", kind=kind, count=count, list_cents=listed, charged_cents=charged)


async def test_costs_are_the_ledgers_by_kind(settled: Database) -> None:
    # each call: acceptance 59 ct; 16 s talk + 5 s wrap-up = 21 s at 59 ct per 60 s = 20.65 ct
    assert await costs(settled, asked(MUELLER)) == [line("acceptance", 4, 236, 236), line("handling", 4, 84, 84)]
    assert await costs(settled, asked(SCHMIDT)) == [line("acceptance", 1, 59, 0), line("handling", 1, 21, 0)]
    assert await costs(settled, asked()) == [line("acceptance", 5, 295, 236), line("handling", 5, 105, 84)]
    assert await costs(settled, asked(ClientId("nobody"))) == []


async def test_credits_are_costs_of_their_day_without_vat(settled: Database) -> None:
    credit = Entry(
        key="credit:1",
        kind=EntryKind.CREDIT,
        client=MUELLER,
        day=date(2026, 10, 25),
        at=instant("2026-10-25T12:00:00+01:00"),
        author="eva",
        reason="a bad line",
        currency="EUR",
        postings=owed(MUELLER, -150, "credits:credit"),
    )
    await SqlBooks(settled).post(lambda _: [credit])
    assert line("credit", 1, -150, -150) in await costs(settled, asked(MUELLER))
    assert line("credit", 1, -150, -150) in await costs(settled, asked())
    assert all(one.kind != "credit" for one in await costs(settled, asked(SCHMIDT)))
    assert all(one.kind != "credit" for one in await costs(settled, asked(MUELLER, AUTUMN - 1, AUTUMN - 1)))


async def test_a_month_is_forecast_from_its_calls(settled: Database) -> None:
    # Sunday 4 x 80 ct and Saturday 80 ct; today is Monday: 80 ct so far, by the average day 200 ct at its end;
    # Tuesday to Friday 200 ct each, Saturday 80 ct
    (found,) = await forecasts(settled, asked(MUELLER), number("2026-10-26"))
    assert (found.days_elapsed, found.days_known, found.so_far_cents) == (25, 2, 480)
    assert (found.to_come_cents, found.forecast_cents) == (120 + 4 * 200 + 80, 480 + 1_000)
    assert await forecasts(settled, asked(ClientId("nobody")), AUTUMN) == []


async def test_calls_of_a_client_are_found_by_client_and_arrival(database: Database) -> None:
    rows = [
        {**call_row(at("2026-10-25T00:00:00+02:00"), salt=b"salt"), "call": f"call-{n}", "client": f"client-{n % 40}"}
        for n in range(2_000)
    ]
    async with database.writing() as connection:
        await connection.execute(insert(calls), [row | {"arrived": n * 600_000} for n, row in enumerate(rows)])
        await connection.execute(text("ANALYZE"))
    chosen = calls_asked(Asked(first=3, last=6, client=ClientId("client-7")))
    async with database.reading() as connection:
        how = "EXPLAIN QUERY PLAN" if database.dialect == "sqlite" else "EXPLAIN"
        wanted = chosen.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        plan = "\n".join(str(row) for row in await connection.execute(text(f"{how} {wanted}")))
    assert "ix_calls_client_arrived" in plan
