"""A month's digest proves each of its transactions, and nothing else."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from router.core.billing.digest import proof_of, proven, root_of

HASHES = [hashlib.sha256(bytes([number])).hexdigest() for number in range(40)]


def test_the_root_of_nothing_is_the_digest_of_nothing() -> None:
    assert root_of([]) == hashlib.sha256(b"").hexdigest()


def test_the_root_of_three_is_computed_by_hand() -> None:
    one, two, three = (hashlib.sha256(b"\0" + each.encode()).digest() for each in HASHES[:3])
    pair = hashlib.sha256(b"\1" + one + two).digest()
    assert root_of(HASHES[:3]) == hashlib.sha256(b"\1" + pair + three).hexdigest()


@given(st.integers(1, 40), st.data())
def test_every_transaction_of_a_month_is_proven_by_its_path(count: int, data: st.DataObject) -> None:
    hashes = HASHES[:count]
    place = data.draw(st.integers(0, count - 1))
    proof = proof_of(hashes, place)
    assert proven(hashes[place], proof) == root_of(hashes)
    assert len(proof) <= (count - 1).bit_length()


@given(st.integers(2, 40), st.data())
def test_another_transaction_is_not_proven_by_it(count: int, data: st.DataObject) -> None:
    hashes = HASHES[:count]
    place = data.draw(st.integers(0, count - 1))
    other = data.draw(st.sampled_from([each for each in HASHES if each != hashes[place]]))
    assert proven(other, proof_of(hashes, place)) != root_of(hashes)


@given(st.integers(2, 40), st.data())
def test_a_month_that_lacks_one_or_has_two_exchanged_has_another_root(count: int, data: st.DataObject) -> None:
    hashes = HASHES[:count]
    place = data.draw(st.integers(0, count - 2))
    exchanged = [*hashes[:place], hashes[place + 1], hashes[place], *hashes[place + 2 :]]
    without = hashes[:place] + hashes[place + 1 :]
    assert len({root_of(hashes), root_of(exchanged), root_of(without)}) == 3
