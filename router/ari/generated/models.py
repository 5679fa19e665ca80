# Written by `python -m router.ari.generate`; change the generator, not this file.
"""Snapshots of Asterisk's objects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from router.ari import wire


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalParam:
    """ARI model AdditionalParam."""

    parameter_name: str
    parameter_value: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "AdditionalParam")
        return cls(parameter_name=wire.text(raw, "parameter_name"), parameter_value=wire.text(raw, "parameter_value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """ARI model Application."""

    name: str
    channel_ids: tuple[str, ...]
    bridge_ids: tuple[str, ...]
    endpoint_ids: tuple[str, ...]
    device_names: tuple[str, ...]
    events_allowed: tuple[dict[str, object], ...]
    events_disallowed: tuple[dict[str, object], ...]

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Application")
        return cls(
            name=wire.text(raw, "name"),
            channel_ids=wire.many(wire.string)(raw.get("channel_ids")),
            bridge_ids=wire.many(wire.string)(raw.get("bridge_ids")),
            endpoint_ids=wire.many(wire.string)(raw.get("endpoint_ids")),
            device_names=wire.many(wire.string)(raw.get("device_names")),
            events_allowed=wire.many(wire.anything)(raw.get("events_allowed")),
            events_disallowed=wire.many(wire.anything)(raw.get("events_disallowed")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildInfo:
    """ARI model BuildInfo."""

    os: str
    kernel: str
    options: str
    machine: str
    date: str
    user: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "BuildInfo")
        return cls(
            os=wire.text(raw, "os"),
            kernel=wire.text(raw, "kernel"),
            options=wire.text(raw, "options"),
            machine=wire.text(raw, "machine"),
            date=wire.text(raw, "date"),
            user=wire.text(raw, "user"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemInfo:
    """ARI model SystemInfo."""

    version: str
    entity_id: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "SystemInfo")
        return cls(version=wire.text(raw, "version"), entity_id=wire.text(raw, "entity_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetId:
    """ARI model SetId."""

    user: str
    group: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "SetId")
        return cls(user=wire.text(raw, "user"), group=wire.text(raw, "group"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigInfo:
    """ARI model ConfigInfo."""

    name: str
    default_language: str
    max_channels: int | None
    max_open_files: int | None
    max_load: float | None
    setid: SetId

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ConfigInfo")
        return cls(
            name=wire.text(raw, "name"),
            default_language=wire.text(raw, "default_language"),
            max_channels=wire.maybe_integer(raw, "max_channels"),
            max_open_files=wire.maybe_integer(raw, "max_open_files"),
            max_load=wire.maybe_number(raw, "max_load"),
            setid=SetId.parse(raw.get("setid")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusInfo:
    """ARI model StatusInfo."""

    startup_time: datetime
    last_reload_time: datetime

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "StatusInfo")
        return cls(startup_time=wire.date(raw, "startup_time"), last_reload_time=wire.date(raw, "last_reload_time"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskInfo:
    """ARI model AsteriskInfo."""

    build: BuildInfo | None
    system: SystemInfo | None
    config: ConfigInfo | None
    status: StatusInfo | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "AsteriskInfo")
        return cls(
            build=wire.maybe(raw, "build", BuildInfo.parse),
            system=wire.maybe(raw, "system", SystemInfo.parse),
            config=wire.maybe(raw, "config", ConfigInfo.parse),
            status=wire.maybe(raw, "status", StatusInfo.parse),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskPing:
    """ARI model AsteriskPing."""

    asterisk_id: str
    ping: str
    timestamp: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "AsteriskPing")
        return cls(
            asterisk_id=wire.text(raw, "asterisk_id"),
            ping=wire.text(raw, "ping"),
            timestamp=wire.text(raw, "timestamp"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """ARI model Bridge."""

    id: str
    technology: str
    bridge_type: str
    bridge_class: str
    creator: str
    name: str
    channels: tuple[str, ...]
    video_mode: str | None
    video_source_id: str | None
    creationtime: datetime
    bridgevars: dict[str, object] | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Bridge")
        return cls(
            id=wire.key(raw, "id"),
            technology=wire.text(raw, "technology"),
            bridge_type=wire.text(raw, "bridge_type"),
            bridge_class=wire.text(raw, "bridge_class"),
            creator=wire.text(raw, "creator"),
            name=wire.text(raw, "name"),
            channels=wire.many(wire.string)(raw.get("channels")),
            video_mode=wire.maybe_text(raw, "video_mode"),
            video_source_id=wire.maybe_text(raw, "video_source_id"),
            creationtime=wire.date(raw, "creationtime"),
            bridgevars=wire.maybe_mapping(raw, "bridgevars"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerID:
    """ARI model CallerID."""

    name: str
    number: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "CallerID")
        return cls(name=wire.text(raw, "name"), number=wire.text(raw, "number"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DialplanCEP:
    """ARI model DialplanCEP."""

    context: str
    exten: str
    priority: int
    app_name: str
    app_data: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "DialplanCEP")
        return cls(
            context=wire.text(raw, "context"),
            exten=wire.text(raw, "exten"),
            priority=wire.integer(raw, "priority"),
            app_name=wire.text(raw, "app_name"),
            app_data=wire.text(raw, "app_data"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """ARI model Channel."""

    id: str
    protocol_id: str
    name: str
    state: str
    caller: CallerID
    connected: CallerID
    accountcode: str
    dialplan: DialplanCEP
    creationtime: datetime
    language: str
    channelvars: dict[str, object] | None
    caller_rdnis: str | None
    tenantid: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Channel")
        return cls(
            id=wire.key(raw, "id"),
            protocol_id=wire.text(raw, "protocol_id"),
            name=wire.text(raw, "name"),
            state=wire.text(raw, "state"),
            caller=CallerID.parse(raw.get("caller")),
            connected=CallerID.parse(raw.get("connected")),
            accountcode=wire.text(raw, "accountcode"),
            dialplan=DialplanCEP.parse(raw.get("dialplan")),
            creationtime=wire.date(raw, "creationtime"),
            language=wire.text(raw, "language"),
            channelvars=wire.maybe_mapping(raw, "channelvars"),
            caller_rdnis=wire.maybe_text(raw, "caller_rdnis"),
            tenantid=wire.maybe_text(raw, "tenantid"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigTuple:
    """ARI model ConfigTuple."""

    attribute: str
    value: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ConfigTuple")
        return cls(attribute=wire.text(raw, "attribute"), value=wire.text(raw, "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactInfo:
    """ARI model ContactInfo."""

    uri: str
    contact_status: str
    aor: str
    roundtrip_usec: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ContactInfo")
        return cls(
            uri=wire.text(raw, "uri"),
            contact_status=wire.text(raw, "contact_status"),
            aor=wire.text(raw, "aor"),
            roundtrip_usec=wire.maybe_text(raw, "roundtrip_usec"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """ARI model DeviceState."""

    name: str
    state: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "DeviceState")
        return cls(name=wire.text(raw, "name"), state=wire.text(raw, "state"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialed:
    """ARI model Dialed."""

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        wire.fields(json, "Dialed")
        return cls()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """ARI model Endpoint."""

    technology: str
    resource: str
    state: str | None
    channel_ids: tuple[str, ...]

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Endpoint")
        return cls(
            technology=wire.text(raw, "technology"),
            resource=wire.text(raw, "resource"),
            state=wire.maybe_text(raw, "state"),
            channel_ids=wire.many(wire.string)(raw.get("channel_ids")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatLangPair:
    """ARI model FormatLangPair."""

    language: str
    format: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "FormatLangPair")
        return cls(language=wire.text(raw, "language"), format=wire.text(raw, "format"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRecording:
    """ARI model LiveRecording."""

    name: str
    format: str
    target_uri: str
    state: str
    duration: int | None
    talking_duration: int | None
    silence_duration: int | None
    cause: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "LiveRecording")
        return cls(
            name=wire.text(raw, "name"),
            format=wire.text(raw, "format"),
            target_uri=wire.text(raw, "target_uri"),
            state=wire.text(raw, "state"),
            duration=wire.maybe_integer(raw, "duration"),
            talking_duration=wire.maybe_integer(raw, "talking_duration"),
            silence_duration=wire.maybe_integer(raw, "silence_duration"),
            cause=wire.maybe_text(raw, "cause"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogChannel:
    """ARI model LogChannel."""

    channel: str
    type: str
    status: str
    configuration: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "LogChannel")
        return cls(
            channel=wire.text(raw, "channel"),
            type=wire.text(raw, "type"),
            status=wire.text(raw, "status"),
            configuration=wire.text(raw, "configuration"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """ARI model Mailbox."""

    name: str
    old_messages: int
    new_messages: int

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Mailbox")
        return cls(
            name=wire.text(raw, "name"),
            old_messages=wire.integer(raw, "old_messages"),
            new_messages=wire.integer(raw, "new_messages"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """ARI model Module."""

    name: str
    description: str
    use_count: int
    status: str
    support_level: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Module")
        return cls(
            name=wire.text(raw, "name"),
            description=wire.text(raw, "description"),
            use_count=wire.integer(raw, "use_count"),
            status=wire.text(raw, "status"),
            support_level=wire.text(raw, "support_level"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """ARI model Peer."""

    peer_status: str
    cause: str | None
    address: str | None
    port: str | None
    time: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Peer")
        return cls(
            peer_status=wire.text(raw, "peer_status"),
            cause=wire.maybe_text(raw, "cause"),
            address=wire.maybe_text(raw, "address"),
            port=wire.maybe_text(raw, "port"),
            time=wire.maybe_text(raw, "time"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """ARI model Playback."""

    id: str
    media_uri: str
    next_media_uri: str | None
    target_uri: str
    language: str | None
    state: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Playback")
        return cls(
            id=wire.key(raw, "id"),
            media_uri=wire.text(raw, "media_uri"),
            next_media_uri=wire.maybe_text(raw, "next_media_uri"),
            target_uri=wire.text(raw, "target_uri"),
            language=wire.maybe_text(raw, "language"),
            state=wire.text(raw, "state"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RESTHeader:
    """ARI model RESTHeader."""

    name: str
    value: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RESTHeader")
        return cls(name=wire.text(raw, "name"), value=wire.text(raw, "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RESTQueryStringParameter:
    """ARI model RESTQueryStringParameter."""

    name: str
    value: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RESTQueryStringParameter")
        return cls(name=wire.text(raw, "name"), value=wire.text(raw, "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RESTRequest:
    """ARI model RESTRequest."""

    type: str
    transaction_id: str
    request_id: str
    method: str
    uri: str
    content_type: str | None
    query_strings: tuple[RESTQueryStringParameter, ...]
    message_body: str | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RESTRequest")
        return cls(
            type=wire.text(raw, "type"),
            transaction_id=wire.text(raw, "transaction_id"),
            request_id=wire.text(raw, "request_id"),
            method=wire.text(raw, "method"),
            uri=wire.text(raw, "uri"),
            content_type=wire.maybe_text(raw, "content_type"),
            query_strings=wire.many(RESTQueryStringParameter.parse)(raw.get("query_strings")),
            message_body=wire.maybe_text(raw, "message_body"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RTPstat:
    """ARI model RTPstat."""

    txcount: int
    rxcount: int
    txjitter: float | None
    rxjitter: float | None
    remote_maxjitter: float | None
    remote_minjitter: float | None
    remote_normdevjitter: float | None
    remote_stdevjitter: float | None
    local_maxjitter: float | None
    local_minjitter: float | None
    local_normdevjitter: float | None
    local_stdevjitter: float | None
    txploss: int
    rxploss: int
    remote_maxrxploss: float | None
    remote_minrxploss: float | None
    remote_normdevrxploss: float | None
    remote_stdevrxploss: float | None
    local_maxrxploss: float | None
    local_minrxploss: float | None
    local_normdevrxploss: float | None
    local_stdevrxploss: float | None
    rtt: float | None
    maxrtt: float | None
    minrtt: float | None
    normdevrtt: float | None
    stdevrtt: float | None
    local_ssrc: int
    remote_ssrc: int
    txoctetcount: int
    rxoctetcount: int
    channel_uniqueid: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RTPstat")
        return cls(
            txcount=wire.integer(raw, "txcount"),
            rxcount=wire.integer(raw, "rxcount"),
            txjitter=wire.maybe_number(raw, "txjitter"),
            rxjitter=wire.maybe_number(raw, "rxjitter"),
            remote_maxjitter=wire.maybe_number(raw, "remote_maxjitter"),
            remote_minjitter=wire.maybe_number(raw, "remote_minjitter"),
            remote_normdevjitter=wire.maybe_number(raw, "remote_normdevjitter"),
            remote_stdevjitter=wire.maybe_number(raw, "remote_stdevjitter"),
            local_maxjitter=wire.maybe_number(raw, "local_maxjitter"),
            local_minjitter=wire.maybe_number(raw, "local_minjitter"),
            local_normdevjitter=wire.maybe_number(raw, "local_normdevjitter"),
            local_stdevjitter=wire.maybe_number(raw, "local_stdevjitter"),
            txploss=wire.integer(raw, "txploss"),
            rxploss=wire.integer(raw, "rxploss"),
            remote_maxrxploss=wire.maybe_number(raw, "remote_maxrxploss"),
            remote_minrxploss=wire.maybe_number(raw, "remote_minrxploss"),
            remote_normdevrxploss=wire.maybe_number(raw, "remote_normdevrxploss"),
            remote_stdevrxploss=wire.maybe_number(raw, "remote_stdevrxploss"),
            local_maxrxploss=wire.maybe_number(raw, "local_maxrxploss"),
            local_minrxploss=wire.maybe_number(raw, "local_minrxploss"),
            local_normdevrxploss=wire.maybe_number(raw, "local_normdevrxploss"),
            local_stdevrxploss=wire.maybe_number(raw, "local_stdevrxploss"),
            rtt=wire.maybe_number(raw, "rtt"),
            maxrtt=wire.maybe_number(raw, "maxrtt"),
            minrtt=wire.maybe_number(raw, "minrtt"),
            normdevrtt=wire.maybe_number(raw, "normdevrtt"),
            stdevrtt=wire.maybe_number(raw, "stdevrtt"),
            local_ssrc=wire.integer(raw, "local_ssrc"),
            remote_ssrc=wire.integer(raw, "remote_ssrc"),
            txoctetcount=wire.integer(raw, "txoctetcount"),
            rxoctetcount=wire.integer(raw, "rxoctetcount"),
            channel_uniqueid=wire.text(raw, "channel_uniqueid"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredDestination:
    """ARI model RequiredDestination."""

    protocol_id: str | None
    destination: str | None
    additional_protocol_params: tuple[AdditionalParam, ...]

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "RequiredDestination")
        return cls(
            protocol_id=wire.maybe_text(raw, "protocol_id"),
            destination=wire.maybe_text(raw, "destination"),
            additional_protocol_params=wire.many(AdditionalParam.parse)(raw.get("additional_protocol_params")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferTo:
    """ARI model ReferTo."""

    requested_destination: RequiredDestination
    destination_channel: Channel | None
    connected_channel: Channel | None
    bridge: Bridge | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ReferTo")
        return cls(
            requested_destination=RequiredDestination.parse(raw.get("requested_destination")),
            destination_channel=wire.maybe(raw, "destination_channel", Channel.parse),
            connected_channel=wire.maybe(raw, "connected_channel", Channel.parse),
            bridge=wire.maybe(raw, "bridge", Bridge.parse),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferredBy:
    """ARI model ReferredBy."""

    source_channel: Channel
    connected_channel: Channel | None
    bridge: Bridge | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "ReferredBy")
        return cls(
            source_channel=Channel.parse(raw.get("source_channel")),
            connected_channel=wire.maybe(raw, "connected_channel", Channel.parse),
            bridge=wire.maybe(raw, "bridge", Bridge.parse),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """ARI model Sound."""

    id: str
    text: str | None
    formats: tuple[FormatLangPair, ...]

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Sound")
        return cls(
            id=wire.key(raw, "id"),
            text=wire.maybe_text(raw, "text"),
            formats=wire.many(FormatLangPair.parse)(raw.get("formats")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecording:
    """ARI model StoredRecording."""

    name: str
    format: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "StoredRecording")
        return cls(name=wire.text(raw, "name"), format=wire.text(raw, "format"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """ARI model TextMessage."""

    from_: str
    to: str
    body: str
    variables: dict[str, object] | None

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "TextMessage")
        return cls(
            from_=wire.text(raw, "from"),
            to=wire.text(raw, "to"),
            body=wire.text(raw, "body"),
            variables=wire.maybe_mapping(raw, "variables"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """ARI model Variable."""

    value: str

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Variable")
        return cls(value=wire.text(raw, "value"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """ARI model Variables."""

    variables: dict[str, object]

    @classmethod
    def parse(cls, json: object) -> Self:
        """Read JSON; raises AriMalformed."""
        raw = wire.fields(json, "Variables")
        return cls(variables=wire.mapping(raw, "variables"))
