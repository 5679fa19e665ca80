"""Transfers by the agent's keys, one answered and one not."""

import asyncio

from tests.demo.numbers import ADLER, ADLER_HERSELF, KRAUSE, KRAUSE_EMERGENCY, caller
from tests.demo.scene import Call, Scene
from tests.demo.yardstick import Span
from tests.lab import Answer, NeverAnswer, SippCall


async def _transfer(scene: Scene, agent: str, call: Call, leg: SippCall, keys: str) -> Span:
    scene.tell(agent, f"presses {keys}: put the caller through")
    await leg.press(keys)
    await leg.ended()
    return scene.talked(agent, call, leg)


async def answered(scene: Scene) -> None:
    """A burst pipe goes to the plumber on duty; the agent's time ends with the transfer."""
    scene.staff_will(KRAUSE_EMERGENCY, Answer(ring=1))
    await scene.ready("anna")
    call = await scene.call("burst pipe", KRAUSE, caller(63))
    leg = await scene.answers("anna", call)
    await scene.until(leg, scene.seconds(30, 3))
    talk = await _transfer(scene, "anna", call, leg, "*22")
    staff = await scene.staff_rings(KRAUSE_EMERGENCY, "Murat Demir")
    speaking = asyncio.create_task(scene.through("emergency", call, staff, scene.seconds(25, 3)))
    await scene.wrap_up("anna", call, talk, scene.seconds(15, 2))
    await speaking
    call.ends("served caller_hung_up")


async def unanswered(scene: Scene) -> None:
    """The lawyer does not pick up in her 20 s: the caller comes back to the same agent, with music meanwhile."""
    scene.staff_will(ADLER_HERSELF, NeverAnswer())
    await scene.ready("ben")
    call = await scene.call("client of the firm", ADLER, caller(64))
    leg = await scene.answers("ben", call)
    await scene.until(leg, scene.seconds(20, 3))
    await _transfer(scene, "ben", call, leg, "*21")
    await scene.staff_rings(ADLER_HERSELF, "Dr. Adler")
    heard = call.sipp.heard
    again = await scene.answers("ben", call)
    scene.check(call.sipp.heard - heard > 500, "the caller heard music while Dr. Adler's phone rang")
    second = await scene.talk("ben", call, again, scene.seconds(20, 3))
    await scene.wrap_up("ben", call, second, scene.seconds(10))
    call.ends("served caller_hung_up")
