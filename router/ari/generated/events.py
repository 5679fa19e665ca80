# Written by `python -m router.ari.generate`; change the generator, not this file.
"""What Asterisk tells."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from router.ari import wire
from router.ari.generated import models


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events; `timestamp` is Asterisk's wall clock."""

    type: str
    asterisk_id: str | None
    application: str
    timestamp: datetime

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Event")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationMoveFailed(Event):
    """ARI event ApplicationMoveFailed."""

    channel: models.Channel
    destination: str
    args: tuple[str, ...]

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ApplicationMoveFailed")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
            destination=wire.text(raw, "destination"),
            args=wire.many(wire.string)(raw.get("args")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRegistered(Event):
    """ARI event ApplicationRegistered."""

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ApplicationRegistered")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationReplaced(Event):
    """ARI event ApplicationReplaced."""

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ApplicationReplaced")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationUnregistered(Event):
    """ARI event ApplicationUnregistered."""

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ApplicationUnregistered")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeAttendedTransfer(Event):
    """ARI event BridgeAttendedTransfer."""

    transferer_first_leg: models.Channel
    transferer_second_leg: models.Channel
    replace_channel: models.Channel | None
    transferee: models.Channel | None
    transfer_target: models.Channel | None
    result: str
    is_external: bool
    transferer_first_leg_bridge: models.Bridge | None
    transferer_second_leg_bridge: models.Bridge | None
    destination_type: str
    destination_bridge: str | None
    destination_application: str | None
    destination_link_first_leg: models.Channel | None
    destination_link_second_leg: models.Channel | None
    destination_threeway_channel: models.Channel | None
    destination_threeway_bridge: models.Bridge | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "BridgeAttendedTransfer")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            transferer_first_leg=models.Channel.parse(raw.get("transferer_first_leg")),
            transferer_second_leg=models.Channel.parse(raw.get("transferer_second_leg")),
            replace_channel=wire.maybe(raw, "replace_channel", models.Channel.parse),
            transferee=wire.maybe(raw, "transferee", models.Channel.parse),
            transfer_target=wire.maybe(raw, "transfer_target", models.Channel.parse),
            result=wire.text(raw, "result"),
            is_external=wire.boolean(raw, "is_external"),
            transferer_first_leg_bridge=wire.maybe(raw, "transferer_first_leg_bridge", models.Bridge.parse),
            transferer_second_leg_bridge=wire.maybe(raw, "transferer_second_leg_bridge", models.Bridge.parse),
            destination_type=wire.text(raw, "destination_type"),
            destination_bridge=wire.maybe_text(raw, "destination_bridge"),
            destination_application=wire.maybe_text(raw, "destination_application"),
            destination_link_first_leg=wire.maybe(raw, "destination_link_first_leg", models.Channel.parse),
            destination_link_second_leg=wire.maybe(raw, "destination_link_second_leg", models.Channel.parse),
            destination_threeway_channel=wire.maybe(raw, "destination_threeway_channel", models.Channel.parse),
            destination_threeway_bridge=wire.maybe(raw, "destination_threeway_bridge", models.Bridge.parse),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeBlindTransfer(Event):
    """ARI event BridgeBlindTransfer."""

    channel: models.Channel
    replace_channel: models.Channel | None
    transferee: models.Channel | None
    exten: str
    context: str
    result: str
    is_external: bool
    bridge: models.Bridge | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "BridgeBlindTransfer")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
            replace_channel=wire.maybe(raw, "replace_channel", models.Channel.parse),
            transferee=wire.maybe(raw, "transferee", models.Channel.parse),
            exten=wire.text(raw, "exten"),
            context=wire.text(raw, "context"),
            result=wire.text(raw, "result"),
            is_external=wire.boolean(raw, "is_external"),
            bridge=wire.maybe(raw, "bridge", models.Bridge.parse),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeCreated(Event):
    """ARI event BridgeCreated."""

    bridge: models.Bridge

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "BridgeCreated")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            bridge=models.Bridge.parse(raw.get("bridge")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeDestroyed(Event):
    """ARI event BridgeDestroyed."""

    bridge: models.Bridge

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "BridgeDestroyed")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            bridge=models.Bridge.parse(raw.get("bridge")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeMerged(Event):
    """ARI event BridgeMerged."""

    bridge: models.Bridge
    bridge_from: models.Bridge

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "BridgeMerged")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            bridge=models.Bridge.parse(raw.get("bridge")),
            bridge_from=models.Bridge.parse(raw.get("bridge_from")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeVideoSourceChanged(Event):
    """ARI event BridgeVideoSourceChanged."""

    bridge: models.Bridge
    old_video_source_id: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "BridgeVideoSourceChanged")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            bridge=models.Bridge.parse(raw.get("bridge")),
            old_video_source_id=wire.maybe_text(raw, "old_video_source_id"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBroadcast(Event):
    """ARI event CallBroadcast."""

    channel: models.Channel
    caller: str | None
    called: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "CallBroadcast")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
            caller=wire.maybe_text(raw, "caller"),
            called=wire.maybe_text(raw, "called"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClaimed(Event):
    """ARI event CallClaimed."""

    channel: models.Channel
    winner_app: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "CallClaimed")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
            winner_app=wire.text(raw, "winner_app"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCallerId(Event):
    """ARI event ChannelCallerId."""

    caller_presentation: int
    caller_presentation_txt: str
    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelCallerId")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            caller_presentation=wire.integer(raw, "caller_presentation"),
            caller_presentation_txt=wire.text(raw, "caller_presentation_txt"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConnectedLine(Event):
    """ARI event ChannelConnectedLine."""

    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelConnectedLine")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCreated(Event):
    """ARI event ChannelCreated."""

    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelCreated")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDestroyed(Event):
    """ARI event ChannelDestroyed."""

    cause: int
    cause_txt: str
    tech_cause: int | None
    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelDestroyed")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            cause=wire.integer(raw, "cause"),
            cause_txt=wire.text(raw, "cause_txt"),
            tech_cause=wire.maybe_integer(raw, "tech_cause"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDialplan(Event):
    """ARI event ChannelDialplan."""

    channel: models.Channel
    dialplan_app: str
    dialplan_app_data: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelDialplan")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
            dialplan_app=wire.text(raw, "dialplan_app"),
            dialplan_app_data=wire.text(raw, "dialplan_app_data"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDtmfReceived(Event):
    """ARI event ChannelDtmfReceived."""

    digit: str
    duration_ms: int
    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelDtmfReceived")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            digit=wire.text(raw, "digit"),
            duration_ms=wire.integer(raw, "duration_ms"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEnteredBridge(Event):
    """ARI event ChannelEnteredBridge."""

    bridge: models.Bridge
    channel: models.Channel | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelEnteredBridge")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            bridge=models.Bridge.parse(raw.get("bridge")),
            channel=wire.maybe(raw, "channel", models.Channel.parse),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHangupRequest(Event):
    """ARI event ChannelHangupRequest."""

    cause: int | None
    tech_cause: int | None
    soft: bool | None
    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelHangupRequest")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            cause=wire.maybe_integer(raw, "cause"),
            tech_cause=wire.maybe_integer(raw, "tech_cause"),
            soft=wire.maybe_boolean(raw, "soft"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHold(Event):
    """ARI event ChannelHold."""

    channel: models.Channel
    musicclass: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelHold")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
            musicclass=wire.maybe_text(raw, "musicclass"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLeftBridge(Event):
    """ARI event ChannelLeftBridge."""

    bridge: models.Bridge
    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelLeftBridge")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            bridge=models.Bridge.parse(raw.get("bridge")),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelStateChange(Event):
    """ARI event ChannelStateChange."""

    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelStateChange")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTalkingFinished(Event):
    """ARI event ChannelTalkingFinished."""

    channel: models.Channel
    duration: int

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelTalkingFinished")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
            duration=wire.integer(raw, "duration"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTalkingStarted(Event):
    """ARI event ChannelTalkingStarted."""

    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelTalkingStarted")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelToneDetected(Event):
    """ARI event ChannelToneDetected."""

    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelToneDetected")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTransfer(Event):
    """ARI event ChannelTransfer."""

    state: str | None
    refer_to: models.ReferTo
    referred_by: models.ReferredBy

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelTransfer")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            state=wire.maybe_text(raw, "state"),
            refer_to=models.ReferTo.parse(raw.get("refer_to")),
            referred_by=models.ReferredBy.parse(raw.get("referred_by")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUnhold(Event):
    """ARI event ChannelUnhold."""

    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelUnhold")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUserevent(Event):
    """ARI event ChannelUserevent."""

    eventname: str
    channel: models.Channel | None
    bridge: models.Bridge | None
    endpoint: models.Endpoint | None
    userevent: dict[str, object]

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelUserevent")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            eventname=wire.text(raw, "eventname"),
            channel=wire.maybe(raw, "channel", models.Channel.parse),
            bridge=wire.maybe(raw, "bridge", models.Bridge.parse),
            endpoint=wire.maybe(raw, "endpoint", models.Endpoint.parse),
            userevent=wire.mapping(raw, "userevent"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelVarset(Event):
    """ARI event ChannelVarset."""

    variable: str
    value: str
    channel: models.Channel | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ChannelVarset")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            variable=wire.text(raw, "variable"),
            value=wire.text(raw, "value"),
            channel=wire.maybe(raw, "channel", models.Channel.parse),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStatusChange(Event):
    """ARI event ContactStatusChange."""

    endpoint: models.Endpoint
    contact_info: models.ContactInfo

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ContactStatusChange")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            endpoint=models.Endpoint.parse(raw.get("endpoint")),
            contact_info=models.ContactInfo.parse(raw.get("contact_info")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceStateChanged(Event):
    """ARI event DeviceStateChanged."""

    device_state: models.DeviceState

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "DeviceStateChanged")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            device_state=models.DeviceState.parse(raw.get("device_state")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial(Event):
    """ARI event Dial."""

    caller: models.Channel | None
    peer: models.Channel
    forward: str | None
    forwarded: models.Channel | None
    dialstring: str | None
    dialstatus: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Dial")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            caller=wire.maybe(raw, "caller", models.Channel.parse),
            peer=models.Channel.parse(raw.get("peer")),
            forward=wire.maybe_text(raw, "forward"),
            forwarded=wire.maybe(raw, "forwarded", models.Channel.parse),
            dialstring=wire.maybe_text(raw, "dialstring"),
            dialstatus=wire.text(raw, "dialstatus"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointStateChange(Event):
    """ARI event EndpointStateChange."""

    endpoint: models.Endpoint

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "EndpointStateChange")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            endpoint=models.Endpoint.parse(raw.get("endpoint")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerStatusChange(Event):
    """ARI event PeerStatusChange."""

    endpoint: models.Endpoint
    peer: models.Peer

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "PeerStatusChange")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            endpoint=models.Endpoint.parse(raw.get("endpoint")),
            peer=models.Peer.parse(raw.get("peer")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackContinuing(Event):
    """ARI event PlaybackContinuing."""

    playback: models.Playback

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "PlaybackContinuing")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            playback=models.Playback.parse(raw.get("playback")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackFinished(Event):
    """ARI event PlaybackFinished."""

    playback: models.Playback

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "PlaybackFinished")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            playback=models.Playback.parse(raw.get("playback")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackStarted(Event):
    """ARI event PlaybackStarted."""

    playback: models.Playback

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "PlaybackStarted")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            playback=models.Playback.parse(raw.get("playback")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RESTResponse(Event):
    """ARI event RESTResponse."""

    transaction_id: str
    request_id: str
    status_code: int
    reason_phrase: str
    uri: str
    content_type: str | None
    message_body: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RESTResponse")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            transaction_id=wire.text(raw, "transaction_id"),
            request_id=wire.text(raw, "request_id"),
            status_code=wire.integer(raw, "status_code"),
            reason_phrase=wire.text(raw, "reason_phrase"),
            uri=wire.text(raw, "uri"),
            content_type=wire.maybe_text(raw, "content_type"),
            message_body=wire.maybe_text(raw, "message_body"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFailed(Event):
    """ARI event RecordingFailed."""

    recording: models.LiveRecording

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RecordingFailed")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            recording=models.LiveRecording.parse(raw.get("recording")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingFinished(Event):
    """ARI event RecordingFinished."""

    recording: models.LiveRecording

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RecordingFinished")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            recording=models.LiveRecording.parse(raw.get("recording")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingStarted(Event):
    """ARI event RecordingStarted."""

    recording: models.LiveRecording

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RecordingStarted")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            recording=models.LiveRecording.parse(raw.get("recording")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StasisEnd(Event):
    """ARI event StasisEnd."""

    channel: models.Channel

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "StasisEnd")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            channel=models.Channel.parse(raw.get("channel")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StasisStart(Event):
    """ARI event StasisStart."""

    args: tuple[str, ...]
    channel: models.Channel
    replace_channel: models.Channel | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "StasisStart")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            args=wire.many(wire.string)(raw.get("args")),
            channel=models.Channel.parse(raw.get("channel")),
            replace_channel=wire.maybe(raw, "replace_channel", models.Channel.parse),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessageReceived(Event):
    """ARI event TextMessageReceived."""

    message: models.TextMessage
    endpoint: models.Endpoint | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "TextMessageReceived")
        return cls(
            type=wire.text(raw, "type"),
            asterisk_id=wire.maybe_text(raw, "asterisk_id"),
            application=wire.text(raw, "application"),
            timestamp=wire.date(raw, "timestamp"),
            message=models.TextMessage.parse(raw.get("message")),
            endpoint=wire.maybe(raw, "endpoint", models.Endpoint.parse),
        )


EVENTS: dict[str, type[Event]] = {
    "ApplicationMoveFailed": ApplicationMoveFailed,
    "ApplicationRegistered": ApplicationRegistered,
    "ApplicationReplaced": ApplicationReplaced,
    "ApplicationUnregistered": ApplicationUnregistered,
    "BridgeAttendedTransfer": BridgeAttendedTransfer,
    "BridgeBlindTransfer": BridgeBlindTransfer,
    "BridgeCreated": BridgeCreated,
    "BridgeDestroyed": BridgeDestroyed,
    "BridgeMerged": BridgeMerged,
    "BridgeVideoSourceChanged": BridgeVideoSourceChanged,
    "CallBroadcast": CallBroadcast,
    "CallClaimed": CallClaimed,
    "ChannelCallerId": ChannelCallerId,
    "ChannelConnectedLine": ChannelConnectedLine,
    "ChannelCreated": ChannelCreated,
    "ChannelDestroyed": ChannelDestroyed,
    "ChannelDialplan": ChannelDialplan,
    "ChannelDtmfReceived": ChannelDtmfReceived,
    "ChannelEnteredBridge": ChannelEnteredBridge,
    "ChannelHangupRequest": ChannelHangupRequest,
    "ChannelHold": ChannelHold,
    "ChannelLeftBridge": ChannelLeftBridge,
    "ChannelStateChange": ChannelStateChange,
    "ChannelTalkingFinished": ChannelTalkingFinished,
    "ChannelTalkingStarted": ChannelTalkingStarted,
    "ChannelToneDetected": ChannelToneDetected,
    "ChannelTransfer": ChannelTransfer,
    "ChannelUnhold": ChannelUnhold,
    "ChannelUserevent": ChannelUserevent,
    "ChannelVarset": ChannelVarset,
    "ContactStatusChange": ContactStatusChange,
    "DeviceStateChanged": DeviceStateChanged,
    "Dial": Dial,
    "EndpointStateChange": EndpointStateChange,
    "PeerStatusChange": PeerStatusChange,
    "PlaybackContinuing": PlaybackContinuing,
    "PlaybackFinished": PlaybackFinished,
    "PlaybackStarted": PlaybackStarted,
    "RESTResponse": RESTResponse,
    "RecordingFailed": RecordingFailed,
    "RecordingFinished": RecordingFinished,
    "RecordingStarted": RecordingStarted,
    "StasisEnd": StasisEnd,
    "StasisStart": StasisStart,
    "TextMessageReceived": TextMessageReceived,
}
"""Every event type by its name on the wire."""

REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "ApplicationMoveFailed": (("Channel", "channel"),),
    "BridgeAttendedTransfer": (
        ("Channel", "transferer_first_leg"),
        ("Channel", "transferer_second_leg"),
        ("Channel", "replace_channel"),
        ("Channel", "transferee"),
        ("Channel", "transfer_target"),
        ("Bridge", "transferer_first_leg_bridge"),
        ("Bridge", "transferer_second_leg_bridge"),
        ("Channel", "destination_link_first_leg"),
        ("Channel", "destination_link_second_leg"),
        ("Channel", "destination_threeway_channel"),
        ("Bridge", "destination_threeway_bridge"),
    ),
    "BridgeBlindTransfer": (
        ("Channel", "channel"),
        ("Channel", "replace_channel"),
        ("Channel", "transferee"),
        ("Bridge", "bridge"),
    ),
    "BridgeCreated": (("Bridge", "bridge"),),
    "BridgeDestroyed": (("Bridge", "bridge"),),
    "BridgeMerged": (("Bridge", "bridge"), ("Bridge", "bridge_from")),
    "BridgeVideoSourceChanged": (("Bridge", "bridge"),),
    "CallBroadcast": (("Channel", "channel"),),
    "CallClaimed": (("Channel", "channel"),),
    "ChannelCallerId": (("Channel", "channel"),),
    "ChannelConnectedLine": (("Channel", "channel"),),
    "ChannelCreated": (("Channel", "channel"),),
    "ChannelDestroyed": (("Channel", "channel"),),
    "ChannelDialplan": (("Channel", "channel"),),
    "ChannelDtmfReceived": (("Channel", "channel"),),
    "ChannelEnteredBridge": (("Bridge", "bridge"), ("Channel", "channel")),
    "ChannelHangupRequest": (("Channel", "channel"),),
    "ChannelHold": (("Channel", "channel"),),
    "ChannelLeftBridge": (("Bridge", "bridge"), ("Channel", "channel")),
    "ChannelStateChange": (("Channel", "channel"),),
    "ChannelTalkingFinished": (("Channel", "channel"),),
    "ChannelTalkingStarted": (("Channel", "channel"),),
    "ChannelToneDetected": (("Channel", "channel"),),
    "ChannelUnhold": (("Channel", "channel"),),
    "ChannelUserevent": (("Channel", "channel"), ("Bridge", "bridge"), ("Endpoint", "endpoint")),
    "ChannelVarset": (("Channel", "channel"),),
    "ContactStatusChange": (("Endpoint", "endpoint"),),
    "Dial": (("Channel", "caller"), ("Channel", "peer"), ("Channel", "forwarded")),
    "EndpointStateChange": (("Endpoint", "endpoint"),),
    "PeerStatusChange": (("Endpoint", "endpoint"),),
    "PlaybackContinuing": (("Playback", "playback"),),
    "PlaybackFinished": (("Playback", "playback"),),
    "PlaybackStarted": (("Playback", "playback"),),
    "RecordingFailed": (("LiveRecording", "recording"),),
    "RecordingFinished": (("LiveRecording", "recording"),),
    "RecordingStarted": (("LiveRecording", "recording"),),
    "StasisEnd": (("Channel", "channel"),),
    "StasisStart": (("Channel", "channel"), ("Channel", "replace_channel")),
    "TextMessageReceived": (("Endpoint", "endpoint"),),
}
"""For each event type: the kinds of objects that it names, and in which field."""
