"""What Asterisk gets for the bench only: a dialplan without a router, phones and trunk from files, and the queue."""

from collections.abc import Mapping
from pathlib import Path as File

from bench.calls.addresses import CALLERS, PHONES, agent_name, contact
from bench.calls.paths import Kind, Path
from router.ari.plant import wanted_objects
from router.core.ids import AgentId
from router.ports import AgentPhone, Plant, TrunkLine

CONTEXT = "bench"
DIAL = f"""
[{CONTEXT}]
exten => _age[n]tXXXX,1,Dial(PJSIP/${{EXTEN}},30)
 same => n,Hangup()
"""
QUEUE = f"""
[{CONTEXT}]
exten => _[+0-9]!,1,Queue(bench,r,,,300)
 same => n,Hangup()
exten => music,1,Answer()
 same => n,Queue(bench,,,,300)
 same => n,Hangup()
"""
MEMBERS = """
[bench]
strategy = rrmemory
musicclass = default
timeout = 20
retry = 1
wrapuptime = 0
ringinuse = no
joinempty = yes
leavewhenempty = no
announce-position = no
"""


def add_to(project: File, path: Path, *, reachable: bool) -> None:
    """Write it into one instance's copy of the templates. `reachable`: whether phones have an address."""
    if path.routed:
        return
    etc = project / "asterisk" / "etc"
    _append(etc / "pjsip.conf", pjsip(path, reachable=reachable))
    (etc / "sorcery.conf").write_text("; Empty: phones and trunk stand in pjsip.conf.\n")
    (etc / "queues.conf").write_text("[general]\nautofill = yes\n" + (queue(path) if path.kind is Kind.QUEUE else ""))
    _append(project / "dialplan" / "extensions.conf", QUEUE if path.kind is Kind.QUEUE else DIAL)


def pjsip(path: Path, *, reachable: bool) -> str:
    """The objects that the router pushes for the same trunk and phones, as sections of a file."""
    objects = wanted_objects(plant(path.agents))
    return "".join(_section(kind, name, fields, reachable=reachable) for (kind, name), fields in objects.items())


def plant(agents: int) -> Plant:
    """The trunk and so many phones."""
    names = [agent_name(nth) for nth in range(agents)]
    phones = tuple(AgentPhone(agent=AgentId(name), password="bench", contact=contact(name)) for name in names)
    trunk = TrunkLine(id="carrier", match=(CALLERS[0],), contact=f"sip:{PHONES[0]}:{PHONES[1]}")
    return Plant(version="bench", trunks=(trunk,), phones=phones, fallbacks=())


def queue(path: Path) -> str:
    """The queue and its members."""
    return MEMBERS + "".join(f"member => PJSIP/{agent_name(nth)}\n" for nth in range(path.agents))


def _section(kind: str, name: str, fields: Mapping[str, str], *, reachable: bool) -> str:
    lines = {"type": kind, **fields}
    if lines.get("context") == "from-trunk":
        lines["context"] = CONTEXT
    if not reachable and kind == "aor":
        del lines["contact"]
    section = f"{name}-{kind}" if kind == "identify" else name
    return f"\n[{section}]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())


def _append(file: File, text: str) -> None:
    with file.open("a", encoding="utf-8") as template:
        template.write(text)
