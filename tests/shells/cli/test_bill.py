"""`vorzimmer bill`: a month from the dry run to the close, on the demo's configuration."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from router.core.ids import ClientId
from router.db.database import open_database
from router.db.ledger import SqlLedger
from router.db.schema import upgrade
from tests.fakes.records import talked
from tests.shells.cli.conftest import Ran, Vorzimmer

DEMO = Path(__file__).parents[3] / "config"
MONTH = ("--month", "2026-09")


@pytest.fixture
def books(tmp_path: Path) -> str:
    """A database with a call of two clients in September 2026, 1.82 EUR each."""
    url = f"sqlite:///{tmp_path / 'books.db'}"
    asyncio.run(fill(url))
    return url


async def fill(url: str, *clients: str) -> None:
    async with open_database(url, create=True) as database:
        await upgrade(database)
        for client in clients or ("adler", "lumenta"):
            call = replace(talked(95_000, 30_000, call=f"{client}-1"), client=ClientId(client))
            await SqlLedger(database).settle_all([call])


def bill(vorzimmer: Vorzimmer, books: str, action: str, *arguments: str) -> Ran:
    return vorzimmer("bill", action, "--database", books, "--config", str(DEMO), *arguments)


def test_a_month_is_tried_billed_shown_and_closed(vorzimmer: Vorzimmer, books: str, tmp_path: Path) -> None:
    tried = bill(vorzimmer, books, "run", *MONTH, "--dry-run")
    assert (tried.status, "would be billed for 2026-09, 3.64 EUR net" in tried.out) == (0, True)
    assert bill(vorzimmer, books, "show").out == ""

    out = tmp_path / "invoices"
    ran = bill(vorzimmer, books, "run", *MONTH, "--issued", "2026-10-01", "--out", str(out))
    assert (ran.status, "billed for 2026-09, 3.64 EUR net" in ran.out) == (0, True)
    assert {file.name for file in out.glob("*.pdf")} == {"VZ-2026-00001.pdf", "VZ-2026-00002.pdf"}

    again = bill(vorzimmer, books, "run", *MONTH)
    assert "0 clients billed for 2026-09" in again.out
    shown = bill(vorzimmer, books, "show", "--client", "lumenta").out
    assert ("VZ-2026-00002" in shown, "VZ-2026-00001" in shown, "2.17 EUR" in shown) == (True, False, True)

    assert bill(vorzimmer, books, "close", *MONTH).out == "close:2026-09\n"
    assert bill(vorzimmer, books, "close", *MONTH).status == 1
    assert "is sound" in vorzimmer("ledger", "verify", "--database", books).out


def test_documents_are_written_again_bit_for_bit(vorzimmer: Vorzimmer, books: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    bill(vorzimmer, books, "run", *MONTH, "--issued", "2026-10-01", "--out", str(first))
    assert bill(vorzimmer, books, "export", *MONTH, "--out", str(second)).status == 0
    names = sorted(file.name for file in first.iterdir())
    assert names
    assert [(first / name).read_bytes() == (second / name).read_bytes() for name in names] == [True] * len(names)


def test_credits_and_credit_notes(vorzimmer: Vorzimmer, books: str) -> None:
    credit = ("--client", "lumenta", "--amount", "1.50", "--reason", "long wait", "--day", "2026-09-30")
    assert bill(vorzimmer, books, "credit", *credit).status == 0
    assert bill(vorzimmer, books, "credit", *credit).out == "posted before: nothing done\n"
    bill(vorzimmer, books, "run", *MONTH, "--issued", "2026-10-01")
    assert "-1.50 EUR" in bill(vorzimmer, books, "show", "--client", "lumenta").out

    late = bill(vorzimmer, books, "credit", *credit[:3], "9.00", *credit[4:])
    assert (late.status, "2026-09 is billed to lumenta" in late.err) == (2, True)
    noted = bill(vorzimmer, books, "credit", "--invoice", "VZ-2026-00002", "--reason", "wrong address")
    assert noted.out == "credit_note:invoice:lumenta:2026-09\n"
    assert "credit_note  lumenta" in bill(vorzimmer, books, "show").out


def test_a_client_who_cannot_be_billed_does_not_keep_the_others_from_it(vorzimmer: Vorzimmer, books: str) -> None:
    late = ("run", "--month", "2026-10", "--issued", "2026-11-01")
    ran = bill(vorzimmer, books, *late)
    assert (ran.status, "adler is not billed: adler has calls or credits before" in ran.err) == (2, True)
    assert "2 clients billed" not in ran.out
    assert "krause" in ran.out


def test_a_client_with_calls_and_no_address_is_named(vorzimmer: Vorzimmer, books: str) -> None:
    asyncio.run(fill(books, "nobody"))
    ran = bill(vorzimmer, books, "run", *MONTH, "--issued", "2026-10-01")
    assert (ran.status, "nobody is not billed: it had calls, and has no `billing:` section" in ran.err) == (2, True)
    assert "0 clients billed before" in ran.out


@pytest.mark.parametrize("amount", ["-3", "0", "1/2", "1e400", "12.505", "1000000000000", "x"])
def test_what_is_no_amount_is_refused(vorzimmer: Vorzimmer, books: str, amount: str) -> None:
    asked = ("--client", "lumenta", f"--amount={amount}", "--reason", "long wait")
    given = bill(vorzimmer, books, "credit", *asked)
    assert (given.status, "is no amount; write it as 12.50" in given.err) == (2, True)


def test_a_credit_is_tried_as_it_would_be_posted_and_leaves_nothing(vorzimmer: Vorzimmer, books: str) -> None:
    reason = ("--reason", "a mistake", "--dry-run")
    for _ in range(2):
        assert bill(vorzimmer, books, "credit", "--reverse", "1", *reason).out == "would be posted: reversal:1\n"
    nothing = bill(vorzimmer, books, "credit", "--reverse", "99", *reason)
    assert (nothing.status, "there is no transaction 99" in nothing.err) == (2, True)
    no_invoice = bill(vorzimmer, books, "credit", "--invoice", "VZ-9", *reason)
    assert (no_invoice.status, "VZ-9 is no invoice" in no_invoice.err) == (2, True)
    assert "is sound: 2 transactions" in vorzimmer("ledger", "verify", "--database", books).out


def test_a_credit_to_a_client_that_is_not_there_is_refused(vorzimmer: Vorzimmer, books: str) -> None:
    asked = ("--client", "lumneta", "--amount", "1.50", "--reason", "long wait")
    given = bill(vorzimmer, books, "credit", *asked)
    assert (given.status, "there is no client lumneta" in given.err) == (2, True)


def test_a_month_that_is_not_billed_to_all_is_not_closed(vorzimmer: Vorzimmer, books: str) -> None:
    for client in ("adler", "lumenta"):
        bill(vorzimmer, books, "run", *MONTH, "--client", client)
    for dry in ((), ("--dry-run",)):
        refused = bill(vorzimmer, books, "close", *MONTH, *dry)
        assert (refused.status, "2026-09 is not billed to isar, krause, winter" in refused.err) == (2, True)


def test_a_close_is_tried_with_all_its_checks_and_nothing_is_posted(vorzimmer: Vorzimmer, books: str) -> None:
    early = bill(vorzimmer, books, "close", "--month", "2099-01", "--unbilled", "--dry-run")
    assert (early.status, "2099-01 is not over" in early.err) == (2, True)
    for _ in range(2):
        tried = bill(vorzimmer, books, "close", *MONTH, "--unbilled", "--dry-run")
        assert (tried.status, tried.out.strip()) == (0, "would be posted: close:2026-09")
    assert bill(vorzimmer, books, "close", *MONTH, "--unbilled").status == 0


def test_a_call_is_proven_to_be_in_the_month_s_digest(vorzimmer: Vorzimmer, books: str) -> None:
    asked = ("ledger", "digest", "--database", books, *MONTH)
    proof = vorzimmer(*asked, "--prove", "adler-1")
    assert (proof.status, proof.out.splitlines()[2][-5:]) == (0, "right")
    assert len(vorzimmer(*asked, "--hashes").out.splitlines()) == 3
    missing = vorzimmer(*asked, "--client", "lumenta", "--prove", "adler-1")
    assert (missing.status, "adler-1 is not in this month" in missing.out) == (1, True)
