"""What is refused at the door: our own call coming back, a forged number, a range of nuisance callers."""

import asyncio

from tests.demo.numbers import ADLER, ADLER_HERSELF, ADLER_OFFICE, KRAUSE, LUMENTA, LUMENTA_RANGE, VIP_BY_HOUR
from tests.demo.scene import Scene
from tests.lab import Reject, SippCall, wait_for


async def returned(scene: Scene) -> None:
    """A VIP goes to whoever is responsible at this hour. That phone forwards to us: our own call is refused, not taken
    for another caller, and the VIP is greeted as everybody."""
    before = len(scene.house.staff.calls)
    for number in (ADLER_OFFICE, ADLER_HERSELF):
        scene.staff_will(number, Reject(ring=2))  # as the call it forwards to us is
    call = await scene.call("VIP by hour", ADLER, VIP_BY_HOUR)

    def rings() -> list[SippCall]:
        legs = scene.house.staff.calls[before:]
        return [leg for leg in legs if leg.record.dialled in (ADLER_OFFICE, ADLER_HERSELF)]

    (leg,) = await wait_for(rings, 10, "the responsible person's phone to ring")
    rung = leg.record.dialled
    who = "office" if rung == ADLER_OFFICE else "adler"
    scene.tell("staff", f"{who}'s phone rings at {rung}, as it should at this hour", at=leg.record.invite_at / 1000)
    back = await scene.call("that phone, forwarding", ADLER, ADLER.number, diversions=[rung])
    record = await back.sipp.ended()
    back.ends("refused own_transfer_returned")
    scene.tell("caller", f"is refused with SIP {record.final_code}: our own call had come back")
    scene.check(record.final_code == 486, "our own call was refused as busy")
    await leg.ended()
    await call.sipp.established()
    scene.tell("caller", "hears the greeting instead")
    await asyncio.sleep(1)
    await scene.caller_hangs_up(call)
    call.ends("abandoned caller_hung_up_greeting")


async def screened(scene: Scene) -> None:
    """Nobody calls from 110; a range of numbers is on the shop's list until a day in June."""
    forged = await scene.call("somebody with a forged number", KRAUSE, "110")
    record = await forged.sipp.ended()
    forged.ends("refused forged_caller")
    scene.check(record.outcome == "refused", f"refused with SIP {record.final_code}, unanswered")
    range_ = await scene.call("prize draw, a range of numbers", LUMENTA, LUMENTA_RANGE)
    await range_.sipp.ended(within=30)
    range_.ends("blocked block_list")
    scene.tell("caller", "heard the announcement and was let go")
    scene.check(scene.reached_no_agent(forged) and scene.reached_no_agent(range_), "neither reached an agent's phone")
