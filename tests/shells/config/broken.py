"""Hundreds of broken configurations, made from good ones by a mutation that knows where it struck.

`python -m tests.shells.config.broken` checks them all and prints how long the slowest took. The same seed makes the
same ones every time, so each has a name that a failing test can be repeated by.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import process_time

import yaml

from router.config.findings import Finding
from router.config.tree import grow
from tests.shells.config.houses import DEMO, checked, written
from tests.shells.config.huge import HUGE

SEED = 2026
Files = Mapping[str, str | bytes]
GOOD: Mapping[str, str] = {path.relative_to(DEMO).as_posix(): path.read_text() for path in sorted(DEMO.rglob("*.yaml"))}
MISREAD = (
    "no",
    "Yes",
    "22:30",
    "+4930123",
    "~",
    "1.5",
    "2026-01-01",
    "0x1F",
    "010",
    "1_000",
    ".inf",
    "=",
    "<<",
    "!x y",
)
UNSEEN = ("\0", "\a", "\x7f", "\x85", "\u2028", "\ufeff", "\uffff")
REQUIRED = frozenset({"greetings", "sip", "api_token", "mode", "match", "key", "password", "version"})
REQUIRED_IN = {"tariff": "clients", "contact": "trunks", "trunk": "numbers", "text": "scripts", "numbers": "staff"}
NAMELESS = frozenset({"allow", "vips", "skills"})  # where a name may be left out
REFERENCES = frozenset({"tariff", "trunk", "hours", "team", "queue", "staff", "deputy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One broken configuration, and where it is broken; `column` 0: somewhere in the line."""

    what: str
    files: Files
    file: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        return f"{self.what} in {self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A value of a good file. `begins` and `before` are where its key begins, and what stands before it, if it has."""

    file: str
    path: tuple[str | int, ...]
    node: yaml.Node
    around: yaml.CollectionNode | None = None
    key: yaml.Node | None = None
    around_key: yaml.Node | None = None

    @property
    def text(self) -> str:
        return GOOD[self.file]

    @property
    def start(self) -> int:
        return self.node.start_mark.index

    @property
    def end(self) -> int:
        return self.node.end_mark.index

    @property
    def in_one_line(self) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.style not in {"|", ">"}

    @property
    def whole(self) -> tuple[int, int]:
        """From the key's first character to the value's last."""
        begin = self.key.start_mark.index if self.key else self.start
        return begin, begin + len(self.text[begin : self.end].rstrip())


def spots() -> list[Spot]:
    """Every value of every good file."""
    return [
        spot for name, text in GOOD.items() for spot in _inside(name, (), yaml.compose(text, yaml.SafeLoader), None)
    ]


def _inside(file: str, path: tuple[str | int, ...], node: yaml.Node | None, key: yaml.Node | None) -> Iterator[Spot]:
    if not isinstance(node, yaml.CollectionNode):
        return
    for index, item in enumerate(node.value if isinstance(node, yaml.SequenceNode) else ()):
        yield Spot(file=file, path=(*path, index), node=item, around=node, around_key=key)
        yield from _inside(file, (*path, index), item, None)
    for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
        yield Spot(file=file, path=(*path, name.value), node=value, around=node, key=name, around_key=key)
        yield from _inside(file, (*path, name.value), value, name)


def _broken(what: str, spot: Spot, text: str, mark: yaml.Mark, *, down: int = 0, exact: bool = True) -> Broken:
    files = {**GOOD, spot.file: text}
    column = mark.column + 1 if exact else 0
    return Broken(what=what, files=files, file=spot.file, line=mark.line + 1 + down, column=column)


def _put(what: str, spot: Spot, value: str, *, exact: bool = True) -> Broken:
    """With another value at this spot."""
    text = spot.text[: spot.start] + value + spot.text[spot.end :]
    return _broken(f"{what} for {spot.path[-1]}", spot, text, spot.node.start_mark, exact=exact)


# --- the mutations ----------------------------------------------------------------------------------------------------


def misread(every: list[Spot], chance: Random) -> Iterator[Broken]:
    """What YAML takes for something else than stands there."""
    plain = [spot for spot in every if spot.in_one_line]
    for word in MISREAD:
        yield from (_put(word, spot, word) for spot in chance.sample(plain, 4))


def unknown_keys(every: list[Spot], chance: Random) -> Iterator[Broken]:
    for spot in chance.sample([spot for spot in every if _has_fixed_keys(spot)], 25):
        if spot.key:
            begin, last = spot.key.start_mark.index, spot.key.end_mark.index
            text = f"{spot.text[:begin]}renamed{spot.text[last:]}"
            yield _broken(f"{spot.path[-1]} renamed", spot, text, spot.key.start_mark)


def _has_fixed_keys(spot: Spot) -> bool:
    """No id of the operators' own choice."""
    deep = len(spot.path) > 2 or spot.path[0] == "house" or len(spot.path) == 1
    return spot.key is not None and deep and (len(spot.path) < 2 or spot.path[-2] != "staff")


