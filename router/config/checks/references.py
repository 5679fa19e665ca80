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


def _references(written: Written) -> Iterator[Problem]:
    for section, steps in REFERENCES:
        names = written.names(section)
        for path, name in written.texts(*steps):
            if written.lacks(section, name):
                hint = known(name, names) if names else f"add it to the section {section}"
                yield Problem(path=path, message=f'there {ABSENT[section]} "{name}"', hint=hint)


def _staff_references(written: Written) -> Iterator[Problem]:
    for steps in STAFF_REFERENCES:
        for path, name in written.texts(*steps):
            staff = written.keys("clients", str(path[1]), "staff")
            if name not in staff:
                hint = known(name, staff) if staff else "add this person to the client's staff"
                yield Problem(path=path, message=f'there is no staff member "{name}" of this client', hint=hint)


REFERENCE_CHECKS = (_references, _staff_references)
