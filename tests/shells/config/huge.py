"""Broken configurations as large as they may be, so that reading them takes as long as it can."""

from collections.abc import Callable, Mapping

from tests.shells.config.houses import SMALL
from tests.shells.config.routed import ROUTED

ROOM = 240_000  # characters of one file
CLIENT = """\
  c{0:05}:
    name: Client {0}
    forwarded_from: ["+4930{0:07}"]
    tariff: standard
    skills: [general]
    greetings: [{{mode: hand_off, text: Hello}}]
"""


def _filled(head: str, row: Callable[[int], str], room: int = ROOM) -> str:
    """The head and as many rows as there is room for."""
    rows, size = [head], len(head)
    while size < room:
        rows.append(row(len(rows)))
        size += len(rows[-1])
    return "".join(rows)


def _clients(change: Callable[[str], str]) -> Mapping[str, str]:
    first = _filled("clients:\n", lambda n: change(CLIENT.format(n)), 190_000)
    second = _filled("clients:\n", lambda n: change(CLIENT.format(n + 50_000)), 190_000)
    return {**SMALL, "clients/first.yaml": first, "clients/second.yaml": second}


def _more(text: str) -> Mapping[str, str]:
    return {**ROUTED, "more.yaml": text}


def _listing(key: str, row: Callable[[int], str]) -> Mapping[str, str]:
    """One more client, with a long list."""
    head = CLIENT.format(99).replace("skills: [general]", f"{key}:\n")
    first, last = head.split("\n\n")
    return _more(_filled(f"clients:\n{first}\n", lambda n: f"      {row(n)}\n", 200_000) + last)


def _rows(section: str, row: Callable[[int], str]) -> Mapping[str, str]:
    return _more(_filled(f"{section}:\n", lambda n: f"  {row(n)}\n"))


def _exploding() -> str:
    """Each anchor holds the one before nine times."""
    levels = [f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)]
    return "skills:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(levels)


def _mistaken() -> Mapping[str, Callable[[], Mapping[str, str]]]:
    """Right YAML that is wrong thousands of times."""
    ask_for_more = "relax: [{after: 5s, skills: [law]}, {after: 5s, skills: [general]}]"
    overlapping = 'mo-su: ["08:00-12:00", "11:00-14:00"]'
    number = '- number: "+49301234{}"'.format
    backwards = '- {{first: "0302{0:05}", last: "0301{0:05}"}}'.format
    deputy = 'p{0}: {{name: P, key: "1", numbers: ["+49171{0:07}"], deputy: p{1}}}'.format
    round_and_round = "q{0}: {{name: Q, overflow: [{{queue: q{1}}}]}}".format
    extension = 'q{0}: {{name: Q, extension: "{1}"}}'.format
    return {
        "clients without a tariff of theirs": lambda: _clients(lambda text: text.replace("standard", "standart")),
        "clients without skills of theirs": lambda: _clients(lambda text: text.replace("general", "generell")),
        "clients with a key too many": lambda: _clients(lambda text: text.replace("skills", "skils")),
        "clients with one number": lambda: _clients(lambda text: text.replace('["+49', '["+494012345678", "+49')),
        "clients of whom one is wrong": lambda: _clients(lambda text: text.replace("Client 77\n", "no\n")),
        "queues in one circle": lambda: _rows("queues", lambda n: round_and_round(n, n % 3000 + 1)),
        "queues with steps that ask for more": lambda: _rows("queues", lambda n: f"q{n}: {{name: Q, {ask_for_more}}}"),
        "extensions that begin alike": lambda: _rows("queues", lambda n: extension(n, n % 10_000)),
        "hours that overlap": lambda: _rows("hours", lambda n: f"h{n}: {{week: {{{overlapping}}}}}"),
        "one week of times": lambda: _more("hours: {all: {week: {mo: [" + '"08:00-12:00", ' * 10_000 + "]}}}"),
        "special days that are none": lambda: _rows("hours", lambda n: f'h{n}: {{days: {{"2026-13-01": []}}}}'),
        "a number blocked again and again": lambda: _listing("block", lambda n: number(n % 10)),
        "ranges in the wrong order": lambda: _listing("block", backwards),
        "deputies in one circle": lambda: _listing("staff", lambda n: deputy(n, n % 2000 + 1)),
        "unknown sections": lambda: _more(_filled("", lambda n: f"section{n}: {{}}\n")),
    }


def _absurd() -> Mapping[str, Callable[[], Mapping[str, str]]]:
    """Files that only somebody who wants to do harm would write."""
    return {
        "one word": lambda: _more("x" * ROOM),
        "an open quote": lambda: _more('skills: {ab: "' + "x" * ROOM),
        "opening brackets": lambda: _more("[" * ROOM),
        "dashes": lambda: _more("- " * (ROOM // 2)),
        "questions": lambda: _more("? " * (ROOM // 2)),
        "colons": lambda: _more("a: " * (ROOM // 3)),
        "anchors": lambda: _more("".join(f"&a{n} " for n in range(30_000))),
        "aliases of nothing": lambda: _more("skills:\n" + "".join(f"  s{n}: *x\n" for n in range(20_000))),
        "an anchor that explodes": lambda: _more(_exploding()),
        "keys that are doubled": lambda: _more("skills:\n" + "  same: Same\n" * 18_000),
        "tabs": lambda: _more("\t" * ROOM),
        "remarks and nothing else": lambda: _more("# x\n" * (ROOM // 4)),
        "documents": lambda: _more("---\n" * (ROOM // 4)),
    }


HUGE = {**_mistaken(), **_absurd()}