def doubled_keys(every: list[Spot], chance: Random) -> Iterator[Broken]:
    lined = [spot for spot in every if spot.key and spot.around and not spot.around.flow_style]
    for spot in chance.sample(lined, 20):
        begin, last = spot.whole
        entry, mark = spot.text[begin:last], spot.key.start_mark if spot.key else spot.node.start_mark
        text = f"{spot.text[:begin]}{entry}\n{' ' * mark.column}{spot.text[begin:]}"
        yield _broken(f"{spot.path[-1]} twice", spot, text, mark, down=entry.count("\n") + 1)


def missing_keys(every: list[Spot], chance: Random) -> Iterator[Broken]:
    """Told at the key of what lacks it, or where the list's entry begins."""
    for spot in chance.sample([spot for spot in every if _is_required(spot)], 25):
        if spot.around:
            mark = (spot.around_key or spot.around).start_mark
            yield _broken(f"no {spot.path[-1]}", spot, _without(spot), mark)


def _is_required(spot: Spot) -> bool:
    key = spot.path[-1]
    if key == "name":
        return len(spot.path) > 2 and not NAMELESS.intersection(map(str, spot.path))
    return key in REQUIRED or (key in REQUIRED_IN and REQUIRED_IN[str(key)] in spot.path[:-1] and key != "trunks")


def _without(spot: Spot) -> str:
    pairs = spot.around.value if spot.around else []
    place = next(index for index, (key, _) in enumerate(pairs) if key is spot.key)
    if place + 1 < len(pairs):
        return spot.text[: spot.whole[0]] + spot.text[pairs[place + 1][0].start_mark.index :]
    if place:
        return spot.text[: pairs[place - 1][1].end_mark.index].rstrip() + spot.text[spot.whole[1] :]
    start, end = (spot.around.start_mark.index, spot.whole[1]) if spot.around else (0, 0)
    flow = spot.text[start] == "{"
    return spot.text[:start] + "{}" + spot.text[end + 1 if flow else end :]


def unknown_names(every: list[Spot], chance: Random) -> Iterator[Broken]:
    named = [spot for spot in every if spot.in_one_line and spot.path[-1] in REFERENCES]
    skills = [spot for spot in every if spot.in_one_line and spot.path[-2:-1] == ("skills",) and not spot.key]
    yield from (_put("nonsense", spot, "nonsense") for spot in [*chance.sample(named, 20), *skills])


def wrong_kinds(every: list[Spot], chance: Random) -> Iterator[Broken]:
    texts = [spot for spot in every if spot.in_one_line and len(spot.path) > 1]
    lists = [spot for spot in every if isinstance(spot.node, yaml.SequenceNode) and spot.node.flow_style]
    yield from (_put("a list", spot, "[ab]") for spot in chance.sample(texts, 10))
    yield from (_put("a mapping", spot, "{ab: cd}") for spot in chance.sample(texts, 10))
    yield from (_put("a text", spot, "oops") for spot in chance.sample(lists, 10))


def odd_texts(every: list[Spot], chance: Random) -> Iterator[Broken]:
    free = {"contact", "password", "api_token"}  # these may be empty, or long
    texts = [spot for spot in every if spot.in_one_line and spot.node.tag.endswith("str") and spot.path[-1] not in free]
    yield from (_put("nothing", spot, '""') for spot in chance.sample(texts, 8))
    yield from (_put("5000 letters", spot, '"' + "x" * 5000 + '"') for spot in chance.sample(texts, 8))


def odd_numbers(every: list[Spot], chance: Random) -> Iterator[Broken]:
    whole = [spot for spot in every if spot.node.tag.endswith("int")]
    yield from (_put("thirty digits", spot, "1" * 30) for spot in chance.sample(whole, 10))
    bounded = [spot for spot in whole if spot.path[-1] != "version"]
    yield from (_put(number, spot, number) for spot in chance.sample(bounded, 10) for number in ("99999999", "-1"))


def anchors(every: list[Spot], chance: Random) -> Iterator[Broken]:
    plain = [spot for spot in every if spot.in_one_line]
    yield from (_put("an unknown alias", spot, "*nope") for spot in chance.sample(plain, 8))
    yield from (_put("an alias of itself", spot, "&ab [*ab]", exact=False) for spot in chance.sample(plain, 8))
    yield from (_put("brackets", spot, "[" * 20 + "]" * 20, exact=False) for spot in chance.sample(plain, 8))
    lined = [spot for spot in every if spot.key and spot.around and not spot.around.flow_style and len(spot.path) > 2]
    for spot in chance.sample(lined, 8):
        begin, mark = spot.whole[0], spot.key.start_mark if spot.key else spot.node.start_mark
        text = f"{spot.text[:begin]}<<: {{ab: cd}}\n{' ' * mark.column}{spot.text[begin:]}"
        yield _broken(f"a merge before {spot.path[-1]}", spot, text, mark)


def tabs(every: list[Spot], chance: Random) -> Iterator[Broken]:
    indented = [spot for spot in every if spot.key and spot.text[: spot.whole[0]].endswith("\n  ")]
    for spot in chance.sample(indented, 10):
        begin, mark = spot.whole[0], spot.key.start_mark if spot.key else spot.node.start_mark
        text = f"{spot.text[: begin - 2]}\t{spot.text[begin:]}"
        yield Broken(
            what=f"a tab before {spot.path[-1]}", files={**GOOD, spot.file: text}, file=spot.file, line=mark.line + 1
        )


