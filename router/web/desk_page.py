"""The agent's desk: a page that shows the own call and does everything by the agents' API."""

from aiohttp import web

from router.web.access import IDENTITY, Access, Route
from router.web.agents import own_view_of
from router.web.panels import panels
from router.web.people import CSRF
from router.web.rendering import language_of, page


async def show(request: web.Request) -> web.StreamResponse:
    """The desk of whoever is signed in."""
    own, language = own_view_of(request), language_of(request)
    values = {
        "csrf": request[CSRF],
        "agent": own.agent.agent,
        "name": own.agent.name,
        "user": request[IDENTITY].user,
        "parts": panels(request.app, own, language),
    }
    return page("desk/desk.html", language, values)


ROUTES = (Route("GET", "/desk", show, Access.AGENT),)
