"""Records the tales anew: `python -m tests.replay.record`. Look at the difference before you commit it."""

import sys

from tests.replay.recording import RECORDED, write
from tests.replay.tales import TALES

if __name__ == "__main__":
    for name, tale in TALES.items():
        write(name, tale())
        sys.stdout.write(f"{RECORDED / name}.jsonl\n")
