"""The sounds that Asterisk plays: made once, kept by content, asked for by call after call.

Rules: what is in the directory is never made again and never changed; what is being made is waited for, not made
twice; a text or recording that changes has another name, so the next call hears it and a playing one is undisturbed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path

from router.speech.child import render_in_child
from router.speech.job import Job, SoundUnusable, recorded, spoken

Render = Callable[[Sequence[Job]], Awaitable[Sequence[str | None]]]
BATCH = 8  # sounds prepared by one process: a call that asks for one of them waits a second at most
GERMAN = "de-DE"
ENTERABLE = 0o755  # whatever our umask: Asterisk runs as another user


class Sounds:
    """Implements `Speech`."""

    def __init__(
        self, *, directory: Path, uri: str, recordings: Path, voice: str = GERMAN, render: Render = render_in_child
    ) -> None:
        """Sounds go into `directory`, which Asterisk knows as `uri`; uploads are looked for in `recordings`."""
        self._directory = directory
        self._uri = uri.rstrip("/")
        self._recordings = recordings
        self._voice = voice
        self._render = render
        self._making: dict[str, asyncio.Task[Mapping[str, str]]] = {}
        if not directory.exists():
            directory.mkdir(parents=True)
            directory.chmod(ENTERABLE)

    async def media(self, *, text: str, recording: str | None) -> str:
        """The media URI of the recording, or of the text when there is none: `sound:…`, without the extension.

        Raises SoundUnusable, naming text or file.
        """
        job = await self._job(text, recording)
        if complaint := await self._made(job):
            raise SoundUnusable(complaint)
        return f"sound:{self._uri}/{Path(job.target).stem}"

    async def prepare(self, texts: Iterable[str], recordings: Iterable[str] = ()) -> Sequence[str]:
        """Make whatever is missing of these; what could not be made is returned, a sentence each."""
        wanted = [*((text, None) for text in texts), *(("", recording) for recording in recordings)]
        complaints, jobs = [], {}
        for text, recording in wanted:
            try:
                job = await self._job(text, recording)
                jobs[job.target] = job
            except SoundUnusable as wrong:
                complaints.append(str(wrong))
        return [*complaints, *await self._prepare(list(jobs.values()))]

    async def keep_as(self, name: str, text: str) -> None:
        """Have the spoken text under a name of its own as well, for the dialplan. Raises SoundUnusable, OSError."""
        made = Path((await self._job(text, None)).target)
        await self.media(text=text, recording=None)
        draft = self._directory / f".{name}{made.suffix}"
        draft.unlink(missing_ok=True)
        draft.symlink_to(made.name)
        draft.replace(self._directory / f"{name}{made.suffix}")

    async def _prepare(self, jobs: Sequence[Job]) -> Sequence[str]:
        complaints: list[str] = []
        missing = (job for job in jobs if not self._exists(job) and job.target not in self._making)
        while batch := list(islice(missing, BATCH)):
            complaints += (await asyncio.shield(self._make(batch))).values()
        return complaints

    async def _job(self, text: str, recording: str | None) -> Job:
        if recording is None:
            return spoken(self._directory, text, self._voice)
        return await asyncio.to_thread(self._recorded, recording)

    def _recorded(self, name: str) -> Job:
        path = self._recordings / name
        if not path.resolve().is_relative_to(self._recordings.resolve()):
            raise SoundUnusable(f"recording {name}: it must lie below {self._recordings}.")
        try:
            return recorded(self._directory, path, path.read_bytes())
        except OSError as wrong:
            raise SoundUnusable(f"recording {path}: {wrong.strerror}; upload it, or correct its name.") from None

    async def _made(self, job: Job) -> str:
        """Why it could not be made; empty when the file is there."""
        if job.target not in self._making:
            if self._exists(job):
                return ""
            self._make([job])
        complaints = await asyncio.shield(self._making[job.target])
        return complaints.get(job.target, "")

    def _exists(self, job: Job) -> bool:
        return Path(job.target).is_file()

    def _make(self, jobs: Sequence[Job]) -> asyncio.Task[Mapping[str, str]]:
        """Begin; whoever asks for one of these meanwhile finds the same task."""
        making = asyncio.create_task(self._complaints(jobs))
        self._making |= {job.target: making for job in jobs}
        return making

    async def _complaints(self, jobs: Sequence[Job]) -> Mapping[str, str]:
        try:
            told = await self._render(jobs)
        except OSError as wrong:
            told = [f"{job.what}: the renderer cannot be started ({wrong})" for job in jobs]
        finally:
            for job in jobs:
                self._making.pop(job.target, None)
        return {job.target: complaint for job, complaint in zip(jobs, told, strict=True) if complaint}
