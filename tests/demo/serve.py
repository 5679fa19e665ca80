"""`python -m tests.demo.serve` (`make run`): Asterisk and the router with the demo's configuration, until stopped.

State stays in `var/run` between runs: database, journal, logs.
"""

import argparse
import asyncio
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from asterisk import Asterisk, AsteriskError, RootError, ensure_root, running_asterisk
from asterisk.slots import NoFreeSlot
from tests.demo.addresses import addresses, desk
from tests.demo.logins import logins
from tests.demo.stopping import until_stopped
from tests.lab.failure import LabFailed
from tests.lab.running import DEMO, settings_for, until

STATE = Path("var/run")
LOG = "router.log"
START_LIMIT = 30.0
STOP_LIMIT = 20.0


def main() -> int:
    """0 or 130 after an orderly stop, 1 when the router or Asterisk ended by itself, 2 when they could not start."""
    given = _parser().parse_args()
    given.state.mkdir(parents=True, exist_ok=True)
    try:
        return asyncio.run(until_stopped(serve(given.config, given.state, given.sip_host, given.http)))
    except (RootError, AsteriskError, NoFreeSlot, LabFailed) as failure:
        print(f"serve: {failure}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.demo.serve",
        description="Serve calls with the demo's configuration until Ctrl-C, and print the addresses to use.",
    )
    parser.add_argument("--config", type=Path, default=DEMO, metavar="DIR", help="the operators' YAML (%(default)s)")
    parser.add_argument("--state", type=Path, default=STATE, metavar="DIR", help="what is kept (%(default)s)")
    parser.add_argument("--sip-host", default="127.0.0.1", help="address for SIP and sound (%(default)s)")
    parser.add_argument("--http", type=int, default=8080, metavar="PORT", help="the router's port (%(default)s)")
    return parser


async def serve(config: Path, state: Path, sip_host: str, http_port: int) -> int:
    """Until cancelled, or until one of the two ends by itself. Raises as `running_asterisk`, and `LabFailed`."""
    _require_free(http_port)
    await asyncio.to_thread(ensure_root, None, print)
    async with running_asterisk(sip_host=sip_host) as asterisk:
        settings = settings_for(asterisk, state, http_port)
        async with _router(config, settings, state / LOG) as router:
            await until(lambda: _ready(router, http_port), START_LIMIT, f"the router to be ready; see {state / LOG}")
            print(addresses(asterisk.sip_address, asterisk.log_file, config, state, http_port))
            print(desk(await logins(state), http_port), flush=True)
            await _first_end(router, asterisk)
    return 1


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise LabFailed(f"port {port} is in use: stop what listens there, or give another with --http") from None


@asynccontextmanager
async def _router(config: Path, settings: Mapping[str, str], log_file: Path) -> AsyncIterator[Process]:
    with log_file.open("ab") as log:
        router = await asyncio.create_subprocess_exec(
            *("setpriv", "--pdeathsig", "KILL", sys.executable, "-m", "router", "run", "--config", str(config)),
            env=os.environ | settings, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield router
    finally:
        await _end(router)


async def _end(router: Process) -> None:
    if router.returncode is None:
        router.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_LIMIT):
                await router.wait()
    if router.returncode is None:
        router.kill()
        await router.wait()


async def _ready(router: Process, port: int) -> bool:
    if router.returncode is not None:
        raise LabFailed(f"the router ended at its start; see its {LOG}")
    with suppress(aiohttp.ClientError):
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    return False


async def _first_end(router: Process, asterisk: Asterisk) -> None:
    ends = {asyncio.ensure_future(router.wait()): "the router", asyncio.ensure_future(asterisk.wait()): "Asterisk"}
    try:
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for end in ends:
            end.cancel()
    for end in done:
        print(f"serve: {ends[end]} ended by itself, status {end.result()}; see its log", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
