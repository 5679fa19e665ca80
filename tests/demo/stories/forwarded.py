"""Two clients behind one number of ours, told apart by who forwarded the call."""

import asyncio

from tests.demo.numbers import ISAR_FORWARDS, SHARED, WINTER_FORWARDS, caller
from tests.demo.scene import Call, Scene


async def shared(scene: Scene) -> None:
    """One call names its client by Diversion, one by History-Info; the second client is on trial and owes nothing."""
    await asyncio.gather(scene.ready("anna"), scene.ready("ben"))
    winter = await scene.call(
        "taxpayer by Diversion", SHARED, caller(71), client="winter", diversions=[WINTER_FORWARDS]
    )
    await scene.traced(winter, "offer")
    isar = await scene.call("patient by History-Info", SHARED, caller(72), client="isar", history=[ISAR_FORWARDS])
    isar.expected.trial = True
    await asyncio.gather(_served(scene, "ben", winter), _served(scene, "anna", isar))


async def _served(scene: Scene, agent: str, call: Call) -> None:
    leg = await scene.answers(agent, call)
    talk = await scene.talk(agent, call, leg, scene.seconds(30, 3))
    await scene.wrap_up(agent, call, talk, scene.seconds(10))
    call.ends("served caller_hung_up")
