"""Put aside, taken up, and back."""

from router.core.events import CallFound, ParkRequested
from router.core.ids import CallId, LegId
from router.core.view import Phase, Presence
from tests.stories.houses import ANNA, BERND, DEUTSCH, a_house, a_queue, agent, praxis
from tests.stories.story import MAIN, Story

CALL = CallId(MAIN)


def talking(*more: str) -> Story:
    """Anna has talked for twenty seconds."""
    story = Story(a_house(), on=(ANNA, BERND) if more else (ANNA,))
    story.caller_arrives()
    story.agent_answers(ANNA)
    story.after(20)
    return story


def parked(*more: str) -> Story:
    story = talking(*more)
    story.agent_parks()
    return story


def test_parked_caller_hears_music_and_the_agent_wraps_up() -> None:
    story = parked()
    assert story.just_done == ["HangUp", "StartMusic"]
    assert (story.phase(), story.presence(), story.line) == (Phase.PARKED, Presence.WRAP_UP, [])


def test_caller_is_parked_by_code() -> None:
    story = talking()
    story.agent_presses("*3")
    assert story.phase() is Phase.PARKED


def test_caller_on_hold_is_parked() -> None:
    story = talking()
    story.agent_holds()
    story.agent_parks()
    assert story.just_done == ["HangUp", "Unhold", "StartMusic"]


def test_colleague_takes_the_parked_caller_up() -> None:
    story = parked("bernd")
    story.after(10)
    story.agent_takes_parked(BERND)
    assert story.just_done == ["RingAgent"]
    story.agent_answers(BERND)
    assert (story.just_done, story.phase()) == (["StopMusic", "Join"], Phase.TALKING)
    story.after(30)
    story.caller_hangs_up()
    story.agent_finishes(ANNA)
    story.agent_finishes(BERND)
    assert story.parts() == [
        ("talk", ANNA, 20.0),
        ("talk", BERND, 30.0),
        ("wrap_up", ANNA, 40.0),
        ("wrap_up", BERND, 0.0),
    ]


def test_agent_who_takes_up_but_does_not_answer_leaves_the_caller_first_in_line() -> None:
    story = parked("bernd")
    story.after(100)
    story.agent_takes_parked(BERND)
    story.after(15)
    assert story.phase() is Phase.WAITING, "the longest wait has only begun"
    assert story.presence(BERND) is Presence.PAUSED
    story.agent_finishes(ANNA)
    assert story.rung[-1] == ANNA
    story.agent_answers(ANNA)
    assert story.phase() is Phase.TALKING


def test_caller_whom_nobody_takes_up_goes_back_to_who_parked() -> None:
    story = parked("bernd")
    story.after(120)
    assert story.rung == [ANNA, ANNA]
    assert story.why("park") == ["parked", "returned"]
    story.agent_answers(ANNA)
    assert story.phase() is Phase.TALKING


def test_caller_goes_first_in_line_when_who_parked_has_left() -> None:
    story = parked()
    story.agent_logs_out()
    story.after(60)
    waiting = story.caller_arrives(call="second")
    story.after(60)
    assert story.line == [CALL, waiting]


def test_caller_gives_up_in_the_park() -> None:
    story = parked()
    story.caller_hangs_up()
    assert story.just_done == ["CloseBridge"]
    story.agent_finishes()
    assert story.ending() == ("served", "caller_hung_up_parked")
    story.agent_takes_parked()
    assert story.refusals != []


def test_call_is_parked_once() -> None:
    story = parked()
    story.tell(ParkRequested(agent=ANNA))
    assert len(story.refusals) == 1
    assert story.phase() is Phase.PARKED


def test_advertising_caller_is_reported_out_of_the_park() -> None:
    story = parked()
    story.agent_reports_advertising()
    assert story.just_done == ["BlockCaller"]


def test_gap_puts_the_parked_caller_back_with_music() -> None:
    story = parked()
    story.tell(CallFound(call=CALL, up=frozenset({LegId(MAIN)}), bridged=frozenset()))
    assert story.just_done == ["OpenBridge", "Join", "Unhold", "StartMusic"]
    assert story.phase() is Phase.PARKED


def test_removed_agents_parked_call_goes_to_somebody_else() -> None:
    story = parked()
    story.house_becomes(a_house(agents=(agent("bernd", DEUTSCH),)))
    story.agent_logs_in(BERND)
    story.after(120)
    assert story.rung[-1] == BERND


def test_caller_whom_the_one_who_took_it_up_misses_comes_back_out_of_the_park() -> None:
    story = Story(a_house(clients=(praxis(queue=a_queue(max_wait_ms=30_000)),)), on=(ANNA,))
    story.caller_arrives()
    story.agent_answers()
    story.agent_parks()
    story.agent_logs_in(BERND)
    story.agent_takes_parked(BERND)
    story.after(150)
    assert story.why("park") == ["parked", "returned"]
