"""From written hours to the core's, in the time zone and with the public holidays of whoever names them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from router.config.holidays import calendar_of
from router.config.keys.clients import ClientKeys
from router.config.keys.whole import Everything, HoursKeys
from router.config.week import spans_of, week_of
from router.core.hours import Hours
from router.core.ids import Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """All named hours as they are for one client, or for the house."""

    named: Mapping[str, HoursKeys]
    timezone: str  # of hours that name none, and of all moments
    region: str | None
    year: int  # the present one: public holidays are known for some years around it
    made: dict[tuple[str, str | None, str], Hours] = field(default_factory=dict)  # by time zone, region and name

    def hours(self, name: str | None) -> Hours | None:
        """As `hours_of`; None, which is at any time, when there is no name."""
        return self.hours_of(name) if name else None

    def hours_of(self, name: str) -> Hours:
        """The hours of this name."""
        key = (self.timezone, self.region, name)
        if key not in self.made:
            self.made[key] = self._make(name, self.named[name])
        return self.made[key]

    def _make(self, name: str, keys: HoursKeys) -> Hours:
        return Hours(
            name=name,
            timezone=keys.timezone or self.timezone,
            week=week_of(keys.week),
            days={day.isoformat(): spans_of(times) for day, times in keys.days.items()},
            holidays=None if keys.holidays is None else spans_of(keys.holidays),
            calendar=self._calendar(keys),
        )

    def instant(self, moment: datetime | None) -> Millis | None:
        """When the clock here shows `moment`."""
        return None if moment is None else int(moment.replace(tzinfo=ZoneInfo(self.timezone)).timestamp() * 1000)

    def _calendar(self, keys: HoursKeys) -> Mapping[str, str]:
        return calendar_of(self.region, self.year) if self.region and keys.holidays is not None else {}


def house_times(written: Everything, now: Millis) -> Timetable:
    """Hours as they are for the house."""
    house = written.house
    year = datetime.fromtimestamp(now / 1000, ZoneInfo(house.timezone)).year
    return Timetable(named=written.hours, timezone=house.timezone, region=house.region, year=year)


def client_times(house: Timetable, client: ClientKeys) -> Timetable:
    """Hours as they are for a client."""
    return replace(house, timezone=client.timezone or house.timezone, region=client.region or house.region)
