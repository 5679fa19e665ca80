"""Who calls, told before anybody has claimed the call: what the dialplan hands over stands in the offer as well."""

from router.ari.generated import models
from router.ari.translate import arrived, endpoint
from router.core.events import CallerArrived
from router.core.ids import LegId


def handed_over(channel: models.Channel) -> tuple[str, ...]:
    """The arguments that a channel brings to whoever claims it: of `1000,^router,inbound:…` the last part, split."""
    return tuple(channel.dialplan.app_data.rpartition(",")[2].split(":"))


def offered(channel: models.Channel, country: str) -> CallerArrived | None:
    """The new call that is offered; None for an agent's code and for a caller who comes back from the dialplan."""
    kind, *rest = handed_over(channel)
    if kind != "inbound" or not rest:
        return None
    return arrived(rest, LegId(channel.id), channel.caller.number, endpoint(channel.name), country)
