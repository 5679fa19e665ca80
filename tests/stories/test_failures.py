"""A command is not carried out, or our own code fails: the caller goes somewhere all the same."""

from collections.abc import Callable
from typing import cast

import pytest

from router.core.commands import (
    Announce,
    Answer,
    CloseBridge,
    Command,
    HangUp,
    Hold,
    Join,
    OpenBridge,
    Ring,
    SendToFallback,
    StartMusic,
    StopMusic,
    Unhold,
)
from router.core.events import CommandFailed, DigitPressed, Failure
from router.core.house import Client, OnBlock
from router.core.queue import Hearing
from router.core.view import Phase, Presence
from tests.stories.houses import ANNA, FRIEND, GREETED, PEST, WEISS, a_house, a_queue, praxis, with_praxis
from tests.stories.story import MAIN, Story


def in_greeting() -> Story:
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives()
    return story


def straight() -> Story:
    story = Story(on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    return story


def waiting() -> Story:
    story = Story()
    story.caller_arrives()
    return story


def offered() -> Story:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    return story


def talking() -> Story:
    story = offered()
    story.agent_answers()
    story.after(20)
    return story


def held() -> Story:
    story = talking()
    story.agent_holds()
    return story


def transferring() -> Story:
    story = talking()
    story.agent_transfers(to=WEISS)
    return story


def through() -> Story:
    story = transferring()
    story.staff_answers()
    return story


EVERY_PHASE = [in_greeting, straight, waiting, offered, talking, held, transferring, through]
SERIOUS: list[type[Command]] = [Answer, OpenBridge, Join, Unhold]
OUR_BUG = CommandFailed(call=MAIN, command="core", failure=Failure.BROKEN, detail="a bug")
BEARABLE: list[type[Command]] = [Ring, StartMusic, StopMusic, HangUp, CloseBridge]  # at that moment


@pytest.mark.parametrize("command", SERIOUS)
@pytest.mark.parametrize("reached", EVERY_PHASE)
def test_caller_goes_to_the_fallback_when_the_call_cannot_go_on(
    reached: Callable[[], Story], command: type[Command]
) -> None:
    story = reached()
    story.command_fails(command, leg=story.call().leg)
    assert story.just_asked(SendToFallback)[0].leg == story.call().leg
    story.after(180)
    assert story.ending() == ("fault", f"{command.__name__.lower()}_failed")
    assert story.board.floor.line == []
    assert all(seat.doing is None for seat in story.board.floor.seats.values())


@pytest.mark.parametrize("command", BEARABLE)
@pytest.mark.parametrize("reached", EVERY_PHASE)
def test_call_goes_on_without_what_it_can_spare(reached: Callable[[], Story], command: type[Command]) -> None:
    story = reached()
    phase = story.phase()
    story.command_fails(command, leg=story.call().leg)
    assert story.phase() is phase
    assert story.just_done == []


def test_caller_who_cannot_be_held_is_back_in_the_conversation() -> None:
    story = held()
    story.command_fails(Hold, leg=story.call().leg)
    assert story.phase() is Phase.TALKING
    assert story.just_asked(Unhold)
    story.agent_holds()
    assert story.phase() is Phase.HELD


@pytest.mark.parametrize("reached", [each for each in EVERY_PHASE if each is not held])
def test_hold_that_failed_is_of_no_matter_when_nobody_is_on_hold_any_more(reached: Callable[[], Story]) -> None:
    story = reached()
    phase = story.phase()
    story.command_fails(Hold, leg=story.call().leg)
    assert (story.phase(), story.just_done) == (phase, [])


@pytest.mark.parametrize("reached", EVERY_PHASE)
def test_caller_goes_to_the_fallback_when_our_code_fails(reached: Callable[[], Story]) -> None:
    story = reached()
    commands = story.board.feed(OUR_BUG, story.now)
    assert SendToFallback(call=MAIN, leg=story.call().leg) in commands
    assert story.call().ended == story.now
    assert not any(isinstance(command, SendToFallback) for command in story.board.feed(OUR_BUG, story.now))


def test_call_whose_state_is_broken_goes_to_the_fallback_and_the_others_go_on() -> None:
    story = talking()
    story.call().client = cast(Client, "not a client at all")
    commands = [one for digit in "*21" for one in story.board.feed(pressed(story, digit), story.now)]
    assert SendToFallback(call=MAIN, leg=story.call().leg) in commands
    assert story.call().steps[-1].rule == "ending"
    assert "AttributeError" in next(step.because for step in story.call().steps if step.rule == "fault")


def pressed(story: Story, digit: str) -> DigitPressed:
    return DigitPressed(call=MAIN, leg=story.agent_leg(ANNA), digit=digit)


def test_music_that_fails_is_tried_again_until_it_plays() -> None:
    story = waiting()
    for _ in range(3):
        story.command_fails(StartMusic)
        assert story.just_done == []
        story.after(1)
        assert story.just_done == ["StartMusic"]
    story.after(10)
    assert story.just_done == ["StartMusic"]  # the last one, which played
    assert story.why("music") == ["failed"]


def test_music_that_fails_is_tried_again_while_an_agent_is_rung_and_not_after_the_answer() -> None:
    story = Story()
    story.caller_arrives()
    story.agent_logs_in(ANNA)
    story.command_fails(StartMusic)
    story.after(1)
    assert (story.phase(), story.just_done) == (Phase.OFFERED, ["StartMusic"])
    story.command_fails(StartMusic)
    story.agent_answers()
    assert story.just_done == ["StopMusic", "Join"]  # Asterisk may have begun it, for all that is known
    done = story.done
    story.after(5)
    assert story.done == done


def test_music_that_fails_is_not_begun_into_an_announcement() -> None:
    hearing = Hearing(first_ms=500, every_ms=60_000)
    story = Story(a_house(clients=(praxis(queue=a_queue(hearing=hearing)),)))
    story.caller_arrives()
    story.command_fails(StartMusic)
    story.after(5)
    assert story.done[-1] == "Announce"
    story.announcement_ends()
    assert story.just_done == ["StartMusic"]


def test_caller_whose_music_failed_may_hang_up() -> None:
    story = waiting()
    story.command_fails(StartMusic)
    story.caller_hangs_up()
    story.after(5)
    assert story.done.count("StartMusic") == 1
    assert story.board.timers.next() is None


def test_greeting_that_fails_leads_to_an_agent() -> None:
    story = in_greeting()
    story.command_fails(Announce)
    assert story.rung == [ANNA]


def test_blocked_caller_who_cannot_hear_the_announcement_is_hung_up_and_never_handed_on() -> None:
    story = Story(with_praxis(on_block=OnBlock.ANNOUNCE), on=(ANNA,))
    story.caller_arrives(caller=PEST)
    story.command_fails(Join)
    assert story.just_done == ["HangUp", "CloseBridge", "Settle"]
    assert story.ending() == ("blocked", "block_list")


def test_blocked_caller_stays_away_from_the_fallback_even_when_our_code_fails() -> None:
    story = Story(with_praxis(on_block=OnBlock.ANNOUNCE), on=(ANNA,))
    story.caller_arrives(caller=PEST)
    commands = story.board.feed(OUR_BUG, story.now)
    assert not any(isinstance(command, SendToFallback) for command in commands)


def test_agent_is_in_wrap_up_after_a_conversation_that_broke() -> None:
    story = talking()
    story.command_fails(Join)
    assert story.presence() is Presence.WRAP_UP
    story.agent_finishes()
    assert story.parts()[0] == ("talk", ANNA, 20.0)


def test_failure_on_a_leg_that_is_gone_is_late() -> None:
    story = talking()
    story.command_fails(Join, leg=story.agent_leg(ANNA).__class__("call-1-agent99"))
    assert story.phase() is Phase.TALKING
