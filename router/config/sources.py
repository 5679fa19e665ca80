"""The directory of YAML files as bytes and as text: which files count, their hash, and their encoding.

Counted are `*.yaml` and `clients/*.yaml`, but no hidden files. The version is the hash of exactly these.
"""

import errno
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from router.config.findings import Finding, Place, finding

MOST_BYTES = 256 * 1024  # of one file
MOST_BYTES_IN_ALL = 4 * 1024 * 1024  # more than two thousand clients with staff, lists and scripts
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# What editors do not show, or what only YAML takes for a line's end; also lone surrogates never get here.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
Stamp = tuple[tuple[str, int, int, int], ...]  # of each file: path, inode, bytes, nanoseconds of its last change
SAVE = "save the file as UTF-8 without a byte order mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file: its name relative to the directory, and its content."""

    name: str
    content: bytes

    def place(self, text: str, index: int) -> Place:
        """The place of the `index`-th character of `text`, this file's text so far."""
        before = text[:index]
        return Place(file=self.name, line=before.count("\n") + 1, column=index - before.rfind("\n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """All files in the order of their names, and what could not be read."""

    files: tuple[Source, ...]
    findings: tuple[Finding, ...]

    @property
    def too_large(self) -> bool:
        """Whether reading all of it would take too long."""
        return sum(len(source.content) for source in self.files) > MOST_BYTES_IN_ALL

    @property
    def version(self) -> str:
        """SHA-256 of the files' names and contents, in hexadecimal."""
        digest = hashlib.sha256()
        for source in self.files:
            digest.update(f"{source.name}\0{len(source.content)}\0".encode() + source.content)
        return digest.hexdigest()


def read(directory: Path) -> Sources:
    """Read all files once, so that the version and the values are of the same content."""
    read_files, findings = [], list(_misplaced(directory))
    for path in _paths(directory):
        name = path.relative_to(directory).as_posix()
        try:
            read_files.append(Source(name=name, content=_content(path)))
        except OSError as error:
            message = f"the file cannot be read ({error.strerror})"
            findings.append(finding(_start(name), message, "make it readable for the router's user"))
    findings += _too_much(directory, read_files)
    return Sources(files=tuple(read_files), findings=tuple(findings))


def version_of(directory: Path) -> str:
    """The version that `load` would give."""
    return read(directory).version


def stamp_of(directory: Path) -> Stamp:
    """What changes whenever a file or recording does, without reading any: cheap enough for several times a second."""
    return tuple(filter(None, map(_file_stamp, [*_paths(directory), *sorted(directory.glob("recordings/*"))])))


def _file_stamp(path: Path) -> tuple[str, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None  # gone in the meantime
    return str(path), found.st_ino, found.st_size, found.st_mtime_ns


def decode(source: Source) -> str | Finding:
    """The text of a file, or why it is none."""
    if len(source.content) > MOST_BYTES:
        message = f"the file is larger than {MOST_BYTES // 1024} KiB"
        return finding(_start(source.name), message, "split it: clients/ may hold one file for each client")
    if source.content.startswith(BYTE_ORDER_MARKS):
        return finding(_start(source.name), "the file begins with a byte order mark", SAVE)
    try:
        text = source.content.decode()
    except UnicodeDecodeError as error:
        before = source.content[: error.start].decode()
        return finding(source.place(before, len(before)), "this byte is not UTF-8", SAVE)
    return _visible(source, text.replace("\r\n", "\n"))


def _visible(source: Source, text: str) -> str | Finding:
    unseen = UNSEEN.search(text)
    if unseen is None:
        return text
    message = f"an invisible character (U+{ord(unseen.group()):04X})"
    return finding(source.place(text, unseen.start()), message, "delete it, or type it anew")


def _paths(directory: Path) -> list[Path]:
    paths = [*directory.glob("*.yaml"), *directory.glob("clients/*.yaml")]
    seen = (path for path in paths if not path.name.startswith("."))
    return sorted(seen, key=str)


def _content(path: Path) -> bytes:
    if not path.is_file():  # opening a named pipe would wait for ever
        raise FileNotFoundError(errno.ENOENT, "it is no ordinary file")
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _misplaced(directory: Path) -> Iterable[Finding]:
    """Files that look as if they counted, and do not."""
    for path in sorted([*directory.glob("*.yml"), *directory.glob("clients/*.yml")]):
        name = path.relative_to(directory).as_posix()
        yield finding(_start(name), "only files named *.yaml are read", f"rename it to {path.stem}.yaml")


def _too_much(directory: Path, files: list[Source]) -> Iterable[Finding]:
    if not files:
        hint = "give the directory that holds house.yaml, clients.yaml, …"
        yield finding(_start(str(directory)), "there are no *.yaml files here", hint)
    if sum(len(source.content) for source in files) > MOST_BYTES_IN_ALL:
        message = f"all files together are larger than {MOST_BYTES_IN_ALL >> 20} MiB"
        yield finding(_start(files[0].name), message, "remove what is not the operators' to keep here")


def _start(name: str) -> Place:
    return Place(file=name, line=1, column=1)
