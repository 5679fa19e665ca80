"""The laboratory proves itself: SIPp against SIPp, then against a real Asterisk."""

import asyncio

import pytest

from tests.lab import Address, Answer, Lab, LabFailed, NeverAnswer, Reject, SippStaff, running_lab, wait_for

BUSINESS = "+4930111222"
MOBILE = "+4915155501"


async def test_a_call_is_answered_after_its_ring_time_and_lasts_as_long_as_planned() -> None:
    async with running_lab() as lab:
        staff = await lab.staff({BUSINESS: Answer(ring=0.3, talk=0.5)})
        call = await lab.caller(at=staff.address).call(BUSINESS, number=MOBILE)
        placed = await call.ended()
        received = await staff.calls[0].ended()
        assert (placed.caller, placed.dialled, placed.final_code, placed.ended_by) == (MOBILE, BUSINESS, 200, "them")
        assert received.ended_by == "us"
        assert 295 <= placed.ring_ms < 900
        assert 495 <= placed.talk_ms < 1100
        assert abs(placed.talk_ms - received.talk_ms) < 50
