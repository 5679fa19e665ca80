"""One Asterisk as a child process: started, waited for, asked, restarted and stopped, leaving nothing behind.

async with running_asterisk() as asterisk:
    print(asterisk.sip_address, asterisk.ari_url)
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from asterisk.directories import InstanceDirectory, make_directory
from asterisk.names import write_names
from asterisk.root import RootSpec, ensure_root
from asterisk.sandbox import INNER_ENVIRONMENT, inside
from asterisk.slots import Slot, take_slot

Surroundings = Callable[[InstanceDirectory], Mapping[str, str]]
START_LIMIT = 20.0  # seconds; a start takes well under one on an idle machine
STOP_LIMIT = 5.0  # seconds for an orderly end before the kill
_POLL = 0.02  # seconds


class AsteriskError(Exception):
    """Asterisk did not start, did not answer or is not running; the text ends with what it logged last."""


class Asterisk:
    """One instance with its own ports, directory and ARI password. Dies with this process, even by `kill -9`."""

    ari_user = "vorzimmer"

    def __init__(self, root: Path, directory: InstanceDirectory, slot: Slot, sip_host: str) -> None:
        self.root = root
        self.directory = directory
        self.slot = slot
        self.sip_address = (sip_host, slot.sip_port)
        self.ari_url = f"http://127.0.0.1:{slot.ari_port}/ari"
        self.ari_password = secrets.token_hex(16)
        self.sounds_dir = directory.outside / "sounds"
        self.sounds_uri_prefix = f"{directory.inside}/sounds"
        self.generated_dir = directory.outside / "generated"
        self.cel_file = directory.outside / "cel" / "cel.csv"
        self.recordings_dir = directory.outside / "state" / "recording"
        self.log_file = directory.outside / "log" / "asterisk.log"
        self._around: Mapping[str, str] = {}
        self._console = directory.outside / "log" / "console.log"
        self._process: asyncio.subprocess.Process | None = None

    @classmethod
    async def start(
        cls, spec: RootSpec | None = None, sip_host: str = "127.0.0.1", around: Surroundings = lambda _: {}
    ) -> "Asterisk":
        """Makes the root if need be, starts an instance on free ports and waits until it serves.

        `around` may put something into its directory, and gives further environment variables for what runs there.
        Raises RootError, NoFreeSlot or AsteriskError; nothing is left behind then.
        """
        root = await asyncio.to_thread(ensure_root, spec)
        write_names(root)
        slot = take_slot(sip_host)
        try:
            directory = make_directory(root)
        except BaseException:
            slot.release()
            raise
        asterisk = cls(root, directory, slot, sip_host)
        try:
            asterisk._around = around(directory)
            await asterisk.restart()
        except BaseException:
            await asterisk.stop()
            raise
        return asterisk

    @property
    def pid(self) -> int:
        """Asterisk's own process id. Raises AsteriskError when it is not running."""
        if self._process is None or self._process.returncode is not None:
            raise AsteriskError(self._with_log("Asterisk is not running"))
        return self._process.pid

    async def cli(self, command: str) -> str:
        """What Asterisk's command line answers. Raises AsteriskError when nobody answers there."""
        arguments = ["asterisk", "-C", f"{self.directory.inside}/etc/asterisk.conf", "-rx", command]
        process = await asyncio.create_subprocess_exec(
            *inside(self.root, *arguments), env=INNER_ENVIRONMENT,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output = (await process.communicate())[0].decode(errors="replace")
        if process.returncode:
            raise AsteriskError(f"`{command}` was not answered: {output.strip()}")
        return output

    async def kill(self) -> None:
        """Ends Asterisk without warning (SIGKILL), as a crash would; its directory and ports stay for restart()."""
        await self._end(gently=False)

    async def restart(self) -> None:
        """Starts Asterisk again on the same ports with what it has stored, ending it first when it runs."""
        await self._end(gently=True)
        around = [f"{name}={value}" for name, value in self._around.items()]
        with self._console.open("wb") as console:
            self._process = await asyncio.create_subprocess_exec(
                *inside(self.root, "env", *around, f"{self.directory.inside}/project/asterisk/entrypoint.sh"),
                env=INNER_ENVIRONMENT | self._environment(),
                stdin=asyncio.subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
            )  # fmt: skip
        await self._wait_until_ready()

    async def stop(self) -> None:
        """Ends Asterisk and removes everything that belonged to it."""
        try:
            await self._end(gently=True)
        finally:
            self.directory.remove()
            self.slot.release()

    async def wait(self) -> int:
        """Waits until Asterisk ends by itself; returns its exit status."""
        return await self._process.wait() if self._process else 0

    def _environment(self) -> dict[str, str]:
        return {
            "VORZIMMER_INSTANCE_DIR": self.directory.inside,
            "VORZIMMER_SIP_HOST": self.sip_address[0],
            "VORZIMMER_SIP_PORT": str(self.slot.sip_port),
            "VORZIMMER_ARI_HOST": "127.0.0.1",
            "VORZIMMER_ARI_PORT": str(self.slot.ari_port),
            "VORZIMMER_ARI_PASSWORD": self.ari_password,
            "VORZIMMER_RTP_START": str(self.slot.rtp_ports[0]),
            "VORZIMMER_RTP_END": str(self.slot.rtp_ports[-1]),
        }

    async def _end(self, *, gently: bool) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        if gently:
            process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STOP_LIMIT)
                return
        process.kill()
        await process.wait()

    async def _wait_until_ready(self) -> None:
        """Polls until ARI answers and SIP listens. Raises AsteriskError when Asterisk ends, or at the limit."""
        try:
            async with asyncio.timeout(START_LIMIT):
                while not await self._is_ready():
                    _ = self.pid
                    await asyncio.sleep(_POLL)
        except TimeoutError as late:
            raise AsteriskError(self._with_log(f"Asterisk was not ready after {START_LIMIT:.0f} s")) from late

    async def _is_ready(self) -> bool:
        with suppress(AsteriskError):
            booted = "fully booted" in await self.cli("core waitfullybooted")
            return booted and "udp" in await self.cli("pjsip show transports") and await self._ari_answers()
        return False

    async def _ari_answers(self) -> bool:
        header = {"Authorization": aiohttp.encode_basic_auth(self.ari_user, self.ari_password)}
        with suppress(aiohttp.ClientError):
            async with aiohttp.ClientSession(headers=header) as session:
                return (await session.get(f"{self.ari_url}/asterisk/ping")).status == 200
        return False

    def _with_log(self, sentence: str) -> str:
        """The sentence with the last lines of the console and the log."""
        logs = [path.read_text() for path in (self._console, self.log_file) if path.exists()]
        lines = "".join(logs).splitlines()
        return "\n  ".join([f"{sentence}; it said last:", *lines[-8:]]) if lines else f"{sentence}; it logged nothing."


@asynccontextmanager
async def running_asterisk(
    spec: RootSpec | None = None, sip_host: str = "127.0.0.1", around: Surroundings = lambda _: {}
) -> AsyncIterator[Asterisk]:
    """An Asterisk that is ready inside the block and gone after it; see Asterisk.start."""
    asterisk = await Asterisk.start(spec, sip_host, around)
    try:
        yield asterisk
    finally:
        await asterisk.stop()
