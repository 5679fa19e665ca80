"""Trunks, phones and fallback routes on their way into Asterisk."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from router.ari.client import Client
from router.ari.errors import AriError
from router.ari.plant import PUSHED, Plants, mark_of, wanted_objects
from router.core.ids import AgentId
from router.ports import AgentPhone, FallbackRoute, Plant, TrunkLine
from tests.fakes.ari_server import FakeAri

CARRIER = TrunkLine(id="carrier", match=("192.0.2.1", "192.0.2.16/28"), contact="sip:sip.example.net:5060")
LOGIN = replace(CARRIER, username="0301234", password="trunk-password")
ANNA = AgentPhone(agent=AgentId("anna"), password="password-of-anna")
BEN = AgentPhone(agent=AgentId("ben"), password="password-of-ben", contact="sip:ben@192.0.2.7")
ROUTE = FallbackRoute(dialled="+493012345", number="+4915112345678", trunk="carrier")
PLANT = Plant(version="v1", trunks=(CARRIER,), phones=(ANNA,), fallbacks=(ROUTE,))
OBJECTS = "/asterisk/config/dynamic/res_pjsip/"
VARIABLE = "/asterisk/variable"


class Keeping:
    """Asterisk as far as a plant concerns it: its objects, its variable, and what it forgets when it restarts."""

    def __init__(self, server: FakeAri) -> None:
        self.server = server
        self.objects: dict[tuple[str, str], dict[str, str]] = {}
        self.mark: str | None = None
        self.asked: list[str] = []
        self.refused: Mapping[str, int] = {}
        self.dislikes: Mapping[str, str] = {}
        for kind in ("endpoint", "identify", "auth", "aor"):
            for name in ("carrier", "anna", "ben", "old"):
                for method in ("GET", "PUT", "DELETE"):
                    server.responders[method, f"{OBJECTS}{kind}/{name}"] = self._object
        server.responders["GET", "/endpoints/PJSIP"] = self._endpoints
        server.responders["GET", VARIABLE] = self._variable
        server.responders["POST", VARIABLE] = self._variable
        for module in ("pbx_config.so", "app_queue.so"):
            server.responders["PUT", f"/asterisk/modules/{module}"] = self._reload

    def restarts(self) -> None:
        self.mark = None

    async def _object(self, request: web.Request) -> web.Response:
        kind, name = request.path.split("/")[-2:]
        if request.method == "GET":
            return self._fields(kind, name)
        self.asked.append(f"{request.method} {kind}/{name}")
        if status := self.refused.get(self.asked[-1]):
            return web.json_response({"message": "no"}, status=status)
        if request.method == "DELETE":
            return web.Response(status=204 if self.objects.pop((kind, name), None) is not None else 404)
        fields = {one["attribute"]: one["value"] for one in (await request.json())["fields"]}
        if self.dislikes.items() & fields.items():
            return web.json_response({"message": "no"}, status=400)
        before = self.objects.setdefault((kind, name), {})
        for grows in {"contact", "match"} & fields.keys() & before.keys():  # as Asterisk 22.10 does
            fields[grows] = f"{before[grows]},{fields[grows]}"
        before.update(fields)
        return self._fields(kind, name)

    def _fields(self, kind: str, name: str) -> web.Response:
        fields = self.objects.get((kind, name), {})
        pairs = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
        return web.json_response(pairs, status=200 if (kind, name) in self.objects else 404)

    async def _endpoints(self, _request: web.Request) -> web.Response:
        names = [name for kind, name in self.objects if kind == "endpoint"]
        found = [{"technology": "PJSIP", "resource": name, "state": "offline", "channel_ids": []} for name in names]
        return web.json_response(found, status=200 if found else 404)

    async def _variable(self, request: web.Request) -> web.Response:
        assert request.query["variable"] == PUSHED
        if request.method == "POST":
            self.mark = request.query["value"]
            self.asked.append("mark")
            return web.Response(status=204)
        return web.json_response({"value": self.mark}, status=200 if self.mark is not None else 404)

    async def _reload(self, request: web.Request) -> web.Response:
        self.asked.append(f"reload {request.path.rpartition('/')[2]}")
        self.mark = None  # clearglobalvars
        return web.Response(status=self.refused.get(self.asked[-1], 204))


@pytest.fixture
def asterisk(server: FakeAri) -> Keeping:
    return Keeping(server)


@pytest.fixture
def plants(asterisk: Keeping, client: Client, tmp_path: Path) -> Plants:
    return Plants(client, tmp_path / "generated")


def has(asterisk: Keeping, plant: Plant) -> bool:
    return asterisk.objects == wanted_objects(plant) and asterisk.mark == mark_of(plant)


# --- what is wanted ---------------------------------------------------------------------------------------------------


def test_a_trunk_is_known_by_its_addresses_and_called_at_its_own() -> None:
    wanted = wanted_objects(replace(PLANT, phones=()))
    assert wanted.keys() == {("aor", "carrier"), ("endpoint", "carrier"), ("identify", "carrier")}
    assert wanted["aor", "carrier"] == {"contact": "sip:sip.example.net:5060"}
    assert wanted["identify", "carrier"] == {"endpoint": "carrier", "match": "192.0.2.1,192.0.2.16/28"}
    assert wanted["endpoint", "carrier"].items() >= {"identify_by": "ip", "context": "from-trunk"}.items()
    assert "outbound_auth" not in wanted["endpoint", "carrier"]


def test_a_trunk_with_a_login_uses_it() -> None:
    wanted = wanted_objects(replace(PLANT, trunks=(LOGIN,)))
    assert wanted["endpoint", "carrier"].items() >= {"outbound_auth": "carrier", "from_user": "0301234"}.items()
    assert wanted["auth", "carrier"] == {"auth_type": "userpass", "username": "0301234", "password": "trunk-password"}


@pytest.mark.parametrize(
    ("username", "shown"),
    [("user@provider.de", "user"), ("+49301234@tel.provider.de", "+49301234"), ("a b", None), ("@provider.de", None)],
)
def test_only_what_may_stand_in_a_from_header_does(username: str, shown: str | None) -> None:
    wanted = wanted_objects(replace(PLANT, trunks=(replace(LOGIN, username=username),)))
    assert wanted["endpoint", "carrier"].get("from_user") == shown
    assert wanted["auth", "carrier"]["username"] == username


def test_a_phone_registers_once_unless_its_address_is_fixed() -> None:
    wanted = wanted_objects(replace(PLANT, phones=(ANNA, BEN)))
    assert wanted["aor", "anna"] == {"max_contacts": "1", "remove_existing": "yes"}
    assert wanted["aor", "ben"] == {"contact": "sip:ben@192.0.2.7"}


def test_no_phone_can_call_without_its_password_or_beyond_the_feature_codes() -> None:
    for name in ("anna", "ben"):
        endpoint = wanted_objects(replace(PLANT, phones=(ANNA, BEN)))["endpoint", name]
        assert (endpoint["auth"], endpoint["context"], endpoint["trust_id_inbound"]) == (name, "from-agents", "no")


@pytest.mark.parametrize("name", ["carrier", "anna"])
def test_every_endpoint_is_hardened(name: str) -> None:
    safe = {"allow_transfer": "no", "allow_subscribe": "no", "rtp_timeout": "30", "rtp_timeout_hold": "300"}
    assert wanted_objects(PLANT)["endpoint", name].items() >= safe.items()


# --- bringing it ------------------------------------------------------------------------------------------------------


async def test_a_new_asterisk_gets_everything_each_after_what_it_stands_on(asterisk: Keeping, plants: Plants) -> None:
    await plants.bring(PLANT)
    assert has(asterisk, PLANT)
    put = [asked.removeprefix("PUT ").split("/")[0] for asked in asterisk.asked if asked.startswith("PUT")]
    assert put == sorted(put, key=["aor", "auth", "identify", "endpoint"].index)
    assert asterisk.asked[0] == "mark"
    assert asterisk.asked[-3:] == ["reload pbx_config.so", "reload app_queue.so", "mark"]


async def test_an_asterisk_that_has_it_is_left_alone(asterisk: Keeping, plants: Plants) -> None:
    await plants.bring(PLANT)
    asterisk.asked.clear()
    await plants.bring(PLANT)
    assert asterisk.asked == []


async def test_a_restarted_router_leaves_asterisk_alone(asterisk: Keeping, plants: Plants, client: Client) -> None:
    await plants.bring(PLANT)
    asterisk.asked.clear()
    await Plants(client, Path("/nowhere")).bring(replace(PLANT, version="v2: other greetings"))
    assert asterisk.asked == []


@pytest.mark.parametrize(
    "changed",
    [
        replace(PLANT, phones=(replace(ANNA, password="another-password"),)),
        replace(PLANT, phones=(replace(ANNA, contact="sip:anna@192.0.2.8"),)),
        replace(PLANT, trunks=(LOGIN,)),
    ],
    ids=["password", "contact", "login"],
)
async def test_a_secret_from_the_environment_is_brought_though_no_file_changed(
    asterisk: Keeping, plants: Plants, client: Client, tmp_path: Path, changed: Plant
) -> None:
    await plants.bring(PLANT)
    await Plants(client, tmp_path).bring(changed)
    assert asterisk.mark == mark_of(changed)
    assert asterisk.objects == wanted_objects(changed)


async def test_only_what_changed_is_touched(asterisk: Keeping, plants: Plants) -> None:
    await plants.bring(PLANT)
    asterisk.asked.clear()
    await plants.bring(replace(PLANT, phones=(ANNA, BEN)))
    put = [asked for asked in asterisk.asked if asked.startswith("PUT")]
    assert put == ["PUT aor/ben", "PUT auth/ben", "PUT endpoint/ben"]
    assert "DELETE endpoint/anna" not in asterisk.asked


async def test_a_changed_endpoint_is_made_anew_and_a_registration_is_not_forgotten(
    asterisk: Keeping, plants: Plants, client: Client, tmp_path: Path
) -> None:
    await plants.bring(PLANT)
    asterisk.asked.clear()
    await Plants(client, tmp_path).bring(replace(PLANT, phones=(ANNA, BEN)))
    assert asterisk.asked.index("DELETE endpoint/anna") < asterisk.asked.index("DELETE auth/anna")
    assert asterisk.asked.index("DELETE auth/anna") < asterisk.asked.index("PUT auth/anna")
    assert "PUT aor/anna" in asterisk.asked
    assert "DELETE aor/anna" not in asterisk.asked


@pytest.mark.parametrize("contact", ["sip:anna@192.0.2.9", None])
async def test_an_address_that_changed_does_not_ring_any_more(
    asterisk: Keeping, plants: Plants, client: Client, tmp_path: Path, contact: str | None
) -> None:
    fixed = replace(PLANT, phones=(replace(ANNA, contact="sip:anna@192.0.2.8"),))
    moved = replace(
        PLANT,
        phones=(replace(ANNA, contact=contact),),
        trunks=(replace(CARRIER, contact="sip:other.example.net", match=("192.0.2.2",)),),
    )
    await plants.bring(fixed)
    await Plants(client, tmp_path).bring(moved)
    assert asterisk.objects == wanted_objects(moved)


async def test_what_is_no_longer_wanted_goes_wholly(asterisk: Keeping, plants: Plants) -> None:
    asterisk.objects[("endpoint", "old")] = asterisk.objects[("auth", "old")] = asterisk.objects["aor", "old"] = {}
    await plants.bring(replace(PLANT, phones=(ANNA, BEN)))
    await plants.bring(PLANT)
    assert has(asterisk, PLANT)


async def test_an_endpoint_of_asterisks_own_files_is_kept(asterisk: Keeping, plants: Plants) -> None:
    asterisk.objects[("endpoint", "old")] = {}
    asterisk.refused = {"DELETE endpoint/old": 403}
    await plants.bring(PLANT)
    assert asterisk.mark == mark_of(PLANT)


async def test_a_restarted_asterisk_gets_everything_anew(asterisk: Keeping, plants: Plants) -> None:
    await plants.bring(PLANT)
    asterisk.restarts()
    asterisk.objects.clear()
    await plants.bring(PLANT)
    assert has(asterisk, PLANT)


async def test_two_at_once_come_one_after_the_other(asterisk: Keeping, plants: Plants) -> None:
    later = replace(PLANT, phones=(ANNA, BEN))
    await asyncio.gather(plants.bring(PLANT), plants.bring(later))
    assert has(asterisk, later)


# --- when it breaks off -----------------------------------------------------------------------------------------------

BREAKS = ["DELETE endpoint/anna", "PUT aor/anna", "PUT endpoint/anna", "PUT identify/carrier", "reload app_queue.so"]


@pytest.mark.parametrize("where", BREAKS)
async def test_what_broke_off_is_done_at_the_next_connect(asterisk: Keeping, plants: Plants, where: str) -> None:
    asterisk.refused = {where: 500}
    with pytest.raises(AriError):
        await plants.bring(PLANT)
    assert asterisk.mark != mark_of(PLANT)
    asterisk.refused = {}
    await plants.bring(PLANT)
    assert has(asterisk, PLANT)


@pytest.mark.parametrize("where", BREAKS)
async def test_going_back_after_a_change_that_broke_off_restores_everything(
    asterisk: Keeping, plants: Plants, where: str
) -> None:
    await plants.bring(PLANT)
    asterisk.refused = {where.replace("endpoint/anna", "auth/anna"): 500}
    changed = replace(
        PLANT,
        trunks=(replace(LOGIN, match=("192.0.2.2",)),),
        phones=(replace(ANNA, password="another-pw", contact="sip:a@h"),),
    )
    with pytest.raises(AriError):
        await plants.bring(changed)
    asterisk.refused = {}
    await plants.bring(PLANT)
    assert asterisk.mark == mark_of(PLANT)
    assert asterisk.objects == wanted_objects(PLANT)


# --- when Asterisk refuses something ----------------------------------------------------------------------------------

CHANGED = replace(PLANT, trunks=(replace(LOGIN, match=("192.0.2.2",)),), phones=(ANNA, BEN))


async def test_what_is_refused_keeps_nothing_else_from_being_brought(asterisk: Keeping, plants: Plants) -> None:
    asterisk.refused = {"PUT endpoint/carrier": 400}
    await plants.bring(PLANT)
    assert plants.refused == {("endpoint", "carrier"): "no"}
    assert asterisk.objects.keys() == wanted_objects(PLANT).keys() - {("endpoint", "carrier")}
    asterisk.refused = {}
    await plants.bring(PLANT)  # as at the next connect
    assert plants.refused == {}
    assert has(asterisk, PLANT)


@pytest.mark.parametrize("known", [True, False], ids=["the same router", "another router"])
async def test_what_stood_in_its_place_is_put_back(
    asterisk: Keeping, plants: Plants, client: Client, tmp_path: Path, known: bool
) -> None:
    await plants.bring(PLANT)
    later = plants if known else Plants(client, tmp_path / "generated")
    asterisk.dislikes = {"from_user": "0301234"}
    await later.bring(CHANGED)
    assert later.refused == {("endpoint", "carrier"): "no"}
    assert asterisk.objects["endpoint", "carrier"] == wanted_objects(PLANT)["endpoint", "carrier"]
    assert {**asterisk.objects, ("endpoint", "carrier"): {}} == {
        **wanted_objects(CHANGED),
        ("endpoint", "carrier"): {},
    }
    await later.bring(PLANT)
    assert (later.refused, has(asterisk, PLANT)) == ({}, True)


# --- the dialplan's files ---------------------------------------------------------------------------------------------


def generated(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "generated").iterdir()}


async def test_the_dialplan_gets_routes_and_queue_members(plants: Plants, tmp_path: Path) -> None:
    await plants.bring(replace(PLANT, phones=(ANNA, BEN)))
    assert generated(tmp_path) == {
        "clients.conf": "[fallback-numbers]\n"
        "exten => 493012345,1,Set(FALLBACK_NUMBER=+4915112345678)\n"
        " same => n,Set(FALLBACK_TRUNK=carrier)\n"
        " same => n,Return()\n",
        "queue.conf": "member => PJSIP/anna\nmember => PJSIP/ben\n",
    }
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "generated").iterdir()} == {0o644}


async def test_a_file_is_replaced_whole_while_asterisk_may_read_the_old_one(plants: Plants, tmp_path: Path) -> None:
    await plants.bring(PLANT)
    with (tmp_path / "generated/clients.conf").open() as read_by_asterisk:
        await plants.bring(replace(PLANT, fallbacks=()))
        assert "493012345" in read_by_asterisk.read()
    assert generated(tmp_path)["clients.conf"] == "[fallback-numbers]\n"


@pytest.mark.parametrize(
    "hostile",
    [
        replace(ROUTE, dialled="+49301\nexten => x"),
        replace(ROUTE, dialled="_X."),
        replace(ROUTE, number="+49301)\n same => n,System(x"),
        replace(ROUTE, number="${EVAL(x)}"),
        replace(ROUTE, number="+49301&PJSIP/x"),
        replace(ROUTE, number="+49301\n"),
        replace(ROUTE, trunk="carrier)\n same => n,System(x"),
        replace(ROUTE, trunk="carrier;x"),
    ],
)
async def test_nothing_can_be_slipped_into_the_dialplan(plants: Plants, tmp_path: Path, hostile: FallbackRoute) -> None:
    await plants.bring(replace(PLANT, fallbacks=(hostile, ROUTE)))
    assert generated(tmp_path)["clients.conf"].count("exten") == 1


async def test_a_folder_that_cannot_be_written_keeps_only_the_fallback_back(
    asterisk: Keeping, plants: Plants, tmp_path: Path
) -> None:
    (tmp_path / "generated").write_text("in the way")
    await plants.bring(PLANT)
    assert asterisk.objects == wanted_objects(PLANT)
    assert asterisk.mark != mark_of(PLANT)
    (tmp_path / "generated").unlink()
    await plants.bring(PLANT)
    assert has(asterisk, PLANT)
    assert "493012345" in generated(tmp_path)["clients.conf"]
