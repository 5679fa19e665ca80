"""The root file system with Asterisk in it: made once from Debian's packages, cached under the hash of its recipe.

As root it is entered by chroot; as an ordinary user it belongs to that user and is entered through a user namespace.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from asterisk import tones

DEFAULT_MIRROR = "http://deb.debian.org/debian"
SOUNDS = "usr/share/asterisk/sounds/vorzimmer"
_APT_SETTINGS = re.compile(r'^Acquire::(Check-|https?::|Retries|ForceIPv)[^\n]*"[^\n]+";$', re.MULTILINE)

Progress = Callable[[str], None]


class RootError(Exception):
    """The root cannot be made here; the text says what is missing and what to do about it."""


def cache_directory() -> Path:
    """Where roots are kept: `$VORZIMMER_CACHE`, else `~/.cache/vorzimmer`."""
    return Path(os.environ.get("VORZIMMER_CACHE") or Path.home() / ".cache" / "vorzimmer").absolute()


@dataclass(frozen=True, slots=True, kw_only=True)
class RootSpec:
    """What goes into the root, and under which directory it is cached."""

    suite: str = "sid"
    packages: tuple[str, ...] = ("asterisk",)
    cache: Path = field(default_factory=cache_directory)

    @property
    def path(self) -> Path:
        """The finished root; it exists only once it is whole."""
        owner = "root" if os.geteuid() == 0 else "user"
        recipe = repr((1, self.suite, self.packages, owner)).encode() + Path(tones.__file__).read_bytes()
        return self.cache / f"asterisk-root-{hashlib.sha256(recipe).hexdigest()[:12]}"


def ensure_root(spec: RootSpec | None = None, progress: Progress = lambda _: None) -> Path:
    """Returns the root's directory, making it first when it is not cached. Raises RootError."""
    spec = spec or RootSpec()
    if spec.path.is_dir():
        return spec.path
    _require_tools()
    spec.cache.mkdir(parents=True, exist_ok=True)
    with _one_builder(spec.path.with_suffix(".lock"), progress):
        if not spec.path.is_dir():
            _build(spec, progress)
    return spec.path


def _require_tools() -> None:
    """Checks for the build's tools before anything is begun."""
    tools = ["mmdebstrap", "setpriv"] if os.geteuid() == 0 else ["mmdebstrap", "setpriv", "unshare", "newuidmap"]
    missing = [tool for tool in tools if shutil.which(tool, path=_search_path()) is None]
    if missing:
        raise RootError(
            f"cannot make Asterisk's root: {', '.join(missing)} not found; "
            "run `make setup`, or `apt-get install mmdebstrap uidmap util-linux` as root."
        )
    if os.geteuid() != 0 and _capture(["unshare", "--user", "true"]).returncode:
        raise RootError(
            "cannot make Asterisk's root: this machine forbids user namespaces; "
            "run as root, or allow them with `sysctl kernel.unprivileged_userns_clone=1`."
        )


def _search_path() -> str:
    """The PATH with the administrator's directories, which ordinary users often lack."""
    return os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


@contextmanager
def _one_builder(lock: Path, progress: Progress) -> Iterator[None]:
    """Lets one process build at a time; the others wait for it and then find the finished root."""
    with lock.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another process is making Asterisk's root: waiting for it")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _build(spec: RootSpec, progress: Progress) -> None:
    """Makes the root beside its place and renames it when it is whole."""
    progress(f"making Asterisk's root from Debian {spec.suite}: about 20 s and 350 MB, once")
    for stale in spec.cache.glob(f"{spec.path.name}.new-*"):
        shutil.rmtree(stale)
    fresh = Path(tempfile.mkdtemp(prefix=f"{spec.path.name}.new-", dir=spec.cache))
    try:
        fresh.chmod(0o755)
        _bootstrap(spec, fresh)
        tones.write_all(fresh / SOUNDS)
        (fresh / SOUNDS).with_name("beep.sln").symlink_to("vorzimmer/beep.sln")  # where Asterisk looks for it
        (fresh / "srv/instances").mkdir(parents=True)
        for path in (fresh / "srv/instances", fresh / SOUNDS, *(fresh / SOUNDS).rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)  # whatever our umask: Asterisk is another user
        fresh.rename(spec.path)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    progress(f"Asterisk's root is ready: {spec.path}")


def _bootstrap(spec: RootSpec, target: Path) -> None:
    """Fills an empty directory with Debian and the packages."""
    if os.geteuid() == 0:
        _run([*_mmdebstrap(spec), "--mode=root", "--format=directory", spec.suite, str(target), mirror()])
        return
    with tempfile.TemporaryDirectory(prefix="vorzimmer-root-") as scratch:
        archive = f"{scratch}/root.tar"
        _run([*_mmdebstrap(spec), "--mode=unshare", spec.suite, archive, mirror()])
        # Every file becomes the user's own, who then is "asterisk" inside; devices are bound in at each start.
        unpack = ["tar", "-C", str(target), "--no-same-owner", "--exclude=./dev/*", "-xf", archive]
        _run(["unshare", "--user", "--map-root-user", *unpack])


def _mmdebstrap(spec: RootSpec) -> list[str]:
    """The command up to its options, with the machine's own apt settings carried over."""
    settings = [f"--aptopt={line}" for line in apt_settings()]
    return ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(spec.packages)}", *settings]


def _run(command: list[str]) -> None:
    """Runs one step; a failing one raises RootError with the end of what it said."""
    done = _capture(command)
    if done.returncode:
        said = " | ".join(done.stderr.strip().splitlines()[-4:])
        raise RootError(f"making Asterisk's root failed: {command[0]} ended with {done.returncode}: {said}")


def _capture(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs one of the machine's own tools and keeps what it says."""
    environment = {**os.environ, "PATH": _search_path()}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603  our words


def apt_settings() -> list[str]:
    """This machine's apt settings on dates, proxies and retries, as lines for apt's configuration."""
    dump = _capture(["apt-config", "dump"]).stdout
    return [found.group(0) for found in _APT_SETTINGS.finditer(dump)]


def mirror() -> str:
    """The Debian mirror this machine itself uses, else Debian's own."""
    listed = _capture(["apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)"]).stdout
    found = [line.split()[1] for line in listed.splitlines() if re.match(r"Debian \S", line)]
    return found[0].rstrip("/") if found else DEFAULT_MIRROR
