"""Who is called and who calls: screening, lists, forwarding headers, and what strangers put into them."""

import pytest

from router.core.record import PartKind
from tests.asterisk.stage import ADLER, BRIEF, KRAUSE, LUMENTA, SHARED, Stage, Talk
from tests.lab import Answer, NeverAnswer, Reject, wait_for
from tests.lab.running import until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

WINTER, WINTER_TOO, ISAR = "+492214710040", "+492214710041", "+498999998050"


async def test_a_blocked_caller_is_rejected_unanswered(stage: Stage) -> None:
    anna = await stage.agent("anna")
    call = await stage.house.dial(KRAUSE, number="+493023125777")
    record = await call.ended()
    assert (record.final_code, record.answered_at) == (403, None)
    booked = await stage.booked("+493023125777")
    assert booked.ending == ("blocked", "block_list")
    assert (booked.lines, anna.calls) == ([], [])


async def test_a_caller_on_the_houses_block_list_is_rejected(stage: Stage) -> None:
    call = await stage.house.dial(KRAUSE, number="+493023125666123")
    assert (await call.ended()).final_code == 403
    assert not (await stage.booked("+493023125666123")).lines


async def test_a_blocked_caller_hears_the_clients_words_where_the_client_wants_it(stage: Stage) -> None:
    call = await stage.house.dial(LUMENTA, number="+494066969666")
    assert (await call.ended()).ended_by == "them"
    assert call.sounds_heard > 40
    booked = await stage.booked("+494066969666")
    assert (booked.ending, booked.lines) == (("blocked", "block_list"), [])


async def test_suppressed_numbers_are_refused_where_the_client_wants_it(stage: Stage) -> None:
    call = await stage.house.dial(LUMENTA, suppressed=True)
    await call.ended()
    booked = await stage.booked(None)
    assert booked.reasons("screening") == ["blocked: client blocks suppressed numbers"]


async def test_suppressed_numbers_are_taken_elsewhere_and_not_shown(stage: Stage) -> None:
    anna = await stage.agent("anna")
    call = await stage.house.dial(KRAUSE, number="+491713988888", suppressed=True)
    leg = await anna.call_from("anonymous")
    await call.talk(1.1)
    await leg.ended()
    assert "71713988888" not in str(leg.invite)
    await stage.wrapped_up(anna)
    booked = await stage.booked(None)
    assert booked.record.total(PartKind.TALK) > 1000
    assert booked.ending == ("served", "caller_hung_up")


async def test_a_call_on_the_allow_list_reaches_staff_without_an_agent(stage: Stage) -> None:
    ben = await stage.agent("ben")
    stage.answering("+496990009121", Answer(ring=0.2))
    call = await stage.house.dial(ADLER, number="+496990009200")
    leg = await stage.staff_leg()
    assert leg.record.caller == ADLER
    await call.rings()
    await leg.established()
    await wait_for(lambda: leg.live and call.live and call.heard > 5, 5, "the conversation")
    await call.hang_up()
    await leg.ended()
    booked = await stage.booked("+496990009200")
    assert booked.ending == ("through", "caller_hung_up")
    assert not booked.lines
    assert not [leg for leg in ben.calls if leg.record.caller == "+496990009200"]


async def test_a_vip_reaches_the_responsible_person(stage: Stage) -> None:
    stage.answering("+491713920011", Answer(talk=0.3))
    call = await stage.house.dial(ADLER, number="+491713920050")
    assert (await call.ended()).ended_by == "them"
    booked = await stage.booked("+491713920050")
    assert booked.ending == ("through", "staff_hung_up")
    assert (booked.parts(PartKind.THROUGH)[0].staff, booked.lines) == ("adler", [])


async def test_a_vip_whom_nobody_answers_is_greeted_and_gets_an_agent(stage: Stage) -> None:
    stage.answering("+491713920011", Reject(code=486))
    ben = await stage.agent("ben")
    call = await stage.house.dial(ADLER, number="+491713920050")
    leg = await ben.call_from("+491713920050")
    await leg.established()
    await call.hang_up()
    await leg.ended()
    await stage.billed(Talk("+491713920050", call, leg), await stage.wrapped_up(ben))


async def test_a_vip_goes_first_in_line(stage: Stage) -> None:
    ordinary = stage.number()
    first = await stage.house.dial(ADLER, number=ordinary)
    await until(lambda: _waiting(stage, 1), 8, "the ordinary caller to wait")
    vip = await stage.house.dial(ADLER, number="+491713920051")
    await until(lambda: _waiting(stage, 2), 8, "the VIP to wait")
    ben = await stage.agent("ben")
    leg = await stage.leg(ben)
    assert leg.record.caller == "+491713920051"
    await leg.established()
    await vip.hang_up()
    await first.hang_up()
    booked = await stage.booked(ordinary)
    assert booked.ending == ("abandoned", "caller_hung_up_waiting")


async def _waiting(stage: Stage, count: int) -> bool:
    metrics = await stage.house.metrics()
    return f'vorzimmer_waiting_callers{{skills="legal"}} {count}.0' in metrics


