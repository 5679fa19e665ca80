"""What agents and watchers can ask of the running engine, whoever carries the request: desk API, DTMF, command line."""

from collections.abc import Callable
from typing import Protocol

from router.core.events import AgentEvent
from router.core.view import HouseView


class Desk(Protocol):
    """The engine, as the web room sees it."""

    async def request(self, event: AgentEvent) -> None:
        """Bring an agent's wish into the inbox and wait until it was decided.

        Raises `RequestRefused` when it is not possible now, with words for the agent.
        """
        ...

    def view(self) -> HouseView:
        """How the house stands now."""
        ...

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` after each turn of the loop that changed something; returns the way to stop it."""
        ...


class Readiness(Protocol):
    """Whether the router can serve calls now."""

    def problems(self) -> tuple[str, ...]:
        """What is wrong, one sentence each; empty when ready."""
        ...
