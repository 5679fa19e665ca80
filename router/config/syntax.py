"""Broken YAML in the operators' words: the parser's own, and what to do."""

from collections.abc import Mapping

from router.config.findings import Finding, Place, finding

UNCLOSED = ("unexpected end of stream", "did not find expected ','")  # the cause is where the quote or bracket opens
HINTS: Mapping[str, str] = {
    "found another document": "remove the line --- and what follows, or make it a file of its own",
    "found undefined alias": "write the value out",
    "mapping values are not allowed": "put a text that holds a colon in quotes, and check the indentation",
    "unexpected end of stream": "close the quote",
    "did not find expected ','": "close the bracket, or put the text in quotes",
    "did not find expected key": "check the indentation, and quote texts that begin with a sign",
    "did not find expected '-'": "check the indentation",
    "unknown escape character": "use single quotes, or write the backslash twice",
}


def syntax_finding(place: Place, text: str, problem: str) -> Finding:
    """What the parser calls `problem` at `place` of a file's text."""
    line = [*text.split("\n"), ""][place.line - 1]
    if "\t" in line[: max(place.column, len(line) - len(line.lstrip()))]:
        tab = Place(file=place.file, line=place.line, column=line.index("\t") + 1)
        return finding(tab, "a tab stands here", "indent with spaces")
    hint = next((hint for words, hint in HINTS.items() if words in problem), "check quotes, brackets and indentation")
    return finding(place, f"this is not YAML: {problem.removeprefix('but ')}", hint)
