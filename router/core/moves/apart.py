"""Those who should speak together were found apart after a gap: the router died before it had brought them together."""

from router.core.ids import Millis
from router.core.live_call import LiveCall
from router.core.record import Part, PartKind
from router.core.view import Phase

JOINED = {Phase.TALKING, Phase.CONFERRING, Phase.THREE}  # by somebody, at the phase's beginning


def unspoken(call: LiveCall, now: Millis) -> None:
    """Nobody has spoken since the call is as it is; what was spoken before a hold that was to end then is kept.

    On hold it is the agent who was not there, and who comes into the call only once: nobody has spoken at all. A staff
    member who was consulted came when the caller was on hold already.
    """
    if call.through_since is not None:
        call.through_since = max(call.through_since, now)
    if call.talk_since is None:
        return
    until = call.since if call.phase in JOINED else call.talk_since
    if call.talk_since < until < now:
        call.parts.append(Part(kind=PartKind.TALK, start=call.talk_since, end=until, agent=call.agent))
    if until < now:
        call.talk_since = max(call.talk_since, now)
