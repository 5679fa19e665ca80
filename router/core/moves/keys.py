"""The keys that a waiting caller may press."""

from router.core.events import DigitPressed
from router.core.ids import Millis
from router.core.live_call import LiveCall, Out
from router.core.moves import call_back, message


def pressed(call: LiveCall, event: DigitPressed, now: Millis) -> Out:
    """Be called back, or leave a message, instead of waiting; any other key means nothing."""
    if event.digit == call.queue.callback_key:
        return call_back.promise(call, now)
    return message.ask_by_key(call, now) if event.digit == call.queue.message_key else []
