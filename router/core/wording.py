"""What a waiting caller is told, in German: the place in line, and the expected wait as a range.

The range is widened to the next `RUNGS`, never narrowed, and places after the tenth are not counted, so that few
different texts are ever spoken and each is synthesised once.
"""

from dataclasses import dataclass

from router.core.ids import Millis

RUNGS: tuple[Millis, ...] = tuple(s * 1000 for s in (30, 60, 120, 180, 240, 360, 480, 600, 900, 1200, 1800))
PLACES = ("erster", "zweiter", "dritter", "vierter", "fünfter", "sechster", "siebter", "achter", "neunter", "zehnter")
MINUTES = {
    1: "eine",
    2: "zwei",
    3: "drei",
    4: "vier",
    6: "sechs",
    8: "acht",
    10: "zehn",
    15: "fünfzehn",
    20: "zwanzig",
    30: "dreißig",
}
KEYS = {
    "0": "die Null",
    "1": "die Eins",
    "2": "die Zwei",
    "3": "die Drei",
    "4": "die Vier",
    "5": "die Fünf",
    "6": "die Sechs",
    "7": "die Sieben",
    "8": "die Acht",
    "9": "die Neun",
    "*": "die Sterntaste",
    "#": "die Rautetaste",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A wait of `low` to `high` milliseconds, both of them rungs, or 0 and None: no lower, no upper end."""

    low: Millis
    high: Millis | None


def widened(low_ms: Millis, high_ms: Millis) -> Range | None:
    """The range of rungs around these two; None when it would say nothing."""
    low = max((rung for rung in RUNGS if rung <= low_ms), default=0)
    high = next((rung for rung in RUNGS if rung >= high_ms and rung > low), None)
    return None if high is None and low == 0 else Range(low=low, high=high)


def place(position: int) -> str:
    """`Sie sind an zweiter Stelle.`; 1 is next."""
    if position > len(PLACES):
        return "Vor Ihnen warten mindestens zehn Anrufer."
    return f"Sie sind an {PLACES[position - 1]} Stelle."


def wait(expected: Range) -> str:
    """`Die Wartezeit beträgt voraussichtlich zwei bis vier Minuten.`"""
    return f"Die Wartezeit beträgt voraussichtlich {_span(expected)}."


def keys(*, call_back: str, message: str) -> str:
    """Which keys there are to press; an empty key is not told."""
    told = ["Für einen Rückruf drücken Sie " + KEYS[call_back] + "."] if call_back in KEYS else []
    told += ["Um eine Nachricht zu hinterlassen, drücken Sie " + KEYS[message] + "."] if message in KEYS else []
    return " ".join(told)


def _span(expected: Range) -> str:
    low, high = expected.low, expected.high
    if high is None:
        return "mehr als eine halbe Stunde" if low == RUNGS[-1] else f"mehr als {_time(low)}"
    if low == 0:
        return f"weniger als {_time(high)}"
    if low < RUNGS[1]:
        return f"{_time(low)} bis {_time(high)}"
    return f"{MINUTES[low // 60_000]} bis {_time(high)}"


def _time(ms: Millis) -> str:
    if ms < RUNGS[1]:
        return "dreißig Sekunden"
    return f"{MINUTES[ms // 60_000]} {'Minute' if ms == RUNGS[1] else 'Minuten'}"
