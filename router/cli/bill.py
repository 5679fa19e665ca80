"""`vorzimmer bill`: the monthly run, what was billed, credits, the close of a month, and the documents."""

import argparse
import getpass
import re
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from router.cli.bill_explain import add_explain
from router.cli.bill_files import add_files
from router.cli.options import HERE, Commands, add_config, add_database, counted, month, opened, say, show_help
from router.core.errors import CurrenciesMixed, EntryRefused, SetUpFailed
from router.core.ids import ClientId, Millis
from router.core.money import Cents, written

if TYPE_CHECKING:
    from router.billing.corrections import Act
    from router.billing.run import Job
    from router.config.loaded import Loaded
    from router.core.billing.entry import PostedEntry
    from router.core.billing.month import Statement, Terms
    from router.ports import Books

AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")
EVER = (date(1970, 1, 1), date(2999, 12, 31))


def add(commands: Commands) -> None:
    """Declare the commands."""
    top = commands.add_parser("bill", description="What clients owe: months, invoices, credits.")
    show_help(top)
    actions = top.add_subparsers(metavar="ACTION")
    _add_run(actions)
    _add_show(actions)
    add_explain(actions)
    _add_credit(actions)
    _add_close(actions)
    _add_export(actions)
    add_files(actions)


def _add_run(actions: Commands) -> None:
    running = _action(actions, "run", run, "bill a month: statements, invoices", monthly=True)
    running.epilog = "It may be broken off and started again: what is billed is left as it is."
    running.add_argument("--client", metavar="ID", help="only this client")
    running.add_argument("--issued", type=_day, metavar="DAY", help="the day on the invoices (default: today)")
    running.add_argument("--out", type=Path, metavar="DIR", help="write the documents of the month there, too")
    _add_dry(running)


def _add_show(actions: Commands) -> None:
    showing = _action(actions, "show", show, "list invoices and credit notes, with their lines")
    showing.add_argument("--client", metavar="ID", help="only this client's")
    showing.add_argument("--month", type=month, metavar="MONTH", help="only those issued in this month")


def _add_credit(actions: Commands) -> None:
    crediting = _action(actions, "credit", credit, "give a credit or a discount, take a transaction or an invoice back")
    what = crediting.add_mutually_exclusive_group(required=True)
    what.add_argument("--amount", type=_cents, metavar="EUR", help="net, e.g. 12.50; with --client")
    what.add_argument("--reverse", type=int, metavar="NUMBER", help="take this transaction of the ledger back")
    what.add_argument("--invoice", metavar="NUMBER", help="write a credit note for this whole invoice")
    crediting.add_argument("--client", metavar="ID", help="who gets the amount")
    crediting.add_argument("--discount", action="store_true", help="the amount is a discount")
    crediting.add_argument("--reason", required=True, metavar="TEXT", help="is printed on the invoice")
    crediting.add_argument("--day", type=_day, metavar="DAY", help="to which it belongs (default: today)")
    _add_dry(crediting)


def _add_close(actions: Commands) -> None:
    closing = _action(actions, "close", close, "close a month: nothing is posted to it any more", monthly=True)
    closing.add_argument("--unbilled", action="store_true", help="although calls of it are not billed: they never are")
    closing.add_argument("--reason", default="", metavar="TEXT", help="kept with it")
    _add_dry(closing)


def _add_export(actions: Commands) -> None:
    exporting = _action(actions, "export", export, "write the documents of a month's run again", monthly=True)
    exporting.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to")
    exporting.add_argument("--client", metavar="ID", help="only this client's")


def _action(actions: Commands, name: str, work: object, what: str, *, monthly: bool = False) -> argparse.ArgumentParser:
    action = actions.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    if monthly:
        action.add_argument("--month", type=month, required=True, metavar="MONTH", help="e.g. 2026-11")
    add_database(action)
    add_config(action)
    action.set_defaults(command=work)
    return action


def _add_dry(action: argparse.ArgumentParser) -> None:
    action.add_argument("--dry-run", action="store_true", help="tell what would be done, and do nothing")


