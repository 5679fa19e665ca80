"""Between values and table rows, written out field by field.

Writing and reading mirror each other exactly: what was read must come out the same when written again, else the row
is not ours (`LedgerCorrupt`). So a changed bit is found even where it would mean the same.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, TypeVar

from sqlalchemy import Table

from router.core.errors import LedgerCorrupt
from router.core.house import BlockEntry, Surcharge, Tariff
from router.core.ids import AgentId, CallId, ClientId, RecordingId, StaffId, TariffId
from router.core.ledger import (
    Head,
    Posting,
    Settlement,
    Transaction,
    arrival_content,
    canonical,
    charge_content,
    message_content,
    part_content,
    step_content,
    tariff_content,
)
from router.core.record import Arrival, CallRecord, Ending, EndingClass, Message, Part, PartKind
from router.core.tariff import Charge, ChargeKind, Charges
from router.core.trace import Step
from router.db.tables import calls, ledger_charges, ledger_head, ledger_postings, ledger_transactions

Row = Mapping[str, Any]
Value = TypeVar("Value")


def storable(record: CallRecord) -> CallRecord:
    """The record with a question mark for what no database stores (NUL, lone surrogates) in what outsiders sent us.

    Else one hostile number would keep a call from ever being settled.
    """
    caller = None if record.caller is None else _storable(record.caller)
    return replace(record, dialled=_storable(record.dialled), caller=caller)


def call_row(record: CallRecord, *, salt: bytes) -> Row:
    """The row of `calls` for a finished call."""
    return {
        "call": record.call,
        "client": record.client,
        "arrived": record.arrived,
        "answered": record.answered,
        "ended": record.ended,
        "ending_class": record.ending.kind.value,
        "ending_reason": record.ending.reason,
        "parts": _json([part_content(part) for part in record.parts]),
        "tariff": _json(tariff_content(record.tariff)) if record.tariff else None,
        "trial": record.trial,
        "dialled": record.dialled,
        "caller": record.caller,
        "trace": _json([step_content(step) for step in record.trace]),
        "house_version": record.house_version,
        "salt": salt.hex(),
        "arrival": _json(arrival_content(record.arrival)) if record.arrival else None,
        "messages": _json([message_content(message) for message in record.messages]),
    }


def call_of(row: Row) -> tuple[CallRecord, bytes]:
    """The record and its salt; raises `LedgerCorrupt` when the row cannot have been written by `call_row`."""
    where = f"call {row['call']}"
    expect_types(where, calls, row)
    record, salt = read(where, lambda: (_record(row), bytes.fromhex(row["salt"])))
    expect_same(where, call_row(record, salt=salt), row)
    return record, salt


def transaction_row(transaction: Transaction) -> Row:
    """The row of `ledger_transactions`."""
    settlement, charges = transaction.settlement, transaction.settlement.charges
    return {
        "number": transaction.number,
        "call": charges.call,
        "client": charges.client,
        "arrived": settlement.arrived,
        "tariff": charges.tariff,
        "tariff_version": charges.tariff_version,
        "currency": charges.currency,
        "trial": charges.trial,
        "billing_digest": settlement.billing_digest,
        "private_digest": settlement.private_digest,
        "previous": transaction.previous,
        "hash": transaction.hash,
    }


def charge_rows(transaction: Transaction) -> Sequence[Row]:
    """The rows of `ledger_charges`, lines counted from 1."""
    lines = enumerate(transaction.settlement.charges.lines, 1)
    number = transaction.number
    return [
        {"transaction": number, "line": line, **charge_content(charge), "name": charge.name or None}
        for line, charge in lines
    ]


def posting_rows(transaction: Transaction) -> Sequence[Row]:
    """The rows of `ledger_postings`, lines counted from 1."""
    return [
        {"transaction": transaction.number, "line": line, "account": posting.account, "amount": posting.amount}
        for line, posting in enumerate(transaction.settlement.postings, 1)
    ]


def transaction_of(row: Row, charges: Sequence[Row], postings: Sequence[Row]) -> Transaction:
    """The transaction of its rows, those of charges and postings in line order; raises `LedgerCorrupt`."""
    where = f"transaction {row['number']} (call {row['call']})"
    for table, rows in ((ledger_transactions, (row,)), (ledger_charges, charges), (ledger_postings, postings)):
        for each in rows:
            expect_types(where, table, each)
    transaction = read(where, lambda: _transaction(row, charges, postings))
    expect_same(where, charge_rows(transaction), list(charges))
    expect_same(where, posting_rows(transaction), list(postings))
    return transaction


def _storable(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\0", "?")


def head_of_row(row: Row) -> Head:
    """The chain's head from the row of `ledger_head`; raises `LedgerCorrupt`."""
    expect_types("the chain's head", ledger_head, row)
    return Head(number=row["number"], hash=row["hash"])


def _record(row: Row) -> CallRecord:
    return CallRecord(
        call=CallId(row["call"]),
        client=row["client"] if row["client"] is None else ClientId(row["client"]),
        dialled=row["dialled"],
        caller=row["caller"],
        arrived=row["arrived"],
        answered=row["answered"],
        ended=row["ended"],
        ending=Ending(kind=EndingClass(row["ending_class"]), reason=row["ending_reason"]),
        parts=tuple(_part(part) for part in json.loads(row["parts"])),
        tariff=None if row["tariff"] is None else _tariff(json.loads(row["tariff"])),
        trial=row["trial"],
        trace=tuple(_step(step) for step in json.loads(row["trace"])),
        house_version=row["house_version"],
        arrival=None if row["arrival"] is None else _arrival(json.loads(row["arrival"])),
        messages=tuple(_message(message) for message in json.loads(row["messages"])),
    )


