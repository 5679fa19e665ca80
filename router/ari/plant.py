"""Brings trunks, agents' phones and the fallback's routes into Asterisk, without a hand-edited file or a restart.

Objects go to Asterisk's own database over ARI, so they outlive a restart of either side. A mark of what Asterisk has
is kept in a global variable there, set last: it is gone after a restart of Asterisk or a push that broke off, and then
everything is pushed anew, which also refreshes what Asterisk caches. The mark is of the very objects, secrets from the
environment and defaults of this release included, not of the operators' files.

An object is deleted before it is created, because Asterisk 22.10 spoils updated ones: an `identify` keeps its old
addresses, an `aor` its old contacts (and would ring them), an endpoint gets the caller number "unknown". Only the `aor`
of a phone that registers is updated: deleting it would forget where the phone is.

An object that Asterisk refuses keeps nobody else from being served: it is shown in `refused`, what stood in its place
is put back, and it is tried again when Asterisk is connected next.
"""

import asyncio
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from router.ari.client import Client
from router.ari.errors import AriHttpError, Forbidden, NotFound, ServerError
from router.ports import AgentPhone, FallbackRoute, Plant, TrunkLine
from router.softphones import endpoint_of

PUSHED = "VORZIMMER_PLANT"  # the global variable
UNFINISHED = "unfinished"
SAFE = re.compile(r"[A-Za-z0-9_-]*")  # what may enter the dialplan; the configuration's ids and numbers all do
CLASS = "res_pjsip"
FROM_USER = re.compile(r"[A-Za-z0-9_.+-]+")  # a part of what Asterisk takes there, and all that providers use
KINDS = ("endpoint", "identify", "auth", "aor")  # an endpoint goes before what it stands on

Key = tuple[str, str]  # kind and name
Fields = Mapping[str, str]

