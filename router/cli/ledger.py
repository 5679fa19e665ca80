"""`vorzimmer ledger`: list, export and verify what was posted."""

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_database, add_wanted, counted, local, month, opened, say, show_help, wanted
from router.core.ids import ClientId, Millis
from router.core.money import Cents, written

if TYPE_CHECKING:
    from router.db.reading import LedgerLine


def add(commands: Commands) -> None:
    """Declare the commands."""
    top = commands.add_parser("ledger", description="What calls cost, and the proof of it.")
    show_help(top)
    actions = top.add_subparsers(metavar="ACTION")
    listing = actions.add_parser(
        "list",
        help="print the charges, one a line",
        description="Print the charges in the order they were posted, with the arithmetic of each, and their sum.",
    )
    exporting = actions.add_parser(
        "export",
        help="write the charges as CSV or JSON lines to stdout",
        description="Write the charges to stdout, in cents and milliseconds; no caller's number is in them.",
    )
    exporting.add_argument("--format", choices=["csv", "jsonl"], default="csv", help="default: csv, with a header")
    verifying = actions.add_parser(
        "verify",
        help="prove the whole ledger: chain, balance, every call settled once",
        description="Prove the whole ledger. Exit status 0: sound, 1: not sound. "
        "Keep the head that is printed elsewhere: a ledger that was cut off at its end cannot tell by itself.",
    )
    digesting = actions.add_parser(
        "digest",
        help="a month's digest: one hash over all that was posted for it",
        description="Print a month's digest, a Merkle root over the hashes of its transactions; with --prove the way"
        " from one of them up to it. A client who keeps the digest, or the hashes, can check both by itself.",
    )
    digesting.add_argument("--month", type=month, required=True, metavar="MONTH", help="e.g. 2026-11")
    digesting.add_argument("--client", metavar="ID", help="only this client's transactions")
    digesting.add_argument(
        "--prove", metavar="CALL", help="the way from this call's settlement, or an entry, by its key"
    )
    digesting.add_argument("--hashes", action="store_true", help="print every transaction of the month with its hash")
    for action, work in ((listing, show), (exporting, export), (verifying, prove), (digesting, digest)):
        add_database(action)
        action.set_defaults(command=work)
    add_wanted(listing)
    add_wanted(exporting)


async def show(given: argparse.Namespace) -> int:
    """A table with the arithmetic of each charge, and the sum."""
    from router.db.reading import ledger_lines

    sums: dict[str, Cents] = defaultdict(int)
    count = 0
    async with opened(given) as database:
        async for line in ledger_lines(database, wanted(given)):
            say(_line(line))
            sums[line.currency] += line.charge.charged
            count += 1
    total = " + ".join(written(cents, currency) for currency, cents in sums.items()) or "nothing"
    say(f"{counted(count, 'charge')}, {total} net")
    return 0


def _line(line: "LedgerLine") -> str:
    charge = line.charge
    trial = f" (trial, list price {written(charge.list_price, line.currency)})" if line.trial else ""
    arrived: Millis = line.arrived
    return (
        f"{line.transaction:6} {local(arrived)} {line.call:22} {line.client:14} {charge.kind:10}"
        f" {written(charge.charged, line.currency):>12}{trial}  {charge.explain}"
    )


async def export(given: argparse.Namespace) -> int:
    """Machine-readable, complete."""
    from router.db.export import export_csv, export_jsonl

    async with opened(given) as database:
        writer = export_csv if given.format == "csv" else export_jsonl
        await writer(database, sys.stdout, wanted(given))
    return 0


async def digest(given: argparse.Namespace) -> int:
    """The root; exit status 1 when what is to be proven is not in the month."""
    from router.core.billing.digest import root_of
    from router.db.books import SqlBooks

    async with opened(given) as database:
        links = await SqlBooks(database).links(given.month, ClientId(given.client) if given.client else None)
    for link in links if given.hashes else ():
        say(f"{link.number:6} {link.hash} {link.name}")
    hashes = [link.hash for link in links]
    say(f"{root_of(hashes)}  {given.month:%Y-%m}, {counted(len(links), 'transaction')}")
    return _say_proof(hashes, [link.name for link in links], given.prove) if given.prove else 0


def _say_proof(hashes: Sequence[str], names: Sequence[str], wanted: str) -> int:
    from router.core.billing.digest import proof_of

    if wanted not in names:
        say(f"{wanted} is not in this month")
        return 1
    place = names.index(wanted)
    say(f"{hashes[place]}  {wanted}")
    for step in proof_of(hashes, place):
        say(f"{step.hash}  {'left' if step.left else 'right'}")
    return 0


async def prove(given: argparse.Namespace) -> int:
    """All findings, or the head of the chain to keep elsewhere."""
    from router.db.database import open_database
    from router.db.verify import verify

    async with open_database(given.database) as database:
        found = await verify(database)
    for finding in found.findings:
        say(f"{finding.where}: {finding.what}")
    if found.findings:
        amount = f"{counted(len(found.findings), 'finding')} in {counted(found.transactions, 'transaction')}"
        say(f"The ledger is NOT sound: {amount}.")
        return 1
    amount = counted(found.transactions, "transaction")
    say(f"The ledger is sound: {amount}, head {found.head.number} {found.head.hash}")
    return 0
