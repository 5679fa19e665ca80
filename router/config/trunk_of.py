"""Over which trunk a client's staff are called."""

from collections.abc import Collection

from router.config.keys.clients import ClientKeys
from router.config.keys.whole import Everything


def trunk_of(client: ClientKeys, sound: Everything, trunks: Collection[str]) -> str | None:
    """The client's own choice, else the trunk of its first number, else the only one; None when it is open."""
    first = sound.numbers.get(client.numbers[0]) if client.numbers else None
    only = next(iter(trunks)) if len(trunks) == 1 else None
    return client.trunk or (first.trunk if first else only)
