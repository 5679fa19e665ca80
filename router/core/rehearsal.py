"""A house tried before it goes live: every client is called by every kind of caller, on a switchboard of its own.

What comes of the calls is not judged. A house passes when deciding about them raises nothing. Clients who are as they
were, in a house that is as it was but for other clients, are not tried again.
"""

from collections.abc import Iterator
from dataclasses import replace

from router.core.commands import Command, Note
from router.core.events import AgentLoggedIn, CallerArrived, CallSettled, HouseChanged, LegEnded
from router.core.house import Client, House, ListEntry
from router.core.ids import CallId, LegId, Millis
from router.core.switchboard import Switchboard

UNKNOWN, FORGED = "+493012345678", "110"
ENOUGH_DIGITS = 13  # a plus, and no more digits than telephone numbers have


def rehearse(house: House, now: Millis, before: House) -> str:
    """What goes wrong in the house at `now`, which takes the place of `before`; empty when nothing does."""
    board = Switchboard.open(before)
    try:
        board.feed(HouseChanged(house=house), now)
        for agent in house.agents:
            board.feed(AgentLoggedIn(agent=agent), now)
    except Exception as failure:  # noqa: BLE001 - whatever it is, the house must not go live
        return f"the house cannot be taken over: {failure!r}"
    calls = (_called(board, client, caller, now) for client in _changed(house, before) for caller in _callers(client))
    return next(filter(None, calls), "")


def _changed(house: House, before: House) -> Iterator[Client]:
    """The clients whose calls may be decided otherwise than before."""
    as_it_was = _without_clients(house) == _without_clients(before)
    return (it for it in house.clients.values() if not (as_it_was and before.clients.get(it.id) == it))


def _without_clients(house: House) -> House:
    return replace(house, version="", clients={})


def _called(board: Switchboard, client: Client, caller: str | None, now: Millis) -> str:
    call, leg = CallId("rehearsal"), LegId("rehearsal")
    dialled, *_ = client.numbers or ("",)
    arrival = CallerArrived(call=call, leg=leg, dialled=dialled, caller=caller, forwarded_by=client.forwarded_from[:1])
    try:
        done = board.feed(arrival, now)
        done += board.feed(LegEnded(call=call, leg=leg), now)
        board.feed(CallSettled(call=call), now)
    except Exception as failure:  # noqa: BLE001 - as above
        return f"a call of {caller} to {client.id} cannot be served: {failure!r}"
    return next((f"a call of {caller} to {client.id} cannot be served: {fault}" for fault in _faults(done)), "")


def _faults(done: list[Command]) -> Iterator[str]:
    """What the switchboard caught itself."""
    return (it.step.because for it in done if isinstance(it, Note) and it.step.rule == "fault")


def _callers(client: Client) -> Iterator[str | None]:
    """One who hides the number, one on no list, one with a forged number; of each list one for each way to be on it."""
    yield from (None, UNKNOWN, FORGED)
    for entries in (client.block, client.allow, client.vips):
        ways = {(bool(entry.prefix), bool(entry.between), bool(entry.pattern)): entry for entry in entries}
        yield from map(_sample, ways.values())


def _sample(entry: ListEntry) -> str:
    """A caller whom the entry means."""
    if entry.prefix:
        return entry.prefix.ljust(ENOUGH_DIGITS, "1")
    least = entry.between[0] if entry.between else entry.number or entry.pattern or UNKNOWN
    return least.replace("?", "1").replace("*", "1")
