"""The codec: every event and any state of the core is the same after being written and read."""

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.core import commands, events, queue
from router.core.commands import Command, HangUp
from router.core.events import CallFound, CommandFailed, Event, Failure, HouseChanged, LegEnded
from router.core.house import Agent, Client, House, Tariff
from router.core.ids import AgentId, CallId, ClientId, LegId, Skill, TariffId
from router.core.queue import Overflow, Queue, Stage, TurnAway
from router.core.record import CallRecord
from router.core.skills import needs_of
from router.engine.codec import decode_event, decode_value, encode, encode_value

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=8),
    int: st.integers(min_value=-(2**53), max_value=2**53),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Fraction: st.fractions(),
    type(None): st.none(),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type as the core uses them: 64 bits are enough for its integers."""
    return _values(kind)


@cache  # a type's strategy is made, and looked through, once: a house holds most types many times
def _values(kind: Any) -> st.SearchStrategy[Any]:
    if kind in SCALARS:
        return SCALARS[kind]
    if kind is Overflow:
        return st.one_of(*map(values, family(queue, Overflow)))
    if isinstance(kind, NewType):
        return values(kind.__supertype__)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return st.builds(kind, **{name: values(hint) for name, hint in get_type_hints(kind).items()})
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    return containers(get_origin(kind), *get_args(kind))


def containers(origin: Any, *parts: Any) -> st.SearchStrategy[Any]:
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values, parts))
    if origin is tuple and parts[-1] is not Ellipsis:
        return st.tuples(*map(values, parts))
    if origin is tuple:
        return st.lists(values(parts[0]), max_size=2).map(tuple)
    if origin is frozenset:
        return st.frozensets(values(parts[0]), max_size=3)
    assert origin is Mapping, origin
    return st.dictionaries(values(parts[0]), values(parts[1]), max_size=2)


def family(module: types.ModuleType, root: type[Any]) -> list[type[Any]]:
    """All of a module's classes below `root`."""
    below = (kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, root))
    return [kind for kind in below if kind is not root]


def names_below(root: type[Any]) -> set[str]:
    return {name for kind in root.__subclasses__() for name in (kind.__name__, *names_below(kind))}


EVENTS = family(events, Event)
COMMANDS = family(commands, Command)


@pytest.mark.parametrize("kind", EVENTS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_every_event_is_the_same_when_read_back(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(values(kind))
    line = encode(event)
    assert b"\n" not in line
    read = decode_event(line)
    assert type(read) is kind
    assert read == event
    assert encode(read) == line


@pytest.mark.parametrize("kind", EVENTS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_an_event_is_the_same_bytes_alone_and_as_a_part_of_a_state(kind: type[Event], data: st.DataObject) -> None:
    """The short way of writing and the converter's agree; a house alone is written once in a state."""
    event = data.draw(values(kind))
    whole = encode_value(Event, event)  # type: ignore[type-abstract, unused-ignore]
    if whole.startswith(b'{"shared":[],'):  # at its start: a mapping within may have a "shared" of its own
        assert whole == b'{"shared":[],"value":' + encode(event) + b"}"


@pytest.mark.parametrize("kind", COMMANDS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_command_can_be_part_of_a_state(kind: type[Command], data: st.DataObject) -> None:
    waiting = [data.draw(values(kind))]
    assert decode_value(list[Command], encode_value(list[Command], waiting)) == waiting


@pytest.mark.parametrize(("root", "tested"), [(Event, EVENTS), (Command, COMMANDS)])
def test_no_event_or_command_is_defined_elsewhere(root: type[Any], tested: list[type[Any]]) -> None:
    assert names_below(root) == {kind.__name__ for kind in tested}


@settings(deadline=None)
@given(values(CallRecord))
def test_a_call_record_is_the_same_when_read_back(record: CallRecord) -> None:
    assert decode_value(CallRecord, encode_value(CallRecord, record)) == record


def test_an_event_is_readable_by_people() -> None:
    event = CommandFailed(call=CallId("c"), command="Ring", failure=Failure.REFUSED, leg=LegId("l"))
    assert encode(event) == (
        b'{"call":"c","command":"Ring","failure":"refused","detail":"","leg":"l","is":"CommandFailed"}'
    )


def test_sets_are_written_in_order_and_fractions_exactly() -> None:
    found = CallFound(call=CallId("c"), up=frozenset(map(LegId, "dbac")), bridged=frozenset())
    assert b'["a","b","c","d"]' in encode(found)
    assert b'"acceptance_fee":"59/1"' in encode_value(Tariff, Tariff(id=TariffId("t"), version=1))


def test_fields_of_a_later_release_are_passed_over_and_missing_ones_take_their_default() -> None:
    line = b'{"is":"LegEnded","call":"c","leg":"l","codec":"opus"}'
    assert decode_event(line) == LegEnded(call=CallId("c"), leg=LegId("l"), cause=0)


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b'{"is":"Teleported"}', b'{"is":"LegEnded"}', b"\xff"])
def test_what_is_no_known_event_is_an_error(line: bytes) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        decode_event(line)


@dataclass(slots=True, kw_only=True)
class Life:
    """A call's mutable state, as the core might keep it."""

    house: House
    client: Client | None
    agent: Agent | None = None
    legs: dict[LegId, int] = field(default_factory=dict)
    tried: set[AgentId] = field(default_factory=set)
    asked: list[Command] = field(default_factory=list)
    heard: Event | None = None


def house(version: str) -> House:
    needs = needs_of({Skill("b"): 2, Skill("a"): 1})
    client = Client(
        id=ClientId("c"),
        name="Kanzlei Groß",
        numbers=("+4930",),
        forwarded_from=(),
        tariff=Tariff(id=TariffId("t"), version=1),
        queue=Queue(stages=(Stage(after_ms=0, needs=needs),), overflow=(TurnAway(),)),
    )
    agent = Agent(id=AgentId("a"), name="Ada")
    return House(version=version, clients={client.id: client}, agents={agent.id: agent})


def life(house: House) -> Life:
    return Life(
        house=house,
        client=house.clients[ClientId("c")],
        agent=house.agents[AgentId("a")],
        legs={LegId("l"): 1},
        tried={AgentId("b"), AgentId("a")},
        asked=[HangUp(call=CallId("c"), leg=LegId("l"))],
        heard=HouseChanged(house=house),
    )


def test_a_mutable_state_is_the_same_when_read_back() -> None:
    state = {CallId("1"): life(house("v1")), CallId("2"): life(house("v2"))}
    text = encode_value(dict[CallId, Life], state)
    assert b"\n" not in text
    assert decode_value(dict[CallId, Life], text) == state


def test_a_house_that_many_calls_hold_is_written_once_and_stays_one() -> None:
    shared = house("v1")
    text = encode_value(list[Life], [life(shared) for _ in range(50)])
    assert text.count("Kanzlei Groß".encode()) == 1
    lives = decode_value(list[Life], text)
    assert all(one.house is lives[0].house for one in lives)
    assert lives[0].client is lives[0].house.clients[ClientId("c")]


def test_a_state_read_back_is_written_the_same() -> None:
    text = encode_value(Life, life(house("v1")))
    assert encode_value(Life, decode_value(Life, text)) == text
    assert [name for name, _ in orjson.loads(text)["shared"]] == ["Queue", "Client", "Agent", "House"]
