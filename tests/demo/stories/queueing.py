"""Nobody free: waiting, giving up, and who is served first."""

import asyncio

from tests.demo.numbers import ADLER, ADLER_HERSELF, KRAUSE, VIP_FIRST, VIP_STRAIGHT, caller
from tests.demo.scene import Call, Scene
from tests.lab import Answer


async def waited(scene: Scene) -> None:
    """The only agent for it is busy: the second caller hears music, and is offered the moment the agent is free."""
    await scene.ready("anna")
    first = await scene.call("first tenant", KRAUSE, caller(68))
    leg = await scene.answers("anna", first)
    second = await scene.call("second tenant", KRAUSE, caller(69))
    await scene.traced(second, "queue")
    talk = await scene.talk("anna", first, leg, scene.seconds(25, 3))
    await scene.wrap_up("anna", first, talk, scene.seconds(10))
    first.ends("served caller_hung_up")
    heard = second.sipp.heard
    scene.check(heard > 50, f"the waiting caller heard music, {heard} packets")
    leg = await scene.answers("anna", second)
    talk = await scene.talk("anna", second, leg, scene.seconds(20, 3))
    await scene.wrap_up("anna", second, talk, scene.seconds(10))
    second.ends("served caller_hung_up")


async def gave_up(scene: Scene) -> None:
    """The agent has paused by *42; the caller loses patience in the queue."""
    await scene.ready("anna")
    await scene.dials("anna", "pause")
    await scene.house.presence("anna", "paused")
    call = await scene.call("impatient tenant", KRAUSE, caller(70))
    await scene.traced(call, "queue")
    await asyncio.sleep(scene.seconds(30, 3))
    await scene.caller_hangs_up(call)
    call.ends("abandoned caller_hung_up_waiting")
    scene.check(scene.reached_no_agent(call), "the paused agent's phone did not ring")


async def vips(scene: Scene) -> None:
    """One VIP goes straight to the lawyer; another one is first in line, before somebody who has waited longer."""
    scene.staff_will(ADLER_HERSELF, Answer(ring=1))
    await scene.ready("ben")
    await scene.dials("ben", "pause")
    await scene.house.presence("ben", "paused")
    straight = asyncio.create_task(_straight(scene))
    earlier = await scene.call("ordinary client", ADLER, caller(65))
    vip = await scene.call("VIP Herr Lindner", ADLER, VIP_FIRST)
    await asyncio.gather(scene.traced(earlier, "queue"), scene.traced(vip, "queue"))
    await straight
    await scene.dials("ben", "available")
    await _served(scene, vip)
    scene.check(earlier.sipp.live, "the VIP was served before the caller who came earlier")
    await _served(scene, earlier)


async def _straight(scene: Scene) -> None:
    call = await scene.call("VIP Frau Sommerfeld", ADLER, VIP_STRAIGHT)
    leg = await scene.staff_rings(ADLER_HERSELF, "Dr. Adler")
    await scene.through("adler", call, leg, scene.seconds(20, 3))
    call.ends("through caller_hung_up")


async def _served(scene: Scene, call: Call) -> None:
    leg = await scene.answers("ben", call)
    scene.check(leg.record.caller == call.number, f"ben has {call.expected.label.partition(' ')[2]}")
    talk = await scene.talk("ben", call, leg, scene.seconds(15, 3))
    await scene.wrap_up("ben", call, talk, scene.seconds(10))
    call.ends("served caller_hung_up")
