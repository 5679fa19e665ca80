"""How figures are written."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from router.core.ids import Millis

HERE = ZoneInfo("Europe/Berlin")


def seconds(millis: float | None) -> str:
    """With one decimal; a dash for none."""
    return "-" if millis is None else f"{millis / 1000:.1f}"


def percent(share: float | None) -> str:
    """With one decimal; a dash for none."""
    return "-" if share is None else f"{share * 100:.1f}%"


def local(at: Millis) -> datetime:
    """The wall clock in Europe/Berlin."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(HERE)


def hour(at: Millis) -> str:
    """`2026-11-23 08:00`."""
    return local(at).strftime("%Y-%m-%d %H:%M")
