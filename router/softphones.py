"""Agents' telephones in the browser: their names and passwords in Asterisk, and which of them are open now.

A softphone is an endpoint of its own beside the agent's desk phone. It has no password in any file: that is derived
from the house's secret, and told to the agent's own page alone.
"""

import hmac
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from router.core.ids import AgentId

PREFIX = "Desk-"  # no id of the configuration has a capital letter


def endpoint_of(agent: AgentId) -> str:
    """What the agent's softphone is called in Asterisk."""
    return f"{PREFIX}{agent}"


class Softphones:
    """Those of one house. `secret` is of this purpose alone."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._open: Counter[AgentId] = Counter()

    def password(self, agent: AgentId) -> str:
        """The same one at each start, and in both of two routers that share their secret."""
        return hmac.digest(self._secret, agent.encode(), "sha256").hex()

    def is_open(self, agent: AgentId) -> bool:
        """Whether a browser of the agent is connected; it may not have registered yet."""
        return self._open[agent] > 0

    @contextmanager
    def opened(self, agent: AgentId) -> Iterator[None]:
        """While the block runs, one browser of the agent is connected."""
        self._open[agent] += 1
        try:
            yield
        finally:
            self._open[agent] -= 1
