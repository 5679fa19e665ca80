"""Draws a call's life from its table, for the documentation: `python -m router.core.diagram > docs/call-states.md`."""

import sys
from collections.abc import Iterator

from router.core.call import BEGINS, MOVES, Move, Signal
from router.core.view import Phase

HEAD = """# The life of a call

Drawn from `MOVES` in `router/core/call.py` by `python -m router.core.diagram`; do not edit. What happens to a call is
named as a signal, seen from that call; a signal without a move in a phase is noted in the call's trace and changes
nothing.

## Phases and where they lead
"""
TABLE = """
## What is done

| phase | signal | what is done | may lead to |
|---|---|---|---|
"""
ANYWHERE = {Signal.FOUND, Signal.WRAPPED_UP, Signal.BROKEN}  # drawn nowhere, for they would hide the rest


def page() -> str:
    """The whole page, in Markdown with one Mermaid diagram."""
    drawing = "\n".join(["stateDiagram-v2", *(f"    {line}" for line in _edges())])
    return f"{HEAD}\n```mermaid\n{drawing}\n```\n\n{_left_out()}\n{TABLE}{''.join(_rows())}"


def _edges() -> Iterator[str]:
    yield from (f"[*] --> {phase}" for phase in BEGINS)
    for phase, moves in MOVES.items():
        for target in Phase:
            signals = [signal for signal, move in moves.items() if target in move.to and signal not in ANYWHERE]
            if signals:
                yield f"{phase} --> {target}: {', '.join(signals)}"
    yield f"{Phase.WRAPPING} --> {Phase.ENDED}: {Signal.WRAPPED_UP}"
    yield f"{Phase.ENDED} --> [*]"


def _left_out() -> str:
    names = ", ".join(f"*{signal}*" for signal in Signal if signal in ANYWHERE)
    return f"Left out of the drawing, because they are possible almost everywhere: {names}."


def _rows() -> Iterator[str]:
    for phase, moves in MOVES.items():
        for signal, move in moves.items():
            yield f"| {phase} | {signal} | {_what(move)} | {', '.join(move.to) or 'stays'} |\n"


def _what(move: Move) -> str:
    """The first sentence of the move's own description."""
    text = " ".join((move.act.__doc__ or "").split())
    return text.partition(". ")[0].removesuffix(".").replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
