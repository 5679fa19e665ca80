"""The operators' YAML of these tests: the demo's, with quicker limits, and as many agents as a test wants."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from tests.lab.running import DEMO

Config = dict[str, Any]  # the sections of all files together
Change = Callable[[Config], None]
FILE = "everything.yaml"


def demo() -> Config:
    """The demo's files as one."""
    sections: Config = {}
    for path in sorted(DEMO.rglob("*.yaml")):
        for name, section in yaml.safe_load(path.read_text()).items():
            sections.setdefault(name, {}).update(section)
    return sections


def write(folder: Path, config: Config) -> None:
    """Replace what stands in the folder, at once."""
    draft = folder / ".draft"
    draft.write_text(yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
    draft.replace(folder / FILE)


def written(folder: Path, *changes: Change) -> Path:
    """A new folder with the demo's configuration after these changes."""
    folder.mkdir(exist_ok=True)
    config = demo()
    for change in changes:
        change(config)
    write(folder, config)
    return folder


def edit(folder: Path, change: Change) -> None:
    """Change what stands in the folder."""
    config: Config = yaml.safe_load((folder / FILE).read_text())
    change(config)
    write(folder, config)


def quick(config: Config) -> None:
    """Short limits and greetings, people to be called at any hour, and a client `brief` for whom nobody waits."""
    config["house"]["wrap_up_limit"] = "4s"
    config["tariffs"]["standard"][0]["acceptance_after"] = "2s"
    clients = config["clients"]
    for client in clients.values():
        for person in client.get("staff", {}).values():
            person.pop("hours", None)
            person["ring"] = "1500ms"
    clients["adler"]["greetings"][0]["text"] = "Kanzlei Adler, guten Tag."
    clients["lumenta"]["greetings"][0]["text"] = "Willkommen bei Lumenta."
    clients["lumenta"]["block_text"] = "Wir nehmen Ihren Anruf nicht entgegen."
    clients["krause"]["block"] = [{"number": "+493023125777", "reason": "Werbeanruf"}]
    config["agents"]["clara"]["ring"] = "1500ms"
    config["numbers"]["+493023125050"] = {"trunk": "carrier"}
    clients["brief"] = {
        "name": "Brief",
        "numbers": ["+493023125050"],
        "tariff": "standard",
        "skills": ["tax"],
        "greetings": [{"mode": "hand_off", "text": "Brief, guten Tag."}],
        "max_wait": "1500ms",
        "overflow_text": "Niemand ist frei.",
    }


def agent(name: str, *, contact: str = "", skills: Iterable[str] = ("technical",), **keys: str) -> Config:
    """One agent's section; with a contact the phone need not register."""
    return {
        "name": name.capitalize(),
        "skills": list(skills),
        "sip": {"password": f"demo-{name}-on-the-phone", **({"contact": contact} if contact else {})},
        "api_token": f"demo-token-of-{name}",
        **keys,
    }


def crew(count: int, at: object) -> Change:
    """So many more agents of the technical skill, each with a phone of that name at one address."""

    def change(config: Config) -> None:
        names = crew_names(count)
        config["agents"].update({name: agent(name, contact=f"sip:{name}@{at}") for name in names})

    return change


def crew_names(count: int) -> list[str]:
    """What the agents of `crew` are called."""
    return [f"crew{number:03}" for number in range(1, count + 1)]
