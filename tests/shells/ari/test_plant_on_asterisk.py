"""Trunks, phones and fallback routes in a real Asterisk 22."""

from dataclasses import replace
from pathlib import Path

import pytest

from asterisk import running_asterisk
from router.ari.client import Client, connect
from router.ari.errors import NotFound
from router.ari.plant import PUSHED, Plants, mark_of
from tests.shells.ari.test_plant import ANNA, BEN, CARRIER, LOGIN, PLANT

pytestmark = pytest.mark.asterisk


async def kept(client: Client, kind: str, name: str, attribute: str) -> list[str]:
    fields = await client.asterisk.getObject(configClass="res_pjsip", objectType=kind, id=name)
    return [field.value for field in fields if field.attribute == attribute and field.value]


async def test_a_real_asterisk_keeps_a_trunk_whose_successor_it_refuses(tmp_path: Path) -> None:
    bad = replace(PLANT, trunks=(replace(CARRIER, contact="no address", match=("no/address",)),), phones=(ANNA, BEN))
    async with running_asterisk() as running, connect(running.ari_url, running.ari_user, running.ari_password) as real:
        await Plants(real, tmp_path / "generated").bring(replace(PLANT, trunks=(LOGIN,)))
        assert await kept(real, "endpoint", "carrier", "from_user") == ["0301234"]
        plants = Plants(real, tmp_path / "generated")
        await plants.bring(bad)
        assert plants.refused.keys() == {("aor", "carrier"), ("identify", "carrier")}
        matches = await kept(real, "identify", "carrier", "match")
        assert [match.partition("/")[0] for match in matches] == ["192.0.2.1", "192.0.2.16"]
        assert await kept(real, "aor", "carrier", "contact") == ["sip:sip.example.net:5060"]
        assert await kept(real, "endpoint", "ben", "context") == ["from-agents"]
        await plants.bring(replace(PLANT, trunks=(replace(LOGIN, username="user@provider.de"),)))
        assert plants.refused == {}
        assert await kept(real, "endpoint", "carrier", "from_user") == ["user"]


async def test_a_real_asterisk_holds_what_is_wanted_and_nothing_of_before(tmp_path: Path) -> None:
    moved = replace(CARRIER, contact="sip:other.example.net", match=("192.0.2.99",))
    async with running_asterisk() as running, connect(running.ari_url, running.ari_user, running.ari_password) as real:
        await Plants(real, tmp_path / "generated").bring(replace(PLANT, phones=(ANNA, BEN)))
        plants = Plants(real, tmp_path / "generated")
        await plants.bring(replace(PLANT, trunks=(moved,), phones=(ANNA, replace(BEN, contact=None))))
        assert await kept(real, "aor", "carrier", "contact") == ["sip:other.example.net"]
        assert await kept(real, "aor", "ben", "contact") == []
        assert [match.partition("/")[0] for match in await kept(real, "identify", "carrier", "match")] == ["192.0.2.99"]
        await plants.bring(PLANT)
        with pytest.raises(NotFound):
            await kept(real, "endpoint", "ben", "context")
        marked = await real.asterisk.getGlobalVar(variable=PUSHED)
        assert marked.value == mark_of(PLANT)
