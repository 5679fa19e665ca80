"""The live changes of each agent's own view, handed to that agent's open sockets.

Rules: the house is looked at once for each turn of the engine's loop, however many sockets are open; a socket that
does not take its changes off is cut off, never waited for and never buffered without end.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from router.core.ids import AgentId
from router.core.view import HouseView
from router.web.own import OwnView, change_of, own_views

LONGEST_QUEUE = 64  # changes; an agent's view changes a few times a call


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed (`snapshot`, `offer`, `wrap_up`, `call`, `presence`), and how it is since."""

    kind: str
    own: OwnView


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """One open socket's changes. `cut_off` is called once, when the queue overflows or the agent is gone."""

    last: OwnView
    cut_off: Callable[[], None]
    changes: asyncio.Queue[Change] = field(default_factory=lambda: asyncio.Queue(LONGEST_QUEUE))

    def offer(self, own: OwnView) -> bool:
        """Queue what changed; False when the reader is too slow."""
        if own == self.last:
            return True
        change = Change(kind=change_of(self.last, own), own=own)
        self.last = own
        try:
            self.changes.put_nowait(change)
        except asyncio.QueueFull:
            return False
        return True


class Feed:
    """All subscriptions; `changed` is what the desk calls after each turn."""

    def __init__(self) -> None:
        self._subscriptions: dict[AgentId, list[Subscription]] = defaultdict(list)

    @contextmanager
    def subscribed(self, own: OwnView, cut_off: Callable[[], None]) -> Iterator[Subscription]:
        """Changes of one agent while the block runs, beginning with a snapshot."""
        subscription = Subscription(last=own, cut_off=cut_off)
        subscription.changes.put_nowait(Change(kind="snapshot", own=own))
        agent = own.agent.agent
        self._subscriptions[agent].append(subscription)
        try:
            yield subscription
        finally:
            self._leave(agent, subscription)

    def changed(self, view: Callable[[], HouseView]) -> None:
        """Tell every socket whose agent's view is another than before; without a socket the house is not even drawn."""
        if not self._subscriptions:
            return
        views = own_views(view())
        for agent in list(self._subscriptions):
            self._tell(agent, views.get(agent))

    def _tell(self, agent: AgentId, own: OwnView | None) -> None:
        """With None the agent has left the house: nothing more is theirs to see."""
        gone = [one for one in self._subscriptions[agent] if own is None or not one.offer(own)]
        for subscription in gone:
            self._leave(agent, subscription)
            subscription.cut_off()

    def _leave(self, agent: AgentId, subscription: Subscription) -> None:
        stay = [one for one in self._subscriptions.pop(agent, []) if one is not subscription]
        if stay:
            self._subscriptions[agent] = stay
