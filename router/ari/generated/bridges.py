# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource bridges."""

# ruff: noqa: N802, N803 - Asterisk's own names.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from router.ari import wire
from router.ari.generated import models
from router.ari.generated.playbacks import Playback
from router.ari.generated.recordings import LiveRecording
from router.ari.handles import Handle, Request, Resource, Session, wrapped

RecordIfExists = Literal["fail", "overwrite", "append"]
RecordTerminateOn = Literal["none", "any", "*", "#"]


class Bridges(Resource):
    """Operations of bridges."""

    async def list(self) -> tuple[Bridge, ...]:
        """GET /bridges."""
        request = Request("bridges.list", "GET", ("bridges",))
        found = await self._session.send(request, wire.many(models.Bridge.parse))
        return tuple([Bridge.of(self._session, snapshot) for snapshot in found])

    async def create(
        self,
        *,
        type: str | None = None,
        bridgeId: str | None = None,
        name: str | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> Bridge:
        """POST /bridges; errors 409."""
        query = {"type": type, "bridgeId": bridgeId, "name": name}
        request = Request("bridges.create", "POST", ("bridges",), query, body=wrapped("variables", variables))
        snapshot = await self._session.send(request, models.Bridge.parse)
        return Bridge.of(self._session, snapshot)

    async def createWithId(
        self,
        *,
        bridgeId: str,
        type: str | None = None,
        name: str | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> Bridge:
        """POST /bridges/{bridgeId}; errors 409."""
        query = {"type": type, "name": name}
        request = Request(
            "bridges.createWithId",
            "POST",
            ("bridges", bridgeId),
            query,
            body=wrapped("variables", variables),
        )
        snapshot = await self._session.send(request, models.Bridge.parse)
        return Bridge.of(self._session, snapshot)

    async def get(self, *, bridgeId: str) -> Bridge:
        """GET /bridges/{bridgeId}; errors 404."""
        request = Request("bridges.get", "GET", ("bridges", bridgeId))
        snapshot = await self._session.send(request, models.Bridge.parse)
        return Bridge.of(self._session, snapshot)

    async def destroy(self, *, bridgeId: str) -> None:
        """DELETE /bridges/{bridgeId}; errors 404."""
        request = Request("bridges.destroy", "DELETE", ("bridges", bridgeId))
        return await self._session.send(request, wire.nothing)

    async def getBridgeVar(self, *, bridgeId: str, variable: str) -> models.Variable:
        """GET /bridges/{bridgeId}/variable; errors 400, 404, 409."""
        query = {"variable": variable}
        request = Request("bridges.getBridgeVar", "GET", ("bridges", bridgeId, "variable"), query)
        return await self._session.send(request, models.Variable.parse)

    async def setBridgeVar(
        self,
        *,
        bridgeId: str,
        variable: str,
        value: str | None = None,
        report_events: bool | None = None,
    ) -> None:
        """POST /bridges/{bridgeId}/variable; errors 400, 404, 409."""
        query = {"variable": variable, "value": value, "report_events": report_events}
        request = Request("bridges.setBridgeVar", "POST", ("bridges", bridgeId, "variable"), query)
        return await self._session.send(request, wire.nothing)

    async def getBridgeVars(self, *, bridgeId: str, variables: str | Sequence[str]) -> models.Variables:
        """GET /bridges/{bridgeId}/variables; errors 400, 404, 409."""
        query = {"variables": variables}
        request = Request("bridges.getBridgeVars", "GET", ("bridges", bridgeId, "variables"), query)
        return await self._session.send(request, models.Variables.parse)

    async def setBridgeVars(self, *, bridgeId: str, variables: Mapping[str, object]) -> None:
        """POST /bridges/{bridgeId}/variables; errors 400, 404, 409."""
        request = Request(
            "bridges.setBridgeVars",
            "POST",
            ("bridges", bridgeId, "variables"),
            body=wrapped("variables", variables),
        )
        return await self._session.send(request, wire.nothing)

    async def addChannel(
        self,
        *,
        bridgeId: str,
        channel: str | Sequence[str],
        role: str | None = None,
        absorbDTMF: bool | None = None,
        mute: bool | None = None,
        inhibitConnectedLineUpdates: bool | None = None,
    ) -> None:
        """POST /bridges/{bridgeId}/addChannel; errors 400, 404, 409, 422."""
        query = {
            "channel": channel,
            "role": role,
            "absorbDTMF": absorbDTMF,
            "mute": mute,
            "inhibitConnectedLineUpdates": inhibitConnectedLineUpdates,
        }
        request = Request("bridges.addChannel", "POST", ("bridges", bridgeId, "addChannel"), query)
        return await self._session.send(request, wire.nothing)

    async def removeChannel(self, *, bridgeId: str, channel: str | Sequence[str]) -> None:
        """POST /bridges/{bridgeId}/removeChannel; errors 400, 404, 409, 422."""
        query = {"channel": channel}
        request = Request("bridges.removeChannel", "POST", ("bridges", bridgeId, "removeChannel"), query)
        return await self._session.send(request, wire.nothing)

    async def setVideoSource(self, *, bridgeId: str, channelId: str) -> None:
        """POST /bridges/{bridgeId}/videoSource/{channelId}; errors 404, 409, 422."""
        request = Request("bridges.setVideoSource", "POST", ("bridges", bridgeId, "videoSource", channelId))
        return await self._session.send(request, wire.nothing)

    async def clearVideoSource(self, *, bridgeId: str) -> None:
        """DELETE /bridges/{bridgeId}/videoSource; errors 404."""
        request = Request("bridges.clearVideoSource", "DELETE", ("bridges", bridgeId, "videoSource"))
        return await self._session.send(request, wire.nothing)

    async def startMoh(self, *, bridgeId: str, mohClass: str | None = None) -> None:
        """POST /bridges/{bridgeId}/moh; errors 404, 409."""
        query = {"mohClass": mohClass}
        request = Request("bridges.startMoh", "POST", ("bridges", bridgeId, "moh"), query)
        return await self._session.send(request, wire.nothing)

    async def stopMoh(self, *, bridgeId: str) -> None:
        """DELETE /bridges/{bridgeId}/moh; errors 404, 409."""
        request = Request("bridges.stopMoh", "DELETE", ("bridges", bridgeId, "moh"))
        return await self._session.send(request, wire.nothing)

    async def play(
        self,
        *,
        bridgeId: str,
        media: str | Sequence[str],
        announcer_format: str | None = None,
        lang: str | None = None,
        offsetms: int | None = None,
        skipms: int | None = None,
        playbackId: str | None = None,
    ) -> Playback:
        """POST /bridges/{bridgeId}/play; errors 404, 409, 422."""
        query = {
            "media": media,
            "announcer_format": announcer_format,
            "lang": lang,
            "offsetms": offsetms,
            "skipms": skipms,
            "playbackId": playbackId,
        }
        request = Request("bridges.play", "POST", ("bridges", bridgeId, "play"), query)
        snapshot = await self._session.send(request, models.Playback.parse)
        return Playback.of(self._session, snapshot)

    async def playWithId(
        self,
        *,
        bridgeId: str,
        playbackId: str,
        media: str | Sequence[str],
        announcer_format: str | None = None,
        lang: str | None = None,
        offsetms: int | None = None,
        skipms: int | None = None,
    ) -> Playback:
        """POST /bridges/{bridgeId}/play/{playbackId}; errors 404, 409, 422."""
        query = {
            "media": media,
            "announcer_format": announcer_format,
            "lang": lang,
            "offsetms": offsetms,
            "skipms": skipms,
        }
        request = Request("bridges.playWithId", "POST", ("bridges", bridgeId, "play", playbackId), query)
        snapshot = await self._session.send(request, models.Playback.parse)
        return Playback.of(self._session, snapshot)

    async def record(
        self,
        *,
        bridgeId: str,
        name: str,
        format: str,
        recorder_format: str | None = None,
        maxDurationSeconds: int | None = None,
        maxSilenceSeconds: int | None = None,
        ifExists: RecordIfExists | None = None,
        beep: bool | None = None,
        terminateOn: RecordTerminateOn | None = None,
    ) -> LiveRecording:
        """POST /bridges/{bridgeId}/record; errors 400, 404, 409, 422."""
        query = {
            "name": name,
            "format": format,
            "recorder_format": recorder_format,
            "maxDurationSeconds": maxDurationSeconds,
            "maxSilenceSeconds": maxSilenceSeconds,
            "ifExists": ifExists,
            "beep": beep,
            "terminateOn": terminateOn,
        }
        request = Request("bridges.record", "POST", ("bridges", bridgeId, "record"), query)
        snapshot = await self._session.send(request, models.LiveRecording.parse)
        return LiveRecording.of(self._session, snapshot)


class Bridge(Handle[models.Bridge]):
    """One Bridge and the operations on it."""

    kind = "Bridge"

    @classmethod
    def of(cls, session: Session, snapshot: models.Bridge) -> Bridge:
        """The handle of an object that Asterisk told of."""
        return cls(session, snapshot.id, snapshot)

    async def createWithId(
        self,
        *,
        type: str | None = None,
        name: str | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> Bridge:
        """POST /bridges/{bridgeId}; errors 409."""
        return await Bridges(self._session).createWithId(bridgeId=self.id, type=type, name=name, variables=variables)

    async def get(self) -> Bridge:
        """GET /bridges/{bridgeId}; errors 404."""
        return await Bridges(self._session).get(bridgeId=self.id)

    async def destroy(self) -> None:
        """DELETE /bridges/{bridgeId}; errors 404."""
        return await Bridges(self._session).destroy(bridgeId=self.id)

    async def getBridgeVar(self, *, variable: str) -> models.Variable:
        """GET /bridges/{bridgeId}/variable; errors 400, 404, 409."""
        return await Bridges(self._session).getBridgeVar(bridgeId=self.id, variable=variable)

    async def setBridgeVar(self, *, variable: str, value: str | None = None, report_events: bool | None = None) -> None:
        """POST /bridges/{bridgeId}/variable; errors 400, 404, 409."""
        return await Bridges(self._session).setBridgeVar(
            bridgeId=self.id,
            variable=variable,
            value=value,
            report_events=report_events,
        )

    async def getBridgeVars(self, *, variables: str | Sequence[str]) -> models.Variables:
        """GET /bridges/{bridgeId}/variables; errors 400, 404, 409."""
        return await Bridges(self._session).getBridgeVars(bridgeId=self.id, variables=variables)

    async def setBridgeVars(self, *, variables: Mapping[str, object]) -> None:
        """POST /bridges/{bridgeId}/variables; errors 400, 404, 409."""
        return await Bridges(self._session).setBridgeVars(bridgeId=self.id, variables=variables)

    async def addChannel(
        self,
        *,
        channel: str | Sequence[str],
        role: str | None = None,
        absorbDTMF: bool | None = None,
        mute: bool | None = None,
        inhibitConnectedLineUpdates: bool | None = None,
    ) -> None:
        """POST /bridges/{bridgeId}/addChannel; errors 400, 404, 409, 422."""
        return await Bridges(self._session).addChannel(
            bridgeId=self.id,
            channel=channel,
            role=role,
            absorbDTMF=absorbDTMF,
            mute=mute,
            inhibitConnectedLineUpdates=inhibitConnectedLineUpdates,
        )

    async def removeChannel(self, *, channel: str | Sequence[str]) -> None:
        """POST /bridges/{bridgeId}/removeChannel; errors 400, 404, 409, 422."""
        return await Bridges(self._session).removeChannel(bridgeId=self.id, channel=channel)

    async def setVideoSource(self, *, channelId: str) -> None:
        """POST /bridges/{bridgeId}/videoSource/{channelId}; errors 404, 409, 422."""
        return await Bridges(self._session).setVideoSource(bridgeId=self.id, channelId=channelId)

    async def clearVideoSource(self) -> None:
        """DELETE /bridges/{bridgeId}/videoSource; errors 404."""
        return await Bridges(self._session).clearVideoSource(bridgeId=self.id)

    async def startMoh(self, *, mohClass: str | None = None) -> None:
        """POST /bridges/{bridgeId}/moh; errors 404, 409."""
        return await Bridges(self._session).startMoh(bridgeId=self.id, mohClass=mohClass)

    async def stopMoh(self) -> None:
        """DELETE /bridges/{bridgeId}/moh; errors 404, 409."""
        return await Bridges(self._session).stopMoh(bridgeId=self.id)

    async def play(
        self,
        *,
        media: str | Sequence[str],
        announcer_format: str | None = None,
        lang: str | None = None,
        offsetms: int | None = None,
        skipms: int | None = None,
        playbackId: str | None = None,
    ) -> Playback:
        """POST /bridges/{bridgeId}/play; errors 404, 409, 422."""
        return await Bridges(self._session).play(
            bridgeId=self.id,
            media=media,
            announcer_format=announcer_format,
            lang=lang,
            offsetms=offsetms,
            skipms=skipms,
            playbackId=playbackId,
        )

    async def playWithId(
        self,
        *,
        playbackId: str,
        media: str | Sequence[str],
        announcer_format: str | None = None,
        lang: str | None = None,
        offsetms: int | None = None,
        skipms: int | None = None,
    ) -> Playback:
        """POST /bridges/{bridgeId}/play/{playbackId}; errors 404, 409, 422."""
        return await Bridges(self._session).playWithId(
            bridgeId=self.id,
            playbackId=playbackId,
            media=media,
            announcer_format=announcer_format,
            lang=lang,
            offsetms=offsetms,
            skipms=skipms,
        )

    async def record(
        self,
        *,
        name: str,
        format: str,
        recorder_format: str | None = None,
        maxDurationSeconds: int | None = None,
        maxSilenceSeconds: int | None = None,
        ifExists: RecordIfExists | None = None,
        beep: bool | None = None,
        terminateOn: RecordTerminateOn | None = None,
    ) -> LiveRecording:
        """POST /bridges/{bridgeId}/record; errors 400, 404, 409, 422."""
        return await Bridges(self._session).record(
            bridgeId=self.id,
            name=name,
            format=format,
            recorder_format=recorder_format,
            maxDurationSeconds=maxDurationSeconds,
            maxSilenceSeconds=maxSilenceSeconds,
            ifExists=ifExists,
            beep=beep,
            terminateOn=terminateOn,
        )
