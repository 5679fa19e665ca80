"""`vorzimmer run`, but the router that stands by claims each call at once, too: a race."""

import asyncio
import sys
from pathlib import Path

from router.app import run
from router.logs import configure_logging
from router.settings import Settings
from router.watchdog.line import Watched

if __name__ == "__main__":
    configure_logging(level="info")
    asyncio.run(run(Settings.read(Path(sys.argv[-1])), Watched(), grace_s=0.0))
