"""Asterisk's JSON read into types."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from router.ari import wire
from router.ari.errors import AriMalformed

Reader = Callable[[wire.Fields, str], object]


@pytest.mark.parametrize(
    ("reader", "value", "empty"),
    [
        (wire.text, "x", ""),
        (wire.maybe_text, "x", None),
        (wire.integer, 7, 0),
        (wire.maybe_integer, 7, None),
        (wire.number, 1.5, 0.0),
        (wire.maybe_number, 2.0, None),
        (wire.boolean, True, False),
        (wire.maybe_boolean, False, None),
        (wire.mapping, {"a": 1}, {}),
        (wire.maybe_mapping, {"a": 1}, None),
    ],
)
def test_a_plain_field_may_be_missing_but_not_of_another_type(reader: Reader, value: object, empty: object) -> None:
    assert reader({"f": value}, "f") == value
    assert reader({}, "f") == empty
    assert reader({"f": None}, "f") == empty
    with pytest.raises(AriMalformed, match=r"f'?: expected"):
        reader({"f": [1]}, "f")


@pytest.mark.parametrize("value", [None, "", 3])
def test_an_id_must_be_there(value: object) -> None:
    with pytest.raises(AriMalformed, match="field 'id': expected a non-empty text"):
        wire.key({"id": value}, "id")


@pytest.mark.parametrize("value", [None, 3, "yesterday"])
def test_a_date_must_be_one(value: object) -> None:
    with pytest.raises(AriMalformed, match="field 'at': expected an ISO 8601 time"):
        wire.date({"at": value}, "at")


def test_asterisks_way_of_writing_a_zone_is_read() -> None:
    expected = datetime(2026, 11, 23, 10, 0, 0, 123000, tzinfo=UTC)
    assert wire.maybe_date({"at": "2026-11-23T12:00:00.123+0200"}, "at") == expected
    assert wire.maybe_date({}, "at") is None


def test_a_truth_value_is_no_number() -> None:
    for reader in (wire.integer, wire.number):
        with pytest.raises(AriMalformed):
            reader({"f": True}, "f")


def test_arrays_are_read_item_by_item() -> None:
    assert wire.many(wire.string)(["a", "b"]) == ("a", "b")
    assert wire.many(wire.anything)([{"a": 1}]) == ({"a": 1},)
    assert wire.many(wire.string)(None) == ()
    wrongs: tuple[object, ...] = ("text", [1], {})
    for wrong in wrongs:
        with pytest.raises(AriMalformed):
            wire.many(wire.string)(wrong)


def test_a_file_is_bytes() -> None:
    assert wire.binary(b"RIFF") == b"RIFF"
    with pytest.raises(AriMalformed, match="expected a file"):
        wire.binary({})
