"""A backup as a file: a compressed tar with a manifest in front that has the checksum of everything else."""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cattrs
import orjson
from cattrs.errors import BaseValidationError

from router.core.errors import SetUpFailed
from router.core.ids import Millis

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is in a backup: `files` by their path with their SHA-256, `tables` with their rows; `made` is the instant
    of the database's snapshot, `journal_until` that of the journal's last event (0: it holds none)."""

    format: int
    release: str
    revision: str
    made: Millis
    journal_until: Millis
    ledger_number: int
    ledger_hash: str
    tables: Mapping[str, int]
    files: Mapping[str, str]


def pack(folder: Path, manifest: Manifest, target: Path) -> int:
    """Write `folder`, whole or not at all, for nobody but us: callers' numbers are in it. Gives the file's bytes.

    Raises `OSError`.
    """
    (folder / MANIFEST).write_bytes(orjson.dumps(cattrs.unstructure(manifest), option=orjson.OPT_INDENT_2))
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive:
                for path in (MANIFEST, *manifest.files):
                    archive.add(folder / path, arcname=path)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        _sync(target.parent)
        return target.stat().st_size
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def unpack(source: Path, folder: Path) -> Manifest:
    """Write what is in a backup to `folder` and check all of it. Raises `SetUpFailed`, naming what is wrong."""
    if not source.is_file():
        raise SetUpFailed(f"there is no file {source}")
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            _check_room(archive, folder)
            for member in archive:
                _write(archive, member, folder)
        manifest = cattrs.structure(orjson.loads((folder / MANIFEST).read_bytes()), Manifest)
    except FileNotFoundError as missing:
        raise SetUpFailed(f"{source} is no backup of Vorzimmer: it has no {MANIFEST}") from missing
    except (tarfile.TarError, EOFError, OSError, ValueError, BaseValidationError) as damage:
        raise SetUpFailed(f"{source} cannot be read: {damage}. Take another backup.") from damage
    if manifest.format > FORMAT:
        raise SetUpFailed(
            f"{source} was made by release {manifest.release}: restore it with that release or a later one"
        )
    for path, expected in manifest.files.items():
        if not (folder / path).is_file() or checksum(folder / path) != expected:
            raise SetUpFailed(f"{path} in {source} is not what was backed up. Take another backup.")
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}
    if added := there - {MANIFEST, *manifest.files}:
        raise SetUpFailed(f"{min(added)} in {source} was not backed up: somebody has put it there")
    return manifest


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A plain file below the folder, for nobody but us. (tarfile's own filters came with Python 3.11.4.)

    Raises `tarfile.TarError` for anything else.
    """
    path = PurePosixPath(member.name)
    plain = member.isreg() and not path.is_absolute() and ".." not in path.parts
    content = archive.extractfile(member) if plain else None
    if content is None:
        raise tarfile.TarError(f"{member.name!r} is no file that a backup holds")
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(content, file)


def _check_room(archive: tarfile.TarFile, folder: Path) -> None:
    """Raises `SetUpFailed` for what is larger than the disk: little in the archive may be much."""
    needed, free = 0, shutil.disk_usage(folder).free
    for member in archive:
        needed += member.size
        if needed > free:
            raise SetUpFailed(f"what is in it needs more than the {free / 1e6:.0f} MB that are free in {folder.parent}")


def checksums(folder: Path) -> dict[str, str]:
    """Of every file below a folder, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): checksum(path) for path in files}


def checksum(path: Path) -> str:
    """SHA-256, as hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