@pytest.mark.parametrize(
    ("diversions", "history", "client"),
    [
        ([WINTER], [], "winter"),
        (["02214710040"], [], "winter"),
        ([f"<tel:{WINTER}>;reason=no-answer;counter=2"], [], "winter"),
        (["+493099999999", WINTER], [], "winter"),
        ([WINTER, WINTER_TOO], [], "winter"),
        ([], [WINTER], "winter"),
        ([], [f"<sip:+493099999999@x>;index=1, <sip:{WINTER}@x;cause=302>;index=1.1, <sip:+1@x>;index=1.2"], "winter"),
        (['"Winter, Jonas" <sip:+492214710040@carrier>;reason=unconditional'], [], "winter"),
        ([ISAR], [], "isar"),
        ([ISAR, WINTER], [], None),
        ([WINTER], [ISAR], None),
        ([], [], None),
        (["+493099999999"], [], None),
    ],
)
async def test_the_forwarding_tells_whose_call_it_is(
    stage: Stage, diversions: list[str], history: list[str], client: str | None
) -> None:
    caller = stage.number()
    call = await stage.house.dial(SHARED, number=caller, diversions=diversions, history=history)
    if client is None:
        assert (await call.ended()).final_code == 404
    else:
        await call.established()
        await call.hang_up()
    booked = await stage.booked(caller)
    assert booked.record.client == client
    assert booked.ending[0] == ("refused" if client is None else "abandoned")


async def test_an_unknown_number_does_not_exist(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial("+493099999999", number=caller)
    record = await call.ended()
    assert (record.final_code, record.answered_at) == (404, None)
    assert (await stage.booked(caller)).ending == ("refused", "unknown_number")


async def test_a_dialled_number_without_plus_is_known(stage: Stage) -> None:
    caller = stage.number()
    call = await stage.house.dial("03023125010", number=caller)
    await call.established()
    await call.hang_up()
    assert (await stage.booked(caller)).record.client == "krause"


HOSTILE = {
    "quotes": '"\\"; DROP TABLE calls; --" <sip:+492214710040@x>',
    "percent": "<sip:%2B492214710040%00%0d%0aX-Evil:%201@x>;reason=%s%n%x",
    "colons": "<sip:::::d=+492214710040:h=+49:inbound:p=prohib@x>",
    "commas": "<sip:,,,,+492214710040,,@x>,,,;;;,",
    "dollars": "${SHELL(id)} ${EVAL(${DID})} ${GLOBAL(SOUNDS)} <sip:+493099999999@x>",
    "utf-8": '"Żółć 💥 Größe" <sip:+493099999999@x>',
    "empty": "<sip:@x>",
    "unclosed": '"<sip:+493099999999@x',
    "long": f"<sip:{'9' * 3000}@x>;reason={'x' * 3000}",
    "many": ", ".join(f"<sip:+4930{n:07}@x>" for n in range(120)),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_forwarding_neither_breaks_the_call_nor_the_router(stage: Stage, name: str) -> None:
    anna = await stage.agent("anna")
    caller = stage.number()
    headers = [f"{kind}: {HOSTILE[name]}" for kind in ("Diversion", "History-Info")]
    call = await stage.house.dial(KRAUSE, number=caller, headers=headers)
    leg = await anna.call_from(caller)
    await leg.established()
    await call.hang_up()
    await leg.ended()
    await stage.house.ask("anna", "logout")
    await stage.billed(Talk(caller, call, leg))


@pytest.mark.parametrize(
    "user",
    ["%22%2C%0D%0A", "o'brien", "sip%3Aanna", "a" * 200, "0" * 60],
)
async def test_a_hostile_callers_number_neither_breaks_the_call_nor_the_router(stage: Stage, user: str) -> None:
    anna = await stage.agent("anna")
    call = await stage.house.dial(KRAUSE, number=user)
    leg = await stage.leg(anna)
    await leg.established()
    await call.hang_up()
    await leg.ended()


@pytest.mark.parametrize("user", ["110", "112", "+49%3Bphone-context=x"])
async def test_a_number_from_which_nobody_can_call_is_refused(stage: Stage, user: str) -> None:
    call = await stage.house.dial(KRAUSE, number=user)
    assert (await call.ended()).final_code == 403


async def test_a_hostile_display_name_neither_breaks_the_call_nor_the_router(stage: Stage) -> None:
    anna = await stage.agent("anna")
    caller = stage.number()
    name = '"\\"><script>${CALLERID(all)}, \' OR 1=1 --"'
    call = await stage.house.dial(KRAUSE, number=caller, headers=[f"Remote-Party-ID: {name} <sip:{caller}@x>"])
    leg = await anna.call_from(caller)
    await leg.established()
    await call.hang_up()


async def test_a_ring_that_nobody_answers_leaves_the_client_brief_soon(stage: Stage) -> None:
    david = await stage.agent("ben", NeverAnswer())
    caller = stage.number()
    call = await stage.house.dial(BRIEF, number=caller)
    leg = await david.call_from(caller)
    await call.cancel()
    assert (await leg.ended()).cancelled
