"""What is wrong about billing is told at its place."""

from pathlib import Path

import pytest

from tests.shells.config.houses import SMALL, checked, lines, written

SELLER = """\
  billing:
    seller: {name: Us GmbH, street: A 1, postcode: "10119", city: Berlin, vat_id: DE123456788, tax_number: 37/1/4,
      contact: Mira, phone: +49 30 1, email: a@us.example, commercial_register: HRB 1}
    account: {iban: DE02 1203 0000 0000 2020 51}
    creditor_id: DE98ZZZ09999999999
"""
PAYER = """\
    billing:
      street: B 2
      postcode: "10119"
      city: Berlin
      vat_id: DE987654321
      email: b@florist.example
      mandate: {reference: M-1, signed: "2026-01-01", iban: DE02500105170137075030}
"""


def billing_house(tmp_path: Path, *, seller: str = SELLER, payer: str = PAYER) -> Path:
    house = SMALL["house.yaml"].replace("trunks:\n", seller + "trunks:\n", 1)
    return written(tmp_path, {**SMALL, "house.yaml": house, "clients.yaml": SMALL["clients.yaml"] + payer})


def test_seller_and_payers_are_read(tmp_path: Path) -> None:
    loaded = checked(billing_house(tmp_path)).loaded
    assert loaded is not None
    assert loaded.seller is not None
    assert loaded.seller.number(year=2026, number=7) == "VZ-2026-00007"
    (payer,) = loaded.payers.values()
    assert payer.party.name == "Florist"
    assert payer.mandate is not None
    assert payer.mandate.debtor.iban == "DE02500105170137075030"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("DE02 1203", "DE03 1203", 'house.yaml:7:21: "DE03 1203 0000 0000 2020 51" is not an IBAN: its check digits'),
        ("2020 51}", "2020 5}", "house.yaml:7:21"),
        ("DE98ZZZ", "DE97ZZZ", 'house.yaml:8:18: "DE97ZZZ09999999999" is not a creditor identifier'),
        ("vat_id: DE123456788", "vat_id: DE12345678", 'house.yaml:5:83: "DE12345678" is not a VAT id'),
        ("    creditor_id: DE98ZZZ09999999999\n", "", "clients.yaml:32:7: nothing can be collected without"),
        (
            "    creditor_id",
            '    numbers: "VZ-{year}"\n    creditor_id',
            'house.yaml:8:14: "VZ-{year}" is not a pattern',
        ),
        ("    creditor_id", '    numbers: "../{number}"\n    creditor_id', 'house.yaml:8:14: "../{number}" is not'),
        (", email: a@us.example", "", 'house.yaml:5:5: "email" is missing in house billing seller'),
    ],
)
def test_mistake_of_the_seller_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    (finding,) = lines(checked(billing_house(tmp_path, seller=SELLER.replace(old, new))).findings)
    assert finding.startswith(told)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("DE987654321", "ATU12345675", "clients.yaml:30:15: this VAT id is not one of DE"),
        ("DE987654321", "CHE123456788", 'clients.yaml:30:15: "CHE123456788" is not a VAT id'),
        ("      vat_id", "      business: false\n      vat_id", "clients.yaml:31:15: a consumer has no VAT id"),
        ("0137075030", "0137075031", 'clients.yaml:32:61: "DE02500105170137075031" is not an IBAN'),
        ("2026-01-01", "2027-01-01", 'clients.yaml:32:41: "2027-01-01" has not come yet'),
        ("reference: M-1, ", "", 'clients.yaml:32:7: "reference" is missing in clients florist billing mandate'),
        ("      city: Berlin\n", "", 'clients.yaml:26:5: "city" is missing'),
        ("      email: b@florist.example\n", "      e_invoice: xrechnung\n", "clients.yaml:31:18: an XRechnung names"),
        (
            "      city",
            '      begins: "2026-05-01"\n      ends: "2026-04-30"\n      city',
            "clients.yaml:30:13: the contract",
        ),
        ("      city", "      country: Germany\n      city", 'clients.yaml:29:16: "Germany" is not a country'),
    ],
)
def test_mistake_of_a_payer_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    found = lines(checked(billing_house(tmp_path, payer=PAYER.replace(old, new))).findings)
    assert [line[: len(told)] for line in found] == [told]


def test_client_that_has_ended_has_a_last_day(tmp_path: Path) -> None:
    ended = "    status: ended\n" + PAYER
    (finding,) = lines(checked(billing_house(tmp_path, payer=ended)).findings)
    assert finding.startswith("clients.yaml:27:5: this client has ended and would be billed for ever")
    ends = ended.replace("      city", '      ends: "2026-04-30"\n      city')
    assert lines(checked(billing_house(tmp_path, payer=ends)).findings) == []


def test_house_that_sends_no_invoices_bills_nobody(tmp_path: Path) -> None:
    (finding,) = lines(checked(billing_house(tmp_path, seller="")).findings)
    assert finding.startswith("clients.yaml:26:5: the house does not say who sends invoices")
