"""Each decision on a call as one line of the log, with the call's id."""

from collections.abc import Sequence

import structlog

from router.core.commands import Command, Note
from router.core.events import Event
from router.core.ids import Millis

log = structlog.get_logger("vorzimmer.call")


class CallLog:
    """Implements `ports.Observer`. Numbers are shortened by the log's own processor."""

    def observed(self, *, now: Millis, event: Event, commands: Sequence[Command]) -> None:
        """Log every decision of this turn; at debug also what set it off."""
        log.debug("turn", at=now, happened=type(event).__name__, commands=[type(one).__name__ for one in commands])
        for command in commands:
            if isinstance(command, Note):
                step = command.step
                say = log.error if step.rule == "fault" else log.info
                say(step.rule, call=command.call, outcome=str(step.outcome), because=step.because)
