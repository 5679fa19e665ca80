"""The digest of a month: a Merkle root over the hashes of its transactions, and the proof that one of them is in it.

As in RFC 9162, section 2.1: a leaf is SHA-256(0x00 + the hash's 64 ASCII digits), a node SHA-256(0x01 + left + right),
and a tree of n leaves is divided at the largest power of two below n. The hashes are the chain's, in the chain's order;
the root of nothing is SHA-256 of nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """One step from a leaf to the root: the hash that stands beside, 64 hex digits, on the left or the right."""

    hash: str
    left: bool


@dataclass(slots=True)
class Tree:
    """Grows by one leaf at a time, and keeps only what the root needs: one hash for each power of two."""

    count: int = 0
    _peaks: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, hash_: str) -> None:
        """One more transaction, by its hash in the chain."""
        size, top = 1, leaf(hash_)
        while self._peaks and self._peaks[-1][0] == size:
            top = _node(self._peaks.pop()[1], top)
            size *= 2
        self._peaks.append((size, top))
        self.count += 1

    def root(self) -> str:
        """64 hex digits."""
        if not self._peaks:
            return hashlib.sha256().hexdigest()
        *others, (_, top) = self._peaks
        for _, peak in reversed(others):
            top = _node(peak, top)
        return top.hex()


def root_of(hashes: Sequence[str]) -> str:
    """The root over these, in this order."""
    tree = Tree()
    for hash_ in hashes:
        tree.add(hash_)
    return tree.root()


def proof_of(hashes: Sequence[str], place: int) -> tuple[Beside, ...]:
    """The way from the transaction at `place`, counted from 0, up to the root."""
    if len(hashes) == 1:
        return ()
    middle = 1 << (len(hashes) - 1).bit_length() - 1
    low, high = hashes[:middle], hashes[middle:]
    if place < middle:
        return (*proof_of(low, place), Beside(hash=root_of(high), left=False))
    return (*proof_of(high, place - middle), Beside(hash=root_of(low), left=True))


def proven(hash_: str, proof: Sequence[Beside]) -> str:
    """The root that a proof leads to; the transaction is in the month if that is the month's."""
    top = leaf(hash_)
    for step in proof:
        beside = bytes.fromhex(step.hash)
        top = _node(beside, top) if step.left else _node(top, beside)
    return top.hex()


def leaf(hash_: str) -> bytes:
    """A transaction's place in the tree."""
    return hashlib.sha256(b"\0" + hash_.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()
