"""The line: music, order, overflow, giving up."""

from router.core.commands import Announce
from router.core.house import ClientStatus
from router.core.view import Phase, Presence
from tests.stories.houses import (
    ANNA,
    BERND,
    CLARA,
    FRIEND,
    GREETED,
    JURA,
    KANZLEI_NUMBER,
    WEISS,
    a_house,
    agent,
    with_praxis,
)
from tests.stories.story import Story


def test_caller_hears_music_when_nobody_is_free() -> None:
    story = Story()
    story.caller_arrives()
    assert story.just_done == ["Answer", "OpenBridge", "Join", "StartMusic"]
    assert story.phase() is Phase.WAITING
    (step,) = [step for step in story.call().steps if step.rule == "queue"]
    assert (step.outcome, step.because) == ("position 1", "nobody free with deutsch")


def test_next_in_line_is_told_the_position() -> None:
    story = Story()
    story.caller_arrives(call="first")
    second = story.caller_arrives(call="second")
    assert story.why("queue", second) == ["position 2"]


def test_first_agent_to_come_gets_the_first_in_line() -> None:
    story = Story()
    story.caller_arrives(call="first")
    story.after(1)
    story.caller_arrives(call="second")
    story.agent_logs_in()
    assert story.call("first").agent == ANNA
    assert story.call("second").phase is Phase.WAITING


def test_caller_whom_the_free_agent_cannot_serve_is_passed_over() -> None:
    story = Story()
    law = story.caller_arrives(call="law", dialled=KANZLEI_NUMBER)
    story.after(1)
    story.caller_arrives(call="doctor")
    story.agent_logs_in(BERND)
    assert story.line == [law]
    assert story.call("doctor").agent == BERND


def test_music_stops_when_the_agent_answers() -> None:
    story = Story()
    story.caller_arrives()
    story.agent_logs_in()
    assert story.just_done == ["RingAgent"]
    story.agent_answers()
    assert story.just_done == ["StopMusic", "Join"]


def test_longest_wait_ends_in_a_last_word() -> None:
    story = Story()
    story.caller_arrives()
    story.after(119.999)
    assert story.phase() is Phase.WAITING
    story.after(0.001)
    assert story.just_done == ["StopMusic", "Announce"]
    assert story.asked(Announce)[0].text == "Leider ist niemand frei."
    story.announcement_ends()
    assert story.just_done == ["HangUp", "CloseBridge", "Settle"]
    assert story.ending() == ("overflowed", "longest_wait_reached")


def test_caller_in_overflow_is_offered_to_nobody_any_more() -> None:
    story = Story()
    story.caller_arrives()
    story.after(120)
    story.agent_logs_in()
    assert story.rung == []
    story.announcement_ends()
    assert story.is_settled()


def test_caller_who_hangs_up_during_the_last_word_overflowed() -> None:
    story = Story()
    story.caller_arrives()
    story.after(120)
    story.caller_hangs_up()
    assert story.just_done == ["CloseBridge", "Settle"]
    assert story.ending() == ("overflowed", "longest_wait_reached")


def test_longest_wait_does_not_cut_off_an_offer_but_follows_it() -> None:
    story = Story()
    story.caller_arrives()
    story.after(115)
    story.agent_logs_in()
    story.after(10)
    assert story.phase() is Phase.OFFERED
    story.after(5)
    assert story.phase() is Phase.ANNOUNCING
    assert story.call().since == story.now


def test_caller_gives_up_in_the_greeting() -> None:
    story = Story(with_praxis(greetings=GREETED), on=(ANNA,))
    story.caller_arrives()
    story.caller_hangs_up()
    assert story.ending() == ("abandoned", "caller_hung_up_greeting")
    assert story.presence() is Presence.AVAILABLE


