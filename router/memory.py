"""When Python looks for garbage: never through what was there at the start, and seldomer through the rest.

A full search takes a tenth of a second in a large house, and no call is served meanwhile. Nearly all of what it looks
through (code, configuration) lives as long as the process; and what a call leaves is mostly freed without a search.
"""

import gc

YOUNG, MIDDLE, OLD = 10_000, 20, 20  # objects, then searches of the generation before; Python's own: 700, 10, 10


def keep() -> None:
    """What lives now will live long: after a start, and after a new configuration. Takes as long as a full search."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.collect()
    gc.freeze()
