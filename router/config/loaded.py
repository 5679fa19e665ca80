"""The configuration as the product uses it: the core's house, and what only shells need."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

from router.config.keys.whole import CallerIdPolicy
from router.core.billing.payer import Payer, Seller
from router.core.house import Client, House, Tariff
from router.core.ids import AgentId, ClientId, Millis, TariffId


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """A provider's line: `match` are addresses and networks, `contact` is a SIP URI."""

    id: str
    match: tuple[str, ...]
    contact: str
    username: str | None
    password: str | None = field(repr=False)
    shows: CallerIdPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSip:
    """An agent's endpoint: it registers as `username`, unless it has a fixed `contact` (a SIP URI)."""

    username: str
    password: str = field(repr=False)
    contact: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffVersion:
    """A tariff and the instant from which arriving calls are charged by it (0 for the first of its kind)."""

    since: Millis
    tariff: Tariff


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """All files together. `house` is as of loading; `house_at` gives a later one when a tariff has changed since."""

    version: str  # SHA-256 of the files, hexadecimal
    house: House
    trunks: Mapping[str, Trunk]
    numbers: Mapping[str, str]  # our numbers, to the trunk on which their calls arrive
    agents_sip: Mapping[AgentId, AgentSip]
    api_tokens: Mapping[AgentId, str]  # SHA-256 of each agent's token, hexadecimal
    tariffs: Mapping[TariffId, tuple[TariffVersion, ...]]  # oldest first
    seller: Seller | None = None  # None: no invoices are written
    payers: Mapping[ClientId, Payer] = field(default_factory=dict)  # the clients that are billed

    def house_at(self, now: Millis) -> House:
        """The house with the tariff versions that are valid at `now`."""
        return replace(self.house, clients={name: self._at(now, it) for name, it in self.house.clients.items()})

    def next_tariff_change(self, now: Millis) -> Millis | None:
        """The first instant after `now` at which `house_at` gives another house; None when there is none."""
        changes = [new.since for versions in self.tariffs.values() for _, new in pairwise(versions)]
        return min((since for since in changes if since > now), default=None)

    def _at(self, now: Millis, client: Client) -> Client:
        return replace(client, tariff=valid_at(self.tariffs[client.tariff.id], now))


def valid_at(versions: tuple[TariffVersion, ...], now: Millis) -> Tariff:
    """The newest tariff that has begun; the first has begun from the beginning of time."""
    return [version.tariff for version in versions if version.since <= now][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How much there is of what, for whoever has just checked it."""

    counts: Mapping[str, int]

    def __str__(self) -> str:
        return ", ".join(_counted(count, noun) for noun, count in self.counts.items()) + ": fine"


def summary(loaded: Loaded) -> Summary:
    """`5 clients, 9 staff members, 4 agents, …`."""
    house = loaded.house
    staff = sum(len(client.staff) for client in house.clients.values())
    counts = {"client": len(house.clients), "staff member": staff, "agent": len(house.agents)}
    counts |= {"trunk": len(loaded.trunks), "number": len(loaded.numbers), "tariff": len(loaded.tariffs)}
    return Summary(counts=counts)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
