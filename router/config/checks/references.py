"""Whoever is named somewhere must exist."""

from collections.abc import Collection, Iterator

from router.config.findings import Path
from router.config.merged import known
from router.config.models import ClientKeys
from router.config.written import Problem, Written

ABSENT = {
    "trunks": "is no trunk",
    "skills": "is no skill",
    "hours": "are no hours",
    "tariffs": "is no tariff",
    "clients": "is no client",
}


def _absent(written: Written, section: str, name: str | None, path: Path) -> Iterator[Problem]:
    names = written.names(section)
    if name is not None and written.lacks(section, name):
        hint = known(name, names) if names else f"add it to the section {section}"
        yield Problem(path=path, message=f'there {ABSENT[section]} "{name}"', hint=hint)


def _client_references(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        path = ("clients", name)
        yield from _absent(written, "tariffs", client.tariff, (*path, "tariff"))
        yield from _absent(written, "trunks", client.trunk, (*path, "trunk"))
        for index, skill in enumerate(client.skills):
            yield from _absent(written, "skills", skill, (*path, "skills", index))
        yield from _hours_references(written, path, client)
        yield from _staff_references(path, client)


def _hours_references(written: Written, path: Path, client: ClientKeys) -> Iterator[Problem]:
    for index, greeting in enumerate(client.greetings):
        yield from _absent(written, "hours", greeting.hours, (*path, "greetings", index, "hours"))
    for name, staff in client.staff.items():
        yield from _absent(written, "hours", staff.hours, (*path, "staff", name, "hours"))


def _staff_references(path: Path, client: ClientKeys) -> Iterator[Problem]:
    named = [(("allow", index, "staff"), entry.staff) for index, entry in enumerate(client.allow)]
    named += [(("vips", index, "staff"), vip.staff) for index, vip in enumerate(client.vips) if vip.staff]
    for step, staff in named:
        yield from _absent_staff(client.staff, staff, (*path, *step))


def _absent_staff(staff: Collection[str], name: str, path: Path) -> Iterator[Problem]:
    if name not in staff:
        hint = known(name, staff) if staff else "add this person to the client's staff"
        yield Problem(path=path, message=f'there is no staff member "{name}" of this client', hint=hint)


def _agent_references(written: Written) -> Iterator[Problem]:
    for name, agent in written.sound.agents.items():
        for index, skill in enumerate(agent.skills):
            yield from _absent(written, "skills", skill, ("agents", name, "skills", index))


def _number_references(written: Written) -> Iterator[Problem]:
    for number, keys in written.sound.numbers.items():
        yield from _absent(written, "trunks", keys.trunk, ("numbers", number, "trunk"))


def _house_references(written: Written) -> Iterator[Problem]:
    yield from _absent(written, "clients", written.sound.house.default_client, ("house", "default_client"))


REFERENCE_CHECKS = (_client_references, _agent_references, _number_references, _house_references)
