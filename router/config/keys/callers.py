"""Keys of the lists: callers who never, always or first get through, and who is responsible for them."""

from router.config.keys.section import Section
from router.config.scalars import HoursId, Identity, ListedNumber, ListedPattern, ListedPrefix, Moment, PersonId, Words


class ResponsibleKeys(Section):
    """Who is called in these hours."""

    hours: HoursId
    """When."""
    staff: PersonId
    """Whom."""


class CallersKeys(Section):
    """Which callers an entry means, in one of four ways, and until when it counts."""

    number: ListedNumber | None = None
    """One number, as people write it: "+493023125010", "030 23125010", "0049 30 23125010"."""
    prefix: ListedPrefix | None = None
    """The beginning of numbers: "+49900", "0900"."""
    first: ListedNumber | None = None
    """With last: all numbers from this one on."""
    last: ListedNumber | None = None
    """With first: up to this one, which has as many digits."""
    pattern: ListedPattern | None = None
    """A number with ? for any one digit and, at the end, * for any more: "089 99998???"."""
    until: Moment | None = None
    """The last day, or day and time, on which the entry counts. Left out: it counts for ever."""
    author: Words | None = None
    """Who wrote the entry."""
    reason: Words | None = None
    """Why, for whoever asks later."""


class BlockKeys(CallersKeys):
    """Callers who never reach an agent."""


class AllowKeys(CallersKeys):
    """Callers who are put straight through, without an agent."""

    name: Words | None = None
    """Who the caller is."""
    staff: Identity | None = None
    """To whom, at any time that by_hours does not name."""
    by_hours: list[ResponsibleKeys] = []
    """To whom, by hour; the most specific hours count."""


class VipKeys(CallersKeys):
    """Callers who go first."""

    name: Words | None = None
    """Who the caller is."""
    staff: Identity | None = None
    """To whom the caller is put straight through. Left out: first in line for an agent."""
    by_hours: list[ResponsibleKeys] = []
    """To whom, by hour; the most specific hours count, at any other time staff."""