def test_caller_gives_up_in_the_line() -> None:
    story = Story()
    story.caller_arrives()
    story.after(30)
    story.caller_hangs_up()
    assert story.just_done == ["CloseBridge", "Settle"]
    assert story.ending() == ("abandoned", "caller_hung_up_waiting")
    assert story.line == []


def test_caller_gives_up_while_the_agent_is_rung_and_the_phone_stops_first() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives(call="first")
    story.caller_arrives(call="second")
    story.caller_hangs_up("first")
    assert story.just_done == ["HangUp", "Settle", "RingAgent"]
    assert story.ending("first") == ("abandoned", "caller_hung_up_offered")
    assert story.call("second").agent == ANNA


def test_caller_gives_up_while_staff_are_rung() -> None:
    story = Story()
    story.caller_arrives(caller=FRIEND)
    story.caller_hangs_up()
    assert story.just_done == ["Settle"]
    assert story.ending() == ("abandoned", "caller_hung_up_direct")


def test_late_clock_after_the_end_changes_nothing() -> None:
    story = Story()
    story.caller_arrives()
    story.caller_hangs_up()
    story.ledger_has_it()
    story.after(1000)
    assert story.board.calls == {}
    assert story.board.next_deadline() is None


def test_ledgers_word_about_a_call_that_still_lives_is_passed_over() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.ledger_has_it()
    story.agent_answers()
    assert story.phase() is Phase.TALKING


# --- configuration swapped in meanwhile ------------------------------------------------------------------------------


def test_call_keeps_the_configuration_it_began_with() -> None:
    story = Story()
    story.caller_arrives()
    story.house_becomes(with_praxis(name="Anders", overflow_text="neu", status=ClientStatus.SUSPENDED))
    story.after(120)
    assert story.asked(Announce)[0].text == "Leider ist niemand frei."
    story.announcement_ends()
    assert story.record().house_version == "1"
    story.caller_arrives(call="later")
    assert story.ending("later") == ("refused", "client_suspended")


def test_wrap_up_limit_is_the_one_the_call_began_with() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.house_becomes(a_house(wrap_up_limit_ms=5_000))
    story.after(30)
    story.caller_hangs_up()
    story.after(180)
    assert story.parts()[-1] == ("wrap_up", ANNA, 180.0)


def test_agent_who_learns_a_skill_serves_who_waits_for_it() -> None:
    story = Story(on=(BERND,))
    story.caller_arrives(dialled=KANZLEI_NUMBER)
    learned = agent("bernd", *with_praxis().agents[CLARA].skills)
    story.house_becomes(a_house(agents=(learned,)))
    assert JURA in learned.skills
    assert story.rung == [BERND]


def test_agent_removed_while_idle_is_gone() -> None:
    story = Story(on=(ANNA,))
    story.house_becomes(a_house(agents=()))
    assert story.board.floor.seats == {}
    story.caller_arrives()
    assert story.rung == []


def test_agent_removed_while_talking_goes_after_the_wrap_up() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.house_becomes(a_house(agents=()))
    story.after(20)
    story.agent_transfers(to=WEISS)
    story.staff_answers()
    story.agent_finishes()
    assert story.board.floor.seats == {}
    story.agent_logs_in()
    assert story.refusals == ["There is no agent 'anna'."]
    story.caller_hangs_up()
    assert story.ending() == ("served", "caller_hung_up")


def test_agent_removed_while_rung_may_still_answer_or_not() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.house_becomes(a_house(agents=()))
    story.agent_logs_in()
    assert story.refusals != []
    story.after(15)
    assert story.phase() is Phase.WAITING
    assert story.board.floor.seats == {}


def test_agent_removed_and_listed_again_meanwhile_stays() -> None:
    story = Story(on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.house_becomes(a_house(agents=()))
    story.house_becomes(a_house())
    story.caller_hangs_up()
    story.agent_finishes()
    assert story.presence() is Presence.OFF
    story.agent_logs_in()
    assert story.presence() is Presence.AVAILABLE
