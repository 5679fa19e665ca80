"""A private PostgreSQL server from Debian's package, on a unix socket in a directory of its own, gone at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB")


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """Where it listens; `create` makes one more empty database and gives its URL."""

    socket: Path
    programs: Path
    process: "subprocess.Popen[bytes]"

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def create(self, database: str) -> str:
        self._psql(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def _psql(self, statement: str) -> None:
        command = (self.programs / "psql", "-q", "-h", self.socket, "-U", "postgres", "-c", statement)
        subprocess.run(command, check=True, capture_output=True)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Runs the newest installed server until the block ends; skips the test when none is installed."""
    programs = _programs()
    root = Path(tempfile.mkdtemp(prefix="vorzimmer-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
    identity = _identity(root)
    try:
        initialise = (
            programs / "initdb",
            "-D",
            root / "db",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        subprocess.run(initialise, check=True, capture_output=True, cwd=root, **identity)
        serve = (programs / "postgres", "-D", root / "db", "-k", root, "-c", "listen_addresses=", *QUICK)
        with (root / "log").open("wb") as log:
            process = subprocess.Popen(serve, stdout=log, stderr=log, cwd=root, **identity)
        try:
            _wait_until_ready(programs, root, process)
            yield PostgresServer(socket=root, programs=programs, process=process)
        finally:
            process.send_signal(signal.SIGINT)  # fast shutdown
            process.wait(30)
    finally:
        shutil.rmtree(root)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.skip("PostgreSQL is not installed (Debian package `postgresql`): run `make setup`")
    return found[-1].parent


def _identity(root: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: the package's own user does it then."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(root, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _wait_until_ready(programs: Path, root: Path, process: "subprocess.Popen[bytes]") -> None:
    ready = (programs / "pg_isready", "-q", "-h", root, "-U", "postgres")
    while subprocess.run(ready, check=False).returncode:
        if process.poll() is not None:
            pytest.fail(f"PostgreSQL did not start: {(root / 'log').read_text()}")
