"""The commands `python -m asterisk root` (make the root) and `python -m asterisk run` (serve until stopped)."""

import argparse
import asyncio
import signal
import sys

from asterisk.instance import AsteriskError, running_asterisk
from asterisk.root import RootError, ensure_root
from asterisk.slots import NoFreeSlot


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _run(sip_host: str) -> None:
    """Serves until SIGINT, SIGTERM or Asterisk's own end, which is an error."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with running_asterisk(sip_host=sip_host) as asterisk:
        _say("SIP {}:{} (UDP and TCP)".format(*asterisk.sip_address))
        _say(f"ARI {asterisk.ari_url} user {asterisk.ari_user} password {asterisk.ari_password}")
        for name in ("log_file", "cel_file", "sounds_dir", "generated_dir"):
            _say(f"{name} {getattr(asterisk, name)}")
        ended = asyncio.ensure_future(asterisk.wait())
        waiting = asyncio.ensure_future(stopped.wait())
        await asyncio.wait({ended, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if ended.done():
            raise AsteriskError(f"Asterisk ended by itself with status {ended.result()}: see {asterisk.log_file}")
        ended.cancel()


def main() -> int:
    """Returns the exit status; what went wrong is one sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m asterisk", description="Asterisk without a container engine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("root", help="make the cached root file system (about 20 s, once) and print its path")
    run = commands.add_parser("run", help="start one Asterisk, print its addresses, stop it at Ctrl-C")
    run.add_argument("--sip-host", default="127.0.0.1", help="address SIP listens on (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        root = ensure_root(progress=_say)
        if arguments.command == "root":
            _say(str(root))
        else:
            asyncio.run(_run(arguments.sip_host))
    except (RootError, AsteriskError, NoFreeSlot) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
