"""The advertising caller: one click by the agent, and the client is never called by that number again."""

from router.core.commands import BlockCaller
from router.core.errors import RequestRefused
from router.core.events import AdvertisingReported
from router.core.house import Client
from router.core.ids import AgentId, Millis
from router.core.live_call import LiveCall, Out
from router.core.messages import AgentAsked


def report(call: LiveCall, agent: AgentId, now: Millis) -> Out:
    """The caller is an advertiser: never again for this client."""
    if call.caller is None:
        raise RequestRefused("The caller's number is suppressed, so it cannot be blocked.")
    client = client_of(call)
    if call.caller in client.forwarded_from or call.caller in client.numbers:  # its exchange shows it for all
        raise RequestRefused("The number shown is the client's own, so it cannot be blocked.")
    block = BlockCaller(call=call.id, client=client.id, number=call.caller, agent=agent)
    return [call.note(now, "advertising", "blocked", f"reported by {agent}"), block]


def asked_afterwards(call: LiveCall, message: AgentAsked, now: Millis) -> Out:
    """An agent in wrap-up, whatever became of the call, can still report an advertising caller, and nothing else."""
    if not isinstance(message.event, AdvertisingReported):
        raise RequestRefused("The conversation is over.")
    return report(call, message.agent, now)


def client_of(call: LiveCall) -> Client:
    """The client. Raises `RequestRefused` when nobody knows whose call this is."""
    if call.client is None:
        raise RequestRefused("This call belongs to no client.")
    return call.client
