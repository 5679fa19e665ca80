"""From agent to agent: a caller is put aside, and taken up by a colleague."""

import asyncio

from tests.demo.numbers import KRAUSE, caller
from tests.demo.scene import Scene


async def parked(scene: Scene) -> None:
    """Anna parks the caller by *3; Clara takes the caller up by *45. Each of them is billed for her own part."""
    await scene.ready("anna")
    call = await scene.call("tenant with a boiler", KRAUSE, caller(80))
    leg = await scene.answers("anna", call)
    await scene.ready("clara")
    await scene.until(leg, scene.seconds(15, 3))
    scene.tell("anna", "presses *3: put the caller aside")
    await leg.press("*3")
    await leg.ended()
    first = scene.talked("anna", call, leg)
    wrapping = asyncio.create_task(scene.wrap_up("anna", call, first, scene.seconds(10, 2)))
    heard = call.sipp.sounds_heard
    await scene.traced(call, "park")
    await scene.dials("clara", "take parked")
    again = await scene.answers("clara", call)
    scene.check(call.sipp.sounds_heard > heard, "the caller heard music meanwhile")
    second = await scene.talk("clara", call, again, scene.seconds(15, 3))
    await scene.wrap_up("clara", call, second, scene.seconds(10, 1))
    await wrapping
    call.ends("served caller_hung_up")
