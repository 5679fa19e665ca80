"""Where this router runs: Asterisk's address, folders, database, taken from the environment.

A variable that is set to nothing counts as not set: so a compose file may pass on what its user left out.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from router.core.errors import SetUpFailed

CEL_PLACE = "cel-read.json"  # in the state folder: how far Asterisk's event record was read

VARIABLES: Mapping[str, str] = {
    "VORZIMMER_ARI_PASSWORD": "the password of Asterisk's ARI user (needed)",
    "VORZIMMER_ARI_URL": "where Asterisk's HTTP server is (default: http://127.0.0.1:8088/ari)",
    "VORZIMMER_ARI_USER": "Asterisk's ARI user (default: vorzimmer)",
    "VORZIMMER_STATE_DIR": "journal and SQLite database (default: var/state)",
    "VORZIMMER_DATABASE_URL": "sqlite:///FILE or postgresql://… (default: SQLite in VORZIMMER_STATE_DIR)",
    "VORZIMMER_SOUNDS_DIR": "where spoken texts are written (default: var/sounds)",
    "VORZIMMER_SOUNDS_URI": "the same folder as Asterisk sees it (default: VORZIMMER_SOUNDS_DIR)",
    "VORZIMMER_GENERATED_DIR": "where the dialplan includes from (default: var/generated)",
    "VORZIMMER_CEL_FILE": "Asterisk's event record, for what happened while the router was away (default: none)",
    "VORZIMMER_NODE": "this router's short name, if it is one of two; needs PostgreSQL (default: it is alone)",
    "VORZIMMER_HTTP": "address and port of API, metrics and health (default: 127.0.0.1:8080)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`sounds_uri` and `sounds_dir` are one folder, as Asterisk and as the router see it."""

    config_dir: Path
    state_dir: Path
    database_url: str
    ari_url: str
    ari_user: str
    ari_password: str = field(repr=False)
    sounds_dir: Path
    sounds_uri: str
    generated_dir: Path
    cel_file: Path | None
    http_host: str
    http_port: int
    node: str | None = None  # of two routers

    @classmethod
    def read(cls, config_dir: Path, environ: Mapping[str, str] = os.environ) -> Self:
        """From `VORZIMMER_…` variables. Raises `SetUpFailed`, naming the variable."""
        sounds = Path(environ.get("VORZIMMER_SOUNDS_DIR") or "var/sounds").absolute()
        cel = environ.get("VORZIMMER_CEL_FILE")
        host, port = http_address(environ)
        return cls(
            config_dir=config_dir,
            state_dir=state_dir(environ),
            database_url=database_url(environ),
            ari_url=environ.get("VORZIMMER_ARI_URL") or "http://127.0.0.1:8088/ari",
            ari_user=environ.get("VORZIMMER_ARI_USER") or "vorzimmer",
            ari_password=_needed(environ, "VORZIMMER_ARI_PASSWORD", "the password of Asterisk's ARI user"),
            sounds_dir=sounds,
            sounds_uri=environ.get("VORZIMMER_SOUNDS_URI") or str(sounds),
            generated_dir=Path(environ.get("VORZIMMER_GENERATED_DIR") or "var/generated"),
            cel_file=Path(cel) if cel else None,
            http_host=host,
            http_port=port,
            node=_node(environ),
        )


def http_address(environ: Mapping[str, str] = os.environ) -> tuple[str, int]:
    """`VORZIMMER_HTTP`, else 127.0.0.1:8080. Raises `SetUpFailed`."""
    return _address(environ.get("VORZIMMER_HTTP") or "127.0.0.1:8080")


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """`VORZIMMER_STATE_DIR`, else `var/state` below the working directory: the journal, and SQLite's file."""
    return Path(environ.get("VORZIMMER_STATE_DIR") or "var/state")


def database_url(environ: Mapping[str, str] = os.environ) -> str:
    """`VORZIMMER_DATABASE_URL`, else an SQLite file in the state folder."""
    return environ.get("VORZIMMER_DATABASE_URL") or f"sqlite:///{state_dir(environ).absolute() / 'vorzimmer.db'}"


def _node(environ: Mapping[str, str]) -> str | None:
    name = environ.get("VORZIMMER_NODE")
    if not name:
        return None
    if not re.fullmatch("[a-z0-9]{1,16}", name):
        raise SetUpFailed(f"VORZIMMER_NODE is {name!r}: give one to sixteen small letters and digits, such as a.")
    if not database_url(environ).startswith("postgresql:"):
        raise SetUpFailed("VORZIMMER_NODE is set, for two routers: they need VORZIMMER_DATABASE_URL=postgresql://….")
    return name


def _needed(environ: Mapping[str, str], name: str, what: str) -> str:
    if value := environ.get(name):
        return value
    raise SetUpFailed(f"{name} is not set: give {what}.")


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        raise SetUpFailed(f"VORZIMMER_HTTP is {text!r}: give an address and a port, such as 127.0.0.1:8080.")
    return host.strip("[]"), int(port)
