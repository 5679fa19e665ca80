"""The engine-less Asterisk, its configuration and its dialplan, on the real program with SIPp as trunk and as agent."""

import asyncio
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest

from asterisk import Asterisk, AsteriskError, RootSpec, ensure_root, running_asterisk
from asterisk.directories import PROJECT
from tests.lab.ports import Address, is_bound

pytestmark = pytest.mark.asterisk

TRUNK = "127.0.0.2"
STRANGER = "127.0.0.3"
NUMBER = "4930123456"
RIGHT = "[authentication username=anna password=secret]"
HARDENED = {
    "allow": "!all,alaw",
    "direct_media": "no",
    "allow_transfer": "no",
    "allow_subscribe": "no",
    "rtp_timeout": "30",
    "rtp_timeout_hold": "300",
}

HEAD = """[last_Via:]\n[last_From:]\n[last_To:];tag=sipp[call_number]\n[last_Call-ID:]\n[last_CSeq:]\n"""
REQUEST = """Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:{user}@[local_ip]:[local_port]>;tag=[call_number]
Call-ID: [call_id]
Contact: <sip:{user}@[local_ip]:[local_port]>
Max-Forwards: 70
"""
SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=- 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio {rtp} RTP/AVP 8
a=rtpmap:8 PCMA/8000
"""


def send(text: str, attributes: str = "") -> str:
    """A scenario's step that sends one message."""
    return f"<send {attributes}><![CDATA[\n{text}\n]]></send>"


def request(method: str, target: str, number: int, user: str, rest: str = "Content-Length: 0\n\n") -> str:
    """One SIP request; later ones of a dialog copy the To header with its tag."""
    to = "[last_To:]" if number > 1 and method != "REGISTER" else f"To: <sip:{target}@[remote_ip]>"
    head = REQUEST.format(user=user)
    return f"{method} sip:{target}@[remote_ip]:[remote_port] SIP/2.0\n{head}{to}\nCSeq: {number} {method}\n{rest}"


def caller(user: str = "+491701234567", number: str = NUMBER, rtp: int = 6000, talk_ms: int = 0) -> str:
    """A caller who hangs up `talk_ms` after the answer, or waits for the other side to."""
    invite = request("INVITE", number, 1, user, SDP.format(rtp=rtp))
    early = "".join(f'<recv response="{code}" optional="true"/>' for code in (100, 180, 183))
    ack = send(request("ACK", number, 1, user).replace(f"To: <sip:{number}@[remote_ip]>", "[last_To:]"))
    bye = f'<pause milliseconds="{talk_ms}"/>' + send(request("BYE", number, 2, user)) + '<recv response="200"/>'
    ending = bye if talk_ms else '<recv request="BYE"/>' + send(f"SIP/2.0 200 OK\n{HEAD}Content-Length: 0\n\n")
    return send(invite, 'retrans="500"') + early + '<recv response="200"/>' + ack + ending


def registration(user: str) -> str:
    """A telephone that registers with its password."""
    plain = request("REGISTER", user, 1, user, "Expires: 60\nContent-Length: 0\n\n")
    signed = request("REGISTER", user, 2, user, "[field0]\nExpires: 60\nContent-Length: 0\n\n")
    return send(plain) + '<recv response="401" auth="true"/>' + send(signed) + '<recv response="200"/>'


def answering() -> str:
    """A telephone that answers at once and waits for the hang-up."""
    ok = f"SIP/2.0 200 OK\n{HEAD}Contact: <sip:[local_ip]:[local_port]>\n{SDP.format(rtp=6100)}"
    end = send(f"SIP/2.0 200 OK\n{HEAD.replace(';tag=sipp[call_number]', '')}Content-Length: 0\n\n")
    return '<recv request="INVITE"/>' + send(ok, 'retrans="500"') + '<recv request="ACK"/><recv request="BYE"/>' + end


class Sipp:
    """Runs scenarios against one Asterisk."""

    def __init__(self, asterisk: Asterisk, folder: Path) -> None:
        self.remote = "{}:{}".format(*asterisk.sip_address)
        self.folder = folder

    async def __call__(self, steps: str, ip: str = TRUNK, port: int = 5070, auth: str = "") -> bool:
        """Whether the one call went through as written, within 15 s."""
        script = self.folder / f"{ip}-{port}-{abs(hash(steps))}.xml"
        script.write_text(f'<?xml version="1.0" encoding="UTF-8"?><scenario name="{script.stem}">{steps}</scenario>')
        fields = script.with_suffix(".csv")
        fields.write_text(f"SEQUENTIAL\n{auth};\n")
        options = ["-m", "1", "-timeout", "15", "-timeout_error", "-nostdin", "-inf", str(fields)]
        command = ["sipp", self.remote, "-sf", str(script), "-i", ip, "-p", str(port), *options]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return await process.wait() == 0


