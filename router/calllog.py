"""Each decision on a call as one line of the log, with the call's id."""

import logging
from collections.abc import Sequence

import structlog
from structlog.typing import FilteringBoundLogger

from router.core.commands import Command, Note
from router.core.events import Event
from router.core.ids import Millis


class CallLog:
    """Implements `ports.Observer`. Numbers are shortened by the log's own processor."""

    def __init__(self) -> None:
        self._log: FilteringBoundLogger = structlog.get_logger("vorzimmer.call").bind()  # once, not for each line

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """Log every decision of this turn; at debug also what set it off."""
        log = self._log
        if log.is_enabled_for(logging.DEBUG):
            log.debug("turn", at=now, happened=type(event).__name__, commands=[type(one).__name__ for one in commands])
        for command in commands:
            if isinstance(command, Note):
                step = command.step
                say = log.error if step.rule == "fault" else log.info
                say(step.rule, call=command.call, outcome=str(step.outcome), because=step.because)
