"""The agents' requests: each path is one event of the core, brought in through the desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    HoldRequested,
    OfferAccepted,
    OfferDeclined,
    ResumeRequested,
    TransferRequested,
    WrapUpFinished,
)
from router.core.ids import AgentId, StaffId
from router.web.errors import NotFound, RequestInvalid
from router.web.keys import AGENT, DESK, TRANSFERABLE
from router.web.own import JsonObject, OwnView, own_json, own_views

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Body(BaseModel):
    """What an action takes: exactly the fields named."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NoBody(Body):
    """Nothing: an empty body, or `{}`."""


class PauseBody(Body):
    """Why the agent pauses."""

    reason: Word = Field(description="Why, in a word or two; seen by supervisors.")


class TransferBody(Body):
    """To whom the caller is put through."""

    staff: Word = Field(description="The staff member's id, from `call.staff` of the agent's view.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that an agent can do: what it means, its body, and the event it becomes."""

    summary: str
    event: Callable[..., AgentEvent]
    body: type[Body] = NoBody


def _transfer(*, agent: AgentId, staff: str) -> TransferRequested:
    return TransferRequested(agent=agent, staff=StaffId(staff))


ACTIONS: Mapping[str, Action] = {
    "login": Action(summary="Begin work, available for offers", event=AgentLoggedIn),
    "logout": Action(summary="End work; a conversation in progress goes on", event=AgentLoggedOut),
    "available": Action(summary="Be available (again)", event=AgentResumed),
    "pause": Action(summary="Want no offers for a while", event=AgentPaused, body=PauseBody),
    "accept": Action(summary="Take the offered call", event=OfferAccepted),
    "decline": Action(summary="Do not take the offered call", event=OfferDeclined),
    "hold": Action(summary="Put the caller on hold", event=HoldRequested),
    "resume": Action(summary="Take the caller back from hold", event=ResumeRequested),
    "transfer": Action(summary="Put the caller through to a staff member", event=_transfer, body=TransferBody),
    "wrap-up-done": Action(summary="End the after-work", event=WrapUpFinished),
    "advertising": Action(
        summary="Report the caller as advertising (up to the wrap-up's end)", event=AdvertisingReported
    ),
}


def acting(action: Action) -> Handler:
    """The handler of one action: bring the wish in, wait for the decision, answer with the agent's view since."""

    async def act(request: web.Request) -> web.StreamResponse:
        agent = own_view_of(request).agent.agent
        await request.app[DESK].request(action.event(agent=agent, **await _fields(request, action.body)))
        return await show(request)

    return act


async def show(request: web.Request) -> web.Response:
    """The agent's own view."""
    return web.json_response(own_view_json(request.app, own_view_of(request)))


def own_view_json(app: web.Application, own: OwnView) -> JsonObject:
    """An agent's view with the staff to whom its call may be put through."""
    return own_json(own, app[TRANSFERABLE](own.call) if own.call else ())


def own_view_of(request: web.Request) -> OwnView:
    """The asking agent's own view now; NotFound when a reload took the agent out of the house."""
    own = own_views(request.app[DESK].view()).get(request[AGENT])
    if own is None:
        raise NotFound(f"There is no agent {request[AGENT]!r} in the configuration now in force.")
    return own


async def _fields(request: web.Request, body: type[Body]) -> Mapping[str, str]:
    try:
        return dict(body.model_validate_json(await request.read() or b"{}"))
    except ValidationError as wrong:
        raise RequestInvalid("; ".join(_sentence(error["loc"], error["msg"]) for error in wrong.errors())) from None


def _sentence(place: tuple[int | str, ...], wrong: str) -> str:
    return f"{'.'.join(map(str, place)) or 'body'}: {wrong}"
