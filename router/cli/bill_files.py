"""`vorzimmer bill sepa` and `bill datev`: the bank's file of direct debits, and the bookkeeper's of invoices."""

import argparse
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from router.cli.options import Commands, add_config, add_database, counted, month, opened, say
from router.core.errors import SetUpFailed

if TYPE_CHECKING:
    from router.config.loaded import Loaded
    from router.core.billing.invoice import Invoice

EVER = (date(1970, 1, 1), date(2999, 12, 31))


def add_files(actions: Commands) -> None:
    """Declare the commands."""
    _add(actions, "sepa", sepa, "write the bank's file of direct debits of the invoices issued in a month")
    _add(actions, "datev", datev, "write the bookkeeper's file of the invoices issued in a month")


def _add(actions: Commands, name: str, work: object, what: str) -> None:
    action = actions.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    action.add_argument("--month", type=month, required=True, metavar="MONTH", help="of their issue, e.g. 2026-12")
    action.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to")
    add_database(action)
    add_config(action)
    action.set_defaults(command=work)


async def sepa(given: argparse.Namespace) -> int:
    """Of all that are collected; those that a credit note took back are left out."""
    from router.invoicing.sepa import direct_debits

    seller = _loaded(given).seller
    if seller is None or not seller.creditor_id:
        raise SetUpFailed("the configuration has no creditor_id in the house's `billing:`: who collects?")
    every = await _invoices(given)
    corrected = {invoice.corrects for invoice in every}
    collected = [it for it in every if _is_of(it, given) and it.debit and it.number not in corrected]
    if not collected:
        say(f"nothing issued in {given.month:%Y-%m} is to be collected")
        return 1
    given.out.write_bytes(direct_debits(seller, collected, made=_now()))
    say(f"{counted(len(collected), 'direct debit')} in {given.out}")
    return 0


async def datev(given: argparse.Namespace) -> int:
    """Every invoice and credit note, a line for each tax."""
    from router.invoicing.datev import postings

    loaded = _loaded(given)
    if loaded.seller is None or loaded.seller.books is None:
        raise SetUpFailed("the configuration has no `datev:` in the house's `billing:`: whose books?")
    debtors = {str(name): payer.debtor for name, payer in loaded.payers.items() if payer.debtor is not None}
    invoices = [it for it in await _invoices(given) if _is_of(it, given)]
    if lacking := sorted({it.customer for it in invoices} - debtors.keys()):
        raise SetUpFailed(f"no `debtor:` in the `billing:` of {', '.join(lacking)}: add the bookkeeper's account")
    written = postings(loaded.seller.books, invoices, debtors=debtors, month=given.month, made=_now())
    given.out.write_bytes(written)
    say(f"{counted(len(invoices), 'document')} in {given.out}")
    return 0


async def _invoices(given: argparse.Namespace) -> "list[Invoice]":
    from router.billing.run import without_calls
    from router.db.books import SqlBooks

    async with opened(given) as database:
        return [without_calls(each) for each in await SqlBooks(database).documents(since=EVER[0], until=EVER[1])]


def _is_of(invoice: "Invoice", given: argparse.Namespace) -> bool:
    return (invoice.issued.year, invoice.issued.month) == (given.month.year, given.month.month)


def _loaded(given: argparse.Namespace) -> "Loaded":
    from router.config.loading import load

    return load(given.config)


def _now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)
