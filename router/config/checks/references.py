"""Whoever is named somewhere must exist; told also for entries that have other mistakes."""

from collections.abc import Iterator

from router.config.merged import known
from router.config.written import ANY, Problem, Step, Written

REFERENCES: tuple[tuple[str, tuple[Step, ...]], ...] = (
    ("clients", ("house", "default_client")),
    ("trunks", ("numbers", ANY, "trunk")),
    ("skills", ("agents", ANY, "skills", ANY)),
    ("tariffs", ("clients", ANY, "tariff")),
    ("trunks", ("clients", ANY, "trunk")),
    ("skills", ("clients", ANY, "skills", ANY)),
    ("hours", ("clients", ANY, "greetings", ANY, "hours")),
    ("hours", ("clients", ANY, "staff", ANY, "hours")),
)
STAFF_REFERENCES: tuple[tuple[Step, ...], ...] = (
    ("clients", ANY, "allow", ANY, "staff"),
    ("clients", ANY, "vips", ANY, "staff"),
)
ABSENT = {
    "trunks": "is no trunk",
    "skills": "is no skill",
    "hours": "are no hours",
    "tariffs": "is no tariff",
    "clients": "is no client",
}


MOST_SUGGESTIONS = 50  # comparing words takes time, and who has more mistakes reads the first ones first


def _references(written: Written) -> Iterator[Problem]:
    for section, steps in REFERENCES:
        names = written.names(section)
        absent = ((path, name) for path, name in written.texts(*steps) if written.lacks(section, name))
        for count, (path, name) in enumerate(absent):
            suggest = names and count < MOST_SUGGESTIONS
            hint = known(name, names) if suggest else f"add it to the section {section}"
            yield Problem(path=path, message=f'there {ABSENT[section]} "{name}"', hint=hint)


def _staff_references(written: Written) -> Iterator[Problem]:
    staff = {path[1]: frozenset(entries) for path, entries in written.mappings("clients", ANY, "staff")}
    for steps in STAFF_REFERENCES:
        named = [(path, name, staff.get(path[1], frozenset())) for path, name in written.texts(*steps)]
        absent = ((path, name, own) for path, name, own in named if name not in own)
        for count, (path, name, own) in enumerate(absent):
            hint = known(name, own) if own and count < MOST_SUGGESTIONS else "add this person to the client's staff"
            yield Problem(path=path, message=f'there is no staff member "{name}" of this client', hint=hint)


REFERENCE_CHECKS = (_references, _staff_references)
