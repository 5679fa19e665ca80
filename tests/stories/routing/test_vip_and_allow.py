"""Straight through to the responsible person, and what follows when nobody there answers."""

from router.core.commands import RingStaff
from router.core.hours import Hours
from router.core.house import AllowEntry, House, Responsible, Staff, Vip
from router.core.ids import StaffId
from router.core.view import Phase
from tests.stories.houses import (
    ANNA,
    AT_DAY,
    AT_NIGHT,
    FRIEND,
    VIP_CALLER,
    a_house,
    a_queue,
    agent,
    praxis,
)
from tests.stories.routing.telling import becomes, given_up, served, talkers
from tests.stories.story import Story

DAY, NIGHT = StaffId("day"), StaffId("night")


def staff(name: StaffId, number: str, *more: str, **changes: object) -> Staff:
    return Staff(id=name, name=name.title(), numbers=(number, *more), key=number[-1], **changes)  # type: ignore[arg-type]


PEOPLE = {DAY: staff(DAY, "+49301", "+49302"), NIGHT: staff(NIGHT, "+49303")}
BY_HOURS = (Responsible(staff=DAY, hours=AT_DAY), Responsible(staff=NIGHT, hours=AT_NIGHT))
NEVER = Hours(name="never")


def surgery(people: dict[StaffId, Staff] | None = None, **changes: object) -> House:
    lists: dict[str, object] = {"allow": (), "vips": ()}
    client = praxis(queue=a_queue(), staff=people or PEOPLE, **(lists | changes))
    return a_house(clients=(client,), agents=(agent("anna"), agent("bernd")))


def test_allowed_caller_is_put_straight_through() -> None:
    story = Story(surgery(allow=(AllowEntry(number=FRIEND, staff=DAY),)), on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    assert story.phase() is Phase.DIRECT
    story.staff_answers()
    story.after(60)
    story.staff_phone_ends()
    assert story.parts() == [("through", DAY, 60.0)]
    assert story.ending() == ("through", "staff_hung_up")
    assert story.rung == []


def test_allowed_caller_is_put_through_to_who_is_responsible_at_this_hour() -> None:
    story = Story(surgery(allow=(AllowEntry(number=FRIEND, staff=None, by_hours=BY_HOURS),)))
    story.caller_arrives(call="day", caller=FRIEND)
    assert story.just_asked(RingStaff)[0].number == "+49301"
    given_up(story, call="day")
    becomes(story, "2026-09-22T23:00")
    story.caller_arrives(call="night", caller=FRIEND)
    assert story.just_asked(RingStaff)[0].number == "+49303"
    given_up(story, call="night")


def test_allowed_caller_reaches_the_general_person_at_any_other_hour() -> None:
    by_hours = (Responsible(staff=DAY, hours=NEVER),)
    story = Story(surgery(allow=(AllowEntry(number=FRIEND, staff=NIGHT, by_hours=by_hours),)))
    story.caller_arrives(caller=FRIEND)
    assert story.just_asked(RingStaff)[0].number == "+49303"
    given_up(story)


def test_second_number_is_called_when_the_first_has_rung_long_enough() -> None:
    people = {DAY: staff(DAY, "+49301", "+49302", ring_ms=12_000)}
    story = Story(surgery(people, allow=(AllowEntry(number=FRIEND, staff=DAY),)))
    story.caller_arrives(caller=FRIEND)
    story.after(11.999)
    assert [ring.number for ring in story.asked(RingStaff)] == ["+49301"]
    story.after(0.001)
    assert [ring.number for ring in story.asked(RingStaff)] == ["+49301", "+49302"]
    story.staff_answers()
    story.after(10)
    story.caller_hangs_up()
    assert story.parts() == [("through", DAY, 10.0)]


def test_allowed_caller_whom_nobody_answers_goes_on_as_an_ordinary_call() -> None:
    story = Story(surgery(allow=(AllowEntry(number=FRIEND, staff=DAY),)), on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    story.after(40)
    assert story.rung == [ANNA]
    assert talkers(served(story)) == [ANNA]


def test_vip_is_put_through_to_who_is_responsible_at_this_hour() -> None:
    story = Story(surgery(vips=(Vip(number=VIP_CALLER, by_hours=BY_HOURS),)), on=(ANNA,))
    story.caller_arrives(caller=VIP_CALLER)
    assert story.just_asked(RingStaff)[0].number == "+49301"
    story.staff_answers()
    story.after(30)
    story.caller_hangs_up()
    assert story.ending() == ("through", "caller_hung_up")


def test_vip_for_whom_nobody_is_responsible_now_goes_first_in_line() -> None:
    by_hours = (Responsible(staff=NIGHT, hours=AT_NIGHT),)
    story = Story(surgery(vips=(Vip(number=VIP_CALLER, by_hours=by_hours),)))
    story.caller_arrives(call="ordinary")
    story.after(30)
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    assert story.asked(RingStaff) == []
    assert story.line == ["vip", "ordinary"]
    story.agent_logs_in()
    assert talkers(served(story, call="vip")) == [ANNA]
    assert talkers(served(story, call="ordinary")) == [ANNA]


def test_vip_whom_the_person_does_not_answer_goes_first_in_line() -> None:
    story = Story(surgery(vips=(Vip(number=VIP_CALLER, staff=NIGHT),)))
    story.caller_arrives(call="ordinary")
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.after(20)
    assert story.line == ["vip", "ordinary"]
    story.agent_logs_in()
    served(story, call="vip")
    served(story, call="ordinary")


def test_person_who_takes_only_vips_is_refused_to_an_ordinary_caller() -> None:
    people = {DAY: staff(DAY, "+49301", transferable=False)}
    story = Story(surgery(people, vips=(Vip(number=VIP_CALLER),)), on=(ANNA,))
    story.caller_arrives(call="ordinary")
    story.agent_answers()
    story.agent_transfers(to=DAY)
    assert "ordinary callers" in story.refusals[0]
    story.after(5)
    story.caller_hangs_up("ordinary")
    story.agent_finishes()
    assert story.ending("ordinary") == ("served", "caller_hung_up")
    story.caller_arrives(call="vip", caller=VIP_CALLER)
    story.agent_answers()
    story.agent_transfers(to=DAY)
    story.staff_answers()
    story.after(30)
    story.caller_hangs_up("vip")
    story.agent_finishes()
    assert [kind for kind, _, _ in story.parts("vip")] == ["talk", "through", "wrap_up"]


def test_absent_person_is_not_called_and_the_caller_is_served() -> None:
    people = {DAY: staff(DAY, "+49301", absent_until=Story().now + 3_600_000)}
    story = Story(surgery(people, allow=(AllowEntry(number=FRIEND, staff=DAY),)), on=(ANNA,))
    story.caller_arrives(caller=FRIEND)
    assert story.asked(RingStaff) == []
    assert talkers(served(story)) == [ANNA]