COMMON: Fields = {
    "allow": "!all,alaw,ulaw",  # the first that both sides have; German networks speak A-law
    "direct_media": "no",
    "allow_transfer": "no",
    "allow_subscribe": "no",
    "allow_overlap": "no",
    "rtp_timeout": "30",
    "rtp_timeout_hold": "300",
    "send_pai": "yes",
    "send_connected_line": "no",  # else both sides are re-INVITEd as soon as they speak
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

AT_BROWSERS: Fields = {
    **AT_PHONES,
    "allow": "!all,opus,alaw,ulaw",
    "context": "from-browsers",  # which there is not: a browser is called, and calls nobody
    "webrtc": "yes",  # DTLS-SRTP with a certificate made anew at each start, ICE, one port for all
}

OURS = {
    *(*COMMON, *AT_TRUNKS, *AT_BROWSERS),
    *("aors", "auth", "outbound_auth", "from_user", "endpoint", "match", "contact", "max_contacts", "remove_existing"),
    *("auth_type", "username", "password"),
}

log = structlog.get_logger(__name__)


class Plants:
    """Keeps one Asterisk as the configuration wants it. `generated` is the folder that the dialplan includes from."""

    def __init__(self, client: Client, generated: Path) -> None:
        self._client = client
        self._generated = generated
        self._pushed: dict[Key, Fields] = {}
        self._mark: str | None = None  # of what `_pushed` holds; None: not known to be in Asterisk
        self._turn = asyncio.Lock()
        self.refused: dict[Key, str] = {}  # what Asterisk does not take, and why

    async def bring(self, plant: Plant) -> None:
        """Make it so; does nothing when Asterisk has all of it. Raises AriError: to be tried again when it is back."""
        async with self._turn:
            wanted, mark, present = wanted_objects(plant), mark_of(plant), await self._present()
            if present != self._mark:
                self._pushed = wanted if present == mark else {}
            if present != mark:
                mark = await self._change(plant, wanted, mark)
            self._mark = mark

    async def _change(self, plant: Plant, wanted: dict[Key, Fields], mark: str) -> str:
        """Bring all changes, and give the mark that Asterisk now has."""
        self._mark = None
        await self._client.asterisk.setGlobalVar(variable=PUSHED, value=UNFINISHED)
        if not await asyncio.to_thread(_write_files, self._generated, plant):
            mark = UNFINISHED
        await self._push(wanted)
        if self.refused:
            mark = UNFINISHED
        for module in ("pbx_config.so", "app_queue.so"):
            await self._client.asterisk.reloadModule(moduleName=module)
        await self._client.asterisk.setGlobalVar(variable=PUSHED, value=mark)
        log.info("asterisk configured", version=plant.version[:12], trunks=len(plant.trunks), phones=len(plant.phones))
        return mark

    async def _present(self) -> str:
        try:
            return (await self._client.asterisk.getGlobalVar(variable=PUSHED)).value
        except NotFound:
            return ""

    async def _push(self, wanted: dict[Key, Fields]) -> None:
        known = await self._known()
        names = known | {name for _, name in (*wanted, *self._pushed)}
        every = [(kind, name) for kind in KINDS for name in sorted(names)]
        changed = [key for key in every if key not in wanted or self._pushed.get(key) != wanted[key]]
        before = {key: await self._standing(key) for key in changed if key in wanted and key[1] in known}
        for kind, name in changed:
            if kind != "aor" or not await self._registers(name, wanted.get((kind, name))):
                await self._delete(kind, name)
        self.refused = {}
        for key in reversed([key for key in changed if key in wanted]):
            await self._put_or_restore(key, wanted[key], before.get(key))
        self._pushed = {key: fields for key, fields in wanted.items() if key not in self.refused}

    async def _put_or_restore(self, key: Key, fields: Fields, before: Fields | None) -> None:
        """Raises AriError, but not for an object that Asterisk refuses."""
        try:
            await self._put(key, fields)
        except ServerError:
            raise
        except AriHttpError as error:
            self.refused[key] = error.message
            log.warning("Asterisk refuses an object, the one before stays", kind=key[0], name=key[1], error=str(error))
            if before:
                with suppress(AriHttpError):
                    await self._put(key, before)

    async def _put(self, key: Key, fields: Fields) -> None:
        kind, name = key
        pairs = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
        await self._client.asterisk.updateObject(configClass=CLASS, objectType=kind, id=name, fields=pairs)

    async def _standing(self, key: Key) -> Fields | None:
        """Of an object that Asterisk has, what we set; None when there is none."""
        try:
            fields = await self._client.asterisk.getObject(configClass=CLASS, objectType=key[0], id=key[1])
        except NotFound:
            return None
        ours = [field for field in fields if field.attribute in OURS and field.value]
        several = {name: [field.value for field in ours if field.attribute == name] for name in OURS}  # as `match` is
        return {name: ",".join(values) for name, values in several.items() if values}

    async def _known(self) -> set[str]:
        """The names of the endpoints that Asterisk has; asked for none at all, it says 404."""
        try:
            return {endpoint.snapshot.resource for endpoint in await self._client.endpoints.listByTech(tech="PJSIP")}
        except NotFound:
            return set()

    async def _registers(self, name: str, wanted: Fields | None) -> bool:
        """Whether a phone registers, and did so before: `contact` tells nothing, it shows registrations too."""
        if wanted is None or "contact" in wanted:
            return False
        try:
            fields = await self._client.asterisk.getObject(configClass=CLASS, objectType="aor", id=name)
        except NotFound:
            return True
        return any(field.attribute == "max_contacts" and field.value != "0" for field in fields)

    async def _delete(self, kind: str, name: str) -> None:
        try:
            await self._client.asterisk.deleteObject(configClass=CLASS, objectType=kind, id=name)
        except NotFound:
            log.debug("nothing to delete", kind=kind, name=name)
        except Forbidden:
            log.warning("kept, it stands in a file of Asterisk's own", kind=kind, name=name)


def wanted_objects(plant: Plant) -> dict[Key, Fields]:
    """Every PJSIP object of a plant, by kind and name."""
    parts = [*map(_trunk, plant.trunks), *map(_phone, plant.phones)]
    return {key: fields for part in parts for key, fields in part}


def mark_of(plant: Plant) -> str:
    """What tells one plant from another: SHA-256 of all that would be pushed and written."""
    objects = sorted((*key, sorted(fields.items())) for key, fields in wanted_objects(plant).items())
    return hashlib.sha256(json.dumps([objects, _clients(plant), _queue(plant)]).encode()).hexdigest()


def _trunk(trunk: TrunkLine) -> Iterator[tuple[Key, Fields]]:
    yield ("aor", trunk.id), {"contact": trunk.contact}
    yield ("endpoint", trunk.id), {**COMMON, **AT_TRUNKS, "aors": trunk.id, **_login(trunk)}
    yield ("identify", trunk.id), {"endpoint": trunk.id, "match": ",".join(trunk.match)}
    if trunk.username:
        yield ("auth", trunk.id), _auth(trunk.username, trunk.password or "")


def _login(trunk: TrunkLine) -> Fields:
    """Of a user name such as `user@provider.de` only the user may stand in From; of a strange one nothing does."""
    if not trunk.username:
        return {}
    user = trunk.username.partition("@")[0]
    return {"outbound_auth": trunk.id, **({"from_user": user} if FROM_USER.fullmatch(user) else {})}


def _phone(phone: AgentPhone) -> Iterator[tuple[Key, Fields]]:
    contacts = {"max_contacts": "1", "remove_existing": "yes"}
    yield ("aor", phone.agent), {"contact": phone.contact} if phone.contact else contacts
    yield ("auth", phone.agent), _auth(phone.agent, phone.password)
    yield ("endpoint", phone.agent), {**COMMON, **AT_PHONES, "aors": phone.agent, "auth": phone.agent}
    if phone.softphone_password:
        name = endpoint_of(phone.agent)
        yield ("aor", name), contacts
        yield ("auth", name), _auth(name, phone.softphone_password)
        yield ("endpoint", name), {**COMMON, **AT_BROWSERS, "aors": name, "auth": name}


def _auth(username: str, password: str) -> Fields:
    return {"auth_type": "userpass", "username": username, "password": password}


def _write_files(folder: Path, plant: Plant) -> bool:
    """Whether they could be written. Without them only the fallback is as it was before: calls go on."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(folder / "clients.conf", _clients(plant))
        _replace(folder / "queue.conf", _queue(plant))
    except OSError as error:
        log.warning("fallback not written, tried again when Asterisk is connected next", error=str(error))
        return False
    return True


def _clients(plant: Plant) -> str:
    return "[fallback-numbers]\n" + "".join(_route(route) for route in plant.fallbacks if _is_safe(route))


def _is_safe(route: FallbackRoute) -> bool:
    """The last door before the dialplan: nothing may end a line, or begin an application, a variable, a dial string."""
    safe = all(SAFE.fullmatch(part.removeprefix("+")) for part in (route.dialled, route.number, route.trunk))
    if not safe:
        log.warning("no fallback for a number that is none", dialled=route.dialled)
    return safe


def _queue(plant: Plant) -> str:
    return "".join(f"member => PJSIP/{phone.agent}\n" for phone in plant.phones if SAFE.fullmatch(phone.agent))


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
