# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource playbacks."""

# ruff: noqa: N803 - Asterisk's own names.

from __future__ import annotations

from typing import Literal

from router.ari import wire
from router.ari.generated import models
from router.ari.handles import Handle, Request, Resource, Session

ControlOperation = Literal["restart", "pause", "unpause", "reverse", "forward"]


class Playbacks(Resource):
    """Operations of playbacks."""

    async def get(self, *, playbackId: str) -> Playback:
        """GET /playbacks/{playbackId}; errors 404."""
        request = Request("playbacks.get", "GET", ("playbacks", playbackId))
        snapshot = await self._session.send(request, models.Playback.parse)
        return Playback.of(self._session, snapshot)

    async def stop(self, *, playbackId: str) -> None:
        """DELETE /playbacks/{playbackId}; errors 404."""
        request = Request("playbacks.stop", "DELETE", ("playbacks", playbackId))
        return await self._session.send(request, wire.nothing)

    async def control(self, *, playbackId: str, operation: ControlOperation) -> None:
        """POST /playbacks/{playbackId}/control; errors 400, 404, 409."""
        query = {"operation": operation}
        request = Request("playbacks.control", "POST", ("playbacks", playbackId, "control"), query)
        return await self._session.send(request, wire.nothing)


class Playback(Handle[models.Playback]):
    """One Playback and the operations on it."""

    kind = "Playback"

    @classmethod
    def of(cls, session: Session, snapshot: models.Playback) -> Playback:
        """The handle of an object that Asterisk told of."""
        return cls(session, snapshot.id, snapshot)

    async def get(self) -> Playback:
        """GET /playbacks/{playbackId}; errors 404."""
        return await Playbacks(self._session).get(playbackId=self.id)

    async def stop(self) -> None:
        """DELETE /playbacks/{playbackId}; errors 404."""
        return await Playbacks(self._session).stop(playbackId=self.id)

    async def control(self, *, operation: ControlOperation) -> None:
        """POST /playbacks/{playbackId}/control; errors 400, 404, 409."""
        return await Playbacks(self._session).control(playbackId=self.id, operation=operation)
