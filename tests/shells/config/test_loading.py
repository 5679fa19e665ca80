"""A right configuration becomes the house; secrets, tariffs, hours and versions as written."""

import os
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from router.config import schema
from router.config.build import hash_of
from router.config.findings import report
from router.config.keys.whole import CallerIdPolicy
from router.config.loaded import Loaded, summary
from router.config.loading import load
from router.config.sources import version_of
from router.core.errors import ConfigInvalid
from router.core.hours import Span
from router.core.house import Greeting, GreetingMode, OfferBy
from router.core.ids import AgentId, ClientId, StaffId
from tests.shells.config.houses import DEMO, HOUSE, NOW, SMALL, checked, edited, lines, written

ANNA, BAKERY, FLORIST = AgentId("anna"), ClientId("bakery"), ClientId("florist")


def small(directory: Path) -> Loaded:
    return load(written(directory, SMALL), environ={}, now=NOW)


def changed(directory: Path, name: str, old: str, new: str) -> Loaded:
    return load(written(directory, edited(name, old, new)), environ={}, now=NOW)


def test_small_house_is_read_whole(tmp_path: Path) -> None:
    bakery = small(tmp_path).house.clients[BAKERY]
    assert bakery.numbers == ("+493023125010",)
    assert bakery.greetings == (Greeting(mode=GreetingMode.HAND_OFF, text="Good day"),)
    assert bakery.staff[StaffId("mia")].numbers == ("+491713920001",)
    assert bakery.vips[0].staff == "mia"
    assert bakery.tariff.acceptance_fee == Fraction(59)


def test_keys_left_out_have_the_defaults_of_the_core(tmp_path: Path) -> None:
    anna = small(tmp_path).house.agents[ANNA]
    assert (anna.ring_ms, anna.offer_by) == (15_000, OfferBy.PHONE)


def test_staff_of_a_client_are_called_over_the_trunk_of_its_number_showing_that_number(tmp_path: Path) -> None:
    bakery = small(tmp_path).house.clients[BAKERY]
    assert (bakery.trunk, bakery.caller_id) == ("carrier", "+493023125010")


def test_trunk_shows_the_clients_number_unless_told_otherwise(tmp_path: Path) -> None:
    trunk = small(tmp_path).trunks["carrier"]
    assert (trunk.contact, trunk.shows) == ("sip:sip.example.net", CallerIdPolicy.CLIENT)


def test_staff_see_the_callers_number_over_a_trunk_that_may_show_it(tmp_path: Path) -> None:
    contact = "contact: sip.example.net\n"
    shown = changed(tmp_path, "house.yaml", contact, f"{contact}    shows: caller\n").house.clients[BAKERY]
    assert shown.shows_caller
    assert not small(tmp_path).house.clients[BAKERY].shows_caller


def test_all_mistakes_of_one_client_are_told_at_once(tmp_path: Path) -> None:
    clients = SMALL["clients.yaml"].replace("[general]", "[legal]").replace('key: "1"', "key: 1")
    clients = clients.replace('"+493023125120"', '"+493023125110"').replace("staff: mia", "staff: max")
    found = lines(checked(written(tmp_path, {**SMALL, "clients.yaml": clients})).findings)
    assert [line.split(" ")[0] for line in found] == [
        f"clients.yaml:{at}:" for at in ("7:14", "14:14", "18:16", "21:22")
    ]


def test_tokens_are_kept_as_hashes_only(tmp_path: Path) -> None:
    loaded = small(tmp_path)
    assert loaded.api_tokens[ANNA] == hash_of("a-long-token-of-anna")
    assert "a-long-token-of-anna" not in repr(loaded)


def test_passwords_are_not_shown_in_logs(tmp_path: Path) -> None:
    assert "password-of-anna" not in repr(small(tmp_path))


def test_secret_comes_from_the_environment(tmp_path: Path) -> None:
    files = edited("agents.yaml", "password-of-anna", "env:SIP_ANNA")
    loaded = load(written(tmp_path, files), environ={"SIP_ANNA": "from-outside"}, now=NOW)
    assert loaded.agents_sip[ANNA].password == "from-outside"


