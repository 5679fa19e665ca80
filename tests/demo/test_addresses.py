"""The page that `make run` prints names all that is needed for a first call."""

from pathlib import Path

from tests.demo.addresses import addresses
from tests.lab.running import DEMO

PAGE = addresses(("127.0.0.1", 15060), Path("asterisk.log"), DEMO, Path("var/run"), 8080)


def test_every_agents_account_is_there() -> None:
    assert all(f"demo-{agent}-on-the-phone" in PAGE for agent in ("anna", "ben", "clara", "david"))


def test_every_number_tells_whose_it_is() -> None:
    assert "+493023125010    Krause Heizung und Sanitär GmbH" in PAGE
    assert "+493023125000    shared: send a Diversion header of +492214710040 or +498999998050" in PAGE


def test_the_api_can_be_tried_by_copying_a_line() -> None:
    assert "curl -H 'Authorization: Bearer demo-token-of-anna' http://127.0.0.1:8080/api/v1/agents/anna" in PAGE


def test_a_first_call_can_be_placed_by_copying_a_line() -> None:
    assert "sipp 127.0.0.1:15060 -sf tests/demo/first_call.xml -i 127.0.0.2 -s +493023125010" in PAGE
