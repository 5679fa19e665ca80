"""Whom the demo's calls are between: the numbers of `config/`, all from the block that is kept free for films."""

from typing import NamedTuple


class Line(NamedTuple):
    """One of the house's numbers, and the client who answers there ("" for the shared one)."""

    number: str
    client: str
    name: str


KRAUSE = Line("+493023125010", "krause", "Krause Heizung")
ADLER = Line("+496990009020", "adler", "Kanzlei Adler")
LUMENTA = Line("+494066969030", "lumenta", "Lumenta Leuchten")
SHARED = Line("+493023125000", "", "the shared number")

WINTER_FORWARDS = "+492214710040"
ISAR_FORWARDS = "+498999998050"

ADLER_HERSELF = "+491713920011"
ADLER_OFFICE = "+496990009121"
KRAUSE_EMERGENCY = "+491713920002"

HOUSE_BLOCKED = "+493023125666"
LUMENTA_BLOCKED = "+494066969666"
ALLOWED_COURT = "+496990009200"
VIP_STRAIGHT = "+491713920050"
VIP_FIRST = "+491713920051"
VIP_BY_HOUR = "+491713920053"
LUMENTA_RANGE = "+494066969675"


def caller(number: int) -> str:
    """A caller on no list; `number` 60 to 99."""
    return f"+4917139200{number}"
