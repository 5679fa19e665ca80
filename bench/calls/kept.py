"""The figures as JSON, so that a table can be made of measures that were taken one by one."""

import json
import os
import platform
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.calls.figures import Cost, Delay, Measured, Memory, Rate, Saturated, Spread, Trial, Waiting


def load(file: Path) -> dict[str, Measured]:
    """What is known so far, by path."""
    if not file.exists():
        return {}
    return {name: _measured(written) for name, written in json.loads(file.read_text())["paths"].items()}


def keep(file: Path, known: dict[str, Measured], path: str, **figures: Any) -> None:
    """Add one measure of one path, and write all."""
    known[path] = replace(known.get(path, Measured()), **figures)
    file.parent.mkdir(parents=True, exist_ok=True)
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"
    written = {"machine": machine, "at": time.strftime("%Y-%m-%d %H:%M:%S%z"), "paths": _plain(known)}
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(written, indent=1) + "\n")
    draft.replace(file)


def _plain(known: Mapping[str, Measured]) -> dict[str, Any]:
    return {name: asdict(measured) for name, measured in known.items()}


def _measured(written: dict[str, Any]) -> Measured:
    given = {name: value for name, value in written.items() if value}
    return Measured(**{name: _READ[name](value) for name, value in given.items()})


def _delay(written: dict[str, Any]) -> Delay:
    spreads = {name: Spread(**written[name]) for name in ("post_dial", "answer")}
    return Delay(**{**written, **spreads, "cost": Cost(**written["cost"])})


def _rate(written: dict[str, Any]) -> Rate:
    return Rate(highest=written["highest"], trials=[_trial(trial) for trial in written["trials"]])


def _trial(written: dict[str, Any]) -> Trial:
    return Trial(**{**written, "answer": Spread(**written["answer"]) if written["answer"] else None})


def _memory(written: dict[str, Any]) -> Memory:
    few, many = written["calls"]
    return Memory(**{**written, "calls": (few, many)})


def _waiting(written: list[dict[str, Any]]) -> list[Waiting]:
    return [Waiting(waiting=level["waiting"], cost=Cost(**level["cost"])) for level in written]


def _saturated(written: dict[str, Any]) -> Saturated:
    return Saturated(next_call=Spread(**written["next_call"]), served=written["served"])


_READ: Mapping[str, Any] = {
    "delay": _delay,
    "rate": _rate,
    "fresh": _rate,
    "memory": _memory,
    "waiting": _waiting,
    "saturated": _saturated,
}
