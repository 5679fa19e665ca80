"""An asyncio client of the Asterisk REST Interface in ari-py's shape; see docs/ari.md."""

from router.ari.client import Client, connect
from router.ari.generated import events, models
from router.ari.generated.bridges import Bridge
from router.ari.generated.channels import Channel
from router.ari.generated.endpoints import Endpoint
from router.ari.generated.playbacks import Playback
from router.ari.generated.recordings import LiveRecording
from router.ari.options import Options
from router.ari.received import Received, UnknownEvent

__all__ = [
    "Bridge",
    "Channel",
    "Client",
    "Endpoint",
    "LiveRecording",
    "Options",
    "Playback",
    "Received",
    "UnknownEvent",
    "connect",
    "events",
    "models",
]
