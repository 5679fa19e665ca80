"""What the project's Markdown pages link to, and what they quote in fences."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NO_PAGES = {"var", "node_modules"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One relative link: the page it stands on, its words, the file it leads to and the heading there, if any."""

    page: Path
    words: str
    target: Path
    heading: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: [{self.words}]({self.target})"


def pages() -> list[Path]:
    """Every Markdown page of the project."""
    found = (path for path in ROOT.rglob("*.md") if not _foreign(path.relative_to(ROOT)))
    return sorted(found)


def _foreign(path: Path) -> bool:
    return path.parts[0] in NO_PAGES or any(part.startswith(".") for part in path.parts)


def links(page: Path) -> Iterator[Link]:
    """The page's links to other files and headings of the project."""
    for words, address in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" not in address and not address.startswith("mailto:"):
            file, _, heading = address.partition("#")
            target = (page.parent / file).resolve() if file else page
            yield Link(page=page, words=words, target=target, heading=heading)


def fences(page: Path, *languages: str) -> list[tuple[str, str]]:
    """The page's fenced blocks of these languages, in order: the language and the text."""
    return [(kind, text) for kind, text in FENCE.findall(page.read_text(encoding="utf-8")) if kind in languages]


def headings(page: Path) -> set[str]:
    """The page's headings as GitHub writes them in addresses."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(text)}


def names_in(module: Path) -> set[str]:
    """What a module defines at its top, and `Class.member` for all that stands in its classes."""
    names: set[str] = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        names |= set(_defined(node))
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{name}" for member in node.body for name in _defined(member)}
    return names


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=targets):
            yield from (name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name))
        case _:
            return
