"""The parts of the agent's page, drawn from the agent's own view: what the browser gets is what the agent may see."""

from collections.abc import Mapping

from aiohttp import web

from router.core.view import Phase, Presence
from router.web.agents import own_view_json
from router.web.keys import NOBODY, PASSABLE
from router.web.own import OwnView, takeable_json
from router.web.refusals import told_in
from router.web.rendering import rendered
from router.web.wording import Language, translator

WITH_CALLER = frozenset({Phase.TALKING, Phase.HELD})
CONSULTING = frozenset({Phase.CONSULTING, Phase.CONFERRING, Phase.THREE})

BECAUSE = {  # why a consultation is over, as the core says it
    "no answer": "because_no_answer",
    "busy": "because_busy",
    "hung up": "because_hung_up",
    "limit reached": "because_limit",
    "the caller could not be put on hold": "because_no_hold",
}

Panels = Mapping[str, str]
"""The HTML of each part, by the id of its place in the page."""


def panels(app: web.Application, own: OwnView, language: Language) -> Panels:
    """All parts as of this view."""
    shown, phase = own_view_json(app, own), own.call.phase if own.call else None
    passable = app[PASSABLE](own.agent.agent, own.call) if own.call and phase in WITH_CALLER else NOBODY
    values = {
        "own": shown,
        "call": shown["call"],
        "with_caller": phase in WITH_CALLER,
        "consulting": phase in CONSULTING,
        "by_desk": own.agent.by_desk,
        "reason": told_in(language, own.agent.reason),
        "because": _because(own, language),
        "agents": passable.agents,
        "queues": passable.queues,
    }
    parts = {name: rendered(f"desk/{name}.html", language, values).strip() for name in ("status", "call", "people")}
    return {**parts, "line": line(own, language)}


def _because(own: OwnView, language: Language) -> str:
    because = own.call.consult.because if own.call and own.call.consult else ""
    return translator(language)(BECAUSE[because]) if because in BECAUSE else because


def line(own: OwnView, language: Language) -> str:
    """The part with the calls that the agent may take."""
    values = {
        "waiting": [takeable_json(call) for call in own.waiting],
        "parked": [takeable_json(call) for call in own.parked],
        "may_take": own.agent.presence in {Presence.AVAILABLE, Presence.PAUSED},
    }
    return rendered("desk/line.html", language, values)
