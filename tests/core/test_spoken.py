"""What is spoken beforehand: everything that callers of a house are likely to hear."""

from dataclasses import replace

import pytest

from router.core.house import Greeting, GreetingMode
from router.core.moves import call_back, consult, hearing, message
from router.core.queue import Hearing, Say, TakeMessage
from router.core.spoken import recordings_of, texts_of
from router.core.wording import widened
from tests.stories.houses import a_house, a_queue, praxis, with_praxis

HEARING = Hearing(every_ms=30_000)
PLAYED = Greeting(mode=GreetingMode.PLAY, text="Guten Tag.")


def test_played_greetings_are_spoken_and_those_of_agents_are_not() -> None:
    greetings = (
        PLAYED,
        replace(PLAYED, text="x", recording="a.wav"),
        Greeting(mode=GreetingMode.HAND_OFF, text="Hallo."),
    )
    house = with_praxis(greetings=greetings)
    assert {"Guten Tag.", "Hallo.", "x"} & set(texts_of(house)) == {"Guten Tag."}
    assert recordings_of(house) == ["a.wav"]


def test_every_last_word_and_question_is_spoken_also_those_of_queues_that_no_client_names() -> None:
    steps = (TakeMessage(text="Eine Nachricht?"), Say(text="Auf Wiederhören."))
    house = a_house(queues={"other": a_queue(overflow=steps)})
    texts = set(texts_of(house))
    assert {"Eine Nachricht?", "Auf Wiederhören.", message.THANKS, message.FAILED} <= texts


def test_keys_bring_their_answers() -> None:
    texts = set(texts_of(with_praxis(queue=a_queue(callback_key="9", message_key="8"))))
    assert {call_back.CONFIRMED, call_back.NOT_CALLED, message.BY_DEFAULT.text} <= texts
    assert not {call_back.CONFIRMED, message.THANKS} & set(texts_of(with_praxis(queue=a_queue())))


@pytest.mark.parametrize("place", [1, 7, 10, 11, 50])
@pytest.mark.parametrize(("low", "high"), [(0, 300_000), (20_000, 50_000), (70_000, 100_000), (1_000_000, 1_500_000)])
def test_every_place_and_every_usual_wait_is_spoken_sentence_by_sentence(place: int, low: int, high: int) -> None:
    queue = a_queue(hearing=HEARING, callback_key="9")
    told = hearing.sentences(queue, place, widened(low, high), callable_back=True)
    assert len(told) == 3
    assert set(told) <= set(texts_of(with_praxis(queue=queue)))


def test_they_are_few() -> None:
    assert len(texts_of(with_praxis(queue=a_queue(hearing=HEARING)))) < 70


def test_a_queue_that_tells_nothing_has_nothing_spoken() -> None:
    assert not [text for text in texts_of(with_praxis(queue=a_queue())) if "Stelle" in text]


def test_each_text_is_spoken_once() -> None:
    texts = texts_of(with_praxis(queue=a_queue(hearing=HEARING, message_key="8")))
    assert len(texts) == len(set(texts))


def test_what_agents_are_told_of_staff_is_spoken_where_a_client_has_staff() -> None:
    told = {consult.NOT_REACHED, consult.GONE}
    assert told <= set(texts_of(with_praxis()))
    assert not told & set(texts_of(a_house(clients=(praxis(staff={}),))))