async def run(given: argparse.Namespace) -> int:
    """Bill every client's month, one after the other; progress on stderr."""
    from router.billing.run import bill
    from router.db.books import SqlBooks

    jobs = list(_jobs(given))
    totals: Counter[str] = Counter()
    count = before = refused = 0
    async with opened(given) as database:
        books = SqlBooks(database)
        for place, job in enumerate(jobs, 1):
            try:
                billed = await bill(books, job, dry=given.dry_run)
            except (EntryRefused, CurrenciesMixed) as refusal:
                sys.stderr.write(f"{job.terms.client} is not billed: {refusal}\n")
                refused += 1
                continue
            _progress(place, len(jobs), job.terms.client)
            before += billed.statement is None
            if billed.statement is not None:
                _say_statement(billed.statement)
                count += 1
                totals[billed.statement.currency] += billed.statement.charged
        for client in (
            () if given.client else await _nowhere_to_send(books, given.month, [job.terms.client for job in jobs])
        ):
            sys.stderr.write(
                f"{client} is not billed: it had calls, and has no `billing:` section in the configuration\n"
            )
            refused += 1
    would = "would be " if given.dry_run else ""
    net = ", ".join(written(total, currency) for currency, total in sorted(totals.items())) or "nothing"
    say(
        f"{counted(count, 'client')} {would}billed for {given.month:%Y-%m}, {net} net; "
        f"{counted(before, 'client')} billed before"
    )
    written_ = await export(given) if given.out and not given.dry_run else 0
    return 2 if refused else written_


async def _nowhere_to_send(books: "Books", month: date, payers: Collection[ClientId]) -> Sequence[ClientId]:
    """Who had calls in the month, and gets no bill because nobody said where to."""
    return [client for client in await books.unbilled(month) if client not in payers]


def _jobs(given: argparse.Namespace) -> "Iterator[Job]":
    from router.billing.run import Job

    loaded = _loaded(given)
    seller = loaded.seller
    if seller is None:
        raise SetUpFailed("the configuration has no `billing:` section of the house: who sends the invoices?")
    wanted = [ClientId(given.client)] if given.client else sorted(loaded.payers)
    for client in wanted:
        if client not in loaded.payers:
            raise SetUpFailed(f"client {client} has no `billing:` section: to whom does its invoice go?")
        payer = loaded.payers[client]
        yield Job(
            terms=_terms(loaded, client, given.month),
            payer=payer,
            seller=seller,
            month=given.month,
            issued=given.issued or _today(),
            at=_now(),
        )


def _say_statement(of: "Statement") -> None:
    from router.billing.wording import invoice_lines
    from router.core.billing.invoice import InvoiceLanguage
    from router.core.billing.vat import STANDARD

    say(f"{of.client:20} {written(of.charged, of.currency):>14}")
    for line in invoice_lines(of, STANDARD, InvoiceLanguage.ENGLISH):
        say(f"  {line.text:30} {written(line.net, of.currency):>14}  {line.detail}")


async def show(given: argparse.Namespace) -> int:
    """Each document with its lines, tax and sum."""
    for posted in await _documents(given, *(_span(given.month) if given.month else EVER)):
        _say_document(posted)
    return 0


def _say_document(posted: "PostedEntry") -> None:
    from router.billing.run import without_calls

    invoice = without_calls(posted)
    totals, currency = invoice.totals, invoice.currency
    say(
        f"{invoice.number}  {invoice.kind}  {invoice.customer}  {invoice.first} to {invoice.last}"
        f"  issued {invoice.issued}  due {invoice.due}  (transaction {posted.number}, {posted.entry.key})"
    )
    for line in invoice.lines:
        say(f"  {line.text:30} {written(line.net, currency):>14}  {line.detail}")
    for tax in totals.by_vat:
        say(f"  {f'VAT {tax.vat.rate} %':30} {written(tax.amount, currency):>14}")
    say(f"  {'Total':30} {written(totals.gross, currency):>14}")


