"""Whoever is named somewhere must exist; told also for entries that have other mistakes."""

from collections.abc import Iterable, Iterator
from itertools import chain

from router.config.findings import Path
from router.config.merged import known
from router.config.written import ANY, Problem, Step, Written

REFERENCES: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("clients", ("house", "default_client")),
    ("trunks", ("numbers", ANY, "trunk")),
    ("hours", ("teams", ANY, "hours")),
    ("hours", ("tariffs", ANY, ANY, "surcharges", ANY, "hours")),
    ("teams", ("agents", ANY, "team")),
    ("queues", ("queues", ANY, "overflow", ANY, "queue")),
    ("tariffs", ("clients", ANY, "tariff")),
    ("trunks", ("clients", ANY, "trunk")),
    ("queues", ("clients", ANY, "queue")),
    ("queues", ("clients", ANY, "overflow", ANY, "queue")),
    ("hours", ("clients", ANY, "greetings", ANY, "hours")),
    ("hours", ("clients", ANY, "scripts", ANY, "hours")),
    ("hours", ("clients", ANY, "handling", ANY, "hours")),
    ("hours", ("clients", ANY, "staff", ANY, "hours")),
    ("hours", ("clients", ANY, "allow", ANY, "by_hours", ANY, "hours")),
    ("hours", ("clients", ANY, "vips", ANY, "by_hours", ANY, "hours")),
)
SKILL_REFERENCES: tuple[tuple[Step, ...], ...] = (  # lists of skills, or mappings of skills to levels
    ("agents", ANY, "skills"),
    ("clients", ANY, "skills"),
    ("queues", ANY, "skills"),
    ("queues", ANY, "prefers"),
    ("queues", ANY, "relax", ANY, "skills"),
)
STAFF_REFERENCES: tuple[tuple[Step, ...], ...] = (
    ("clients", ANY, "allow", ANY, "staff"),
    ("clients", ANY, "allow", ANY, "by_hours", ANY, "staff"),
    ("clients", ANY, "vips", ANY, "staff"),
    ("clients", ANY, "vips", ANY, "by_hours", ANY, "staff"),
    ("clients", ANY, "handling", ANY, "staff"),
    ("clients", ANY, "overflow", ANY, "staff"),
    ("clients", ANY, "staff", ANY, "deputy"),
)
ABSENT = {
    "trunks": "is no trunk",
    "skills": "is no skill",
    "hours": "are no hours",
    "teams": "is no team",
    "queues": "is no queue",
    "tariffs": "is no tariff",
    "clients": "is no client",
}
MOST_SUGGESTIONS = 50  # comparing words takes time, and who has more mistakes reads the first ones first


def _references(written: Written) -> Iterator[Problem]:
    for section, steps in REFERENCES:
        named = ((path, name, False) for path, name in written.texts(*steps))
        yield from _absent(written, section, named)


def _skill_references(written: Written) -> Iterator[Problem]:
    for steps in SKILL_REFERENCES:
        listed = ((path, name, False) for path, name in written.texts(*steps, ANY))
        leveled = (((*path, name), name, True) for path, skills in written.mappings(*steps) for name in skills)
        yield from _absent(written, "skills", chain(listed, leveled))


def _absent(written: Written, section: str, named: Iterable[tuple[Path, str, bool]]) -> Iterator[Problem]:
    """Those of the names that a section does not have; with each, whether it is a key."""
    names = written.names(section)
    absent = ((path, name, at_key) for path, name, at_key in named if written.lacks(section, name))
    for count, (path, name, at_key) in enumerate(absent):
        suggest = names and count < MOST_SUGGESTIONS
        hint = known(name, names) if suggest else f"add it to the section {section}"
        yield Problem(path=path, message=f'there {ABSENT[section]} "{name}"', hint=hint, at_key=at_key)


def _staff_references(written: Written) -> Iterator[Problem]:
    staff = {path[1]: frozenset(entries) for path, entries in written.mappings("clients", ANY, "staff")}
    for steps in STAFF_REFERENCES:
        named = [(path, name, staff.get(path[1], frozenset())) for path, name in written.texts(*steps)]
        absent = ((path, name, own) for path, name, own in named if name not in own)
        for count, (path, name, own) in enumerate(absent):
            hint = known(name, own) if own and count < MOST_SUGGESTIONS else "add this person to the client's staff"
            yield Problem(path=path, message=f'there is no staff member "{name}" of this client', hint=hint)


REFERENCE_CHECKS = (_references, _skill_references, _staff_references)
