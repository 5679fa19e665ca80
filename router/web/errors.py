"""Every failed request answers `{"error": {"id": …, "message": …}}`; nothing of our insides is told.

Below VorzimmerError:
├── Unauthorized 401, Forbidden and PledgeNeeded 403, NotFound 404, RequestInvalid 422   the request's own fault
├── RequestRefused 409                                                  not possible now
└── LedgerUnavailable 503, every other 500                              ours: logged whole, told in one sentence
"""

from collections.abc import Mapping
from http import HTTPStatus

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from router.core.errors import LedgerUnavailable, RequestRefused, VorzimmerError
from router.web.refusals import told_in
from router.web.rendering import language_of
from router.web.wording import Language

log = structlog.get_logger(__name__)


class Unauthorized(VorzimmerError):
    """Nobody we know is asking."""

    id = "unauthorized"


class Forbidden(VorzimmerError):
    """Somebody we know asks for what is another's."""

    id = "forbidden"


class PledgeNeeded(VorzimmerError):
    """The right person, who has yet to pledge secrecy."""

    id = "pledge_needed"


class NotFound(VorzimmerError):
    """There is no such thing."""

    id = "not_found"


class RequestInvalid(VorzimmerError):
    """The request's body is not what the API's description asks for."""

    id = "request_invalid"


STATUS: Mapping[type[VorzimmerError], HTTPStatus] = {
    Unauthorized: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    PledgeNeeded: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    RequestInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestRefused: HTTPStatus.CONFLICT,
    LedgerUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
PLAIN_IDS: Mapping[HTTPStatus, str] = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
}
OURS = "Something failed on our side; it was logged. Try again, or tell the operator."


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into the one JSON shape."""
    try:
        return await handler(request)
    except VorzimmerError as wrong:
        return _answer_known(request, wrong)
    except web.HTTPRedirection:
        raise
    except web.HTTPException as wrong:
        return _answer_plain(wrong)
    except Exception:
        log.exception("request_failed", method=request.method, path=request.path)
        return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", OURS)


def _answer_known(request: web.Request, wrong: VorzimmerError) -> web.Response:
    status = STATUS.get(type(wrong), HTTPStatus.INTERNAL_SERVER_ERROR)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _error(status, wrong.id, told_in(_asked_for(request), str(wrong)))
    log.error("request_failed", method=request.method, path=request.path, error=wrong.id, detail=str(wrong))
    return _error(status, wrong.id, OURS)


def _asked_for(request: web.Request) -> Language:
    """Browsers say a language; programs, which say none, are answered in English."""
    return language_of(request) if "Accept-Language" in request.headers else Language.ENGLISH


def _answer_plain(wrong: web.HTTPException) -> web.Response:
    status = HTTPStatus(wrong.status)
    answer = _error(
        status, PLAIN_IDS.get(status, "bad_request"), f"{status.phrase}. The API's description lists what there is."
    )
    answer.headers.update({name: value for name, value in wrong.headers.items() if name == "Allow"})
    return answer


def _error(status: HTTPStatus, error_id: str, message: str) -> web.Response:
    answer = web.json_response({"error": {"id": error_id, "message": message}}, status=status)
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="vorzimmer"'
    return answer
