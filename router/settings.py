"""Where this router runs: Asterisk's address, folders, database, taken from the environment (docs/operating.md)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from router.core.errors import SetUpFailed


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

    @classmethod
    def read(cls, config_dir: Path, environ: Mapping[str, str] = os.environ) -> Self:
        """From `VORZIMMER_…` variables. Raises `SetUpFailed`, naming the variable."""
        state = Path(environ.get("VORZIMMER_STATE_DIR", "var/state"))
        sounds = Path(environ.get("VORZIMMER_SOUNDS_DIR", "var/sounds")).absolute()
        cel = environ.get("VORZIMMER_CEL_FILE")
        host, port = _address(environ.get("VORZIMMER_HTTP", "127.0.0.1:8080"))
        return cls(
            config_dir=config_dir,
            state_dir=state,
            database_url=database_url(environ),
            ari_url=environ.get("VORZIMMER_ARI_URL", "http://127.0.0.1:8088/ari"),
            ari_user=environ.get("VORZIMMER_ARI_USER", "vorzimmer"),
            ari_password=_needed(environ, "VORZIMMER_ARI_PASSWORD", "the password of Asterisk's ARI user"),
            sounds_dir=sounds,
            sounds_uri=environ.get("VORZIMMER_SOUNDS_URI", str(sounds)),
            generated_dir=Path(environ.get("VORZIMMER_GENERATED_DIR", "var/generated")),
            cel_file=Path(cel) if cel else None,
            http_host=host,
            http_port=port,
        )


def database_url(environ: Mapping[str, str] = os.environ) -> str:
    """`VORZIMMER_DATABASE_URL`, else an SQLite file in the state folder."""
    state = Path(environ.get("VORZIMMER_STATE_DIR", "var/state")).absolute()
    return environ.get("VORZIMMER_DATABASE_URL") or f"sqlite:///{state / 'vorzimmer.db'}"


def _needed(environ: Mapping[str, str], name: str, what: str) -> str:
    if value := environ.get(name):
        return value
    raise SetUpFailed(f"{name} is not set: give {what}.")


def _address(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise SetUpFailed(f"VORZIMMER_HTTP is {text!r}: give an address and a port, such as 127.0.0.1:8080.")
    return host.strip("[]"), int(port)
