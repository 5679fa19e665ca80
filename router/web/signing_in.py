"""The pages of signing in: they work without any script."""

from collections.abc import Mapping
from http import HTTPStatus

import segno
from aiohttp import web

from router.core.desk import totp
from router.core.desk.access import Role
from router.core.errors import LedgerUnavailable, RequestRefused
from router.desk.inviting import CodeWrong, InvitationOver, PasswordWeak
from router.desk.passwords import TooBusy
from router.desk.signing_in import Attempt, SignInRefused, TooManyAttempts
from router.web.access import IDENTITY, Access, Route
from router.web.people import CSRF, PEOPLE, address_of, require_own_page, set_token, token_of
from router.web.rendering import language_of, page

ISSUER = "Vorzimmer"


def _page(request: web.Request, name: str, values: Mapping[str, object], status: int = 200) -> web.Response:
    return page(name, language_of(request), values, status=status)


async def _form(request: web.Request) -> Mapping[str, str]:
    require_own_page(request)
    return {name: str(value) for name, value in (await request.post()).items()}


async def home(_request: web.Request) -> web.StreamResponse:
    """The address without a path."""
    raise web.HTTPSeeOther("/desk")


async def ask(request: web.Request) -> web.StreamResponse:
    """The form of signing in."""
    return _page(request, "sign_in.html", {"error": "", "minutes": 0, "login": ""})


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Name, password and code."""
    sent = await _form(request)
    login = sent.get("login", "")[:64]
    attempt = Attempt(
        login=login, password=sent.get("password", ""), code=sent.get("code", ""), address=address_of(request)
    )
    people, minutes = request.app[PEOPLE], 0
    try:
        token = await people.door.sign_in(attempt)
    except TooManyAttempts as locked:
        error, minutes = locked.id, locked.minutes
    except (SignInRefused, TooBusy, LedgerUnavailable) as wrong:
        error = wrong.id if not isinstance(wrong, LedgerUnavailable) else "sign_in_down"
    else:
        signed = await people.sessions.asking(token)
        answer = web.Response(
            status=HTTPStatus.SEE_OTHER, headers={"Location": _place(signed.account.roles if signed else ())}
        )
        set_token(request, answer, token)
        return answer
    return _page(request, "sign_in.html", {"error": error, "minutes": minutes, "login": login}, HTTPStatus.FORBIDDEN)


def _place(roles: object) -> str:
    return (
        "/board" if isinstance(roles, frozenset) and Role.AGENT not in roles and Role.SUPERVISOR in roles else "/desk"
    )


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this browser's session."""
    user = request[IDENTITY].user or ""
    await request.app[PEOPLE].door.sign_out(token_of(request), user, everywhere=False, address=address_of(request))
    answer = web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/sign-in"})
    set_token(request, answer, "")
    return answer


async def show_pledge(request: web.Request) -> web.StreamResponse:
    """The text that is pledged."""
    pledge = request.app[PEOPLE].door.terms().pledge
    values = {"csrf": request[CSRF], "version": pledge.version, "text": pledge.text}
    return _page(request, "pledge.html", values)


async def pledge(request: web.Request) -> web.StreamResponse:
    """Keep that it was pledged. A text that changed meanwhile is shown anew."""
    sent, identity = await _form(request), request[IDENTITY]
    version = sent.get("version", "")
    try:
        number = int(version) if version.isdecimal() and len(version) < 10 else -1
        await request.app[PEOPLE].door.pledge(identity.user or "", version=number, address=address_of(request))
    except RequestRefused:
        raise web.HTTPSeeOther("/pledge") from None
    raise web.HTTPSeeOther(_place(identity.roles))


async def show_invitation(request: web.Request) -> web.StreamResponse:
    """Choose a password, and scan the second factor."""
    return await _invitation(request, "")


async def _invitation(request: web.Request, error: str) -> web.StreamResponse:
    token, invitations = request.match_info["token"], request.app[PEOPLE].invitations
    try:
        account = await invitations.invited(token)
    except InvitationOver as over:
        return _page(request, "invite.html", {"error": over.id, "login": ""}, HTTPStatus.GONE)
    secret = invitations.second_factor(token)
    code = segno.make(totp.address(secret, account.login, ISSUER), micro=False)
    values = {
        "error": error,
        "login": account.login,
        "qr": code.svg_data_uri(scale=4, dark="#000", light="#fff"),
        "secret": totp.readable(secret),
    }
    return _page(request, "invite.html", values, HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK)


async def accept(request: web.Request) -> web.StreamResponse:
    """Set what was chosen, and show the recovery codes once."""
    sent = await _form(request)
    try:
        codes = await request.app[PEOPLE].invitations.accept(
            request.match_info["token"],
            password=sent.get("password", ""),
            code=sent.get("code", ""),
            address=address_of(request),
        )
    except (InvitationOver, PasswordWeak, CodeWrong, TooBusy) as wrong:
        return await _invitation(request, wrong.id)
    return _page(request, "codes.html", {"codes": codes})


ROUTES = (
    Route("GET", "/", home, Access.PUBLIC),
    Route("GET", "/sign-in", ask, Access.PUBLIC),
    Route("POST", "/sign-in", sign_in, Access.PUBLIC),
    Route("POST", "/sign-out", sign_out, Access.SIGNED_IN),
    Route("GET", "/pledge", show_pledge, Access.SIGNED_IN),
    Route("POST", "/pledge", pledge, Access.SIGNED_IN),
    Route("GET", "/invite/{token}", show_invitation, Access.PUBLIC),
    Route("POST", "/invite/{token}", accept, Access.PUBLIC),
)
