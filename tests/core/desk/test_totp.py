"""One-time codes are those of RFC 6238, and count for three steps."""

import pytest

from router.core.desk import totp

SECRET = b"12345678901234567890"  # RFC 6238, appendix B
NOW = 1_795_000_000_000


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    assert totp.code_at(SECRET, totp.step_of(second * 1000), 8) == code


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_counts_one_step_early_and_late(steps: int, counts: bool) -> None:
    step = totp.step_of(NOW) + steps
    assert (totp.step_matched(SECRET, totp.code_at(SECRET, step), NOW) == step) is counts


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "äöüäöü", "\udcff"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert totp.step_matched(SECRET, code, NOW) is None
