"""The supervisor's board: who is there, who waits, in which queue and for how long. It names neither
callers nor clients."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from router.core.ids import Millis, QueueId
from router.core.view import HouseView, Presence
from router.web.access import Access, Route
from router.web.keys import DESK
from router.web.own import instant
from router.web.people import CSRF
from router.web.refusals import told_in
from router.web.rendering import language_of, page

ORDER = (
    Presence.OFFERED,
    Presence.TALKING,
    Presence.WRAP_UP,
    Presence.AVAILABLE,
    Presence.PAUSED,
    Presence.OFF,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One queue's callers: how many wait, and since when the first of them."""

    queue: QueueId
    count: int
    oldest: Millis


def lines(house: HouseView) -> Sequence[Line]:
    """The queues in which somebody waits, the longest wait first."""
    waits: dict[QueueId, list[Millis]] = defaultdict(list)
    for one in house.waiting:
        waits[one.queue].append(one.since)
    found = [Line(queue=queue, count=len(since), oldest=min(since)) for queue, since in waits.items()]
    return sorted(found, key=lambda line: line.oldest)


async def show(request: web.Request) -> web.StreamResponse:
    """The board as it stands now; its script asks again every two seconds."""
    house, language = request.app[DESK].view(), language_of(request)
    agents = sorted(house.agents, key=lambda agent: (ORDER.index(agent.presence), agent.since))
    values = {
        "csrf": request[CSRF],
        "now": time.time_ns() // 1_000_000,
        "lines": [(line.queue, line.count, instant(line.oldest)) for line in lines(house)],
        "parked": len(house.parked),
        "calls": len(house.calls),
        "counts": [(one, sum(agent.presence is one for agent in agents)) for one in ORDER],
        "agents": [
            (agent.name, agent.presence, instant(agent.since), told_in(language, agent.reason)) for agent in agents
        ],
    }
    return page("board.html", language, values)


ROUTES = (Route("GET", "/board", show, Access.SUPERVISOR),)
