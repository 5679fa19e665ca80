"""What the soak makes of its looks at memory and of what is left."""

from dataclasses import replace

from bench.calls.soak import Look, growth, judged, left_over

BEFORE = Look(
    router_kb=100_000,
    asterisk_kb=200_000,
    router_descriptors=30,
    asterisk_descriptors=16,
    router_threads=5,
    asterisk_threads=40,
    tasks=12,
    channels=0,
    bridges=1,
)
STEADY = [BEFORE] * 20
GROWING = [replace(BEFORE, router_kb=100_000 + 200 * nth) for nth in range(20)]


def test_growth_is_the_last_tenth_beside_the_first() -> None:
    assert growth(STEADY, "router") == 0
    assert 0.01 < growth(GROWING, "router") < 0.04
    assert growth(GROWING, "asterisk") == 0


def test_only_what_became_more_is_left_over() -> None:
    assert left_over(BEFORE, replace(BEFORE, tasks=13, router_descriptors=29)) == {"tasks": (12, 13)}


def test_soak_fails_by_growth_by_what_is_left_and_by_a_failed_call() -> None:
    assert judged(STEADY, growing=STEADY, left={}, failed=0)
    assert not judged(STEADY, growing=GROWING, left={}, failed=0)
    assert not judged(STEADY, growing=STEADY, left={"bridges": (1, 2)}, failed=0)
    assert not judged(STEADY, growing=STEADY, left={}, failed=1)
