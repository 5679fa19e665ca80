"""Brings trunks, agents' phones and the fallback's routes into Asterisk, without a hand-edited file or a restart.

Objects go to Asterisk's own database over ARI, so they outlive a restart of either side. Which version Asterisk has is
kept in a global variable there: it is gone after a restart of Asterisk, and then everything is pushed anew, which also
refreshes what Asterisk caches.

An object is deleted before it is created, because Asterisk 22.10 spoils updated ones: an `identify` keeps its old
addresses, an endpoint gets the caller number "unknown". Only an `aor` is updated: deleting it would forget where its
phone is registered.
"""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

import structlog

from router.ari.client import Client
from router.ari.errors import NotFound
from router.ports import AgentPhone, FallbackRoute, Plant, TrunkLine

PUSHED = "VORZIMMER_PLANT"  # the global variable
CLASS = "res_pjsip"
KINDS = ("endpoint", "identify", "auth", "aor")  # an endpoint goes before what it stands on

Key = tuple[str, str]  # kind and name
Fields = Mapping[str, str]

COMMON: Fields = {
    "allow": "!all,alaw",
    "direct_media": "no",
    "allow_transfer": "no",
    "allow_subscribe": "no",
    "allow_overlap": "no",
    "rtp_timeout": "30",
    "rtp_timeout_hold": "300",
    "send_pai": "yes",
}
AT_TRUNKS: Fields = {
    "context": "from-trunk",
    "identify_by": "ip",
    "trust_id_inbound": "yes",
    "send_diversion": "yes",
    "dtmf_mode": "rfc4733",
}
AT_PHONES: Fields = {
    "context": "from-agents",
    "identify_by": "username",
    "trust_id_inbound": "no",
    "dtmf_mode": "auto",
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "rewrite_contact": "yes",
    "device_state_busy_at": "1",
}

log = structlog.get_logger(__name__)


class Plants:
    """Keeps one Asterisk as the configuration wants it. `generated` is the folder that the dialplan includes from."""

    def __init__(self, client: Client, generated: Path) -> None:
        self._client = client
        self._generated = generated
        self._pushed: dict[Key, Fields] = {}

    async def bring(self, plant: Plant) -> None:
        """Make it so; does nothing when Asterisk has this version. Raises AriError, OSError."""
        if await self._version() == plant.version:
            self._pushed = wanted_objects(plant)
            return
        await asyncio.to_thread(_write_files, self._generated, plant)
        await self._push(wanted_objects(plant))
        for module in ("pbx_config.so", "app_queue.so"):
            await self._client.asterisk.reloadModule(moduleName=module)
        await self._client.asterisk.setGlobalVar(variable=PUSHED, value=plant.version)
        log.info("asterisk configured", trunks=len(plant.trunks), phones=len(plant.phones))

    async def _version(self) -> str:
        try:
            return (await self._client.asterisk.getGlobalVar(variable=PUSHED)).value
        except NotFound:
            return ""

    async def _push(self, wanted: dict[Key, Fields]) -> None:
        names = await self._known() | {name for _, name in wanted}
        every = [(kind, name) for kind in KINDS for name in sorted(names)]
        changed = [key for key in every if key not in wanted or self._pushed.get(key) != wanted[key]]
        for kind, name in changed:
            if kind != "aor" or (kind, name) not in wanted:
                await self._delete(kind, name)
        for kind, name in reversed([key for key in changed if key in wanted]):
            fields = [{"attribute": attribute, "value": value} for attribute, value in wanted[kind, name].items()]
            await self._client.asterisk.updateObject(configClass=CLASS, objectType=kind, id=name, fields=fields)
        self._pushed = wanted

    async def _known(self) -> set[str]:
        """The names of the endpoints that Asterisk has; asked for none at all, it says 404."""
        try:
            return {endpoint.snapshot.resource for endpoint in await self._client.endpoints.listByTech(tech="PJSIP")}
        except NotFound:
            return set()

    async def _delete(self, kind: str, name: str) -> None:
        try:
            await self._client.asterisk.deleteObject(configClass=CLASS, objectType=kind, id=name)
        except NotFound:
            log.debug("nothing to delete", kind=kind, name=name)


def wanted_objects(plant: Plant) -> dict[Key, Fields]:
    """Every PJSIP object of a plant, by kind and name."""
    parts = [*map(_trunk, plant.trunks), *map(_phone, plant.phones)]
    return {key: fields for part in parts for key, fields in part}


def _trunk(trunk: TrunkLine) -> Iterator[tuple[Key, Fields]]:
    login = {"outbound_auth": trunk.id, "from_user": trunk.username} if trunk.username else {}
    yield ("aor", trunk.id), {"contact": trunk.contact}
    yield ("endpoint", trunk.id), {**COMMON, **AT_TRUNKS, "aors": trunk.id, **login}
    yield ("identify", trunk.id), {"endpoint": trunk.id, "match": ",".join(trunk.match)}
    if trunk.username:
        yield ("auth", trunk.id), _auth(trunk.username, trunk.password or "")


def _phone(phone: AgentPhone) -> Iterator[tuple[Key, Fields]]:
    contacts = {"max_contacts": "1", "remove_existing": "yes"}
    yield ("aor", phone.agent), {"contact": phone.contact} if phone.contact else contacts
    yield ("auth", phone.agent), _auth(phone.agent, phone.password)
    yield ("endpoint", phone.agent), {**COMMON, **AT_PHONES, "aors": phone.agent, "auth": phone.agent}


def _auth(username: str, password: str) -> Fields:
    return {"auth_type": "userpass", "username": username, "password": password}


def _write_files(folder: Path, plant: Plant) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / "clients.conf", "[fallback-numbers]\n" + "".join(map(_route, plant.fallbacks)))
    _replace(folder / "queue.conf", "".join(f"member => PJSIP/{phone.agent}\n" for phone in plant.phones))


def _route(route: FallbackRoute) -> str:
    return (
        f"exten => {route.dialled.lstrip('+')},1,Set(FALLBACK_NUMBER={route.number})\n"
        f" same => n,Set(FALLBACK_TRUNK={route.trunk})\n"
        " same => n,Return()\n"
    )


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(path)
