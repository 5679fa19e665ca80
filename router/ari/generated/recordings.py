# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource recordings."""

# ruff: noqa: N802, N803 - Asterisk's own names.

from __future__ import annotations

from router.ari import wire
from router.ari.generated import models
from router.ari.handles import Handle, Request, Resource, Session


class Recordings(Resource):
    """Operations of recordings."""

    async def listStored(self) -> tuple[StoredRecording, ...]:
        """GET /recordings/stored."""
        request = Request("recordings.listStored", "GET", ("recordings", "stored"))
        found = await self._session.send(request, wire.many(models.StoredRecording.parse))
        return tuple([StoredRecording.of(self._session, snapshot) for snapshot in found])

    async def getStored(self, *, recordingName: str) -> StoredRecording:
        """GET /recordings/stored/{recordingName}; errors 404."""
        request = Request("recordings.getStored", "GET", ("recordings", "stored", recordingName))
        snapshot = await self._session.send(request, models.StoredRecording.parse)
        return StoredRecording.of(self._session, snapshot)

    async def deleteStored(self, *, recordingName: str) -> None:
        """DELETE /recordings/stored/{recordingName}; errors 404."""
        request = Request("recordings.deleteStored", "DELETE", ("recordings", "stored", recordingName))
        return await self._session.send(request, wire.nothing)

    async def getStoredFile(self, *, recordingName: str) -> bytes:
        """GET /recordings/stored/{recordingName}/file; errors 403, 404."""
        request = Request("recordings.getStoredFile", "GET", ("recordings", "stored", recordingName, "file"))
        return await self._session.send(request, wire.binary)

    async def copyStored(self, *, recordingName: str, destinationRecordingName: str) -> StoredRecording:
        """POST /recordings/stored/{recordingName}/copy; errors 404, 409."""
        query = {"destinationRecordingName": destinationRecordingName}
        request = Request("recordings.copyStored", "POST", ("recordings", "stored", recordingName, "copy"), query)
        snapshot = await self._session.send(request, models.StoredRecording.parse)
        return StoredRecording.of(self._session, snapshot)

    async def getLive(self, *, recordingName: str) -> LiveRecording:
        """GET /recordings/live/{recordingName}; errors 404."""
        request = Request("recordings.getLive", "GET", ("recordings", "live", recordingName))
        snapshot = await self._session.send(request, models.LiveRecording.parse)
        return LiveRecording.of(self._session, snapshot)

    async def cancel(self, *, recordingName: str) -> None:
        """DELETE /recordings/live/{recordingName}; errors 404."""
        request = Request("recordings.cancel", "DELETE", ("recordings", "live", recordingName))
        return await self._session.send(request, wire.nothing)

    async def stop(self, *, recordingName: str) -> None:
        """POST /recordings/live/{recordingName}/stop; errors 404."""
        request = Request("recordings.stop", "POST", ("recordings", "live", recordingName, "stop"))
        return await self._session.send(request, wire.nothing)

    async def pause(self, *, recordingName: str) -> None:
        """POST /recordings/live/{recordingName}/pause; errors 404, 409."""
        request = Request("recordings.pause", "POST", ("recordings", "live", recordingName, "pause"))
        return await self._session.send(request, wire.nothing)

    async def unpause(self, *, recordingName: str) -> None:
        """DELETE /recordings/live/{recordingName}/pause; errors 404, 409."""
        request = Request("recordings.unpause", "DELETE", ("recordings", "live", recordingName, "pause"))
        return await self._session.send(request, wire.nothing)

    async def mute(self, *, recordingName: str) -> None:
        """POST /recordings/live/{recordingName}/mute; errors 404, 409."""
        request = Request("recordings.mute", "POST", ("recordings", "live", recordingName, "mute"))
        return await self._session.send(request, wire.nothing)

    async def unmute(self, *, recordingName: str) -> None:
        """DELETE /recordings/live/{recordingName}/mute; errors 404, 409."""
        request = Request("recordings.unmute", "DELETE", ("recordings", "live", recordingName, "mute"))
        return await self._session.send(request, wire.nothing)


class LiveRecording(Handle[models.LiveRecording]):
    """One LiveRecording and the operations on it."""

    kind = "LiveRecording"

    @classmethod
    def of(cls, session: Session, snapshot: models.LiveRecording) -> LiveRecording:
        """The handle of an object that Asterisk told of."""
        return cls(session, snapshot.name, snapshot)

    async def getLive(self) -> LiveRecording:
        """GET /recordings/live/{recordingName}; errors 404."""
        return await Recordings(self._session).getLive(recordingName=self.id)

    async def cancel(self) -> None:
        """DELETE /recordings/live/{recordingName}; errors 404."""
        return await Recordings(self._session).cancel(recordingName=self.id)

    async def stop(self) -> None:
        """POST /recordings/live/{recordingName}/stop; errors 404."""
        return await Recordings(self._session).stop(recordingName=self.id)

    async def pause(self) -> None:
        """POST /recordings/live/{recordingName}/pause; errors 404, 409."""
        return await Recordings(self._session).pause(recordingName=self.id)

    async def unpause(self) -> None:
        """DELETE /recordings/live/{recordingName}/pause; errors 404, 409."""
        return await Recordings(self._session).unpause(recordingName=self.id)

    async def mute(self) -> None:
        """POST /recordings/live/{recordingName}/mute; errors 404, 409."""
        return await Recordings(self._session).mute(recordingName=self.id)

    async def unmute(self) -> None:
        """DELETE /recordings/live/{recordingName}/mute; errors 404, 409."""
        return await Recordings(self._session).unmute(recordingName=self.id)


class StoredRecording(Handle[models.StoredRecording]):
    """One StoredRecording and the operations on it."""

    kind = "StoredRecording"

    @classmethod
    def of(cls, session: Session, snapshot: models.StoredRecording) -> StoredRecording:
        """The handle of an object that Asterisk told of."""
        return cls(session, snapshot.name, snapshot)

    async def getStored(self) -> StoredRecording:
        """GET /recordings/stored/{recordingName}; errors 404."""
        return await Recordings(self._session).getStored(recordingName=self.id)

    async def deleteStored(self) -> None:
        """DELETE /recordings/stored/{recordingName}; errors 404."""
        return await Recordings(self._session).deleteStored(recordingName=self.id)

    async def getStoredFile(self) -> bytes:
        """GET /recordings/stored/{recordingName}/file; errors 403, 404."""
        return await Recordings(self._session).getStoredFile(recordingName=self.id)

    async def copyStored(self, *, destinationRecordingName: str) -> StoredRecording:
        """POST /recordings/stored/{recordingName}/copy; errors 404, 409."""
        return await Recordings(self._session).copyStored(
            recordingName=self.id,
            destinationRecordingName=destinationRecordingName,
        )
