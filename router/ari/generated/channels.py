# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource channels."""

# ruff: noqa: N802, N803, ASYNC109 - Asterisk's own names.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from router.ari import wire
from router.ari.generated import models
from router.ari.generated.playbacks import Playback
from router.ari.generated.recordings import LiveRecording
from router.ari.handles import Handle, Request, Resource, Session, wrapped

HangupReason = Literal[
    "normal",
    "busy",
    "congestion",
    "no_answer",
    "timeout",
    "rejected",
    "unallocated",
    "normal_unspecified",
    "number_incomplete",
    "codec_mismatch",
    "interworking",
    "failure",
    "answered_elsewhere",
]
MuteDirection = Literal["both", "in", "out"]
UnmuteDirection = Literal["both", "in", "out"]
RecordIfExists = Literal["fail", "overwrite", "append"]
RecordTerminateOn = Literal["none", "any", "*", "#"]
SnoopChannelSpy = Literal["none", "both", "out", "in"]
SnoopChannelWhisper = Literal["none", "both", "out", "in"]
SnoopChannelWithIdSpy = Literal["none", "both", "out", "in"]
SnoopChannelWithIdWhisper = Literal["none", "both", "out", "in"]
ExternalMediaEncapsulation = Literal["rtp", "audiosocket", "none"]
ExternalMediaTransport = Literal["udp", "tcp", "websocket"]
ExternalMediaConnection_type = Literal["client", "server"]
ExternalMediaDirection = Literal["both"]


