"""`vorzimmer ledger`: list, export and verify what was posted."""

import argparse
import sys
from collections import defaultdict

from router.cli.options import Commands, add_database, add_wanted, local, opened, say, wanted
from router.core.ids import Millis
from router.core.money import Cents, written
from router.db.database import open_database
from router.db.export import export_csv, export_jsonl
from router.db.reading import LedgerLine, ledger_lines
from router.db.verify import verify


def add(commands: Commands) -> None:
    """Declare the commands."""
    top = commands.add_parser("ledger", help="what calls cost: list, export, verify")
    actions = top.add_subparsers(required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="print the charges, one a line")
    exporting = actions.add_parser("export", help="write the charges as CSV or JSON lines to stdout")
    exporting.add_argument("--format", choices=["csv", "jsonl"], default="csv")
    verifying = actions.add_parser("verify", help="prove the whole ledger: chain, balance, every call settled once")
    for action, work in ((listing, show), (exporting, export), (verifying, prove)):
        add_database(action)
        action.set_defaults(command=work)
    add_wanted(listing)
    add_wanted(exporting)


async def show(given: argparse.Namespace) -> int:
    """A table with the arithmetic of each charge, and the sum."""
    sums: dict[str, Cents] = defaultdict(int)
    count = 0
    async with opened(given) as database:
        async for line in ledger_lines(database, wanted(given)):
            say(_line(line))
            sums[line.currency] += line.charge.charged
            count += 1
    say(f"{count} charges, {' + '.join(written(total, currency) for currency, total in sums.items()) or 'nothing'} net")
    return 0


def _line(line: LedgerLine) -> str:
    charge = line.charge
    trial = f" (trial, list price {written(charge.list_price, line.currency)})" if line.trial else ""
    arrived: Millis = line.arrived
    return (
        f"{line.transaction:6} {local(arrived)} {line.call:22} {line.client:14} {charge.kind:10}"
        f" {written(charge.charged, line.currency):>12}{trial}  {charge.explain}"
    )


async def export(given: argparse.Namespace) -> int:
    """Machine-readable, complete."""
    async with opened(given) as database:
        writer = export_csv if given.format == "csv" else export_jsonl
        await writer(database, sys.stdout, wanted(given))
    return 0


async def prove(given: argparse.Namespace) -> int:
    """All findings, or the head of the chain to keep elsewhere."""
    async with open_database(given.database) as database:
        found = await verify(database)
    for finding in found.findings:
        say(f"{finding.where}: {finding.what}")
    if found.findings:
        say(f"The ledger is NOT sound: {len(found.findings)} findings in {found.transactions} transactions.")
        return 1
    say(f"The ledger is sound: {found.transactions} transactions, head {found.head.number} {found.head.hash}")
    return 0
