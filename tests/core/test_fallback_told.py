"""What Asterisk recorded of calls in the fallback, put together: in any order, twice, or with lines missing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from router.core.events import CallerArrived, FallbackServed
from router.core.fallback_told import Assembly, Mark, Told, assembled, is_over
from router.core.ids import AgentId, CallId, LegId
from router.core.record import Part, PartKind

NOON = 1_790_000_000_000
CALLER, ANNA, BERND, OUTSIDE = (LegId(f"pbx-1790000000.{number}") for number in range(4))
CALL = CallId(CALLER)
ARRIVED = CallerArrived(
    call=CALL, leg=CALLER, dialled="+493012345", caller="+4915112345678", forwarded_by=("+49301",), trunk="carrier"
)


def line(mark: Mark, at: int, leg: LegId = CALLER, *, call: CallId = CALL) -> Told:
    endpoints = {ANNA: "anna", BERND: "bernd", OUTSIDE: "carrier"}
    return Told(
        mark=mark,
        at=NOON + at,
        leg=leg,
        call=call,
        endpoint=endpoints.get(leg, "carrier"),
        queued=leg in (ANNA, BERND),
        arrived=ARRIVED if mark is Mark.SERVED else None,
    )


def rung(leg: LegId, at: int, until: int) -> list[Told]:
    return [line(Mark.STARTED, at, leg), line(Mark.ENDED, until, leg)]


def spoken(leg: LegId, rang: int, answered: int, until: int) -> list[Told]:
    marks = {Mark.STARTED: rang, Mark.ANSWERED: answered, Mark.MET: answered + 1, Mark.PARTED: until}
    return [*(line(mark, at, leg) for mark, at in marks.items()), line(Mark.ENDED, until + 1, leg)]


def called(until: int, *others: list[Told], met: int | None = None) -> list[Told]:
    """A caller who came at noon and was let through after a second, until `until`."""
    together = [] if met is None else [line(Mark.MET, met + 2), line(Mark.PARTED, until)]
    mine = [line(Mark.STARTED, 0), line(Mark.SERVED, 1_000), line(Mark.ANSWERED, 1_001), line(Mark.ENDED, until + 2)]
    return sorted([*mine, *together, *(one for other in others for one in other)], key=lambda one: one.at)


SERVED = called(25_000, rung(BERND, 1_010, 4_000), spoken(ANNA, 5_000, 8_000, 25_000), met=8_000)


def talk_of(served: FallbackServed | None) -> list[tuple[str, str | None, int, int]]:
    assert served is not None
    return [(part.kind, part.agent, part.start - NOON, part.end - NOON) for part in served.parts]


def test_an_agents_conversation_lasts_from_the_answer_to_the_first_end() -> None:
    served = assembled(SERVED)
    assert served == FallbackServed(
        call=CALL,
        dialled="+493012345",
        caller="+4915112345678",
        forwarded_by=("+49301",),
        trunk="carrier",
        arrived=NOON,
        began=NOON + 1_000,
        answered=NOON + 1_001,
        ended=NOON + 25_002,
        parts=(Part(kind=PartKind.TALK, start=NOON + 8_000, end=NOON + 25_000, agent=AgentId("anna")),),
    )


def test_the_fallback_number_is_no_agent() -> None:
    served = assembled(called(9_000, spoken(OUTSIDE, 1_010, 3_000, 9_000), met=3_000))
    assert talk_of(served) == [("through", None, 3_000, 9_000)]


def test_who_answers_and_never_meets_the_caller_has_not_spoken() -> None:
    alone = [line(Mark.STARTED, 2_000, ANNA), line(Mark.ANSWERED, 3_000, ANNA), line(Mark.ENDED, 3_500, ANNA)]
    assert talk_of(assembled(called(3_000, alone))) == []


def test_a_caller_whom_nobody_answered_heard_the_announcement() -> None:
    served = assembled([*called(6_000), line(Mark.ANNOUNCED, 2_000)])
    assert served is not None
    assert (served.announced, served.parts, served.whole) == (True, (), True)


def test_a_call_that_the_router_had_begun_gets_a_name_of_its_own() -> None:
    served = assembled([*SERVED, line(Mark.HANDED_ON, 999)])
    assert served is not None
    assert (served.call, served.begun) == (f"{CALL}-fallback", CALL)


def test_leaving_the_routers_own_bridge_ends_no_conversation_of_later() -> None:
    served = assembled([*SERVED, line(Mark.HANDED_ON, 999), line(Mark.PARTED, 1_001)])
    assert talk_of(served) == [("talk", "anna", 8_000, 25_000)]


def test_a_call_that_the_fallback_never_took_is_none() -> None:
    assert assembled([one for one in SERVED if one.mark is not Mark.SERVED]) is None
    assert assembled([]) is None


def test_without_an_end_the_last_thing_told_is_the_end() -> None:
    served = assembled([one for one in SERVED if one.at < NOON + 20_000], whole=False)
    assert served is not None
    assert (served.ended - NOON, served.whole) == (8_002, False)
    assert talk_of(served) == [("talk", "anna", 8_000, 8_001)]


@given(st.permutations(SERVED), st.lists(st.sampled_from(SERVED), max_size=6))
def test_order_and_repetition_do_not_matter(lines: list[Told], again: list[Told]) -> None:
    assert assembled([*lines, *again]) == assembled(SERVED)


@settings(max_examples=300)
@given(st.sets(st.integers(0, len(SERVED) - 1)))
def test_missing_lines_make_no_second_up(missing: set[int]) -> None:
    left = [one for number, one in enumerate(SERVED) if number not in missing]
    served = assembled(left, whole=False)
    if served is None:
        assert not any(one.mark is Mark.SERVED for one in left)
        return
    for part in served.parts:
        assert part.agent == "anna"
        assert NOON + 8_000 <= part.start <= part.end <= NOON + 25_002
    assert NOON <= served.arrived <= served.ended <= NOON + 25_002


def told_to(assembly: Assembly, lines: Iterable[Told]) -> None:
    for one in lines:
        assembly.tell(one)


def test_a_call_comes_out_once_when_nothing_more_was_told_of_it() -> None:
    assembly = Assembly()
    told_to(assembly, SERVED[:-1])
    assert assembly.over() == []
    assert assembly.over() == []  # the last leg is still there
    told_to(assembly, SERVED[-1:])
    assert assembly.over() == []  # more may be on its way
    assert assembly.over() == [(CALL, assembled(SERVED))]
    assert assembly.over() == []


def test_lines_of_a_call_that_is_not_known_are_passed_over() -> None:
    assembly = Assembly()
    told_to(assembly, [line(Mark.ANSWERED, 0), line(Mark.ENDED, 5)])
    assembly.over()
    assert assembly.over() == []


def test_who_speaks_now_is_known_until_the_end() -> None:
    assembly = Assembly()
    met = next(number for number, one in enumerate(SERVED) if one.mark is Mark.MET)
    told_to(assembly, SERVED[:met])
    assert assembly.agents() == frozenset()
    told_to(assembly, SERVED[met : met + 1])
    assert assembly.agents() == {AgentId("anna")}
    told_to(assembly, SERVED[met + 1 :])
    assert assembly.agents() == frozenset()


def test_a_call_without_an_end_can_be_cut_off() -> None:
    assembly = Assembly()
    told_to(assembly, (begun := [one for one in SERVED if one.at < NOON + 20_000]))
    assert assembly.unheard() == {}
    assembly.over()
    assert assembly.unheard() == {CALL: frozenset({CALLER, ANNA})}
    assert assembly.cut_off(CALL) == assembled(begun, whole=False)
    assert assembly.unheard() == {}


def another(lines: Sequence[Told], number: int) -> list[Told]:
    """The same, as another call, some seconds later."""
    names = {leg: LegId(f"{leg}-{number}") for leg in {one.leg for one in lines}}
    call = CallId(names[CALLER])
    return [replace(one, call=call, leg=names[one.leg], at=one.at + number * 777) for one in lines]


@given(st.data())
def test_calls_side_by_side_do_not_touch_each_other(data: st.DataObject) -> None:
    calls = [another(SERVED, number) for number in range(3)]
    order = data.draw(st.permutations([number for number, lines in enumerate(calls) for _ in lines]))
    assembly, left = Assembly(), [iter(lines) for lines in calls]
    told_to(assembly, (next(left[number]) for number in order))
    assembly.over()
    found = dict(assembly.over())
    assert found == {one[0].call: assembled(one) for one in calls}


def test_it_is_over_when_every_leg_has_ended() -> None:
    assert is_over(SERVED)
    assert not is_over([one for one in SERVED if (one.mark, one.leg) != (Mark.ENDED, CALLER)])
    assert not is_over([])
    assert [leg for leg, _ in groupby(sorted(one.leg for one in SERVED))] == [CALLER, ANNA, BERND]