class Channels(Resource):
    """Operations of channels."""

    async def list(self) -> tuple[Channel, ...]:
        """GET /channels."""
        request = Request("channels.list", "GET", ("channels",))
        found = await self._session.send(request, wire.many(models.Channel.parse))
        return tuple([Channel.of(self._session, snapshot) for snapshot in found])

    async def originate(
        self,
        *,
        endpoint: str,
        extension: str | None = None,
        context: str | None = None,
        priority: int | None = None,
        label: str | None = None,
        app: str | None = None,
        appArgs: str | None = None,
        callerId: str | None = None,
        timeout: int | None = None,
        variables: Mapping[str, object] | None = None,
        channelId: str | None = None,
        otherChannelId: str | None = None,
        originator: str | None = None,
        formats: str | None = None,
    ) -> Channel:
        """POST /channels; errors 400, 409."""
        query = {
            "endpoint": endpoint,
            "extension": extension,
            "context": context,
            "priority": priority,
            "label": label,
            "app": app,
            "appArgs": appArgs,
            "callerId": callerId,
            "timeout": timeout,
            "channelId": channelId,
            "otherChannelId": otherChannelId,
            "originator": originator,
            "formats": formats,
        }
        request = Request("channels.originate", "POST", ("channels",), query, body=wrapped("variables", variables))
        snapshot = await self._session.send(request, models.Channel.parse)
        return Channel.of(self._session, snapshot)

    async def create(
        self,
        *,
        endpoint: str,
        app: str,
        appArgs: str | None = None,
        channelId: str | None = None,
        otherChannelId: str | None = None,
        originator: str | None = None,
        formats: str | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> Channel:
        """POST /channels/create; errors 409."""
        query = {
            "endpoint": endpoint,
            "app": app,
            "appArgs": appArgs,
            "channelId": channelId,
            "otherChannelId": otherChannelId,
            "originator": originator,
            "formats": formats,
        }
        request = Request(
            "channels.create",
            "POST",
            ("channels", "create"),
            query,
            body=wrapped("variables", variables),
        )
        snapshot = await self._session.send(request, models.Channel.parse)
        return Channel.of(self._session, snapshot)

    async def get(self, *, channelId: str) -> Channel:
        """GET /channels/{channelId}; errors 404."""
        request = Request("channels.get", "GET", ("channels", channelId))
        snapshot = await self._session.send(request, models.Channel.parse)
        return Channel.of(self._session, snapshot)

    async def originateWithId(
        self,
        *,
        channelId: str,
        endpoint: str,
        extension: str | None = None,
        context: str | None = None,
        priority: int | None = None,
        label: str | None = None,
        app: str | None = None,
        appArgs: str | None = None,
        callerId: str | None = None,
        timeout: int | None = None,
        variables: Mapping[str, object] | None = None,
        otherChannelId: str | None = None,
        originator: str | None = None,
        formats: str | None = None,
    ) -> Channel:
        """POST /channels/{channelId}; errors 400, 409."""
        query = {
            "endpoint": endpoint,
            "extension": extension,
            "context": context,
            "priority": priority,
            "label": label,
            "app": app,
            "appArgs": appArgs,
            "callerId": callerId,
            "timeout": timeout,
            "otherChannelId": otherChannelId,
            "originator": originator,
            "formats": formats,
        }
        request = Request(
            "channels.originateWithId",
            "POST",
            ("channels", channelId),
            query,
            body=wrapped("variables", variables),
        )
        snapshot = await self._session.send(request, models.Channel.parse)
        return Channel.of(self._session, snapshot)

    async def hangup(
        self,
        *,
        channelId: str,
        reason_code: str | None = None,
        reason: HangupReason | None = None,
    ) -> None:
        """DELETE /channels/{channelId}; errors 400, 404."""
        query = {"reason_code": reason_code, "reason": reason}
        request = Request("channels.hangup", "DELETE", ("channels", channelId), query)
        return await self._session.send(request, wire.nothing)

    async def continueInDialplan(
        self,
        *,
        channelId: str,
        context: str | None = None,
        extension: str | None = None,
        priority: int | None = None,
        label: str | None = None,
    ) -> None:
        """POST /channels/{channelId}/continue; errors 404, 409, 412."""
        query = {"context": context, "extension": extension, "priority": priority, "label": label}
        request = Request("channels.continueInDialplan", "POST", ("channels", channelId, "continue"), query)
        return await self._session.send(request, wire.nothing)

    async def move(self, *, channelId: str, app: str, appArgs: str | None = None) -> None:
        """POST /channels/{channelId}/move; errors 404, 409."""
        query = {"app": app, "appArgs": appArgs}
        request = Request("channels.move", "POST", ("channels", channelId, "move"), query)
        return await self._session.send(request, wire.nothing)

    async def redirect(self, *, channelId: str, endpoint: str) -> None:
        """POST /channels/{channelId}/redirect; errors 400, 404, 409, 412, 422."""
        query = {"endpoint": endpoint}
        request = Request("channels.redirect", "POST", ("channels", channelId, "redirect"), query)
        return await self._session.send(request, wire.nothing)

    async def answer(self, *, channelId: str) -> None:
        """POST /channels/{channelId}/answer; errors 404, 409, 412."""
        request = Request("channels.answer", "POST", ("channels", channelId, "answer"))
        return await self._session.send(request, wire.nothing)

    async def ring(self, *, channelId: str) -> None:
        """POST /channels/{channelId}/ring; errors 404, 409, 412."""
        request = Request("channels.ring", "POST", ("channels", channelId, "ring"))
        return await self._session.send(request, wire.nothing)

    async def ringStop(self, *, channelId: str) -> None:
        """DELETE /channels/{channelId}/ring; errors 404, 409, 412."""
        request = Request("channels.ringStop", "DELETE", ("channels", channelId, "ring"))
        return await self._session.send(request, wire.nothing)

    async def progress(self, *, channelId: str) -> None:
        """POST /channels/{channelId}/progress; errors 404, 409, 412."""
        request = Request("channels.progress", "POST", ("channels", channelId, "progress"))
        return await self._session.send(request, wire.nothing)

    async def sendDTMF(
        self,
        *,
        channelId: str,
        dtmf: str | None = None,
        before: int | None = None,
        between: int | None = None,
        duration: int | None = None,
        after: int | None = None,
    ) -> None:
        """POST /channels/{channelId}/dtmf; errors 400, 404, 409, 412."""
        query = {"dtmf": dtmf, "before": before, "between": between, "duration": duration, "after": after}
        request = Request("channels.sendDTMF", "POST", ("channels", channelId, "dtmf"), query)
        return await self._session.send(request, wire.nothing)

    async def mute(self, *, channelId: str, direction: MuteDirection | None = None) -> None:
        """POST /channels/{channelId}/mute; errors 404, 409, 412."""
        query = {"direction": direction}
        request = Request("channels.mute", "POST", ("channels", channelId, "mute"), query)
        return await self._session.send(request, wire.nothing)

    async def unmute(self, *, channelId: str, direction: UnmuteDirection | None = None) -> None:
        """DELETE /channels/{channelId}/mute; errors 404, 409, 412."""
        query = {"direction": direction}
        request = Request("channels.unmute", "DELETE", ("channels", channelId, "mute"), query)
        return await self._session.send(request, wire.nothing)

    async def hold(self, *, channelId: str) -> None:
        """POST /channels/{channelId}/hold; errors 404, 409, 412."""
        request = Request("channels.hold", "POST", ("channels", channelId, "hold"))
        return await self._session.send(request, wire.nothing)

    async def unhold(self, *, channelId: str) -> None:
        """DELETE /channels/{channelId}/hold; errors 404, 409, 412."""
        request = Request("channels.unhold", "DELETE", ("channels", channelId, "hold"))
        return await self._session.send(request, wire.nothing)

    async def startMoh(self, *, channelId: str, mohClass: str | None = None) -> None:
        """POST /channels/{channelId}/moh; errors 404, 409, 412."""
        query = {"mohClass": mohClass}
        request = Request("channels.startMoh", "POST", ("channels", channelId, "moh"), query)
        return await self._session.send(request, wire.nothing)

    async def stopMoh(self, *, channelId: str) -> None:
        """DELETE /channels/{channelId}/moh; errors 404, 409, 412."""
        request = Request("channels.stopMoh", "DELETE", ("channels", channelId, "moh"))
        return await self._session.send(request, wire.nothing)

    async def startSilence(self, *, channelId: str) -> None:
        """POST /channels/{channelId}/silence; errors 404, 409, 412."""
        request = Request("channels.startSilence", "POST", ("channels", channelId, "silence"))
        return await self._session.send(request, wire.nothing)

    async def stopSilence(self, *, channelId: str) -> None:
        """DELETE /channels/{channelId}/silence; errors 404, 409, 412."""
        request = Request("channels.stopSilence", "DELETE", ("channels", channelId, "silence"))
        return await self._session.send(request, wire.nothing)

    async def play(
        self,
        *,
        channelId: str,
        media: str | Sequence[str],
        lang: str | None = None,
        offsetms: int | None = None,
        skipms: int | None = None,
        playbackId: str | None = None,
    ) -> Playback:
        """POST /channels/{channelId}/play; errors 404, 409, 412."""
        query = {"media": media, "lang": lang, "offsetms": offsetms, "skipms": skipms, "playbackId": playbackId}
        request = Request("channels.play", "POST", ("channels", channelId, "play"), query)
        snapshot = await self._session.send(request, models.Playback.parse)
        return Playback.of(self._session, snapshot)

    async def playWithId(
        self,
        *,
        channelId: str,
        playbackId: str,
        media: str | Sequence[str],
        lang: str | None = None,
        offsetms: int | None = None,
        skipms: int | None = None,
    ) -> Playback:
        """POST /channels/{channelId}/play/{playbackId}; errors 404, 409, 412."""
        query = {"media": media, "lang": lang, "offsetms": offsetms, "skipms": skipms}
        request = Request("channels.playWithId", "POST", ("channels", channelId, "play", playbackId), query)
        snapshot = await self._session.send(request, models.Playback.parse)
        return Playback.of(self._session, snapshot)

    async def record(
        self,
        *,
        channelId: str,
        name: str,
        format: str,
        maxDurationSeconds: int | None = None,
        maxSilenceSeconds: int | None = None,
        ifExists: RecordIfExists | None = None,
        beep: bool | None = None,
        terminateOn: RecordTerminateOn | None = None,
    ) -> LiveRecording:
        """POST /channels/{channelId}/record; errors 400, 404, 409, 422."""
        query = {
            "name": name,
            "format": format,
            "maxDurationSeconds": maxDurationSeconds,
            "maxSilenceSeconds": maxSilenceSeconds,
            "ifExists": ifExists,
            "beep": beep,
            "terminateOn": terminateOn,
        }
        request = Request("channels.record", "POST", ("channels", channelId, "record"), query)
        snapshot = await self._session.send(request, models.LiveRecording.parse)
        return LiveRecording.of(self._session, snapshot)

    async def getChannelVar(self, *, channelId: str, variable: str) -> models.Variable:
        """GET /channels/{channelId}/variable; errors 400, 404, 409."""
        query = {"variable": variable}
        request = Request("channels.getChannelVar", "GET", ("channels", channelId, "variable"), query)
        return await self._session.send(request, models.Variable.parse)

    async def setChannelVar(
        self,
        *,
        channelId: str,
        variable: str,
        value: str | None = None,
        report_events: bool | None = None,
    ) -> None:
        """POST /channels/{channelId}/variable; errors 400, 404, 409."""
        query = {"variable": variable, "value": value, "report_events": report_events}
        request = Request("channels.setChannelVar", "POST", ("channels", channelId, "variable"), query)
        return await self._session.send(request, wire.nothing)

    async def getChannelVars(self, *, channelId: str, variables: str | Sequence[str]) -> models.Variables:
        """GET /channels/{channelId}/variables; errors 400, 404, 409."""
        query = {"variables": variables}
        request = Request("channels.getChannelVars", "GET", ("channels", channelId, "variables"), query)
        return await self._session.send(request, models.Variables.parse)

    async def setChannelVars(self, *, channelId: str, variables: Mapping[str, object]) -> None:
        """POST /channels/{channelId}/variables; errors 400, 404, 409."""
        request = Request(
            "channels.setChannelVars",
            "POST",
            ("channels", channelId, "variables"),
            body=wrapped("variables", variables),
        )
        return await self._session.send(request, wire.nothing)

    async def snoopChannel(
        self,
        *,
        channelId: str,
        app: str,
        spy: SnoopChannelSpy | None = None,
        whisper: SnoopChannelWhisper | None = None,
        appArgs: str | None = None,
        snoopId: str | None = None,
    ) -> Channel:
        """POST /channels/{channelId}/snoop; errors 400, 404."""
        query = {"spy": spy, "whisper": whisper, "app": app, "appArgs": appArgs, "snoopId": snoopId}
        request = Request("channels.snoopChannel", "POST", ("channels", channelId, "snoop"), query)
        snapshot = await self._session.send(request, models.Channel.parse)
        return Channel.of(self._session, snapshot)

    async def snoopChannelWithId(
        self,
        *,
        channelId: str,
        snoopId: str,
        app: str,
        spy: SnoopChannelWithIdSpy | None = None,
        whisper: SnoopChannelWithIdWhisper | None = None,
        appArgs: str | None = None,
    ) -> Channel:
        """POST /channels/{channelId}/snoop/{snoopId}; errors 400, 404."""
        query = {"spy": spy, "whisper": whisper, "app": app, "appArgs": appArgs}
        request = Request("channels.snoopChannelWithId", "POST", ("channels", channelId, "snoop", snoopId), query)
        snapshot = await self._session.send(request, models.Channel.parse)
        return Channel.of(self._session, snapshot)

    async def dial(self, *, channelId: str, caller: str | None = None, timeout: int | None = None) -> None:
        """POST /channels/{channelId}/dial; errors 404, 409."""
        query = {"caller": caller, "timeout": timeout}
        request = Request("channels.dial", "POST", ("channels", channelId, "dial"), query)
        return await self._session.send(request, wire.nothing)

    async def rtpstatistics(self, *, channelId: str) -> models.RTPstat:
        """GET /channels/{channelId}/rtp_statistics; errors 404."""
        request = Request("channels.rtpstatistics", "GET", ("channels", channelId, "rtp_statistics"))
        return await self._session.send(request, models.RTPstat.parse)

    async def externalMedia(
        self,
        *,
        app: str,
        format: str,
        channelId: str | None = None,
        variables: Mapping[str, object] | None = None,
        external_host: str | None = None,
        encapsulation: ExternalMediaEncapsulation | None = None,
        transport: ExternalMediaTransport | None = None,
        connection_type: ExternalMediaConnection_type | None = None,
        direction: ExternalMediaDirection | None = None,
        data: str | None = None,
        transport_data: str | None = None,
    ) -> Channel:
        """POST /channels/externalMedia; errors 400, 409."""
        query = {
            "channelId": channelId,
            "app": app,
            "external_host": external_host,
            "encapsulation": encapsulation,
            "transport": transport,
            "connection_type": connection_type,
            "format": format,
            "direction": direction,
            "data": data,
            "transport_data": transport_data,
        }
        request = Request(
            "channels.externalMedia",
            "POST",
            ("channels", "externalMedia"),
            query,
            body=wrapped("variables", variables),
        )
        snapshot = await self._session.send(request, models.Channel.parse)
        return Channel.of(self._session, snapshot)

    async def transfer_progress(self, *, channelId: str, states: str) -> None:
        """POST /channels/{channelId}/transfer_progress; errors 400, 404, 409, 412."""
        query = {"states": states}
        request = Request("channels.transfer_progress", "POST", ("channels", channelId, "transfer_progress"), query)
        return await self._session.send(request, wire.nothing)


class Channel(Handle[models.Channel]):
    """One Channel and the operations on it."""

    kind = "Channel"

    @classmethod
    def of(cls, session: Session, snapshot: models.Channel) -> Channel:
        """The handle of an object that Asterisk told of."""
        return cls(session, snapshot.id, snapshot)

    async def get(self) -> Channel:
        """GET /channels/{channelId}; errors 404."""
        return await Channels(self._session).get(channelId=self.id)

    async def originateWithId(
        self,
        *,
        endpoint: str,
        extension: str | None = None,
        context: str | None = None,
        priority: int | None = None,
        label: str | None = None,
        app: str | None = None,
        appArgs: str | None = None,
        callerId: str | None = None,
        timeout: int | None = None,
        variables: Mapping[str, object] | None = None,
        otherChannelId: str | None = None,
        originator: str | None = None,
        formats: str | None = None,
    ) -> Channel:
        """POST /channels/{channelId}; errors 400, 409."""
        return await Channels(self._session).originateWithId(
            channelId=self.id,
            endpoint=endpoint,
            extension=extension,
            context=context,
            priority=priority,
            label=label,
            app=app,
            appArgs=appArgs,
            callerId=callerId,
            timeout=timeout,
            variables=variables,
            otherChannelId=otherChannelId,
            originator=originator,
            formats=formats,
        )

    async def hangup(self, *, reason_code: str | None = None, reason: HangupReason | None = None) -> None:
        """DELETE /channels/{channelId}; errors 400, 404."""
        return await Channels(self._session).hangup(channelId=self.id, reason_code=reason_code, reason=reason)

    async def continueInDialplan(
        self,
        *,
        context: str | None = None,
        extension: str | None = None,
        priority: int | None = None,
        label: str | None = None,
    ) -> None:
        """POST /channels/{channelId}/continue; errors 404, 409, 412."""
        return await Channels(self._session).continueInDialplan(
            channelId=self.id,
            context=context,
            extension=extension,
            priority=priority,
            label=label,
        )

    async def move(self, *, app: str, appArgs: str | None = None) -> None:
        """POST /channels/{channelId}/move; errors 404, 409."""
        return await Channels(self._session).move(channelId=self.id, app=app, appArgs=appArgs)

    async def redirect(self, *, endpoint: str) -> None:
        """POST /channels/{channelId}/redirect; errors 400, 404, 409, 412, 422."""
        return await Channels(self._session).redirect(channelId=self.id, endpoint=endpoint)

    async def answer(self) -> None:
        """POST /channels/{channelId}/answer; errors 404, 409, 412."""
        return await Channels(self._session).answer(channelId=self.id)

    async def ring(self) -> None:
        """POST /channels/{channelId}/ring; errors 404, 409, 412."""
        return await Channels(self._session).ring(channelId=self.id)

    async def ringStop(self) -> None:
        """DELETE /channels/{channelId}/ring; errors 404, 409, 412."""
        return await Channels(self._session).ringStop(channelId=self.id)

    async def progress(self) -> None:
        """POST /channels/{channelId}/progress; errors 404, 409, 412."""
        return await Channels(self._session).progress(channelId=self.id)

    async def sendDTMF(
        self,
        *,
        dtmf: str | None = None,
        before: int | None = None,
        between: int | None = None,
        duration: int | None = None,
        after: int | None = None,
    ) -> None:
        """POST /channels/{channelId}/dtmf; errors 400, 404, 409, 412."""
        return await Channels(self._session).sendDTMF(
            channelId=self.id,
            dtmf=dtmf,
            before=before,
            between=between,
            duration=duration,
            after=after,
        )

    async def mute(self, *, direction: MuteDirection | None = None) -> None:
        """POST /channels/{channelId}/mute; errors 404, 409, 412."""
        return await Channels(self._session).mute(channelId=self.id, direction=direction)

    async def unmute(self, *, direction: UnmuteDirection | None = None) -> None:
        """DELETE /channels/{channelId}/mute; errors 404, 409, 412."""
        return await Channels(self._session).unmute(channelId=self.id, direction=direction)

    async def hold(self) -> None:
        """POST /channels/{channelId}/hold; errors 404, 409, 412."""
        return await Channels(self._session).hold(channelId=self.id)

    async def unhold(self) -> None:
        """DELETE /channels/{channelId}/hold; errors 404, 409, 412."""
        return await Channels(self._session).unhold(channelId=self.id)

    async def startMoh(self, *, mohClass: str | None = None) -> None:
        """POST /channels/{channelId}/moh; errors 404, 409, 412."""
        return await Channels(self._session).startMoh(channelId=self.id, mohClass=mohClass)

    async def stopMoh(self) -> None:
        """DELETE /channels/{channelId}/moh; errors 404, 409, 412."""
        return await Channels(self._session).stopMoh(channelId=self.id)

    async def startSilence(self) -> None:
        """POST /channels/{channelId}/silence; errors 404, 409, 412."""
        return await Channels(self._session).startSilence(channelId=self.id)

    async def stopSilence(self) -> None:
        """DELETE /channels/{channelId}/silence; errors 404, 409, 412."""
        return await Channels(self._session).stopSilence(channelId=self.id)

    async def play(
        self,
        *,
        media: str | Sequence[str],
        lang: str | None = None,
        offsetms: int | None = None,
        skipms: int | None = None,
        playbackId: str | None = None,
    ) -> Playback:
        """POST /channels/{channelId}/play; errors 404, 409, 412."""
        return await Channels(self._session).play(
            channelId=self.id,
            media=media,
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
        lang: str | None = None,
        offsetms: int | None = None,
        skipms: int | None = None,
    ) -> Playback:
        """POST /channels/{channelId}/play/{playbackId}; errors 404, 409, 412."""
        return await Channels(self._session).playWithId(
            channelId=self.id,
            playbackId=playbackId,
            media=media,
            lang=lang,
            offsetms=offsetms,
            skipms=skipms,
        )

    async def record(
        self,
        *,
        name: str,
        format: str,
        maxDurationSeconds: int | None = None,
        maxSilenceSeconds: int | None = None,
        ifExists: RecordIfExists | None = None,
        beep: bool | None = None,
        terminateOn: RecordTerminateOn | None = None,
    ) -> LiveRecording:
        """POST /channels/{channelId}/record; errors 400, 404, 409, 422."""
        return await Channels(self._session).record(
            channelId=self.id,
            name=name,
            format=format,
            maxDurationSeconds=maxDurationSeconds,
            maxSilenceSeconds=maxSilenceSeconds,
            ifExists=ifExists,
            beep=beep,
            terminateOn=terminateOn,
        )

    async def getChannelVar(self, *, variable: str) -> models.Variable:
        """GET /channels/{channelId}/variable; errors 400, 404, 409."""
        return await Channels(self._session).getChannelVar(channelId=self.id, variable=variable)

    async def setChannelVar(
        self,
        *,
        variable: str,
        value: str | None = None,
        report_events: bool | None = None,
    ) -> None:
        """POST /channels/{channelId}/variable; errors 400, 404, 409."""
        return await Channels(self._session).setChannelVar(
            channelId=self.id,
            variable=variable,
            value=value,
            report_events=report_events,
        )

    async def getChannelVars(self, *, variables: str | Sequence[str]) -> models.Variables:
        """GET /channels/{channelId}/variables; errors 400, 404, 409."""
        return await Channels(self._session).getChannelVars(channelId=self.id, variables=variables)

    async def setChannelVars(self, *, variables: Mapping[str, object]) -> None:
        """POST /channels/{channelId}/variables; errors 400, 404, 409."""
        return await Channels(self._session).setChannelVars(channelId=self.id, variables=variables)

    async def snoopChannel(
        self,
        *,
        app: str,
        spy: SnoopChannelSpy | None = None,
        whisper: SnoopChannelWhisper | None = None,
        appArgs: str | None = None,
        snoopId: str | None = None,
    ) -> Channel:
        """POST /channels/{channelId}/snoop; errors 400, 404."""
        return await Channels(self._session).snoopChannel(
            channelId=self.id,
            spy=spy,
            whisper=whisper,
            app=app,
            appArgs=appArgs,
            snoopId=snoopId,
        )

    async def snoopChannelWithId(
        self,
        *,
        snoopId: str,
        app: str,
        spy: SnoopChannelWithIdSpy | None = None,
        whisper: SnoopChannelWithIdWhisper | None = None,
        appArgs: str | None = None,
    ) -> Channel:
        """POST /channels/{channelId}/snoop/{snoopId}; errors 400, 404."""
        return await Channels(self._session).snoopChannelWithId(
            channelId=self.id,
            snoopId=snoopId,
            spy=spy,
            whisper=whisper,
            app=app,
            appArgs=appArgs,
        )

    async def dial(self, *, caller: str | None = None, timeout: int | None = None) -> None:
        """POST /channels/{channelId}/dial; errors 404, 409."""
        return await Channels(self._session).dial(channelId=self.id, caller=caller, timeout=timeout)

    async def rtpstatistics(self) -> models.RTPstat:
        """GET /channels/{channelId}/rtp_statistics; errors 404."""
        return await Channels(self._session).rtpstatistics(channelId=self.id)

    async def transfer_progress(self, *, states: str) -> None:
        """POST /channels/{channelId}/transfer_progress; errors 400, 404, 409, 412."""
        return await Channels(self._session).transfer_progress(channelId=self.id, states=states)