class Ari:
    """As much of ARI as pushing endpoints and reloading takes."""

    def __init__(self, asterisk: Asterisk, session: aiohttp.ClientSession) -> None:
        self.url = asterisk.ari_url
        self.session = session

    async def push(self, kind: str, name: str, fields: dict[str, str]) -> None:
        """Deletes and creates an object: an update would keep old matches and spoil the caller's number."""
        await self.delete(kind, name)
        await self.put(kind, name, fields)

    async def put(self, kind: str, name: str, fields: dict[str, str]) -> None:
        body = {"fields": [{"attribute": attribute, "value": value} for attribute, value in fields.items()]}
        async with self.session.put(f"{self.url}/asterisk/config/dynamic/res_pjsip/{kind}/{name}", json=body) as reply:
            assert reply.status == 200, await reply.text()

    async def delete(self, kind: str, name: str) -> None:
        async with self.session.delete(f"{self.url}/asterisk/config/dynamic/res_pjsip/{kind}/{name}") as reply:
            assert reply.status in (204, 404)

    async def reload(self, module: str) -> None:
        async with self.session.put(f"{self.url}/asterisk/modules/{module}.so") as reply:
            assert reply.status == 204

    async def push_trunk(self, ip: str) -> None:
        own = {"aors": "trunk", "context": "from-trunk", "identify_by": "ip", "trust_id_inbound": "yes"}
        await self.push("aor", "trunk", {"contact": f"sip:{ip}:5070"})
        await self.push("endpoint", "trunk", HARDENED | own)
        await self.push("identify", "trunk", {"endpoint": "trunk", "match": ip})

    async def push_agent(self, name: str, password: str) -> None:
        own = {"aors": name, "auth": name, "context": "from-agents", "identify_by": "username"}
        await self.put("aor", name, {"max_contacts": "1", "remove_existing": "yes"})
        await self.push("auth", name, {"auth_type": "userpass", "username": name, "password": password})
        await self.push("endpoint", name, HARDENED | own)


@pytest.fixture
async def asterisk() -> AsyncIterator[Asterisk]:
    async with running_asterisk() as instance:
        yield instance


@pytest.fixture
async def ari(asterisk: Asterisk) -> AsyncIterator[Ari]:
    headers = {"Authorization": aiohttp.encode_basic_auth(asterisk.ari_user, asterisk.ari_password)}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield Ari(asterisk, session)


@pytest.fixture
def sipp(asterisk: Asterisk, tmp_path: Path) -> Sipp:
    return Sipp(asterisk, tmp_path)


async def until(holds: Callable[[], bool], limit: float = 10) -> None:
    """Polls a condition."""
    async with asyncio.timeout(limit):
        while not holds():  # noqa: ASYNC110  what is waited for has no event
            await asyncio.sleep(0.02)


async def answered(sipp: Sipp, ip: str, port: int, call: str) -> bool:
    """Whether a call and the telephone there that is to answer it both went as written; the telephone listens first."""
    telephone = asyncio.create_task(sipp(answering(), ip=ip, port=port))
    await until(lambda: is_bound(Address(ip, port)))
    return all(await asyncio.gather(telephone, sipp(call)))


def cel(asterisk: Asterisk) -> list[str]:
    """CEL's lines so far."""
    return asterisk.cel_file.read_text().splitlines() if asterisk.cel_file.exists() else []


async def test_two_instances_run_side_by_side() -> None:
    async with running_asterisk() as one, running_asterisk() as two:
        assert one.sip_address != two.sip_address
        assert one.pid != two.pid
        assert "22." in await one.cli("core show version")
        assert "22." in await two.cli("core show version")


async def test_calls_of_two_instances_never_have_one_id(asterisk: Asterisk, ari: Ari, sipp: Sipp) -> None:
    name = await system_name(asterisk)
    await ari.push_trunk(TRUNK)
    assert await sipp(caller(talk_ms=100))
    assert re.fullmatch(rf'"CHAN_START","[0-9.]+","{name}-\d+\.\d+",.*', cel(asterisk)[0])
    await asterisk.restart()
    assert await system_name(asterisk) == name
    async with running_asterisk() as other:
        assert await system_name(other) != name


async def system_name(asterisk: Asterisk) -> str:
    """What an instance calls itself, in 8 letters and digits."""
    found = re.search(r"System name: +(\w{8})\n", await asterisk.cli("core show settings"))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("wrong", ["with-dash", "x" * 20, "ä"])
def test_a_system_name_that_ids_cannot_carry_is_refused(wrong: str, tmp_path: Path) -> None:
    program = tmp_path / "asterisk"
    program.write_text("#!/bin/sh\necho Asterisk 22.10.1\n")
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "VORZIMMER_INSTANCE_DIR": str(tmp_path / "instance")}
    ran = subprocess.run(
        [PROJECT / "asterisk" / "entrypoint.sh"],
        env=environment | {"VORZIMMER_ARI_PASSWORD": "x", "VORZIMMER_SYSTEM_NAME": wrong},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, "VORZIMMER_SYSTEM_NAME may hold only letters and digits" in ran.stderr) == (78, True)


