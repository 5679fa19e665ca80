"""Public holidays of the Länder, by day and with their names."""

from collections.abc import Mapping
from functools import cache

# Places inside a Land that have more holidays than the rest of it: mostly catholic ones, and the city of Augsburg.
VARIANTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "BY-CATHOLIC": ("BY", ("public", "catholic")),
    "BY-AUGSBURG": ("Augsburg", ("public",)),
    "SN-CATHOLIC": ("SN", ("public", "catholic")),
    "TH-CATHOLIC": ("TH", ("public", "catholic")),
}
LAENDER = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
REGIONS = tuple(sorted((*LAENDER, *VARIANTS)))
YEARS_BACK, YEARS_AHEAD = 1, 3


@cache
def calendar_of(region: str, year: int) -> Mapping[str, str]:
    """Days such as `2026-12-25` with their names, from the year before `year` to three years after it."""
    from holidays.countries.germany import Germany  # takes half a second, and only who names a Land needs it

    land, categories = VARIANTS.get(region, (region, ("public",)))
    years = range(year - YEARS_BACK, year + YEARS_AHEAD + 1)
    found = Germany(subdiv=land, years=years, categories=categories, language="de", expand=False)
    return {day.isoformat(): name for day, name in sorted(found.items())}
