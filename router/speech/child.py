"""Has jobs rendered by a process of its own, off the event loop."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import asdict

import orjson

from router.speech.job import Job

LONGEST_S = 120.0


async def render_in_child(jobs: Sequence[Job]) -> Sequence[str | None]:
    """A complaint for each job, None for each that is made. Raises nothing but what starting a process raises."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "router.speech.render"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(LONGEST_S):
            complaints, trouble = await process.communicate(orjson.dumps([asdict(job) for job in jobs]))
    except TimeoutError:
        return [f"{job.what}: not rendered within {LONGEST_S:.0f} s" for job in jobs]
    finally:
        await _end(process)
    return _read(complaints) if process.returncode == 0 else _crashed(jobs, trouble)


def _read(complaints: bytes) -> list[str | None]:
    told: list[str | None] = orjson.loads(complaints)
    return told


def _crashed(jobs: Sequence[Job], trouble: bytes) -> list[str | None]:
    last = trouble.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return [f"{job.what}: the renderer failed ({last})" for job in jobs]


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
