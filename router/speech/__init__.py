"""The speech room: texts and uploaded recordings become sound files that Asterisk plays."""

from router.speech.job import SoundUnusable
from router.speech.sounds import Sounds

__all__ = ["SoundUnusable", "Sounds"]
