"""What stays for long is taken out of the garbage collector's sight.

A house of hundreds of agents is a million objects that live until the next configuration, and none of them is ever part
of a cycle. To walk over them at every few thousand events took half of the router's time, and made callers wait.
"""

import gc

YOUNG, MIDDLE, OLD = 10_000, 20, 50  # objects; then how many younger collections make an older one


def settle() -> None:
    """What is there now stays; what is given up of it is freed all the same, by its reference count."""
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    gc.freeze()
