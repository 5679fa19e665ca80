"""From charges to double-entry postings in a hash chain, and the proof that a stored chain is what was posted.

- Every finished call has exactly one settlement, also when nothing is owed: no postings then, its charges a memo.
- A debit is positive, a credit negative; the postings of a settlement sum to zero and its receivable to what is owed.
- `hash` is the hex SHA-256 of the previous hash (its 64 hex digits) followed by the settlement's canonical JSON.
- The settlement carries two digests of the call's record: of what billing rests on, and of what is private. The
  private digest is salted, so that once caller data and salt are erased it tells nothing, and every sum stays proven.
- No caller's number or name is in here: a client, units, prices and the call's reference only.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from router.core.house import ListEntry, Surcharge, Tariff
from router.core.ids import Millis
from router.core.money import Cents
from router.core.record import Arrival, CallRecord, Message, Part
from router.core.tariff import Charge, Charges, rate
from router.core.trace import Step

Plain = Mapping[str, object]  # JSON values by name
WITHOUT: Plain = {  # what the content of a tariff without it leaves out
    "surcharges": [],
    "forwarded_per_minute": "0/1",
    "base_fee": "0/1",
    "included_minutes": 0,
    "included_calls": 0,
    "minimum": "0/1",
    "refunds": 20,
}
CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One side of an entry: `amount` cents, debit positive, credit negative."""

    account: str
    amount: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What one call comes to: its charges, their postings, and digests of the record that they rest on."""

    arrived: Millis  # the call belongs to this day
    charges: Charges
    postings: tuple[Posting, ...]
    billing_digest: str
    private_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The last link of a chain: how many there are, and its hash."""

    number: int
    hash: str


