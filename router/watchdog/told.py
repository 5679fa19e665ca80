"""What the watchdog writes: one JSON object a line, shaped like the router's log."""

import json
import sys
import time


def say(level: str, event: str, **fields: object) -> None:
    """One line on stderr."""
    seconds, nanos = divmod(time.time_ns(), 1_000_000_000)
    stamp = f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{nanos // 1000:06}Z"
    line = {**fields, "event": event, "level": level, "logger": "router.watchdog", "timestamp": stamp}
    sys.stderr.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stderr.flush()
