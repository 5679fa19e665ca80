"""Every error of the ARI client, in one tree.

    AriError                      ari.error
    ├── AriRequestError           ari.request             one request failed; has .method and .path
    │   ├── AriHttpError          ari.http                Asterisk answered with an error; has .status and .message
    │   │   ├── BadRequest        ari.bad_request         400
    │   │   ├── AriUnauthorized   ari.unauthorized        401: wrong user or password
    │   │   ├── Forbidden         ari.forbidden           403
    │   │   ├── NotFound          ari.not_found           404
    │   │   ├── Conflict          ari.conflict            409
    │   │   ├── PreconditionFailed ari.precondition_failed 412
    │   │   ├── Unprocessable     ari.unprocessable       422
    │   │   └── ServerError       ari.server_error        5xx
    │   ├── AriUnreachable        ari.unreachable         never sent: no connection could be made
    │   ├── AriTimeout            ari.timeout             no answer in time: outcome unknown
    │   └── AriConnectionLost     ari.connection_lost     connection broke after sending: outcome unknown
    ├── AriMalformed              ari.malformed           JSON that is not what the API describes
    ├── AriLinkLost               ari.link_lost           the event websocket ended or fell silent
    ├── AriApplicationReplaced    ari.application_replaced another client took our application's name
    └── AriUsage                  ari.usage               our own code asked for something impossible

No error holds the Authorization header, the password, or a request's query (which may hold callers' numbers).
"""

from typing import ClassVar


class AriError(Exception):
    """Base of all; `id` is stable across versions, `outcome_unknown` says that the request may have worked."""

    id: ClassVar[str] = "ari.error"
    outcome_unknown: ClassVar[bool] = False


class AriRequestError(AriError):
    """One request failed: names its method and path."""

    id = "ari.request"

    def __init__(self, method: str, path: str, sentence: str) -> None:
        super().__init__(f"{method} {path}: {sentence}")
        self.method = method
        self.path = path


class AriHttpError(AriRequestError):
    """Asterisk refused a request: `status` is the HTTP code, `message` Asterisk's own sentence."""

    id = "ari.http"

    def __init__(self, method: str, path: str, status: int, message: str) -> None:
        super().__init__(method, path, f"{status} {message}".rstrip())
        self.status = status
        self.message = message


class BadRequest(AriHttpError):
    """400: a parameter is missing or makes no sense."""

    id = "ari.bad_request"


class AriUnauthorized(AriHttpError):
    """401: compare user and password with ari.conf."""

    id = "ari.unauthorized"


class Forbidden(AriHttpError):
    """403: the user is read-only, or the object must not be changed."""

    id = "ari.forbidden"


class NotFound(AriHttpError):
    """404: the object is gone or never was; also every path while Asterisk boots."""

    id = "ari.not_found"


class Conflict(AriHttpError):
    """409: the object is not in a state (or not in our application) in which this is possible."""

    id = "ari.conflict"


class PreconditionFailed(AriHttpError):
    """412: the channel is not yet or no longer in a usable state."""

    id = "ari.precondition_failed"


class Unprocessable(AriHttpError):
    """422: understood, but the named thing does not fit."""

    id = "ari.unprocessable"


class ServerError(AriHttpError):
    """5xx: Asterisk failed; 503 means that it is starting, stopping or has no session free."""

    id = "ari.server_error"


class AriUnreachable(AriRequestError):
    """No connection to Asterisk; the request was never sent."""

    id = "ari.unreachable"


class AriTimeout(AriRequestError):
    """No answer in time. It may have been carried out: look, then decide."""

    id = "ari.timeout"
    outcome_unknown = True


class AriConnectionLost(AriRequestError):
    """The connection broke between request and answer. It may have been carried out: look, then decide."""

    id = "ari.connection_lost"
    outcome_unknown = True


class AriMalformed(AriError):
    """JSON from Asterisk that is not what its API describes."""

    id = "ari.malformed"


class AriLinkLost(AriError):
    """The websocket ended or fell silent; the client reconnects by itself."""

    id = "ari.link_lost"


class AriApplicationReplaced(AriError):
    """Another client connected with our application's name; we do not fight for it."""

    id = "ari.application_replaced"

    def __init__(self, application: str) -> None:
        super().__init__(
            f"application {application!r} was taken over by another client; stop the other one, then restart"
        )
        self.application = application


class AriUsage(AriError, ValueError):
    """Our own code asked for something that cannot work; fix the caller."""

    id = "ari.usage"


BY_STATUS: dict[int, type[AriHttpError]] = {
    400: BadRequest,
    401: AriUnauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    422: Unprocessable,
}


def http_error(method: str, path: str, status: int, message: str) -> AriHttpError:
    """The error class that fits an HTTP status."""
    fallback = ServerError if status >= 500 else AriHttpError
    return BY_STATUS.get(status, fallback)(method, path, status, message)
