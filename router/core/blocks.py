"""Advertising callers whom agents reported, as long as the configuration does not have them.

An entry is made by an agent's click and counts at once. The database gets it, the next configuration brings it, and
from then on it is that configuration's. A number that agents of enough clients reported is blocked for all clients,
for a time; somebody may take it off again, for one client or for all.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from router.core.commands import BlockCaller, BlockForAll
from router.core.events import BlockForAllKept, BlockKept, BlockLifted
from router.core.house import ADVERTISING, BlockEntry, Client, House
from router.core.ids import ClientId, Millis
from router.core.patterns import Remembered, matching
from router.core.record import Arrival
from router.core.screening import counts

HOUSES_REMEMBERED = 100_000  # clients: two or three large houses, the one before a reload included


@dataclass(slots=True, kw_only=True)
class Blocks:
    """What agents and others changed since the house was read."""

    added: dict[ClientId, list[BlockEntry]] = field(default_factory=dict)
    for_all: dict[str, BlockEntry] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # of these, what the database has: a house without them is right
    lifted: set[str] = field(default_factory=set)  # taken off since, though the house has them

    def facts(self, client: ClientId, caller: str | None, facts: Arrival) -> Arrival:
        """The same facts, with what is known of this caller."""
        if caller is None:
            return facts
        mine = tuple(entry for entry in self.added.get(client, ()) if entry.number == caller)
        everybodys = (self.for_all[caller],) if caller in self.for_all else ()
        return replace(
            facts,
            added=mine,
            added_for_all=everybodys,
            lifted=_key(client, caller) in self.lifted,
            lifted_for_all=_key(None, caller) in self.lifted,
        )

    def report(self, command: BlockCaller, house: House, now: Millis) -> BlockForAll | None:
        """Learn an agent's report; what it makes of the number for everybody comes back."""
        self.lifted.discard(_key(command.client, command.number))
        entry = BlockEntry(number=command.number, author=command.agent, reason=ADVERTISING)
        mine = self.added.setdefault(command.client, [])
        if all(known.number != entry.number for known in mine):
            mine.append(entry)
        return self._for_all(command.number, house, now)

    def _for_all(self, number: str, house: House, now: Millis) -> BlockForAll | None:
        by = self._reporters(number, house)
        if not 0 < house.advertising_reports <= len(by) or self._is_blocked_for_all(number, house, now):
            return None
        until = now + house.advertising_block_ms
        self.lifted.discard(_key(None, number))
        self.kept.discard(_key(None, number))
        self.for_all[number] = BlockEntry(number=number, author=", ".join(by), reason=ADVERTISING, until=until)
        return BlockForAll(number=number, clients=by, until=until)

    def _reporters(self, number: str, house: House) -> tuple[ClientId, ...]:
        """The clients whose agents have reported this number, and who did not take it back."""
        known = {client for client in _reports.of(house.clients).get(number, ()) if not self._is_lifted(client, number)}
        meanwhile = {
            client for client, entries in self.added.items() if any(entry.number == number for entry in entries)
        }
        return tuple(sorted(known | meanwhile))

    def _is_lifted(self, client: ClientId, number: str) -> bool:
        return _key(client, number) in self.lifted

    def _is_blocked_for_all(self, number: str, house: House, now: Millis) -> bool:
        known = [] if _key(None, number) in self.lifted else matching(house.block, number)
        made = [self.for_all[number]] if number in self.for_all else []
        return any(counts(entry, now) for entry in (*known, *made))

    def keep(self, event: BlockKept | BlockForAllKept) -> None:
        """The database has the entry."""
        self.kept.add(_key(event.client if isinstance(event, BlockKept) else None, event.number))

    def lift(self, event: BlockLifted) -> None:
        """The number is free again, whatever the present house says."""
        if event.client is None:
            self.for_all.pop(event.number, None)
        else:
            self._drop(event.client, event.number)
        key = _key(event.client, event.number)
        self.kept.discard(key)
        self.lifted.add(key)

    def _drop(self, client: ClientId, number: str) -> None:
        left = [entry for entry in self.added.pop(client, []) if entry.number != number]
        if left:
            self.added[client] = left

    def settle(self, house: House, now: Millis) -> None:
        """A house was read: what it brings is its own; what the database had and it does without was taken back."""
        for client in list(self.added):
            brought = house.clients[client].block if client in house.clients else ()
            for entry in list(self.added[client]):
                if _key(client, entry.number) in self.kept or _brings(brought, entry):
                    self._drop(client, entry.number or "")
        done = [
            number
            for number, entry in self.for_all.items()
            if _key(None, number) in self.kept or _brings(house.block, entry) or not counts(entry, now)
        ]
        for number in done:
            del self.for_all[number]
        self.kept, self.lifted = set(), set()


def _key(client: ClientId | None, number: str | None) -> str:
    return f"{client or ''} {number}"


def _brings(entries: tuple[BlockEntry, ...], entry: BlockEntry) -> bool:
    return any(known.number == entry.number for known in matching(entries, entry.number or ""))


def _reported(clients: Mapping[ClientId, Client]) -> dict[str, list[ClientId]]:
    """By number, the clients whose lists have it by an agent's report."""
    found: dict[str, list[ClientId]] = defaultdict(list)
    for client in clients.values():
        for entry in client.block:
            if entry.number is not None and entry.reason == ADVERTISING:
                found[entry.number].append(client.id)
    return dict(found)


_reports: Remembered[Mapping[ClientId, Client], dict[str, list[ClientId]]] = Remembered(_reported, HOUSES_REMEMBERED)
