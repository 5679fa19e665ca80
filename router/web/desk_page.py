"""The agent's desk: a page that shows the own call and does everything by the agents' API."""

from contextlib import suppress

from aiohttp import web

from router.web.access import IDENTITY, Access, Route
from router.web.agents import own_view_of
from router.web.assets import asset_url
from router.web.panels import panels
from router.web.people import CSRF
from router.web.rendering import language_of, page
from router.web.softphone import SIP_WAY


async def show(request: web.Request) -> web.StreamResponse:
    """The desk of whoever is signed in."""
    own, language = own_view_of(request), language_of(request)
    values = {
        "csrf": request[CSRF],
        "agent": own.agent.agent,
        "name": own.agent.name,
        "user": request[IDENTITY].user,
        "softphone": _softphone(request.app),
        "parts": panels(request.app, own, language),
    }
    return page("desk/desk.html", language, values)


def _softphone(app: web.Application) -> str:
    """The address of the telephone's script; "" where there is no way to Asterisk, or the script was not bundled."""
    with suppress(FileNotFoundError):
        return asset_url("softphone.js") if SIP_WAY in app else ""
    return ""


ROUTES = (Route("GET", "/desk", show, Access.AGENT),)