def _part(content: Row) -> Part:
    return Part(
        kind=PartKind(content["kind"]),
        start=content["start"],
        end=content["end"],
        agent=None if content["agent"] is None else AgentId(content["agent"]),
        staff=None if content["staff"] is None else StaffId(content["staff"]),
    )


def _message(content: Row) -> Message:
    return Message(
        recording=RecordingId(content["recording"]), consented=content["consented"], length=content["length"]
    )


def _arrival(content: Row) -> Arrival:
    return Arrival(
        forwarded_by=tuple(content["forwarded_by"]),
        trunk=content["trunk"],
        added=tuple(_entry(entry) for entry in content["added"]),
        added_for_all=tuple(_entry(entry) for entry in content["added_for_all"]),
        lifted=content["lifted"],
        lifted_for_all=content["lifted_for_all"],
        brake=content["brake"],
        returned=None if content["returned"] is None else CallId(content["returned"]),
    )


def _entry(content: Row) -> BlockEntry:
    between = content["between"]
    return BlockEntry(
        number=content["number"],
        prefix=content["prefix"],
        between=None if between is None else (between[0], between[1]),
        pattern=content["pattern"],
        until=content["until"],
        author=content["author"],
        reason=content["reason"],
    )


def _step(content: Row) -> Step:
    return Step(at=content["at"], rule=content["rule"], outcome=content["outcome"], because=content["because"])


def _tariff(content: Row) -> Tariff:
    return Tariff(
        id=TariffId(content["id"]),
        version=content["version"],
        acceptance_fee=Fraction(content["acceptance_fee"]),
        acceptance_after_ms=content["acceptance_after_ms"],
        handling_per_minute=Fraction(content["handling_per_minute"]),
        wrap_up_cap_ms=content["wrap_up_cap_ms"],
        handling_needs_acceptance=content["handling_needs_acceptance"],
        currency=content["currency"],
        surcharges=tuple(_surcharge(surcharge) for surcharge in content.get("surcharges", ())),
        forwarded_per_minute=Fraction(content.get("forwarded_per_minute", 0)),
        base_fee=Fraction(content.get("base_fee", 0)),
        included_minutes=content.get("included_minutes", 0),
        included_calls=content.get("included_calls", 0),
        minimum=Fraction(content.get("minimum", 0)),
        refunds=content.get("refunds", 20),
    )


def _surcharge(content: Row) -> Surcharge:
    return Surcharge(
        name=content["name"],
        percent=Fraction(content["percent"]),
        per_call=Fraction(content["per_call"]),
        hours=content["hours"],
    )


def _transaction(row: Row, charges: Sequence[Row], postings: Sequence[Row]) -> Transaction:
    settlement = Settlement(
        arrived=row["arrived"],
        charges=Charges(
            call=CallId(row["call"]),
            client=None if row["client"] is None else ClientId(row["client"]),
            tariff=None if row["tariff"] is None else TariffId(row["tariff"]),
            tariff_version=row["tariff_version"],
            currency=row["currency"],
            trial=row["trial"],
            lines=tuple(charge_of(charge) for charge in charges),
        ),
        postings=tuple(Posting(account=posting["account"], amount=posting["amount"]) for posting in postings),
        billing_digest=row["billing_digest"],
        private_digest=row["private_digest"],
    )
    return Transaction(number=row["number"], previous=row["previous"], settlement=settlement, hash=row["hash"])


def charge_of(row: Row) -> Charge:
    """The charge of its row; raises `ValueError`, `TypeError` or `ArithmeticError` when it cannot be one."""
    return Charge(
        kind=ChargeKind(row["kind"]),
        talk_ms=row["talk_ms"],
        wrap_up_ms=row["wrap_up_ms"],
        units=row["units"],
        price=Fraction(row["price"]),
        per=row["per"],
        list_price=row["list_price"],
        charged=row["charged"],
        explain=row["explain"],
        name=row["name"] or "",
    )


def _json(content: Any) -> str:
    return canonical(content).decode()


def read(where: str, reading: Callable[[], Value]) -> Value:
    """What `reading` makes of a row; raises `LedgerCorrupt` for one that cannot be ours."""
    try:
        return reading()
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError) as wrong:
        raise LedgerCorrupt(f"{where} cannot be read: {wrong!r}") from wrong


def expect_types(where: str, table: Table, row: Row) -> None:
    """SQLite gives back whatever type a damaged row says, not the column's."""
    for column in table.c:
        value = row[column.name]
        if type(value) is not column.type.python_type and not (value is None and column.nullable):
            raise LedgerCorrupt(f"{where} has a {type(value).__name__} in {table.name}.{column.name}")


def expect_same(where: str, written: Row | Sequence[Row], found: Row | Sequence[Row]) -> None:
    """Raises `LedgerCorrupt` when what was read would be written otherwise."""
    if written != found:
        raise LedgerCorrupt(f"{where} is not stored as it was written")
