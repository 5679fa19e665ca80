"""Real calls, to be had again: from the records of finished calls, or from a file of one call a line.

A file is JSON lines or CSV with these fields, of which only `at` and `dialled` or `forwarded_by` are needed:
`call`, `at` (ISO 8601, or milliseconds since 1970), `dialled`, `caller` (empty: suppressed), `forwarded_by` (a list, in
CSV separated by blanks), `trunk`, and in seconds `patience`, `waited` (at least so long did the caller wait), `rang`
(the agent's phone), `talk`, `wrap_up`, `through`; `staff` is whom the agent put the caller through to, `reached`
whether staff answered.
What is not known is drawn.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from router.core.errors import SetUpFailed
from router.core.ids import CallId, Millis, StaffId
from router.core.record import CallRecord, EndingClass, PartKind
from router.sim.draws import Exponential, Spread, fitted
from router.sim.mistakes import no_number, unknown
from router.sim.outcome import outcome_of
from router.sim.people import Caller, Habits
from router.sim.wording import HERE

TEXTS = frozenset({"call", "at", "dialled", "caller", "forwarded_by", "trunk", "staff", "reached"})
SECONDS = frozenset({"patience", "waited", "rang", "talk", "wrap_up", "through"})
WORDS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
FEWEST_ABANDONED = 5


def caller_of(record: CallRecord) -> Caller:
    """The caller of a finished call, who will do the same again as far as can be known."""
    talk, through = record.total(PartKind.TALK), record.total(PartKind.THROUGH)
    outcome = outcome_of(record, "")
    gave_up = record.ending.kind is EndingClass.ABANDONED
    waited = outcome.waited if outcome.sought is not None else 0
    return Caller(
        call=record.call,
        at=record.arrived,
        dialled=record.dialled,
        caller=record.caller,
        forwarded_by=record.arrival.forwarded_by if record.arrival else (),
        trunk=record.arrival.trunk if record.arrival else "",
        patience=waited if gave_up else None,
        at_least=waited,
        rang=_rang(record),
        talk=talk or None,
        wrap_up=record.total(PartKind.WRAP_UP) if talk else None,
        staff=_transferred_to(record),
        through=through or None,
        reached=True if through else False if _staff_silent(record) else None,
    )


def _transferred_to(record: CallRecord) -> StaffId | None:
    return next((StaffId(str(step.outcome)) for step in record.trace if step.rule == "transfer"), None)


def _staff_silent(record: CallRecord) -> bool:
    return any(step.rule == "staff" and step.outcome == "no answer" for step in record.trace)


def habits_of(callers: Sequence[Caller], otherwise: Habits) -> Habits:
    """What people did in these calls; where they are too few to tell, as in `otherwise`."""
    return replace(
        otherwise,
        talk=fitted([caller.talk for caller in callers if caller.talk is not None], otherwise.talk),
        wrap_up=fitted([caller.wrap_up for caller in callers if caller.wrap_up is not None], otherwise.wrap_up),
        answer=fitted([caller.rang for caller in callers if caller.rang is not None], otherwise.answer),
        patience=_patience(callers, otherwise.patience),
    )


def _patience(callers: Sequence[Caller], otherwise: Spread | None) -> Spread | None:
    """Most likely, if exponential: all that was waited, by all, over the number who gave up."""
    gave_up = [caller.patience for caller in callers if caller.patience is not None]
    if len(gave_up) < FEWEST_ABANDONED:
        return otherwise
    waited = sum(gave_up) + sum(caller.at_least for caller in callers if caller.patience is None)
    return Exponential(mean=waited / len(gave_up))


def _rang(record: CallRecord) -> Millis | None:
    """How long the phone of the agent who answered rang."""
    talk = next((part.start for part in record.parts if part.kind is PartKind.TALK), None)
    offers = [step.at for step in record.trace if step.rule == "offer" and talk is not None and step.at <= talk]
    return talk - offers[-1] if talk is not None and offers else None


def read(file: Path) -> list[Caller]:
    """The calls of a file, in the order of time. Raises `SetUpFailed` with the line that cannot be used."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = _csv(lines) if file.suffix.lower() == ".csv" else _jsonl(lines)
        found = [_caller(file, number, row) for number, row in _read(file, rows)]
    twice = len(found) - len({caller.call for caller in found})
    if twice:
        raise SetUpFailed(f"{file}: {twice} calls have the id of another one; leave `call` out to have them numbered")
    return sorted(found, key=lambda caller: (caller.at, caller.call))