async def test_boot_logs_no_warning_and_no_error(asterisk: Asterisk) -> None:
    lines = asterisk.log_file.read_text().splitlines()
    assert [line for line in lines if "WARNING" in line or "ERROR" in line] == []


async def test_nothing_dangerous_is_loaded(asterisk: Asterisk) -> None:
    applications = await asterisk.cli("core show applications")
    functions = await asterisk.cli("core show functions")
    assert " System:" not in applications
    assert "SHELL" not in functions
    assert "anonymous" not in await asterisk.cli("pjsip show identifiers")


async def test_stop_leaves_no_process_file_or_port() -> None:
    async with running_asterisk() as instance:
        pid, directory, address = instance.pid, instance.directory.outside, instance.sip_address
    assert is_gone(pid)
    assert not directory.exists()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(address)


async def test_a_killed_owner_takes_asterisk_with_it() -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "asterisk", "run", cwd=PROJECT, stdout=subprocess.PIPE
    )
    assert owner.stdout is not None
    while b"log_file" not in (line := await owner.stdout.readline()):
        assert line
    directory = Path(line.split()[1].decode()).parent.parent
    pid = int((directory / "run/asterisk.pid").read_text())
    os.kill(owner.pid, signal.SIGKILL)
    await owner.wait()
    await until(lambda: is_gone(pid))
    async with running_asterisk():
        assert not directory.exists()


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one whose parent is dead may stay a zombie for a while."""
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" in status.read_text()


def is_stored(asterisk: Asterisk, family: str) -> bool:
    """Whether Asterisk's database, which is committed once a second, holds something of a family."""
    with closing(sqlite3.connect(asterisk.directory.outside / "state/astdb.sqlite3")) as database:
        return bool(database.execute("SELECT 1 FROM astdb WHERE key LIKE ?", (f"/{family}/%",)).fetchall())


async def test_what_was_pushed_survives_a_crash_of_asterisk(asterisk: Asterisk, ari: Ari, sipp: Sipp) -> None:
    await ari.push_trunk(TRUNK)
    await until(lambda: is_stored(asterisk, "ps_identifies"))
    await asterisk.kill()
    with pytest.raises(AsteriskError, match="not running"):
        _ = asterisk.pid
    await asterisk.restart()
    assert await sipp(caller(user="+4917055", talk_ms=100))
    assert '"+4917055"' in cel(asterisk)[-1]


@pytest.mark.parametrize(("version", "sentence"), [("21.0.0", "21.0.0 is too old"), ("22.10.0", "22.10.0 is too old")])
def test_an_asterisk_below_the_floor_is_refused(tmp_path: Path, version: str, sentence: str) -> None:
    program = tmp_path / "asterisk"
    program.write_text(f"#!/bin/sh\necho 'Asterisk {version}'\n")
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "VORZIMMER_INSTANCE_DIR": str(tmp_path / "instance")}
    done = subprocess.run([PROJECT / "asterisk/entrypoint.sh"], env=environment, capture_output=True, text=True)
    assert done.returncode == 78
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_root_is_made_once() -> None:
    assert ensure_root() == ensure_root(RootSpec(), progress=pytest.fail)


async def test_only_the_trunks_own_address_reaches_the_dialplan(asterisk: Asterisk, ari: Ari, sipp: Sipp) -> None:
    await ari.push_trunk(TRUNK)
    assert not await sipp(caller(talk_ms=100), ip=STRANGER)
    assert not await sipp(caller(user="trunk", talk_ms=100), ip=STRANGER)
    assert cel(asterisk) == []
    assert await sipp(caller(talk_ms=100))


async def test_a_changed_trunk_counts_from_the_next_call(ari: Ari, sipp: Sipp) -> None:
    await ari.push_trunk(TRUNK)
    await ari.push_trunk(STRANGER)
    assert await sipp(caller(talk_ms=100), ip=STRANGER)
    assert not await sipp(caller(talk_ms=100), ip=TRUNK)
    await ari.delete("identify", "trunk")
    assert not await sipp(caller(talk_ms=100), ip=STRANGER)


def an_ear() -> socket.socket:
    """A port for the caller's end of the audio."""
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    ear.bind((TRUNK, 0))
    ear.setblocking(False)
    return ear


