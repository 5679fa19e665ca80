"""The API's description in OpenAPI 3.1, made from the same table of actions that serves it."""

from collections.abc import Mapping

from aiohttp import web

from router.core.view import ConsultState, Phase, Presence
from router.web.agents import ACTIONS, Action, NoBody

Schema = Mapping[str, object]

TEXT: Schema = {"type": "string"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
CHANGES = ("snapshot", "offer", "call", "wrap_up", "parked", "presence")
AGENT_PATH: Schema = {"name": "agent", "in": "path", "required": True, "schema": TEXT}


async def show(_request: web.Request) -> web.Response:
    """The description, as JSON."""
    return web.json_response(description())


def description() -> dict[str, object]:
    """Every route, and what it takes and answers."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Vorzimmer", "version": "1", "description": "Agents' requests and health."},
        "paths": {**_house_paths(), **_agent_paths()},
        "components": {
            "schemas": {
                "Error": _error(),
                "Agent": _agent(),
                "Call": _call(),
                "Takeable": _takeable(),
                "Floor": _floor(),
                "Event": _event(),
                "Drawn": _drawn(),
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _house_paths() -> dict[str, Schema]:
    plain = {"text/plain": {"schema": TEXT}}
    return {
        "/healthz": {"get": _get("The process is alive", {"200": _json("Alive", {"type": "object"})})},
        "/readyz": {"get": _get("Whether calls can be served", _readiness())},
        "/metrics": {"get": _get("Prometheus metrics", {"200": {"description": "Metrics", "content": plain}})},
        "/api/v1/openapi.json": {"get": _get("This description", {"200": _json("OpenAPI", {"type": "object"})})},
    }


def _agent_paths() -> dict[str, Schema]:
    own = "/api/v1/agents/{agent}"
    switched = {"101": {"description": "A websocket of `Event` objects, a snapshot first"}}
    sip = {"101": {"description": "A websocket of SIP messages, as RFC 7118 has them"}}
    drawn = {"text/event-stream": {"schema": _ref("Drawn")}}
    streamed = {"200": {"description": "Server-sent events, each a `Drawn`, a snapshot first", "content": drawn}}
    return {
        own: {"get": _own_get("The agent's own view", {"200": _own_view()})},
        f"{own}/floor": {"get": _own_get("What the agent may take, and to whom pass", {"200": _floor_view()})},
        f"{own}/events": {"get": _own_get("Live events (websocket, subprotocol `vorzimmer.v1`)", switched)},
        f"{own}/softphone": {"get": _own_get("With what the agent's browser registers", _softphone_view())},
        f"{own}/sip": {"get": _own_get("SIP to Asterisk (websocket, subprotocol `sip`)", sip)},
        f"{own}/stream": {"get": _own_get("The parts of the agent's page, live", streamed)},
        **{f"{own}/{name}": {"post": _action(name, action)} for name, action in ACTIONS.items()},
    }


def _get(summary: str, responses: Schema) -> Schema:
    return {"summary": summary, "responses": responses}


def _own_get(summary: str, responses: Schema) -> Schema:
    return {**_own(), **_get(summary, {**responses, **_errors("401", "403", "404")})}


def _action(name: str, action: Action) -> Schema:
    operation: dict[str, object] = {
        **_own(),
        "operationId": name,
        "summary": action.summary,
        "responses": {"200": _own_view(), **_errors("401", "403", "404", "409", "413", "422")},
    }
    if action.body is not NoBody:
        operation["requestBody"] = {"required": True, "content": _content(action.body.model_json_schema())}
    return operation


def _own() -> Schema:
    return {"parameters": [AGENT_PATH], "security": [{"token": []}]}


def _own_view() -> Schema:
    return _json("The agent's own view since", _ref("Agent"))


def _readiness() -> Schema:
    body = _object({"ready": {"type": "boolean"}, "problems": {"type": "array", "items": TEXT}})
    return {"200": _json("Ready", body), "503": _json("Not ready, and why", body)}


def _errors(*statuses: str) -> Schema:
    return {status: _json("Refused", _ref("Error")) for status in statuses}


def _error() -> Schema:
    return _object({"error": _object({"id": TEXT, "message": TEXT})})


def _agent() -> Schema:
    presence: Schema = {"enum": [one.value for one in Presence]}
    call: Schema = {"anyOf": [_ref("Call"), {"type": "null"}]}
    named = {"agent": TEXT, "name": TEXT, "presence": presence, "intent": presence, "since": INSTANT, "reason": TEXT}
    return _object({**named, "call": call, "parked": _many(_ref("Takeable"))})


def _call() -> Schema:
    maybe: Schema = {"type": ["string", "null"]}
    staff = _object({"id": TEXT, "name": TEXT, "responsibility": TEXT, "key": TEXT})
    return _object(
        {
            "id": TEXT,
            "phase": {"enum": [one.value for one in Phase]},
            "since": INSTANT,
            "arrived": INSTANT,
            "client": _object({"id": maybe, "name": TEXT}),
            "caller": {**maybe, "description": "E.164; null when suppressed"},
            "vip": {"type": "boolean"},
            "greeting": TEXT,
            "script": TEXT,
            "staff": _many(staff),
            "muted": {"type": "boolean"},
            "consult": {"anyOf": [_consult(), {"type": "null"}]},
        }
    )


def _consult() -> Schema:
    because: Schema = {**TEXT, "description": "Why it is over, in a word or two; empty unless it is"}
    state: Schema = {"enum": [one.value for one in ConsultState]}
    return _object({"state": state, "staff": _object({"id": TEXT, "name": TEXT}), "because": because})


def _takeable() -> Schema:
    client = _object({"id": {"type": ["string", "null"]}, "name": TEXT})
    return _object({"id": TEXT, "client": client, "queue": TEXT, "since": INSTANT})


def _floor() -> Schema:
    named = _object({"id": TEXT, "name": TEXT, "extension": TEXT})
    calls = {"waiting": _many(_ref("Takeable")), "parked": _many(_ref("Takeable"))}
    return _object({**calls, "colleagues": _many(named), "queues": _many(named)})


def _floor_view() -> Schema:
    return _json("Calls, colleagues and queues", _ref("Floor"))


def _softphone_view() -> Schema:
    sip: Schema = {**TEXT, "description": "The path of the websocket, on this same origin"}
    return {"200": _json("SIP user, password and websocket", _object({"user": TEXT, "password": TEXT, "sip": sip}))}


def _many(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _event() -> Schema:
    return _object({"type": {"enum": CHANGES}, "agent": _ref("Agent")})


def _drawn() -> Schema:
    html: Schema = {"type": "object", "additionalProperties": TEXT, "description": "HTML by part; those that changed"}
    now: Schema = {"type": "integer", "description": "The router's clock, milliseconds since 1970"}
    return _object({"type": {"enum": [*CHANGES, "beat"]}, "now": now, "html": html})


def _object(properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(what: str, schema: Schema) -> Schema:
    return {"description": what, "content": _content(schema)}


def _content(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
