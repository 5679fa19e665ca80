"""What is spoken beforehand: everything that callers of a house are likely to hear."""

from dataclasses import replace

from router.core.house import Greeting, GreetingMode
from router.core.moves import call_back, hearing, message
from router.core.queue import Hearing, Say, TakeMessage
from router.core.spoken import recordings_of, texts_of
from router.core.wording import widened
from tests.stories.houses import a_house, a_queue, with_praxis

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


def test_the_first_places_with_the_usual_waits_are_spoken_word_for_word() -> None:
    queue = a_queue(hearing=HEARING, callback_key="9")
    texts = set(texts_of(with_praxis(queue=queue)))
    for place, low, high in ((1, 20_000, 50_000), (3, 70_000, 100_000), (2, 130_000, 200_000)):
        assert hearing.sentence(queue, place, widened(low, high), callable_back=True) in texts
    assert hearing.sentence(queue, 1, None, callable_back=True) in texts


def test_a_queue_that_tells_nothing_has_nothing_spoken() -> None:
    assert not [text for text in texts_of(with_praxis(queue=a_queue())) if "Stelle" in text]


def test_each_text_is_spoken_once() -> None:
    texts = texts_of(with_praxis(queue=a_queue(hearing=HEARING, message_key="8")))
    assert len(texts) == len(set(texts))
