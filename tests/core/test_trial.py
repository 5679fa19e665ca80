"""A trial's end and its reminders."""

from dataclasses import replace

import pytest

from router.core.house import AfterTrial, Client, ClientStatus
from router.core.route import Farewell, Ordinary, Refused, Straight, decide
from router.core.trial import HOUR_MS, Reminder, is_over, next_reminder, reminder_due
from tests.core.test_screening import arrival
from tests.stories.houses import NOON, praxis, with_praxis

DAY, TWO_HOURS = Reminder.A_DAY_AHEAD, Reminder.TWO_HOURS_AHEAD
END = NOON + 48 * HOUR_MS


def on_trial(**changes: object) -> Client:
    return praxis(**{"status": ClientStatus.TRIAL, "trial_ends": END} | changes)


@pytest.mark.parametrize(
    ("before_end", "told", "due"),
    [
        (24 * HOUR_MS + 1, set(), None),
        (24 * HOUR_MS, set(), DAY),
        (24 * HOUR_MS, {DAY}, None),
        (3 * HOUR_MS, set(), DAY),
        (2 * HOUR_MS, {DAY}, TWO_HOURS),
        (2 * HOUR_MS, set(), TWO_HOURS),  # the earlier one was missed: it would say what is no longer true
        (1, {TWO_HOURS}, None),
        (0, set(), None),
    ],
)
def test_reminders_fall_due_once_each(before_end: int, told: set[Reminder], due: Reminder | None) -> None:
    assert reminder_due(on_trial(), END - before_end, told=told) is due


def test_the_next_reminder_is_known_ahead() -> None:
    assert next_reminder(on_trial(), NOON) == END - 24 * HOUR_MS
    assert next_reminder(on_trial(), END - 24 * HOUR_MS) == END - 2 * HOUR_MS
    assert next_reminder(on_trial(), END - 2 * HOUR_MS) is None
    assert next_reminder(on_trial(status=ClientStatus.ACTIVE), NOON) is None


def test_a_trial_is_over_at_its_last_instant_and_only_while_it_is_one() -> None:
    assert [is_over(on_trial(), END - 1), is_over(on_trial(), END)] == [False, True]
    assert not is_over(on_trial(status=ClientStatus.ACTIVE), END)
    assert not is_over(on_trial(trial_ends=None), END)


def over(**of_house: object) -> Refused | Farewell | Straight | Ordinary:
    house = with_praxis(status=ClientStatus.TRIAL, trial_ends=NOON, fallback_number="+498912345")
    return decide(replace(house, **of_house), arrival(), NOON).way  # type: ignore[arg-type]


def test_what_follows_a_trial_is_the_houses_choice() -> None:
    assert isinstance(over(), Refused)
    spoken = over(after_trial=AfterTrial.ANNOUNCE, after_trial_text="Probezeit")
    assert isinstance(spoken, Farewell)
    assert spoken.text == "Probezeit"
    forwarded = over(after_trial=AfterTrial.FORWARD)
    assert isinstance(forwarded, Straight)
    assert forwarded.staff.numbers == ("+498912345",)


def test_a_client_who_has_ended_is_refused_and_says_so() -> None:
    decision = decide(with_praxis(status=ClientStatus.ENDED), arrival(), NOON)
    assert isinstance(decision.way, Refused)
    assert decision.way.ending.reason == "client_ended"
