"""The agents' requests: each path is one event of the core, brought in through the desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    CallTaken,
    ConsultCompleted,
    ConsultEnded,
    ConsultRequested,
    HoldRequested,
    MuteRequested,
    OfferAccepted,
    OfferDeclined,
    ParkedTaken,
    ParkRequested,
    PassRequested,
    ResumeRequested,
    ThreeRequested,
    TransferRequested,
    UnmuteRequested,
    WrapUpFinished,
)
from router.core.house import Agent
from router.core.ids import AgentId, CallId, QueueId, StaffId
from router.core.queue import Queue
from router.web.errors import NotFound, RequestInvalid
from router.web.keys import AGENT, DESK, NOBODY, PASSABLE, TRANSFERABLE
from router.web.own import JsonObject, OwnView, dumped, own_json, own_views, takeable_json

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


class ConsultBody(Body):
    """With whom the agent wants to speak."""

    staff: Word = Field(description="The staff member's id, from `call.staff` of the agent's view.")


class TakeBody(Body):
    """Which call; left out, the first one that the agent may take."""

    call: Word | None = Field(default=None, description="A call's id, from `waiting` or `parked`.")


class PassBody(Body):
    """To whom the caller is passed: a colleague or a queue, exactly one."""

    agent: Word | None = Field(default=None, description="A colleague's id, from `colleagues`.")
    queue: Word | None = Field(default=None, description="A queue's id, from `queues`.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.agent is None) is (self.queue is None):
            raise ValueError("give `agent` or `queue`, exactly one")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing that an agent can do: what it means, its body, and the event that both become."""

    summary: str
    event: Callable[[AgentId, Any], AgentEvent]
    body: type[Body] = NoBody


def _bare(kind: Callable[..., AgentEvent]) -> Callable[[AgentId, Body], AgentEvent]:
    """An event that says nothing but who."""
    return lambda agent, _: kind(agent=agent)


def _pause(agent: AgentId, body: PauseBody) -> AgentPaused:
    return AgentPaused(agent=agent, reason=body.reason)


def _transfer(agent: AgentId, body: TransferBody) -> TransferRequested:
    return TransferRequested(agent=agent, staff=StaffId(body.staff))


def _consult(agent: AgentId, body: ConsultBody) -> ConsultRequested:
    return ConsultRequested(agent=agent, staff=StaffId(body.staff))


def _take(agent: AgentId, body: TakeBody) -> CallTaken:
    return CallTaken(agent=agent, call=CallId(body.call) if body.call else None)


def _take_parked(agent: AgentId, body: TakeBody) -> ParkedTaken:
    return ParkedTaken(agent=agent, call=CallId(body.call) if body.call else None)


def _pass_on(agent: AgentId, body: PassBody) -> PassRequested:
    return PassRequested(
        agent=agent,
        to_agent=AgentId(body.agent) if body.agent else None,
        to_queue=QueueId(body.queue) if body.queue else None,
    )


ACTIONS: Mapping[str, Action] = {
    "login": Action(summary="Begin work, available for offers", event=_bare(AgentLoggedIn)),
    "logout": Action(summary="End work; a conversation in progress goes on", event=_bare(AgentLoggedOut)),
    "available": Action(summary="Be available (again)", event=_bare(AgentResumed)),
    "pause": Action(summary="Want no offers for a while", event=_pause, body=PauseBody),
    "accept": Action(summary="Take the offered call", event=_bare(OfferAccepted)),
    "decline": Action(summary="Do not take the offered call", event=_bare(OfferDeclined)),
    "hold": Action(summary="Put the caller on hold", event=_bare(HoldRequested)),
    "resume": Action(
        summary="Take the caller back from hold; who is consulted is let go", event=_bare(ResumeRequested)
    ),
    "mute": Action(summary="Hear, and not be heard", event=_bare(MuteRequested)),
    "unmute": Action(summary="Be heard again", event=_bare(UnmuteRequested)),
    "transfer": Action(summary="Put the caller through to a staff member", event=_transfer, body=TransferBody),
    "consult": Action(
        summary="Speak with a staff member, while the caller is on hold", event=_consult, body=ConsultBody
    ),
    "three": Action(summary="Take the caller into the consultation", event=_bare(ThreeRequested)),
    "consult-end": Action(summary="Let the staff member go, and be back with the caller", event=_bare(ConsultEnded)),
    "consult-complete": Action(summary="Leave caller and staff member to each other", event=_bare(ConsultCompleted)),
    "park": Action(summary="Put the caller aside, for any agent to take up", event=_bare(ParkRequested)),
    "take-parked": Action(summary="Take a parked call up", event=_take_parked, body=TakeBody),
    "take": Action(summary="Take a waiting call out of turn", event=_take, body=TakeBody),
    "pass": Action(summary="Pass the caller on to a colleague or into a queue", event=_pass_on, body=PassBody),
    "wrap-up-done": Action(summary="End the after-work", event=_bare(WrapUpFinished)),
    "advertising": Action(
        summary="Report the caller as advertising (up to the wrap-up's end)", event=_bare(AdvertisingReported)
    ),
}


def acting(action: Action) -> Handler:
    """The handler of one action: bring the wish in, wait for the decision, answer with the agent's view since."""

    async def act(request: web.Request) -> web.StreamResponse:
        agent = own_view_of(request).agent.agent
        await request.app[DESK].request(action.event(agent, await _body(request, action.body)))
        return await show(request)

    return act


async def show(request: web.Request) -> web.Response:
    """The agent's own view."""
    return web.json_response(own_view_json(request.app, own_view_of(request)), dumps=dumped)


def own_view_json(app: web.Application, own: OwnView) -> JsonObject:
    """An agent's view with the staff to whom its call may be put through."""
    return own_json(own, app[TRANSFERABLE](own.call) if own.call else ())


def own_view_of(request: web.Request) -> OwnView:
    """The asking agent's own view now; NotFound when a reload took the agent out of the house."""
    own = own_views(request.app[DESK].view()).get(request[AGENT])
    if own is None:
        raise NotFound(f"There is no agent {request[AGENT]!r} in the configuration now in force.")
    return own


async def show_floor(request: web.Request) -> web.Response:
    """What the agent may take, and to whom the agent's own call may be passed now."""
    own = own_view_of(request)
    passable = request.app[PASSABLE](own.agent.agent, own.call) if own.call else NOBODY
    return web.json_response(
        {
            "waiting": [takeable_json(call) for call in own.waiting],
            "parked": [takeable_json(call) for call in own.parked],
            "colleagues": [_named(one) for one in passable.agents],
            "queues": [_named(one) for one in passable.queues],
        },
        dumps=dumped,
    )


def _named(one: Agent | Queue) -> JsonObject:
    return {"id": one.id, "name": one.name, "extension": one.extension}


async def _body(request: web.Request, body: type[Body]) -> Body:
    try:
        return body.model_validate_json(await request.read() or b"{}")
    except ValidationError as wrong:
        raise RequestInvalid("; ".join(_sentence(error["loc"], error["msg"]) for error in wrong.errors())) from None


def _sentence(place: tuple[int | str, ...], wrong: str) -> str:
    return f"{'.'.join(map(str, place)) or 'body'}: {wrong}"