GENESIS = Head(number=0, hash="0" * 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A settlement at its place in the chain; numbers count from 1 without gaps."""

    number: int
    previous: str
    settlement: Settlement
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that cannot be as it was posted: `where` in the ledger, `what` is wrong."""

    where: str
    what: str


def settle(record: CallRecord, charges: Charges, *, salt: bytes) -> Settlement:
    """The settlement of a rated call. `salt`: at least 16 random bytes, kept beside the caller's data."""
    return Settlement(
        arrived=record.arrived,
        charges=charges,
        postings=post(charges),
        billing_digest=billing_digest(record),
        private_digest=private_digest(record, salt=salt),
    )


def post(charges: Charges) -> tuple[Posting, ...]:
    """Debit what the client owes, credit each revenue; nothing for what is free."""
    credits = tuple(Posting(account=f"revenue:{line.kind}", amount=-line.charged) for line in charges.lines)
    debit = Posting(account=f"client:{charges.client}:receivable", amount=charges.charged)
    return tuple(posting for posting in (debit, *credits) if posting.amount)


def append(settlement: Settlement, *, after: Head) -> Transaction:
    """The next link of the chain that ends with `after`."""
    number = after.number + 1
    return Transaction(
        number=number, previous=after.hash, settlement=settlement, hash=link(settlement, number, after.hash)
    )


def head_of(transaction: Transaction) -> Head:
    """The chain's head once the transaction is in it."""
    return Head(number=transaction.number, hash=transaction.hash)


def check(transaction: Transaction, *, after: Head) -> Iterator[Finding]:
    """What is wrong with one transaction, as the one after `after`."""
    wrong = {
        f"its number should be {after.number + 1}: a transaction is missing, added or moved": (
            transaction.number == after.number + 1
        ),
        "its previous hash is not that of the transaction before it": transaction.previous == after.hash,
        "its hash is not that of its content": transaction.hash
        == link(transaction.settlement, transaction.number, transaction.previous),
        "its postings are not those of its charges": transaction.settlement.postings
        == post(transaction.settlement.charges),
    }
    yield from (Finding(where=_where(transaction), what=what) for what, holds in wrong.items() if not holds)


def check_record(transaction: Transaction, record: CallRecord, *, salt: bytes) -> Iterator[Finding]:
    """Whether the stored record of the call is still the one that was settled, and costs what was charged."""
    settlement = transaction.settlement
    if billing_digest(record) != settlement.billing_digest:
        yield Finding(where=_where(transaction), what="the call's times, parts, ending or tariff were changed")
    elif wrong := _misrated(record, settlement.charges):
        yield Finding(where=_where(transaction), what=wrong)
    if private_digest(record, salt=salt) != settlement.private_digest:
        yield Finding(where=_where(transaction), what="the call's numbers or trace were changed")


def check_end(last: Head, *, head: Head) -> Iterator[Finding]:
    """Whether the chain ends where its head says."""
    if last != head:
        what = f"ends with {last.number} ({last.hash[:12]}), its head says {head.number} ({head.hash[:12]})"
        yield Finding(where="chain", what=what)


def link(settlement: Settlement, number: int, previous: str) -> str:
    """The hash of a settlement at a place in the chain, 64 hex digits."""
    return hashlib.sha256(previous.encode() + canonical(settlement_content(settlement, number))).hexdigest()


def billing_digest(record: CallRecord) -> str:
    """Hex SHA-256 of everything in a record that rating and invoices rest on."""
    return hashlib.sha256(canonical(billing_content(record))).hexdigest()


def private_digest(record: CallRecord, *, salt: bytes) -> str:
    """Hex SHA-256 of the salt and what a record holds of the caller and of the way to the decision."""
    return hashlib.sha256(salt + canonical(private_content(record))).hexdigest()


def canonical(content: Plain) -> bytes:
    """The one way of writing content down for a hash: JSON, keys sorted, ASCII, no blanks."""
    return CANONICAL.encode(content).encode()


def settlement_content(settlement: Settlement, number: int) -> Plain:
    """All of a settlement that its hash covers."""
    charges = settlement.charges
    return {
        "number": number,
        "call": charges.call,
        "client": charges.client,
        "arrived": settlement.arrived,
        "tariff": charges.tariff,
        "tariff_version": charges.tariff_version,
        "currency": charges.currency,
        "trial": charges.trial,
        "charges": [charge_content(line) for line in charges.lines],
        "postings": [{"account": posting.account, "amount": posting.amount} for posting in settlement.postings],
        "billing_digest": settlement.billing_digest,
        "private_digest": settlement.private_digest,
    }


def charge_content(charge: Charge) -> Plain:
    """A charge; its price as an exact fraction of cents, `59/1`. Only one that has a name says it."""
    return {
        **({"name": charge.name} if charge.name else {}),
        "kind": charge.kind.value,
        "talk_ms": charge.talk_ms,
        "wrap_up_ms": charge.wrap_up_ms,
        "units": charge.units,
        "price": _exact(charge.price),
        "per": charge.per,
        "list_price": charge.list_price,
        "charged": charge.charged,
        "explain": charge.explain,
    }


def billing_content(record: CallRecord) -> Plain:
    """What billing rests on."""
    return {
        "call": record.call,
        "client": record.client,
        "arrived": record.arrived,
        "answered": record.answered,
        "ended": record.ended,
        "ending": [record.ending.kind.value, record.ending.reason],
        "parts": [part_content(part) for part in record.parts],
        "tariff": tariff_content(record.tariff) if record.tariff else None,
        "trial": record.trial,
    }


def private_content(record: CallRecord) -> Plain:
    """What can be erased without touching a sum. What a call does not have adds nothing, so that the digests of calls
    from before there was such a thing stay right."""
    messages = [message_content(message) for message in record.messages]
    return {
        "dialled": record.dialled,
        "caller": record.caller,
        "trace": [step_content(step) for step in record.trace],
        "house_version": record.house_version,
        **({"messages": messages} if messages else {}),
        **({"arrival": arrival_content(record.arrival)} if record.arrival else {}),
    }


def part_content(part: Part) -> Plain:
    """A part of a call."""
    return {
        "kind": part.kind.value,
        "start": part.start,
        "end": part.end,
        "agent": part.agent,
        "staff": part.staff,
    }


def message_content(message: Message) -> Plain:
    """A message that the caller left."""
    return {"recording": message.recording, "consented": message.consented, "length": message.length}


def arrival_content(arrival: Arrival) -> Plain:
    """What a call's first decision rested on."""
    return {
        "forwarded_by": list(arrival.forwarded_by),
        "trunk": arrival.trunk,
        "added": [entry_content(entry) for entry in arrival.added],
        "added_for_all": [entry_content(entry) for entry in arrival.added_for_all],
        "lifted": arrival.lifted,
        "lifted_for_all": arrival.lifted_for_all,
        "brake": arrival.brake,
        "returned": arrival.returned,
    }


def entry_content(entry: ListEntry) -> Plain:
    """Which callers a list's entry means, until when, and who wrote it."""
    return {
        "number": entry.number,
        "prefix": entry.prefix,
        "between": list(entry.between) if entry.between else None,
        "pattern": entry.pattern,
        "until": entry.until,
        "author": entry.author,
        "reason": entry.reason,
    }


def step_content(step: Step) -> Plain:
    """A step of a decision."""
    return {"at": step.at, "rule": step.rule, "outcome": step.outcome, "because": step.because}


def tariff_content(tariff: Tariff) -> Plain:
    """A tariff version; prices as exact fractions of cents. What it does not have adds nothing, so that the digests of
    calls from before there was such a thing stay right."""
    added = {
        "surcharges": [_surcharge_content(surcharge) for surcharge in tariff.surcharges],
        "forwarded_per_minute": _exact(tariff.forwarded_per_minute),
        "base_fee": _exact(tariff.base_fee),
        "included_minutes": tariff.included_minutes,
        "included_calls": tariff.included_calls,
        "minimum": _exact(tariff.minimum),
        "refunds": tariff.refunds,
    }
    return {
        "id": tariff.id,
        "version": tariff.version,
        "acceptance_fee": _exact(tariff.acceptance_fee),
        "acceptance_after_ms": tariff.acceptance_after_ms,
        "handling_per_minute": _exact(tariff.handling_per_minute),
        "wrap_up_cap_ms": tariff.wrap_up_cap_ms,
        "handling_needs_acceptance": tariff.handling_needs_acceptance,
        "currency": tariff.currency,
        **{name: value for name, value in added.items() if value != WITHOUT[name]},
    }


def _surcharge_content(surcharge: Surcharge) -> Plain:
    return {
        "name": surcharge.name,
        "percent": _exact(surcharge.percent),
        "per_call": _exact(surcharge.per_call),
        "hours": surcharge.hours,
    }


def _exact(amount: Fraction) -> str:
    return f"{amount.numerator}/{amount.denominator}"


def _misrated(record: CallRecord, charges: Charges) -> str:
    """What is wrong with the charges of a record, which may be forged: of any types within its parts and its tariff."""
    try:
        right = rate(record) == charges
    except (TypeError, ValueError, ArithmeticError, AttributeError) as failure:
        return f"the call cannot be rated: {failure!r}"
    return "" if right else "its charges are not what the call costs at its tariff"


def _where(transaction: Transaction) -> str:
    return f"transaction {transaction.number} (call {transaction.settlement.charges.call})"