def test_secret_has_a_default_when_the_environment_has_none(tmp_path: Path) -> None:
    loaded = changed(tmp_path, "agents.yaml", "password-of-anna", "env:SIP_ANNA=by-default")
    assert loaded.agents_sip[ANNA].password == "by-default"


def test_secret_comes_from_a_file_beside_the_configuration(tmp_path: Path) -> None:
    written(tmp_path, {"secrets/anna": "from-a-file\n"})
    loaded = changed(tmp_path, "agents.yaml", "password-of-anna", "file:secrets/anna")
    assert loaded.agents_sip[ANNA].password == "from-a-file"


def test_wrong_secret_is_never_shown(tmp_path: Path) -> None:
    files = edited("agents.yaml", "password-of-anna", "short1")
    assert "short1" not in report(checked(written(tmp_path, files)).findings)


def test_empty_contact_from_the_environment_means_that_the_phone_registers(tmp_path: Path) -> None:
    loaded = changed(tmp_path, "agents.yaml", "    sip:\n", '    sip:\n      contact: "env:CONTACT_ANNA="\n')
    assert loaded.agents_sip[ANNA].contact is None


def test_contact_of_a_trunk_comes_from_the_environment(tmp_path: Path) -> None:
    files = edited("house.yaml", "contact: sip.example.net", '"contact": "env:OUT=192.0.2.1:5070"')
    loaded = load(written(tmp_path, files), environ={"OUT": "127.0.0.2:5099"}, now=NOW)
    assert loaded.trunks["carrier"].contact == "sip:127.0.0.2:5099"


def test_recording_is_found_beside_the_configuration(tmp_path: Path) -> None:
    written(tmp_path, {"recordings/hello.mp3": b"ID3\x04 and so on"})
    loaded = changed(tmp_path, "clients.yaml", "text: Welcome", "recording: hello.mp3")
    assert loaded.house.clients[FLORIST].greetings[0].recording == "hello.mp3"


def test_hours_over_midnight_go_on_the_next_day(tmp_path: Path) -> None:
    written(tmp_path, edited("house.yaml", '"08:00-12:00", "13:00-18:00"', '"22:00-06:00"'))
    written(tmp_path, {"clients.yaml": SMALL["clients.yaml"] + "      - {mode: play, text: Open, hours: office}\n"})
    hours = load(tmp_path, environ={}, now=NOW).house.clients[FLORIST].greetings[1].hours
    assert hours is not None
    assert hours.week == dict.fromkeys(("mo", "tu", "we", "th", "fr"), (Span(start=1320, end=1800),))


def test_later_tariff_counts_from_the_midnight_of_its_day(tmp_path: Path) -> None:
    added = '"0.59"\n    - {version: 2, valid_from: "2027-01-01", acceptance_fee: "0.65"}'
    loaded = changed(tmp_path, "house.yaml", '"0.59"', added)
    midnight = int(datetime(2026, 12, 31, 23, tzinfo=UTC).timestamp() * 1000)  # in Berlin it is an hour later
    fees = [loaded.house_at(at).clients[BAKERY].tariff.acceptance_fee for at in (NOW, midnight - 1, midnight)]
    assert fees == [Fraction(59), Fraction(59), Fraction(65)]
    assert loaded.next_tariff_change(NOW) == midnight
    assert loaded.next_tariff_change(midnight) is None


def test_prices_are_exact(tmp_path: Path) -> None:
    loaded = changed(tmp_path, "house.yaml", '"0.59"', '"0.0375"')
    assert loaded.house.clients[BAKERY].tariff.acceptance_fee == Fraction(15, 4)


def test_clients_may_have_a_file_each(tmp_path: Path) -> None:
    head, florist = SMALL["clients.yaml"].split("  florist:")
    files = {"house.yaml": HOUSE, "agents.yaml": SMALL["agents.yaml"], "clients/bakery.yaml": head}
    files["clients/florist.yaml"] = "clients:\n  florist:" + florist
    assert load(written(tmp_path, files), environ={}, now=NOW).house.clients == small(tmp_path / "one").house.clients


