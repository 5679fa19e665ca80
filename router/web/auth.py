"""Who is asking: bearer tokens, compared in constant time; an agent acts only as itself.

Programs send `Authorization: Bearer TOKEN`. A browser's websocket cannot set headers, and a token in an address ends in
logs, so there the token rides as a second subprotocol: `new WebSocket(url, ["vorzimmer.v1", "bearer." + token])`.
The server answers with `vorzimmer.v1` only.
"""

import hashlib
import hmac
from collections.abc import Mapping

from aiohttp import web
from aiohttp.typedefs import Handler

from router.core.ids import AgentId
from router.web.errors import Forbidden, Unauthorized
from router.web.keys import AGENT, TOKENS

SUBPROTOCOL = "vorzimmer.v1"
BEARER_SUBPROTOCOL = "bearer."


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request for `{agent}` through only with that agent's own token."""
    wanted = request.match_info.get("agent")
    if wanted is None:
        return await handler(request)
    asking = asking_agent(request)
    if asking is None:
        raise Unauthorized("No valid bearer token was sent: send your own token in the Authorization header.")
    if asking != wanted:
        raise Forbidden("This token belongs to another agent: an agent acts only as itself.")
    request[AGENT] = asking
    return await handler(request)


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
