"""Logging: one JSON object a line (a readable line on a terminal), with the call's id and never a caller's full number.

Rules of what is written at info level and above:
- fields that hold a caller (`caller`, `number`, …) lose their last three digits whatever their shape;
- in every other field, text and tracebacks too, whatever looks like `+493012345678` or `03012345678` loses them as
  well, but no time, no name of a channel (`1795440632.3`, `PJSIP/carrier-00000012`) and no hash;
- only the number dialled stays whole: it is ours.

The call's id comes from the context: `with structlog.contextvars.bound_contextvars(call=call_id): …`.

Our own lines take structlog's short way and are written at once; the standard library's, which libraries use, pass
through `logging` and come out the same. A line that cannot be written (disk full, pipe closed) stops nothing.
"""

import logging
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

HIDDEN_DIGITS = 3  # as TDDDG section 11(4) shortens numbers on itemised bills
CALLER_FIELDS = frozenset({"caller", "caller_id", "forwarded_by", "from", "number", "numbers"})
OWN_FIELDS = frozenset({"dialled", "level", "logger", "timestamp"})  # nothing of a caller is in them
EPOCH = r"1[6-9]\d{8}(?:\d{3}){0,2}"  # seconds, milli- or microseconds since 1970; numbers in use do not begin so
NUMBER = re.compile(
    rf"\+\d{{5,}}|(?<![\w+])(?<!\d\.)(?!0000|{EPOCH}(?!\d))\d{{7,17}}(?!\w|\.\d|-[0-9a-f]{{4}}-)", re.ASCII
)
LAST_DIGITS = re.compile(rf"\d(?=(?:\D*\d){{0,{HIDDEN_DIGITS - 1}}}\D*$)")


def masked(number: str) -> str:
    """The number with its last three digits as `x`: `+493012345678` becomes `+493012345xxx`."""
    return LAST_DIGITS.sub("x", number)


def mask_numbers(_logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """A structlog processor: no caller's full number at info level and above."""
    if method == "debug" or line.get("level") == "debug":
        return line
    return {field: _masked_field(field, value) for field, value in line.items()}


def _masked_field(field: str, value: Any) -> Any:
    if field in OWN_FIELDS or field.startswith("_"):
        return value
    return _masked_caller(value) if field in CALLER_FIELDS else _masked_text(value)


def _masked_caller(value: Any) -> Any:
    match value:
        case None:
            return None
        case list() | tuple() | set() | frozenset():
            return [_masked_caller(one) for one in value]
        case _:
            return masked(str(value))


def _masked_text(value: Any) -> Any:
    if type(value) is str:
        return NUMBER.sub(_masked_found, value)
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(field): _masked_field(str(field), one) for field, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked_text(one) for one in value]
        case _:
            return NUMBER.sub(_masked_found, str(value))


def _masked_found(found: re.Match[str]) -> str:
    return masked(found[0])


@dataclass(frozen=True, slots=True)
class _Line:
    """Writes whole lines, in turn with those of the standard library."""

    name: str
    lines: "logging.StreamHandler[TextIO]"

    def msg(self, line: str) -> None:
        """Write one line, whatever its level."""
        self.lines.acquire()
        try:
            with suppress(OSError, ValueError):
                self.lines.stream.write(line + "\n")
                self.lines.flush()
        finally:
            self.lines.release()

    debug = info = warning = error = critical = msg


def configure_logging(*, level: str = "info", stream: TextIO | None = None) -> None:
    """Send all logging, structlog's and the standard library's, to `stream` (stderr) from `level` (`debug` …) on."""
    stream = stream or sys.stderr
    lines, last = logging.StreamHandler(stream), _last(human=stream.isatty())
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    lines.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_first(), processors=[remove, *last]))
    logging.basicConfig(level=level.upper(), handlers=[lines], force=True)
    structlog.configure(
        processors=[*_first(), *last],
        logger_factory=lambda name="": _Line(name, lines),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,  # modules keep their loggers while a test or a reload configures anew
    )


def _first() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _last(*, human: bool) -> list[Processor]:
    return [
        structlog.processors.format_exc_info,
        mask_numbers,
        structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(serializer=_json),
    ]


def _json(line: EventDict, **_options: Any) -> str:
    return orjson.dumps(line, default=str).decode()