async def heard(ear: socket.socket) -> set[bytes]:
    """The different 20 ms pieces in the first second of audio; silence would be one over and over."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(10):
        return {(await loop.sock_recv(ear, 2048))[12:] for _ in range(50)}


async def test_without_a_router_the_caller_hears_the_announcement(asterisk: Asterisk, ari: Ari, sipp: Sipp) -> None:
    await ari.push_trunk(TRUNK)
    with an_ear() as ear:
        call = asyncio.ensure_future(sipp(caller(rtp=ear.getsockname()[1])))
        sounds = await heard(ear)
        assert await call
    assert len(sounds) > 20
    assert all(line.endswith('"fallback"') for line in cel(asterisk)[1:])


async def test_without_a_router_the_clients_fallback_number_is_dialled(
    asterisk: Asterisk, ari: Ari, sipp: Sipp
) -> None:
    await ari.push_trunk(TRUNK)
    await ari.push("aor", "trunk", {"contact": f"sip:{TRUNK}:5071"})
    steps = ["Set(FALLBACK_NUMBER=+493055)", "Set(FALLBACK_TRUNK=trunk)", "Return()"]
    lines = [f"exten => {NUMBER},{i},{step}" for i, step in enumerate(steps, 1)]
    (asterisk.generated_dir / "clients.conf").write_text("\n".join(["[fallback-numbers]", *lines, ""]))
    await ari.reload("pbx_config")
    assert await answered(sipp, TRUNK, 5071, caller(number=f"+{NUMBER}", talk_ms=300))


async def test_without_a_router_a_registered_agent_is_rung(asterisk: Asterisk, ari: Ari, sipp: Sipp) -> None:
    await ari.push_trunk(TRUNK)
    await ari.push_agent("anna", "secret")
    (asterisk.generated_dir / "queue.conf").write_text("member => PJSIP/anna\n")
    await ari.reload("app_queue")
    assert await sipp(registration("anna"), ip=STRANGER, port=5072, auth=RIGHT)
    await ari.push_agent("anna", "secret")  # again, as at each start of the router: the telephone stays registered
    assert await answered(sipp, STRANGER, 5072, caller(talk_ms=500))


async def test_a_trunks_call_stays_the_trunks_though_its_caller_has_an_agents_name(
    asterisk: Asterisk, ari: Ari, sipp: Sipp
) -> None:
    await ari.push_trunk(TRUNK)
    await ari.push_agent("anna", "secret")
    assert await sipp(caller(user="anna", talk_ms=100))
    assert "PJSIP/trunk-" in cel(asterisk)[0]
    assert await sipp(registration("anna"), ip=STRANGER, port=5072, auth=RIGHT)
    assert not await sipp(registration("anna"), ip=TRUNK, port=5072, auth=RIGHT)  # the trunk's address is no agent's


async def test_a_waiting_caller_hears_music(asterisk: Asterisk, ari: Ari, sipp: Sipp) -> None:
    await ari.push_trunk(TRUNK)
    await ari.push_agent("anna", "secret")
    (asterisk.generated_dir / "queue.conf").write_text("member => PJSIP/anna\n")
    await ari.reload("app_queue")
    assert await sipp(registration("anna"), ip=STRANGER, port=5072, auth=RIGHT)  # and then does not answer
    with an_ear() as ear:
        call = asyncio.ensure_future(sipp(caller(rtp=ear.getsockname()[1], talk_ms=2000)))
        assert len(await heard(ear)) > 20
        assert await call


async def test_the_router_gets_every_forwarding_header(asterisk: Asterisk, ari: Ari, sipp: Sipp) -> None:
    await ari.push_trunk(TRUNK)
    headers = "".join(f"Diversion: <sip:+4930{i}@x.de>\n" for i in range(1, 12))
    headers += "History-Info: <sip:+49301@x.de>;index=1, <sip:+49302@x.de>;index=1.1\n"
    call = caller(talk_ms=100).replace("Max-Forwards", f"{headers}Max-Forwards", 1)
    async with ari.session.ws_connect(f"{asterisk.ari_url}/events?app=router") as events:
        done = asyncio.ensure_future(sipp(call))
        arguments = (await events.receive_json())["channel"]["dialplan"]["app_data"].split(",")[2].split(":")
        assert await done
    forwarding = [f"d={quote(f'<sip:+4930{i}@x.de>', safe='')}" for i in range(1, 11)]
    history = f"h={quote('<sip:+49301@x.de>;index=1, <sip:+49302@x.de>;index=1.1', safe='')}"
    assert arguments == ["inbound", NUMBER, "p=allowed_not_screened", *forwarding, history]


async def test_a_wrong_password_does_not_register(asterisk: Asterisk, ari: Ari, sipp: Sipp) -> None:
    await ari.push_agent("anna", "secret")
    wrong = "[authentication username=anna password=guess]"
    assert not await sipp(registration("anna"), ip="127.0.0.1", port=5072, auth=wrong)
    await ari.push_agent("anna", "guess")
    assert await sipp(registration("anna"), ip="127.0.0.1", port=5072, auth=wrong)
