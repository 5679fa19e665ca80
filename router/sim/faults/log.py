"""The router's log in a simulated world: silent, but for what our own code says of itself when it fails."""

import logging
import warnings
from typing import Any

import structlog

FAULTS: list[str] = []  # tracebacks that were logged, by their sentence, since they were last looked at


def silenced() -> None:
    """That everything fails is well known here; and a killed router leaves things undone."""
    warnings.filterwarnings("ignore", message="coroutine .* was never awaited")
    structlog.configure(processors=[_keep], wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _keep(_logger: Any, _method: str, told: Any) -> Any:
    if told.get("exc_info"):
        FAULTS.append(str(told.get("event")))
    raise structlog.DropEvent