def test_everything_may_stand_in_one_file(tmp_path: Path) -> None:
    one = written(tmp_path / "one", {"all.yaml": "".join(SMALL.values())})
    assert load(one, environ={}, now=NOW).house.clients == small(tmp_path / "three").house.clients


def test_client_in_two_files_is_refused_with_both_places(tmp_path: Path) -> None:
    again = "clients:\n  bakery:\n" + SMALL["clients.yaml"].split("  bakery:\n")[1].split("  florist:")[0]
    found = lines(checked(written(tmp_path, {**SMALL, "zz.yaml": again})).findings)
    assert found == ['zz.yaml:2:3: "bakery" stands in clients twice (first in clients.yaml:2:3); keep one of the two']


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    files = {**edited("clients.yaml", "name: Florist", "name: no"), "agents.yaml": SMALL["agents.yaml"] + "    x: 1\n"}
    files["house.yaml"] = HOUSE.replace('"0.59"', '"0,59"')
    with pytest.raises(ConfigInvalid) as refused:
        load(written(tmp_path, files), environ={}, now=NOW)
    assert [line.split(" ")[0] for line in str(refused.value).splitlines()] == [
        "agents.yaml:8:5:",
        "clients.yaml:20:11:",
        "house.yaml:20:23:",
    ]


def test_values_of_the_wrong_encoding_are_found_at_their_place(tmp_path: Path) -> None:
    written(tmp_path, {"zz.yaml": "skills:\n  ab: Grün".encode("latin-1")})
    found = lines(checked(written(tmp_path, SMALL)).findings)
    assert found == ["zz.yaml:2:9: this byte is not UTF-8; save the file as UTF-8 without a byte order mark"]


def test_columns_count_characters_not_bytes(tmp_path: Path) -> None:
    files = {**SMALL, "zz.yaml": "skills: {ab: Größe, ac: no}"}
    assert [str(found).split(" ")[0] for found in checked(written(tmp_path, files)).findings] == ["zz.yaml:1:25:"]


def test_directory_without_files_is_refused(tmp_path: Path) -> None:
    (found,) = checked(tmp_path).findings
    assert found.message == "there are no *.yaml files here"


def test_file_that_would_not_count_is_told(tmp_path: Path) -> None:
    found = lines(checked(written(tmp_path, {**SMALL, "more.yml": ""})).findings)
    assert found == ["more.yml:1:1: only files named *.yaml are read; rename it to more.yaml"]


def test_named_pipe_does_not_stop_the_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    found = lines(checked(written(tmp_path, SMALL)).findings)
    assert [line.split(";")[0] for line in found] == ["pipe.yaml:1:1: the file cannot be read (it is no ordinary file)"]


def test_version_changes_with_any_byte_and_only_then(tmp_path: Path) -> None:
    first = small(tmp_path).version
    assert version_of(tmp_path) == first
    written(tmp_path, {"house.yaml": HOUSE + "# a remark\n"})
    assert version_of(tmp_path) != first
    assert version_of(written(tmp_path, SMALL)) == first


def test_demo_is_right_and_counted() -> None:
    loaded = load(DEMO, environ={}, now=NOW)
    counts = "5 clients, 7 staff members, 5 agents, 1 trunk, 4 numbers, 1 tariff: fine"
    assert str(summary(loaded)) == counts


def test_schema_for_editors_is_current() -> None:
    assert (DEMO / "schema.json").read_text() == schema.text(), (
        "run: python -m router.config.schema > config/schema.json"
    )


@pytest.mark.parametrize("path", sorted(DEMO.rglob("*.yaml")), ids=lambda path: path.name)
def test_editors_find_the_schema_from_each_file(path: Path) -> None:
    named = path.read_text().splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    assert (path.parent / named).resolve() == DEMO / "schema.json"
