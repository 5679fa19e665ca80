"""Direct debits as a file for the bank: ISO 20022 pain.008.001.08, SEPA core scheme.

One block for each day of collection and sequence type, in order; within it the invoices in theirs. Banks take the Latin
letters of the EPC's rules only: umlauts are written out, other characters become blanks. The file's id is taken from
its content, so that a bank which is sent it twice refuses the second.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from router.core.billing.invoice import Account, DebitSequence, DirectDebit, Invoice
from router.core.billing.payer import Seller
from router.core.money import Cents
from router.invoicing.elements import Node, document, node
from router.invoicing.numbers import plain

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"
WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "&": "+"})
NOT_SEPA = re.compile(r"[^A-Za-z0-9/?:().,'+ -]+")
LONGEST_NAME, LONGEST_TEXT, LONGEST_ID = 70, 140, 35
NO_BIC = "NOTPROVIDED"


def direct_debits(seller: Seller, invoices: Iterable[Invoice], *, made: datetime) -> bytes:
    """The file of all of the invoices that are collected and owe something; `made` is what it says of its making.

    Raises `ValueError` when none is, or when one is in another currency than the euro.
    """
    collected = sorted(((it.debit, it) for it in invoices if it.debit and it.totals.gross > 0), key=_place)
    if not collected:
        raise ValueError("none of the invoices is to be collected")
    if foreign := [it.number for _, it in collected if it.currency != "EUR"]:
        raise ValueError(f"SEPA collects euros only: {', '.join(foreign)}")
    name = _id_of(seller, collected)
    blocks = [list(group) for _, group in groupby(collected, key=lambda row: (row[0].collected, row[0].sequence))]
    header = _header(seller, collected, name, made)
    body = [_block(seller, block, f"{name}-{at}") for at, block in enumerate(blocks, 1)]
    return document(node("Document", [node("CstmrDrctDbtInitn", [header, *body])]), {"": NAMESPACE})


Debit = tuple[DirectDebit, Invoice]


def _place(debit: Debit) -> tuple[str, DebitSequence, str]:
    return debit[0].collected.isoformat(), debit[0].sequence, debit[1].number


def _id_of(seller: Seller, debits: Sequence[Debit]) -> str:
    told = [seller.creditor_id, *(f"{invoice.number}:{invoice.totals.gross}" for _, invoice in debits)]
    return f"VZ-{hashlib.sha256(' '.join(told).encode()).hexdigest()[:24]}"


def _header(seller: Seller, debits: Sequence[Debit], name: str, made: datetime) -> Node | None:
    return node(
        "GrpHdr",
        [
            node("MsgId", name),
            node("CreDtTm", made.isoformat(timespec="seconds")),
            node("NbOfTxs", str(len(debits))),
            node("CtrlSum", _euros(_sum(debits))),
            node("InitgPty", [_name(seller.party.name)]),
        ],
    )


def _block(seller: Seller, debits: Sequence[Debit], name: str) -> Node | None:
    first = debits[0][0]
    return node(
        "PmtInf",
        [
            node("PmtInfId", name),
            node("PmtMtd", "DD"),
            node("BtchBookg", "true"),
            node("NbOfTxs", str(len(debits))),
            node("CtrlSum", _euros(_sum(debits))),
            node(
                "PmtTpInf",
                [
                    node("SvcLvl", [node("Cd", "SEPA")]),
                    node("LclInstrm", [node("Cd", "CORE")]),
                    node("SeqTp", first.sequence.value),
                ],
            ),
            node("ReqdColltnDt", first.collected.isoformat()),
            node("Cdtr", [_name(seller.party.name)]),
            node("CdtrAcct", [_iban(seller.account)]),
            node("CdtrAgt", [_bank(seller.account)]),
            node("ChrgBr", "SLEV"),
            _creditor(first.creditor_id),
            *(_transaction(debit, invoice) for debit, invoice in debits),
        ],
    )


def _creditor(creditor_id: str) -> Node | None:
    scheme = node("SchmeNm", [node("Prtry", "SEPA")])
    other = node("Othr", [node("Id", creditor_id), scheme])
    return node("CdtrSchmeId", [node("Id", [node("PrvtId", [other])])])


def _transaction(debit: DirectDebit, invoice: Invoice) -> Node | None:
    mandate = node("MndtRltdInf", [node("MndtId", debit.mandate), node("DtOfSgntr", debit.signed.isoformat())])
    return node(
        "DrctDbtTxInf",
        [
            node("PmtId", [node("EndToEndId", sepa_text(invoice.number, most=LONGEST_ID))]),
            node("InstdAmt", _euros(invoice.totals.gross), Ccy="EUR"),
            node("DrctDbtTx", [mandate]),
            node("DbtrAgt", [_bank(debit.debtor)]),
            node("Dbtr", [_name(debit.debtor.holder)]),
            node("DbtrAcct", [_iban(debit.debtor)]),
            node("RmtInf", [node("Ustrd", sepa_text(f"{invoice.number} {invoice.customer}", most=LONGEST_TEXT))]),
        ],
    )


def sepa_text(text: str, *, most: int) -> str:
    """In the letters that every bank takes, `most` of them; `-` when nothing is left."""
    plain_letters = unicodedata.normalize("NFKD", text.translate(WRITTEN_OUT)).encode("ascii", "ignore").decode()
    shown = NOT_SEPA.sub(" ", plain_letters)
    return " ".join(shown.split())[:most].strip().lstrip("/").replace("//", "/") or "-"


def _name(name: str) -> Node | None:
    return node("Nm", sepa_text(name, most=LONGEST_NAME))


def _iban(account: Account) -> Node | None:
    return node("Id", [node("IBAN", account.iban)])


def _bank(account: Account) -> Node | None:
    code = node("BICFI", account.bic) if account.bic else node("Othr", [node("Id", NO_BIC)])
    return node("FinInstnId", [code])


def _sum(debits: Sequence[Debit]) -> Cents:
    return sum(invoice.totals.gross for _, invoice in debits)


def _euros(amount: Cents) -> str:
    return plain(Fraction(amount, 100), places=2, least=2)
