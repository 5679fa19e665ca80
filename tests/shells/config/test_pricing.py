"""Surcharges, monthly prices and trials as operators write them: what is built of them, and what is wrong."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from router.core.house import AfterTrial, Client, ClientStatus, House, Surcharge
from router.core.ids import ClientId
from router.core.tariff import tariff_at
from tests.shells.config.houses import Mistake, findings_of
from tests.shells.config.test_loading import changed

FEE = '      acceptance_fee: "0.59"\n'
MISTAKES = [
    Mistake(
        "a surcharge without hours that exist",
        "house.yaml",
        FEE,
        FEE + '      surcharges: [{name: Nacht, hours: offic, percent: "25"}]\n',
        'house.yaml:21:41: there are no hours "offic"',
        "did you mean office?",
    ),
    Mistake(
        "a surcharge that costs nothing",
        "house.yaml",
        FEE,
        FEE + "      surcharges: [{name: Nacht, hours: office}]\n",
        "house.yaml:21:20: a surcharge has either percent or per_call",
        'write one of them, such as percent: "25"',
    ),
    Mistake(
        "no percentage",
        "house.yaml",
        FEE,
        FEE + '      surcharges: [{name: Nacht, hours: office, percent: "25 %"}]\n',
        'house.yaml:21:58: "25 %" is not a percentage',
        'write percent above 0, such as "25" or "12.5"',
    ),
    Mistake(
        "another currency",
        "house.yaml",
        FEE,
        FEE + '    - {version: 2, valid_from: "2027-01-01", currency: CHF}\n',
        "house.yaml:21:56: the versions before are in EUR",
        "begin a tariff of its own for another currency",
    ),
    Mistake(
        "a trial's end without words",
        "house.yaml",
        "house:\n",
        "house:\n  trial: {after: announce}\n",
        "house.yaml:2:18: it is open what the caller hears",
        "add text:",
    ),
    Mistake(
        "a beginning that is none",
        "clients.yaml",
        "    name: Bakery\n",
        "    name: Bakery\n    status: trial\n    activated: morgen\n",
        'clients.yaml:5:16: "morgen" is not a day, nor a day and time',
        'write the first day, such as "2026-01-31", or a day and time: "2026-01-31 18:00"',
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_operator_reads_what_is_wrong_with_prices_and_trials(mistake: Mistake, tmp_path: Path) -> None:
    assert findings_of(mistake, tmp_path) == [mistake.line]


def bakery(house: House) -> Client:
    return house.clients[ClientId("bakery")]


def test_tariff_has_what_was_written_and_surcharges_count_in_their_hours(tmp_path: Path) -> None:
    prices = (
        'base_fee: "29.00"\n      included_minutes: 30\n      minimum: "35.50"\n      forwarded_per_minute: "0.125"\n'
    )
    added = FEE + "      " + prices + '      surcharges: [{name: Tag, hours: office, percent: "12.5"}]\n'
    client = bakery(changed(tmp_path, "house.yaml", FEE, added).house)
    tariff, day = client.tariff, Surcharge(name="Tag", percent=Fraction(25, 2), hours="office")
    assert (tariff.base_fee, tariff.included_minutes, tariff.minimum) == (Fraction(2900), 30, Fraction(3550))
    assert (tariff.forwarded_per_minute, tariff.surcharges) == (Fraction(25, 2), (day,))
    monday_9_am = int(datetime(2026, 11, 23, 8, tzinfo=UTC).timestamp() * 1000)
    assert tariff_at(client, monday_9_am).surcharges == (day,)
    assert tariff_at(client, monday_9_am + 12 * 3_600_000).surcharges == ()


def test_a_trial_ends_its_hours_after_it_was_activated(tmp_path: Path) -> None:
    written = '    name: Bakery\n    status: trial\n    activated: "2026-11-23 10:00"\n'
    loaded = changed(tmp_path, "clients.yaml", "    name: Bakery\n", written)
    ends = int(datetime(2026, 11, 25, 9, tzinfo=UTC).timestamp() * 1000)
    client = bakery(loaded.house)
    assert (client.status, client.trial_ends) == (ClientStatus.TRIAL, ends)
    assert loaded.house.after_trial is AfterTrial.REFUSE
