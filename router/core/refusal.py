"""How an unanswered caller is turned away."""

from enum import StrEnum


class Refusal(StrEnum):
    """As the far end will hear it."""

    REJECTED = "rejected"  # Q.850 21
    BUSY = "busy"  # Q.850 17
    UNALLOCATED = "unallocated"  # Q.850 1
    CONGESTION = "congestion"  # Q.850 42
