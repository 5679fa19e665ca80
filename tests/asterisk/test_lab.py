"""The laboratory proves itself: SIPp against SIPp."""

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.lab import Answer, LabFailed, NeverAnswer, Reject, SippCall, Steered, running_lab, wait_for

PROJECT = Path(__file__).parents[2]
BUSINESS = "+4930111222"
MOBILE = "+4915155501"
SLACK = 600  # milliseconds that a busy machine may add to a time that a plan names; never less than the plan


async def test_a_call_is_answered_after_its_ring_time_and_lasts_as_long_as_planned() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer(ring=0.3, talk=0.5)})
        call = await lab.caller(at=staff.address).call(BUSINESS, number=MOBILE)
        placed = await call.ended()
        received = await staff.calls[0].ended()
    assert (placed.caller, placed.dialled, placed.final_code, placed.ended_by) == (MOBILE, BUSINESS, 200, "them")
    assert (received.caller, received.dialled, received.ended_by) == (MOBILE, BUSINESS, "us")
    assert placed.ringing_at is not None
    assert 299 <= placed.ring_ms < 300 + SLACK
    assert 499 <= placed.talk_ms < 500 + SLACK
    assert abs(placed.talk_ms - received.talk_ms) < 50


async def test_the_caller_hangs_up_when_told() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer()})
        call = await lab.caller(at=staff.address).call(BUSINESS)
        assert (await call.hang_up()).ended_by == "us"
        assert (await staff.calls[0].ended()).ended_by == "them"


async def test_a_conversation_lasts_as_long_as_the_caller_wants() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer()})
        record = await (await lab.caller(at=staff.address).call(BUSINESS)).talk(0.7)
    assert 699 <= record.talk_ms < 700 + SLACK
    assert (record.outcome, record.ended_by) == ("answered", "us")


async def test_a_caller_who_gives_up_has_cancelled() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: NeverAnswer()})
        call = await lab.caller(at=staff.address).call(BUSINESS)
        record = await call.give_up(after=0.3)
        await wait_for(lambda: call.record.final_code == 487, 5, "the 487")
        received = await staff.calls[0].ended()
    assert (record.outcome, record.ended_by, record.answered_at) == ("cancelled", "us", None)
    assert (received.outcome, received.ended_by, received.answered_at) == ("cancelled", "them", None)
    assert 299 <= record.ring_ms < 300 + SLACK


@pytest.mark.parametrize("code", [404, 480, 486, 503, 603])
async def test_a_refused_caller_sees_the_code(code: int) -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Reject(code=code)})
        record = await (await lab.caller(at=staff.address).call(BUSINESS)).ended()
    assert (record.outcome, record.final_code, record.ended_by) == ("refused", code, "them")
    assert record.ringing_at is None


async def test_each_number_is_treated_by_its_own_plan_and_unknown_ones_are_not_found() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({"+491": Reject(code=486, ring=0.1), "+492": Answer(talk=0.1)})
        caller = lab.caller(at=staff.address)
        calls = [await caller.call(number) for number in ("+491", "+492", "+493")]
        records = [await call.ended() for call in calls]
    assert [record.final_code for record in records] == [486, 200, 404]
    assert records[0].ringing_at is not None


async def test_a_suppressed_number_travels_only_in_the_asserted_identity() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Steered()})
        await lab.caller(at=staff.address).call(BUSINESS, number=MOBILE, suppressed=True)
        invite = (await staff.next_call()).invite
    assert "anonymous@anonymous.invalid" in invite.header("From")
    assert invite.header("Privacy") == "id"
    assert MOBILE in invite.header("P-Asserted-Identity")


async def test_all_forwarding_headers_are_on_the_wire_in_their_order() -> None:
    history = ["<sip:+4930111@127.0.0.2>;index=1", "<sip:+4930222@127.0.0.2>;index=1.1"]
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Steered()})
        await lab.caller(at=staff.address).call(BUSINESS, diversions=["+4930111", "+4930222"], history=history)
        invite = (await staff.next_call()).invite
    assert [value.split("@")[0] for value in invite.all("Diversion")] == ["<sip:+4930111", "<sip:+4930222"]
    assert invite.all("History-Info") == history


async def test_one_phone_has_many_calls_at_once() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer()})
        calls = await lab.caller(at=staff.address).batch([(BUSINESS, f"+4915155{n:03}") for n in range(20)], rate=50)
        await asyncio.gather(*(call.established() for call in calls))
        await wait_for(lambda: all(leg.live for leg in staff.calls), 5, "all legs")
        await asyncio.gather(*(call.hang_up() for call in calls))
        await asyncio.gather(*(leg.ended() for leg in staff.calls))
    assert sorted(leg.record.caller for leg in staff.calls) == [f"+4915155{n:03}" for n in range(20)]


async def test_both_sides_hear_sound() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer()})
        call = await lab.caller(at=staff.address).call(BUSINESS)
        await call.established()
        await wait_for(lambda: call.heard > 10 and staff.calls[0].heard > 10, 5, "sound in both directions")


