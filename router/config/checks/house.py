"""Trunks, agents, tariffs, hours and codes among themselves."""

from collections.abc import Iterator
from ipaddress import ip_network
from itertools import combinations, pairwise

from router.config.findings import Path
from router.config.written import Problem, Written
from router.core.house import AfterTrial

RESERVED = frozenset({"anonymous"})  # Asterisk gives an endpoint of this name every caller it does not know
# Pressed during a conversation; the other codes are dialled.
PRESSED = frozenset({"hold", "transfer", "park", "hand_on", "consult", "advertising", "three"})


def _endpoints(written: Written) -> Iterator[Problem]:
    """Agents and trunks become SIP endpoints of one name space."""
    trunks = written.names("trunks")
    for section in ("trunks", "agents"):
        for name in getattr(written.sound, section):
            taken = section == "agents" and name in trunks
            if taken or name in RESERVED:
                reason = "is a trunk already" if taken else "means every unknown caller to Asterisk"
                message = f'"{name}" {reason}, and both are SIP endpoints' if taken else f'"{name}" {reason}'
                yield Problem(path=(section, name), message=message, hint="choose another id", at_key=True)


def _tokens(written: Written) -> Iterator[Problem]:
    """A token tells who asks."""
    first: dict[str, str] = {}
    for name, agent in written.sound.agents.items():
        if agent.api_token in first:
            message = f"agent {first[agent.api_token]} has the same token"
            yield Problem(path=("agents", name, "api_token"), message=message, hint="give each agent one of their own")
        first.setdefault(agent.api_token, name)


def _authentication(written: Written) -> Iterator[Problem]:
    for name, trunk in written.sound.trunks.items():
        if (trunk.username is None) != (trunk.password is None):
            present, absent = ("password", "username") if trunk.password else ("username", "password")
            message, hint = f"{present} is of no use alone", f"add {absent}:, or remove {present}"
            yield Problem(path=("trunks", name, present), message=message, hint=hint)


def _matches(written: Written) -> Iterator[Problem]:
    """An address tells which trunk a call comes from; sorted, only neighbours can overlap."""
    networks = sorted(
        (
            network.version,
            int(network.network_address),
            int(network.broadcast_address),
            ("trunks", name, "match", index),
        )
        for name, trunk in written.sound.trunks.items()
        for index, network in enumerate(map(ip_network, trunk.match))
    )
    for (version, _, end, there), (other, start, _, here) in pairwise(networks):
        if version == other and start <= end:
            first, second = sorted((there, here), key=written.tree.place)
            message = f"this overlaps an address of trunk {first[1]} ({written.tree.place(first)})"
            yield Problem(path=second, message=message, hint="keep each address with one trunk")


def _tariff_versions(written: Written) -> Iterator[Problem]:
    for name, versions in written.sound.tariffs.items():
        for index, (earlier, later) in enumerate(pairwise(versions), start=1):
            path = ("tariffs", name, index)
            if later.version <= earlier.version:
                yield _not_rising((*path, "version"), "version", f"write {earlier.version + 1}")
            if later.valid_from and earlier.valid_from and later.valid_from <= earlier.valid_from:
                yield _not_rising((*path, "valid_from"), "valid_from", f"write a day after {earlier.valid_from}")


def _not_rising(path: Path, key: str, hint: str) -> Problem:
    return Problem(path=path, message=f"{key} is not above that of the version before", hint=hint)


def _tariff_begins(written: Written) -> Iterator[Problem]:
    """The first version counts from the beginning, so that every call has a price; later ones have a day."""
    for name, versions in written.sound.tariffs.items():
        for index, version in enumerate(versions):
            path = ("tariffs", name, index, "valid_from")
            if index == 0 and version.valid_from:
                message = "the first version counts from the beginning"
                yield Problem(path=path, message=message, hint="remove valid_from", at_key=True)
            elif index and not version.valid_from:
                message, hint = "it is open from when on this version counts", 'add valid_from: "2026-01-31"'
                yield Problem(path=path[:-1], message=message, hint=hint)


def _surcharges(written: Written) -> Iterator[Problem]:
    for name, versions in written.sound.tariffs.items():
        for index, version in enumerate(versions):
            seen: set[str] = set()
            for place, surcharge in enumerate(version.surcharges):
                path = ("tariffs", name, index, "surcharges", place)
                if (surcharge.percent is None) == (surcharge.per_call is None):
                    message = "a surcharge has either percent or per_call"
                    yield Problem(path=path, message=message, hint='write one of them, such as percent: "25"')
                if surcharge.name in seen:
                    message = f'there is a surcharge "{surcharge.name}" already'
                    yield Problem(path=(*path, "name"), message=message, hint="give each a name of its own")
                seen.add(surcharge.name)


def _currencies(written: Written) -> Iterator[Problem]:
    """A month has one sum."""
    for name, versions in written.sound.tariffs.items():
        for index, version in enumerate(versions):
            if version.currency != versions[0].currency:
                message = f"the versions before are in {versions[0].currency}"
                path = ("tariffs", name, index, "currency")
                yield Problem(path=path, message=message, hint="begin a tariff of its own for another currency")


def _after_trial(written: Written) -> Iterator[Problem]:
    trial = written.sound.house.trial
    if trial.after is AfterTrial.ANNOUNCE and trial.text is None:
        message, hint = "it is open what the caller hears", "add text:"
        yield Problem(path=("house", "trial", "after"), message=message, hint=hint)


def _kept_free(written: Written) -> Iterator[Problem]:
    limits = written.sound.house.limits
    if limits.kept_free and limits.kept_free >= (limits.calls or 0):
        message = "no call is left for clients who have one" if limits.calls else "kept_free is of no use without calls"
        path = ("house", "limits", "kept_free")
        yield Problem(path=path, message=message, hint="write fewer than calls")


def _codes(written: Written) -> Iterator[Problem]:
    """A code that begins another would always be taken first."""
    codes = written.sound.house.codes.model_dump()
    for (first, code), (second, other) in combinations(codes.items(), 2):
        together = (first in PRESSED) == (second in PRESSED)
        if together and (code.startswith(other) or other.startswith(code)):
            message = f'"{other}" cannot be told from "{code}" of {first}'
            yield Problem(path=("house", "codes", second), message=message, hint="choose another code")


HOUSE_CHECKS = (
    *(_endpoints, _tokens, _authentication, _matches),
    *(_tariff_versions, _tariff_begins, _surcharges, _currencies),
    *(_after_trial, _kept_free, _codes),
)
