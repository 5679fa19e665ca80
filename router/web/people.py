"""What the pages of signing in need, and the session's cookie.

The cookie is `__Host-vz`, Secure; on plain http to this machine itself `vz`. HttpOnly and SameSite=Strict in both.
"""

import hmac
from dataclasses import dataclass

from aiohttp import web

from router.core.desk.access import Identity
from router.desk.inviting import Invitations
from router.desk.sessions import Sessions, csrf_of
from router.desk.signing_in import SigningIn
from router.web.errors import Forbidden

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
READING = frozenset({"GET", "HEAD"})
LONGEST_S = 24 * 3600
REREAD_MS = 1000  # how old a session's last look into the database may be, for each message of a stream


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The use-cases of people who sign in."""

    door: SigningIn
    sessions: Sessions
    invitations: Invitations


PEOPLE: web.AppKey[People] = web.AppKey("people", People)
CSRF: web.RequestKey[str] = web.RequestKey("csrf")


def token_of(request: web.Request) -> str:
    """The session's token that the browser sent; "" for none."""
    return request.cookies.get(_cookie(request), "")


def set_token(request: web.Request, answer: web.Response, token: str) -> None:
    """Have the browser keep a new session; "" ends it."""
    name = _cookie(request)
    kept = LONGEST_S if token else 0
    secure = name.startswith("__Host-")
    answer.set_cookie(name, token, max_age=kept, path="/", httponly=True, samesite="Strict", secure=secure)


def _cookie(request: web.Request) -> str:
    """Anybody but this machine itself signs in by https: a browser drops a Secure cookie that came in the clear."""
    by_tls = request.secure or request.headers.get("X-Forwarded-Proto", "") == "https"
    return "vz" if not by_tls and _name(request.host) in LOOPBACK else "__Host-vz"


def _name(host: str) -> str:
    return (host.rpartition(":")[0] or host).strip("[]")


def address_of(request: web.Request) -> str:
    """From where somebody asks; a reverse proxy on this machine is believed."""
    remote = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded[:64] if forwarded and remote in LOOPBACK else remote


def require_own_page(request: web.Request) -> None:
    """Raises `Forbidden` for what another site's page sends."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise Forbidden("Another site's page sent this: open the page of this desk and send it from there.")


async def signed_in(request: web.Request, *, within_ms: int = 0) -> Identity | None:
    """Who is signed in in this browser. Raises `Forbidden` for what none of our pages sent, `LedgerUnavailable`."""
    people, token = request.app.get(PEOPLE), token_of(request)
    if people is None or not token:
        return None
    require_own_page(request)
    signed = await people.sessions.asking(token, within_ms=within_ms)
    if signed is None:
        return None
    request[CSRF] = csrf_of(token)
    if request.method not in READING:
        await _require_csrf(request)
    return signed.account.identity(people.door.terms().pledge)


async def _require_csrf(request: web.Request) -> None:
    sent = request.headers.get("X-CSRF-Token", "")
    if not sent and request.content_type == "application/x-www-form-urlencoded":
        sent = str((await request.post()).get("csrf", ""))
    if not hmac.compare_digest(sent.encode("utf-8", "replace"), request[CSRF].encode()):
        raise Forbidden("The page is older than this session: reload it, and try again.")
