"""Clients who try us: served for nothing, and what their callers meet when the trial is over."""

from dataclasses import replace

from router.core.house import AfterTrial, ClientStatus, House
from router.core.record import EndingClass
from router.core.tariff import rate
from router.core.trial import HOUR_MS
from tests.stories.houses import ANNA, with_praxis
from tests.stories.story import Story

START = Story().now


def house(after: AfterTrial, *, ends: int = START) -> House:
    trial = with_praxis(status=ClientStatus.TRIAL, trial_ends=ends, fallback_number="+498912345")
    return replace(trial, after_trial=after, after_trial_text="Die Probezeit ist um.")


def test_until_its_end_a_trial_is_served_rated_and_free() -> None:
    story = Story(house(AfterTrial.REFUSE, ends=START + HOUR_MS), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.after(60)
    story.caller_hangs_up()
    story.agent_finishes()
    charges = rate(story.record())
    assert (charges.charged, charges.list_price > 0) == (0, True)


def test_after_it_the_caller_is_refused() -> None:
    story = Story(house(AfterTrial.REFUSE), on=(ANNA,))
    story.caller_arrives()
    assert (story.done[0], story.ending()) == ("Reject", (EndingClass.REFUSED, "trial_over"))


def test_after_it_the_caller_hears_why() -> None:
    story = Story(house(AfterTrial.ANNOUNCE), on=(ANNA,))
    story.caller_arrives()
    assert "Announce" in story.done
    assert story.why("status") == ["trial_over"]


def test_after_it_the_caller_is_forwarded_to_the_client_for_nothing() -> None:
    story = Story(house(AfterTrial.FORWARD), on=(ANNA,))
    story.caller_arrives()
    story.staff_answers()
    story.after(60)
    story.caller_hangs_up()
    assert story.ending()[0] == EndingClass.THROUGH
    assert rate(story.record()).charged == 0


def test_forwarded_caller_whom_nobody_answers_reaches_no_agent() -> None:
    story = Story(house(AfterTrial.FORWARD), on=(ANNA,))
    story.caller_arrives()
    story.staff_phone_ends(cause=19)
    assert story.rung == []
    assert (story.done, story.ending()) == (["PutThrough", "Reject", "Settle"], (EndingClass.REFUSED, "trial_over"))