def unclosed(every: list[Spot], chance: Random) -> Iterator[Broken]:
    """The last quote of each file, and brackets."""
    last = {spot.file: spot for spot in every if isinstance(spot.node, yaml.ScalarNode) and spot.node.style == '"'}
    for spot in last.values():
        text = spot.text[: spot.end - 1] + spot.text[spot.end :]
        yield _broken(f"no quote after {spot.path[-1]}", spot, text, spot.node.start_mark)
    flows = [spot for spot in every if isinstance(spot.node, yaml.CollectionNode) and spot.node.flow_style]
    alone = [spot for spot in flows if spot.around and not spot.around.flow_style]
    for spot in chance.sample(alone, 10):
        text = spot.text[: spot.end - 1] + spot.text[spot.end :]
        yield _broken(f"no bracket after {spot.path[-1]}", spot, text, spot.node.start_mark)


# --- whole files ------------------------------------------------------------------------------------------------------


def unseen(_: list[Spot], chance: Random) -> Iterator[Broken]:
    """A character that no editor shows, or a byte that is no text."""
    for name, text in GOOD.items():
        for odd in chance.sample(UNSEEN, 2):
            yield _struck(f"U+{ord(odd):04X}", name, chance.randrange(1, len(text)), odd.encode())
        yield _struck("a byte", name, chance.randrange(1, len(text)), b"\xe9")


def _struck(what: str, name: str, at: int, odd: bytes) -> Broken:
    before, after = GOOD[name][:at], GOOD[name][at:]
    line, column = before.count("\n") + 1, at - before.rfind("\n")
    files: Files = {**GOOD, name: before.encode() + odd + after.encode()}
    return Broken(what=what, files=files, file=name, line=line, column=column)


def encodings(_: list[Spot], __: Random) -> Iterator[Broken]:
    for name, text in GOOD.items():
        for kind in ("utf-8-sig", "utf-16"):
            yield Broken(what=kind, files={**GOOD, name: text.encode(kind)}, file=name, line=1, column=1)
        odd = next((index for index, letter in enumerate(text) if not letter.isascii()), None)
        if odd is not None:
            latin = text.replace("…", "...").encode("cp1252")
            before = text[:odd]
            place = {"line": before.count("\n") + 1, "column": odd - before.rfind("\n")}
            if text[odd] != "…":
                yield Broken(what="cp1252", files={**GOOD, name: latin}, file=name, **place)


def more_than_one(_: list[Spot], __: Random) -> Iterator[Broken]:
    """A second document, and ids that another file has."""
    for name, text in GOOD.items():
        line = text.count("\n") + 1
        files = {**GOOD, name: f"{text}---\nskills: {{}}\n"}
        yield Broken(what="a second document", files=files, file=name, line=line, column=1)
        for section, entries in yaml.safe_load(text).items():
            for entry in [entry for entry in entries if section not in {"house", "numbers"}][:2]:
                again = {**GOOD, "zz.yaml": f"{section}:\n  {entry}: {{}}\n"}
                yield Broken(what=f"{entry} again", files=again, file="zz.yaml", line=2, column=3)


Mutation = Callable[[list[Spot], Random], Iterable[Broken]]
MUTATIONS: tuple[Mutation, ...] = (
    misread,
    unknown_keys,
    doubled_keys,
    missing_keys,
    unknown_names,
    wrong_kinds,
    odd_texts,
    odd_numbers,
    anchors,
    tabs,
    unclosed,
    unseen,
    encodings,
    more_than_one,
)


def broken() -> list[Broken]:
    """All of them, the same ones every time."""
    every, chance = spots(), Random(SEED)
    return [one for mutation in MUTATIONS for one in mutation(every, chance)]


def struck(one: Broken, finding: Finding) -> bool:
    """Whether the finding is where the configuration was broken."""
    same_line = (finding.file, finding.line) == (one.file, one.line)
    return same_line and one.column in {0, finding.column}


def measured(directory: Path) -> tuple[tuple[Finding, ...], float]:
    """What is found, and the seconds of one processor that it takes, with nothing read before."""
    grow.cache_clear()
    start = process_time()
    findings = checked(directory).findings
    return findings, process_time() - start


def _report() -> None:
    took: list[tuple[float, str]] = []
    right = 0
    every = [(str(one), one.files, one) for one in broken()]
    large = [(name, make(), None) for name, make in HUGE.items()]
    for name, files, one in [*every, *large]:
        with TemporaryDirectory() as folder:
            findings, seconds = measured(written(Path(folder), files))
        right += any(struck(one, finding) for finding in findings) if one else bool(findings)
        took.append((seconds, name))
    took.sort()
    slowest, name = took[-1]
    print(f"{len(took)} broken configurations, {right} rejected at their place.")
    print(f"Median {took[len(took) // 2][0] * 1000:.0f} ms, slowest {slowest * 1000:.0f} ms: {name}.")


if __name__ == "__main__":
    _report()
