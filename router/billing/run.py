"""The monthly run: for each client its statement, the month's own postings, and the invoice, in one transaction each.

It can be broken off anywhere and started again: what is billed already is left as it is, and numbers have no gaps,
for a number is taken in the transaction that posts the invoice. What the ledger keeps of an invoice is all but the
itemised calls: callers' numbers do not belong into a chain that lasts for years. They are drawn from the calls' records
again, as long as those are kept, and must give the digest that the ledger has of the whole.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from router.billing.wording import call_line, invoice_lines
from router.core.billing.entry import BILLED, Entry, EntryKind, PostedEntry, last_of_month, owed
from router.core.billing.invoice import DebitSequence, DirectDebit, Invoice, InvoiceKind, InvoiceLine
from router.core.billing.invoice_content import invoice_content, invoice_of
from router.core.billing.month import Statement, Terms, monthly_postings, statement
from router.core.billing.payer import Payer, Seller
from router.core.billing.period import Bounds, Period, bounds_of, span_content, span_of
from router.core.billing.vat import vat_account
from router.core.errors import EntryRefused, LedgerCorrupt
from router.core.ids import ClientId, Millis
from router.core.ledger import canonical
from router.ports import Books

AUTHOR = "bill run"
SIGNS = {InvoiceKind.INVOICE: 1, InvoiceKind.CREDIT_NOTE: -1}  # of what the client owes


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One client's month to be billed. `issued`: the day on the invoice; `at`: now."""

    terms: Terms
    payer: Payer
    seller: Seller
    month: date
    issued: date
    at: Millis

    @property
    def bounds(self) -> Bounds:
        """The month in the client's own time."""
        return bounds_of(self.terms.client, self.month, self.payer.timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """What became of a client's month. `invoice`: its key, empty where nothing is owed; `new`: billed by this run."""

    statement: Statement | None
    new: bool


def monthly_key(client: ClientId, month: date) -> str:
    """The key of the entry that says that a month is billed."""
    return f"monthly:{client}:{month.isoformat()[:7]}"


def invoice_key(client: ClientId, month: date) -> str:
    """The key of a month's invoice."""
    return f"invoice:{client}:{month.isoformat()[:7]}"


async def bill(books: Books, job: Job, *, dry: bool = False) -> Billed:
    """Bill a client's month, unless it is billed. `dry`: post nothing.

    Raises `EntryRefused` for a month that is not over, closed, or comes after one that is not billed yet.
    """
    if await books.find(monthly_key(job.terms.client, job.month)):
        return Billed(statement=None, new=False)
    if job.issued <= last_of_month(job.month):
        raise EntryRefused(f"{job.month:%Y-%m} is not over on {job.issued}: bill it on a later day")
    if job.at < job.bounds.until:
        raise EntryRefused(f"{job.month:%Y-%m} is not over in {job.payer.timezone} yet: bill it on a later day")
    period = await books.period(job.bounds)
    if not period.in_order:
        raise EntryRefused(
            f"{job.terms.client} has calls or credits before {job.month:%Y-%m} that are not billed:"
            " run the earlier month first, or close it"
        )
    made = stated(job, period)
    if not dry:
        await books.post(lambda document: list(_entries(job, period, made, document)))
    return Billed(statement=made, new=not dry)


def stated(job: Job, period: Period) -> Statement:
    """The month line by line."""
    return statement(job.terms, job.bounds.month, (each.call for each in period.calls), period.entries)


def _entries(job: Job, period: Period, of: Statement, document: int) -> Iterator[Entry]:
    yield _entry(
        job,
        key=monthly_key(of.client, of.month),
        kind=EntryKind.MONTHLY,
        day=last_of_month(of.month),
        currency=of.currency,
        postings=monthly_postings(of),
        content=span_content(period.span),
    )
    if of.charged:
        invoice = _invoice(job, period, of, document)
        sign = SIGNS[invoice.kind]
        taxes = (owed(of.client, sign * each.amount, vat_account(each.vat)) for each in invoice.totals.by_vat)
        yield _entry(
            job,
            key=invoice_key(of.client, of.month),
            kind=EntryKind.INVOICE,
            day=job.issued,
            currency=of.currency,
            postings=tuple(posting for tax in taxes for posting in tax),
            document=document,
            content=kept(invoice, period),
        )


def _entry(job: Job, **of: Any) -> Entry:
    return Entry(client=job.terms.client, at=job.at, author=AUTHOR, reason=f"{job.month:%Y-%m}", **of)


def _invoice(job: Job, period: Period, of: Statement, document: int) -> Invoice:
    payer, due = job.payer, job.issued + timedelta(days=job.seller.due_days)
    kind = InvoiceKind.INVOICE if of.charged > 0 else InvoiceKind.CREDIT_NOTE
    return Invoice(
        number=job.seller.number(year=job.issued.year, number=document),
        kind=kind,
        language=payer.language,
        form=payer.form,
        issued=job.issued,
        first=of.month,
        last=last_of_month(of.month),
        due=due,
        seller=job.seller.party,
        buyer=payer.party,
        customer=of.client,
        account=job.seller.account,
        debit=_debit(job, due, first=period.done is None) if of.charged > 0 else None,
        currency=of.currency,
        timezone=payer.timezone,
        lines=tuple(_seen_from(kind, line) for line in invoice_lines(of, payer.vat, payer.language)),
        calls=tuple(call_line(each, period.entries) for each in period.calls if each.call.charges.lines),
    )


def _seen_from(kind: InvoiceKind, line: InvoiceLine) -> InvoiceLine:
    """A credit note tells what is given back in positive amounts, and what the month cost in negative ones."""
    return replace(line, quantity=SIGNS[kind] * line.quantity, net=SIGNS[kind] * line.net)


def _debit(job: Job, due: date, *, first: bool) -> DirectDebit | None:
    if job.payer.mandate is None:
        return None
    return DirectDebit(
        mandate=job.payer.mandate.reference,
        signed=job.payer.mandate.signed,
        debtor=job.payer.mandate.debtor,
        creditor_id=job.seller.creditor_id,
        sequence=DebitSequence.FIRST if first else DebitSequence.RECURRENT,
        collected=due,
    )


# --- what the ledger keeps, and the invoice made of it ----------------------------------------------------------------


def kept(invoice: Invoice, period: Period) -> str:
    """What the ledger keeps of an invoice: all but its calls, a digest of the whole, and where the calls are found."""
    return canonical(
        {
            "invoice": invoice_content(replace(invoice, calls=())),
            "digest": digest_of(invoice),
            "span": json.loads(span_content(period.span)),
        }
    ).decode()


def digest_of(invoice: Invoice) -> str:
    """Hex SHA-256 of everything in it."""
    return hashlib.sha256(canonical(invoice_content(invoice))).hexdigest()


def without_calls(posted: PostedEntry) -> Invoice:
    """An invoice or credit note as the ledger has it."""
    if posted.entry.kind not in BILLED:
        raise LedgerCorrupt(f"transaction {posted.number} ({posted.entry.key}) is no invoice")
    return invoice_of(json.loads(posted.entry.content)["invoice"])


async def invoice_again(books: Books, posted: PostedEntry) -> Invoice:
    """The whole invoice, bit for bit; without its calls once the callers' numbers are erased."""
    short, content = without_calls(posted), json.loads(posted.entry.content)
    if "span" not in content:
        return short
    bounds = bounds_of(ClientId(short.customer), short.first, short.timezone)
    period = await books.period(bounds, span_of(canonical(content["span"]).decode()))
    calls = tuple(call_line(each, period.entries) for each in period.calls if each.call.charges.lines)
    whole = replace(short, calls=calls)
    return whole if digest_of(whole) == content["digest"] else short


def net_of(documents: Sequence[PostedEntry]) -> int:
    """What invoices come to without tax, less credit notes: the sum of their lines."""
    return sum(SIGNS[invoice.kind] * invoice.totals.net for invoice in map(without_calls, documents))
