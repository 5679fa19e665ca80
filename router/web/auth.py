"""Who is asking, and whether the route is for them; an agent acts only as itself.

Programs send `Authorization: Bearer TOKEN`, compared in constant time. A browser's websocket cannot set headers, and a
token in an address ends in logs, so there it rides as a second subprotocol:
`new WebSocket(url, ["vorzimmer.v1", "bearer." + token])`. The server answers with `vorzimmer.v1` only.
"""

import hashlib
import hmac
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from router.core.desk.access import Access, Denial, Identity, denial, program
from router.core.ids import AgentId
from router.web.access import IDENTITY, access_of
from router.web.errors import Forbidden, PledgeNeeded, Unauthorized
from router.web.keys import AGENT, TOKENS
from router.web.people import signed_in

SUBPROTOCOL = "vorzimmer.v1"
BEARER_SUBPROTOCOL = "bearer."


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request through only to whom its route is declared for; one that nobody declared is for nobody."""
    if request.match_info.http_exception is not None:  # no such path, or no such method there
        return await handler(request)
    access = access_of(request.app, request.match_info.route)
    if access is None:
        raise web.HTTPNotFound
    if access is Access.PUBLIC:  # nobody's token is looked for
        return await handler(request)
    identity, wanted = await asking(request), AgentId(request.match_info.get("agent", ""))
    denied = denial(access, identity, wanted or None)
    if denied is not None:
        raise _told(request, denied)
    if identity is not None:
        request[IDENTITY] = identity
        if identity.agent is not None:
            request[AGENT] = identity.agent
    return await handler(request)


def _told(request: web.Request, denied: Denial) -> Exception:
    """Pages lead on to what is missing; the API says it."""
    if denied is not Denial.ANOTHERS and "text/html" in request.headers.get("Accept", ""):
        return web.HTTPSeeOther("/pledge" if denied is Denial.PLEDGE else "/sign-in")
    if denied is Denial.PLEDGE:
        return PledgeNeeded("Pledge secrecy first, at /pledge: its text is new, or you have not yet.")
    if denied is Denial.UNKNOWN:
        return Unauthorized("No valid bearer token was sent: send your own token in the Authorization header.")
    return Forbidden("This is another agent's, or needs another role: an agent acts only as itself.")


async def asking(request: web.Request, *, within_ms: int = 0) -> Identity | None:
    """Who asks: a program with a token, or whoever is signed in in this browser, as of `within_ms` ago.

    Raises `Forbidden` for what none of our pages sent, `LedgerUnavailable`.
    """
    if _presented(request):
        agent = asking_agent(request)
        return program(agent) if agent is not None else None
    return await signed_in(request, within_ms=within_ms)


def asking_agent(request: web.Request) -> AgentId | None:
    """Whose token the request carries, by the tokens in force now; None for nobody's."""
    return _owner(request.app[TOKENS](), _presented(request))


def _presented(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else _from_subprotocols(request)


def _from_subprotocols(request: web.Request) -> str:
    offered = ",".join(request.headers.getall("Sec-WebSocket-Protocol", ())).split(",")
    tokens = [one.strip()[len(BEARER_SUBPROTOCOL) :] for one in offered if one.strip().startswith(BEARER_SUBPROTOCOL)]
    return tokens[0] if tokens else ""


def _owner(tokens: Mapping[AgentId, str], presented: str) -> AgentId | None:
    """Every token is compared, so that the time taken tells nothing about which agent it belongs to."""
    digest = hashlib.sha256(presented.encode("utf-8", "surrogateescape")).hexdigest()
    owners = [agent for agent, known in tokens.items() if hmac.compare_digest(known.lower(), digest)]
    return owners[0] if presented and owners else None
