"""A private PostgreSQL server from Debian's package, on a unix socket in a directory of its own, gone at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

import pytest

QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60", "-c", "shared_buffers=32MB")

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vorzimmer'"


class Identity(TypedDict, total=False):
    """As whom a program of the server runs."""

    user: int
    group: int
    extra_groups: list[int]


class PostgresServer:
    """One server in `root`; listens on the socket there only."""

    def __init__(self, programs: Path, root: Path) -> None:
        self._programs = programs
        self._root = root
        self._identity = _identity(root)
        self._run("initdb", "-D", str(root / "db"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._root}"

    def create(self, database: str) -> str:
        """The URL of a new, empty database."""
        self._run("psql", "-q", "-h", str(self._root), "-U", "postgres", "-c", f'CREATE DATABASE "{database}"')
        return self.url(database)

    def start(self) -> None:
        program, folder = str(self._programs / "postgres"), str(self._root)
        serve = (program, "-D", f"{folder}/db", "-k", folder, "-c", "listen_addresses=", *QUICK)
        with (self._root / "log").open("ab") as log:
            self._process = subprocess.Popen(serve, stdout=log, stderr=log, cwd=folder, **self._identity)
        ready = (str(self._programs / "pg_isready"), "-q", "-h", folder, "-U", "postgres")
        while subprocess.run(ready, check=False).returncode:
            if self._process.poll() is not None:
                pytest.fail(f"PostgreSQL did not start: {(self._root / 'log').read_text()}")

    def stop(self) -> None:
        self._end(signal.SIGINT)  # a fast shutdown: connections are cut

    def crash(self) -> None:
        """End it as a power cut would; it recovers at its next start."""
        self._end(signal.SIGQUIT)

    def _end(self, by: signal.Signals) -> None:
        self._process.send_signal(by)
        self._process.wait(30)

    def cut(self) -> None:
        """End every connection of a router, whatever is under way in it."""
        self._run("psql", "-q", "-h", str(self._root), "-U", "postgres", "-c", CUT)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """The server is down inside the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def _run(self, program: str, *arguments: str) -> None:
        command = (str(self._programs / program), *arguments)
        subprocess.run(command, check=True, capture_output=True, cwd=self._root, **self._identity)


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Runs the newest installed server until the block ends; skips the test when none is installed."""
    programs = _programs()
    root = Path(tempfile.mkdtemp(prefix="vorzimmer-pg-", dir="/tmp"))  # short: a socket's path has 107 bytes at most
    try:
        server = PostgresServer(programs, root)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(root)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.skip("PostgreSQL is not installed (Debian package `postgresql`): run `make setup`")
    return found[-1].parent


def _identity(root: Path) -> Identity:
    """PostgreSQL refuses to run as root: the package's own user does it then."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(root, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