def _read(file: Path, rows: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    try:
        yield from rows
    except (ValueError, csv.Error) as wrong:
        what = "is not in UTF-8; save it so" if isinstance(wrong, UnicodeDecodeError) else f"cannot be read: {wrong}"
        raise SetUpFailed(f"{file} {what}") from wrong


def _csv(lines: TextIO) -> Iterator[tuple[int, Any]]:
    reader = csv.DictReader(lines)
    for row in reader:
        known = {name: value for name, value in row.items() if value}
        yield reader.line_num, known | {"forwarded_by": (row.get("forwarded_by") or "").split()}


def _jsonl(lines: Iterable[str]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _parsed(line)


def _parsed(line: str) -> Any:
    """The call of a line; None, which is no call, for what is not JSON."""
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return None


def _caller(file: Path, number: int, row: Any) -> Caller:
    try:
        return _of_row(number, row)
    except (KeyError, TypeError, ValueError) as wrong:
        what = f'"{wrong.args[0]}" is missing; add it' if isinstance(wrong, KeyError) else str(wrong)
        raise SetUpFailed(f"{file}:{number}: {what}") from None


def _of_row(number: int, row: Any) -> Caller:
    if not isinstance(row, Mapping):
        raise TypeError('this is no call; write a JSON object with "at" and "dialled" on one line')
    if None in row:
        raise ValueError("there are more values than names in the first line; write decimals with a point")
    for name in sorted(row.keys() - (TEXTS | SECONDS)):
        raise ValueError(unknown(name, TEXTS | SECONDS))
    if not row.get("dialled") and not row.get("forwarded_by"):
        raise ValueError('"dialled" is missing; add it, or "forwarded_by", to tell whose call it is')
    return Caller(
        call=CallId(str(row.get("call", number))),
        at=_instant(row["at"]),
        dialled=str(row.get("dialled") or ""),
        caller=row.get("caller") or None,
        forwarded_by=tuple(row.get("forwarded_by") or ()),
        trunk=row.get("trunk") or "",
        patience=_millis(row, "patience"),
        at_least=_millis(row, "waited") or 0,
        rang=_millis(row, "rang"),
        talk=_millis(row, "talk"),
        wrap_up=_millis(row, "wrap_up"),
        staff=StaffId(row["staff"]) if row.get("staff") else None,
        through=_millis(row, "through"),
        reached=_yes_or_no(row.get("reached")),
    )


def _instant(written: object) -> Millis:
    try:
        if isinstance(written, int | float):
            return int(written)
        if str(written).isdecimal():
            return int(str(written))
        when = datetime.fromisoformat(str(written))
    except (ValueError, OverflowError):
        raise ValueError(f'at: "{written}" is not a time; write it as 2026-11-23T09:00:00') from None
    return round((when if when.tzinfo else when.replace(tzinfo=HERE)).timestamp() * 1000)


def _millis(row: Mapping[str, Any], name: str) -> Millis | None:
    seconds = row.get(name)
    if seconds is None:
        return None
    try:
        length = round(float(seconds) * 1000)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name}: {no_number(seconds, ' of seconds')}") from None
    if length < 0:
        raise ValueError(f"{name}: {seconds} is too small; write 0 at least")
    return length


def _yes_or_no(written: object) -> bool | None:
    if written is None:
        return None
    if str(written).lower() not in WORDS:
        raise ValueError(f'reached: "{written}" is neither true nor false; write one of the two')
    return WORDS[str(written).lower()]