async def test_both_hanging_up_at_once_ends_the_call_for_both() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer()})
        call = await lab.caller(at=staff.address).call(BUSINESS)
        leg = await staff.next_call()
        await wait_for(lambda: leg.live and call.live, 5, "the conversation")
        await asyncio.gather(call.hang_up(), leg.hang_up())


async def test_who_speaks_is_heard_by_the_other_side_for_so_long() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer()})
        call = await lab.caller(at=staff.address).call(BUSINESS)
        await call.speak(0.5)
        leg = staff.calls[0]
        silence = leg.heard - leg.sounds_heard
        await wait_for(lambda: leg.heard - leg.sounds_heard > silence + 5, 5, "silence afterwards")
    assert 23 <= leg.sounds_heard <= 26  # a frame every 20 ms


async def test_keys_are_heard_by_the_other_side() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer()})
        call = await lab.caller(at=staff.address).call(BUSINESS)
        await call.press("*21##0")
        await wait_for(lambda: staff.calls[0].keys_heard == "*21##0", 5, "the keys")


async def test_a_phone_answers_the_question_whether_it_is_there() -> None:
    question = (
        "OPTIONS sip:anna@127.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1;rport\r\n"
        "From: <sip:a@127.0.0.1>;tag=1\r\nTo: <sip:anna@127.0.0.2>\r\nCall-ID: qualify\r\nCSeq: 1 OPTIONS\r\n"
        "Content-Length: 0\r\n\r\n"
    )
    async with running_lab() as lab:
        staff = await lab.staff({})
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.bind(("127.0.0.1", 0))
            asker.setblocking(False)
            asker.sendto(question.encode(), staff.address)
            answer = await asyncio.wait_for(asyncio.get_running_loop().sock_recv(asker, 2048), 5)
        assert answer.startswith(b"SIP/2.0 200 OK")
        assert len(staff.calls) == 0


async def test_an_answer_that_crosses_the_cancel_ends_for_both() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Steered()})
        call = await lab.caller(at=staff.address).call(BUSINESS)
        leg = await staff.next_call()
        await asyncio.gather(call.cancel(), leg.answer(), return_exceptions=True)
        placed, received = await call.ended(), await leg.ended()
    assert placed.outcome == received.outcome
    assert (placed.ended_by, received.ended_by) == ("us", "them")


async def test_two_laboratories_do_not_disturb_each_other() -> None:
    async def converse() -> SippCall:
        async with running_lab() as lab:
            staff = await lab.staff({BUSINESS: Answer(talk=0.2)})
            call = await lab.caller(at=staff.address).call(BUSINESS)
            await call.ended()
            assert len(staff.calls) == 1
            return call

    calls = await asyncio.gather(converse(), converse(), converse())
    assert len({call.record.call_id for call in calls}) == 3


async def test_an_unanswered_wait_tells_what_was_seen() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: NeverAnswer()})
        call = await lab.caller(at=staff.address).call(BUSINESS)
        await call.rings()
        with pytest.raises(LabFailed, match=r"in vain for an answer(.|\n)*180 Ringing"):
            await call.established(within=0.1)


async def test_a_registration_that_nobody_answers_fails_with_sipps_own_words() -> None:
    async with running_lab() as lab:
        nobody = lab.reserve("127.0.0.4").address
        with pytest.raises(LabFailed, match=r"anna could not register(.|\n)*SIPp said"):
            await lab.agent("anna", "secret", at=nobody)


async def test_the_laboratory_calls_nobody_outside_this_machine() -> None:
    async with running_lab() as lab:
        with pytest.raises(LabFailed, match=r"not to 192\.0\.2\.1"):
            lab.caller(at=("192.0.2.1", 5060))


async def test_a_sipp_that_dies_is_reported() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({})
        os.kill(staff.pid, signal.SIGKILL)
        with pytest.raises(LabFailed, match="ended with -9"):
            await staff.next_call()


async def test_nothing_runs_after_the_laboratory_has_closed() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer()})
        pid = staff.pid
        await (await lab.caller(at=staff.address).call(BUSINESS)).established()
    assert not is_running(pid)
    assert staff.calls[0].over


async def test_sipp_dies_with_the_process_that_runs_the_laboratory(tmp_path: Path) -> None:
    program = "import asyncio; from tests.asterisk.test_lab import serve; asyncio.run(serve())"
    owner = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program),
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # a killed process leaves its folder
        stdout=asyncio.subprocess.PIPE,
    )
    assert owner.stdout is not None
    pid = int(await owner.stdout.readline())
    assert is_running(pid)
    owner.kill()
    await owner.wait()
    await wait_for(lambda: not is_running(pid), 5, "SIPp to end")


async def serve() -> None:
    async with running_lab() as lab:
        print((await lab.staff({})).pid, flush=True)
        await asyncio.Event().wait()


def is_running(pid: int) -> bool:
    """Whether a process lives; one without a living parent may stay a zombie for a while."""
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()
