"""What is posted by hand: credits and discounts, reversals, credit notes for whole invoices, and a month's close."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from router.billing.run import monthly_key, net_of, without_calls
from router.core.billing.entry import Entry, EntryKind, last_of_month, opposite, owed
from router.core.billing.invoice import InvoiceKind
from router.core.billing.invoice_content import invoice_content
from router.core.billing.payer import Seller
from router.core.errors import EntryRefused
from router.core.ids import ClientId, Millis
from router.core.ledger import Posting, canonical
from router.core.money import Cents
from router.ports import Books

NAMED_AT_MOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who does it, why, and when; `day` is the one that it belongs to."""

    author: str
    reason: str
    day: date
    at: Millis


async def give(
    books: Books, act: Act, *, client: ClientId, amount: Cents, currency: str, discount: bool = False
) -> str:
    """Credit `amount` cents net to a client, once: the same again on the same day for the same reason is the same.

    The key of the entry, or nothing when it was posted before. Raises `EntryRefused` in a month that is billed.
    """
    kind = EntryKind.DISCOUNT if discount else EntryKind.CREDIT
    told = hashlib.sha256(canonical({"amount": amount, "reason": act.reason})).hexdigest()[:12]
    entry = _entry(
        act,
        key=f"{kind}:{client}:{act.day}:{told}",
        kind=kind,
        client=client,
        currency=currency,
        postings=owed(client, -amount, f"credits:{kind}"),
    )
    return await _posted(books, entry)


async def reverse(books: Books, act: Act, *, number: int) -> str:
    """Take back a transaction whole. Raises `EntryRefused` for one that cannot be, or is already."""
    if (of := await books.transaction(number)) is None:
        raise EntryRefused(f"there is no transaction {number} of a client: `vorzimmer ledger list` shows the calls'")
    entry = _entry(
        act,
        key=f"reversal:{number}",
        kind=EntryKind.REVERSAL,
        client=of.client,
        currency=of.currency,
        postings=opposite(of.postings),
    )
    return await _posted(books, replace(entry, reverses=number, call=of.call))


async def cancel(books: Books, act: Act, *, key: str, seller: Seller) -> str:
    """A credit note for a whole invoice: its tax and its net are taken back. Raises `EntryRefused` for no invoice."""
    posted = await books.find(key)
    if posted is None or posted.entry.kind is not EntryKind.INVOICE:
        raise EntryRefused(f"{key} is no invoice in the ledger: `vorzimmer bill show` lists them")
    invoice, of = without_calls(posted), posted.entry
    if invoice.kind is InvoiceKind.CREDIT_NOTE:
        raise EntryRefused(f"{invoice.number} is a credit note: take back the credits that it is made of (--reverse)")

    def make(document: int) -> list[Entry]:
        note = replace(
            invoice,
            number=seller.number(year=act.day.year, number=document),
            kind=InvoiceKind.CREDIT_NOTE,
            corrects=invoice.number,
            issued=act.day,
            due=act.day,
            debit=None,
            note=act.reason,
        )
        entry = _entry(
            act,
            key=f"credit_note:{key}",
            kind=EntryKind.CREDIT_NOTE,
            client=ClientId(invoice.customer),
            currency=of.currency,
            postings=(*opposite(of.postings), *owed(ClientId(invoice.customer), -net_of([posted]), "credits:invoice")),
        )
        content = canonical({"invoice": invoice_content(note)}).decode()
        return [replace(entry, document=document, content=content)]

    return f"credit_note:{key}" if (await books.post(make))[0] else ""


async def unbilled_to(books: Books, month: date, payers: Collection[ClientId]) -> Sequence[ClientId]:
    """To whom a month is not billed: clients that had calls in it, and `payers`, who may owe a base fee without any."""
    owing = [client for client in payers if await books.find(monthly_key(client, month)) is None]
    return sorted({*owing, *await books.unbilled(month)})


async def close(
    books: Books, act: Act, *, month: date, payers: Collection[ClientId] = (), unbilled: bool = False
) -> str:
    """Close a month and all before it, with their digests. `unbilled`: although it is not billed to all `payers`.

    Raises `EntryRefused` before the month's end, and for one that is not billed.
    """
    last = last_of_month(month)
    if act.day <= last:
        raise EntryRefused(f"{month:%Y-%m} is not over: close it on a later day")
    if open_ := [] if unbilled else await unbilled_to(books, month, payers):
        named = ", ".join(open_[:NAMED_AT_MOST]) + (" …" if len(open_) > NAMED_AT_MOST else "")
        raise EntryRefused(f"{month:%Y-%m} is not billed to {named}: `vorzimmer bill run --month {month:%Y-%m}` first")
    key = f"close:{month:%Y-%m}"
    entry = replace(_entry(act, key=key, kind=EntryKind.CLOSE, client=None), day=last)
    return key if await books.close(entry) else ""


def _entry(
    act: Act,
    *,
    key: str,
    kind: EntryKind,
    client: ClientId | None,
    currency: str = "EUR",
    postings: tuple[Posting, ...] = (),
) -> Entry:
    return Entry(
        key=key,
        kind=kind,
        client=client,
        day=act.day,
        at=act.at,
        author=act.author,
        reason=act.reason,
        currency=currency,
        postings=postings,
    )


async def _posted(books: Books, entry: Entry) -> str:
    new = await books.post(lambda _: [entry])
    return entry.key if new[0] else ""