async def credit(given: argparse.Namespace) -> int:
    """One entry; exit status 1 when it was posted before."""
    from router.billing.corrections import cancel, give, reverse
    from router.billing.run import without_calls
    from router.db.books import SqlBooks

    act = _act(given, given.day or _today())
    async with opened(given) as database:
        books = SqlBooks(database, dry=given.dry_run)
        if given.invoice:
            found = [
                each
                for each in await books.documents(since=EVER[0], until=EVER[1])
                if without_calls(each).number == given.invoice
            ]
            key = found[0].entry.key if found else given.invoice
            if (seller := _loaded(given).seller) is None:
                raise SetUpFailed("the configuration has no `billing:` section of the house: who writes the note?")
            posted = await cancel(books, act, key=key, seller=seller)
        elif given.reverse is not None:
            posted = await reverse(books, act, number=given.reverse)
        else:
            if not given.client:
                raise SetUpFailed("--amount needs --client: who gets it?")
            if (client := _loaded(given).house.clients.get(ClientId(given.client))) is None:
                raise SetUpFailed(f"there is no client {given.client}: `vorzimmer check` names the configuration's")
            posted = await give(
                books, act, client=client.id, amount=given.amount, currency=client.tariff.currency,
                discount=given.discount,
            )  # fmt: skip
    return _told(given, posted, done="posted")


async def close(given: argparse.Namespace) -> int:
    """One entry for the month; exit status 1 when it is closed already."""
    from router.billing import corrections
    from router.core.billing.month import days_in
    from router.db.books import SqlBooks

    loaded = _loaded(given)
    payers = [name for name in loaded.payers if days_in(_terms(loaded, name, given.month), given.month)[0]]
    async with opened(given) as database:
        books = SqlBooks(database, dry=given.dry_run)
        posted = await corrections.close(
            books, _act(given, _today()), month=given.month, payers=payers, unbilled=given.unbilled
        )
    return _told(given, posted, done="closed")


def _told(given: argparse.Namespace, posted: str, *, done: str) -> int:
    """Say what was posted, or would be; gives the exit status."""
    would = "would be posted: " if given.dry_run else ""
    say(f"{would}{posted}" if posted else f"{done} before: nothing done")
    return 0 if posted else 1


async def export(given: argparse.Namespace) -> int:
    """The documents of a month's run: PDF, and XML where the client wants it."""
    from router.billing.run import invoice_again
    from router.db.books import SqlBooks
    from router.invoicing.documents import render

    given.out.mkdir(parents=True, exist_ok=True)
    written_ = 0
    async with opened(given) as database:
        books = SqlBooks(database)
        documents = [each for each in await _documents(given, *EVER) if _is_of(each, given.month)]
        for place, posted in enumerate(documents, 1):
            for document in render(await invoice_again(books, posted)):
                (given.out / document.name).write_bytes(document.content)
                written_ += 1
            _progress(place, len(documents), posted.entry.key)
    say(f"{counted(written_, 'file')} in {given.out}")
    return 0


def _is_of(posted: "PostedEntry", month: date) -> bool:
    from router.billing.run import without_calls

    return without_calls(posted).first == month


async def _documents(given: argparse.Namespace, since: date, until: date) -> "Sequence[PostedEntry]":
    from router.db.books import SqlBooks

    async with opened(given) as database:
        found = await SqlBooks(database).documents(since=since, until=until)
    return [each for each in found if given.client in (None, each.entry.client)]


def _terms(loaded: "Loaded", client: ClientId, month: date) -> "Terms":
    """At the tariff version in force as the client's first day in the month begins there."""
    from router.billing.terms import terms_of
    from router.core.hours import midnight, number

    payer = loaded.payers[client]
    first = max(month, payer.begins or month)
    house = loaded.house_at(midnight(payer.timezone, number(first.isoformat())))
    return terms_of(house.clients[client], payer)


def _loaded(given: argparse.Namespace) -> "Loaded":
    from router.config.loading import load

    return load(given.config, now=_now())


def _act(given: argparse.Namespace, day: date) -> "Act":
    from router.billing.corrections import Act

    return Act(author=getpass.getuser(), reason=given.reason, day=day, at=_now())


def _progress(done: int, of: int, what: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done} of {of} {what:40.40}" + ("\n" if done == of else ""))
    elif done % 100 == 0 or done == of:
        sys.stderr.write(f"{done} of {of}\n")


def _span(month: date) -> tuple[date, date]:
    from router.core.billing.entry import last_of_month

    return month, last_of_month(month)


def _now() -> Millis:
    return time.time_ns() // 1_000_000


def _today() -> date:
    return datetime.fromtimestamp(time.time(), HERE).date()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2026-11-30") from None


def _cents(text: str) -> Cents:
    cents = int(Fraction(text) * 100) if AMOUNT.fullmatch(text) else 0
    if not cents:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount; write it as 12.50")
    return cents
