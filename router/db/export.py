"""The ledger's lines as files: CSV for spreadsheets, JSON lines for programs."""

import csv
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from router.core.ledger import charge_content
from router.db.database import Database
from router.db.reading import EVERYTHING, LedgerLine, Wanted, ledger_lines
from router.sheets import harmless

COLUMNS = (
    *("transaction", "line", "call", "client", "arrived", "tariff", "tariff_version", "currency", "trial"),
    *("kind", "talk_ms", "wrap_up_ms", "units", "price", "per", "list_price", "charged", "explain"),
)


async def export_csv(database: Database, out: TextIO, wanted: Wanted = EVERYTHING) -> None:
    """Write the header and one row a charge; open `out` with `newline=""`. Raises as `ledger_lines`."""
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    async for line in ledger_lines(database, wanted):
        content = line_content(line)
        writer.writerow([harmless(content[column]) for column in COLUMNS])


async def export_jsonl(database: Database, out: TextIO, wanted: Wanted = EVERYTHING) -> None:
    """Write one JSON object a charge. Raises as `ledger_lines`."""
    async for line in ledger_lines(database, wanted):
        out.write(json.dumps(line_content(line), ensure_ascii=False) + "\n")


def line_content(line: LedgerLine) -> Mapping[str, object]:
    """A line's values by column; `arrived` in UTC, prices in cents as exact fractions, amounts in cents."""
    return {
        "transaction": line.transaction,
        "line": line.line,
        "call": line.call,
        "client": line.client,
        "arrived": datetime.fromtimestamp(line.arrived / 1000, UTC).isoformat(timespec="milliseconds"),
        "tariff": line.tariff,
        "tariff_version": line.tariff_version,
        "currency": line.currency,
        "trial": line.trial,
        **charge_content(line.charge),
    }
