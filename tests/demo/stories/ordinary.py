"""The everyday calls: one that pays the acceptance fee, and one that is too short for it."""

from tests.demo.numbers import ADLER, KRAUSE, caller
from tests.demo.scene import Scene

ACCEPTED = 16  # seconds: no shorter, whatever the factor, so that the acceptance fee at 15 s is due


async def ordinary(scene: Scene) -> None:
    """Talk 95 s and wrap-up 30 s: the agent speaks the greeting, and ends the wrap-up by *44."""
    await scene.ready("anna")
    call = await scene.call("tenant", KRAUSE, caller(61))
    leg = await scene.answers("anna", call)
    talk = await scene.talk("anna", call, leg, scene.seconds(95, ACCEPTED))
    await scene.wrap_up("anna", call, talk, scene.seconds(30))
    call.ends("served caller_hung_up")


async def short(scene: Scene) -> None:
    """Under 15 s: handling counts, the acceptance fee does not. The machine speaks the greeting; the agent hangs up."""
    await scene.ready("ben")
    call = await scene.call("wrong connection", ADLER, caller(62))
    await call.sipp.established()
    scene.tell("caller", "is answered and hears the greeting")
    leg = await scene.answers("ben", call)
    await scene.until(leg, scene.seconds(12, 3))
    await leg.hang_up()
    await call.sipp.ended()
    scene.tell("ben", "hangs up")
    talk = scene.talked("ben", call, leg)
    await scene.wrap_up("ben", call, talk, scene.seconds(10), by_desk=True)
    call.ends("served agent_hung_up")
