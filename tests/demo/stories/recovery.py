"""The router dies in the middle of two conversations."""

import asyncio
import time

from tests.demo.narrator import BOLD
from tests.demo.numbers import ADLER, KRAUSE, caller
from tests.demo.scene import Call, Scene
from tests.demo.stories.ordinary import ACCEPTED
from tests.lab import SippCall


async def killed(scene: Scene) -> None:
    """One conversation outlives the gap, one ends in it; both sound undisturbed, and both are billed right."""
    await asyncio.gather(scene.ready("anna"), scene.ready("ben"))
    staying = await scene.call("tenant who talks on", KRAUSE, caller(73))
    leaving = await scene.call("client who hangs up in the gap", ADLER, caller(74))
    legs = await asyncio.gather(scene.answers("anna", staying), scene.answers("ben", leaving))
    await scene.until(legs[1], scene.seconds(10, 2))
    await _gap(scene, staying, legs[0], leaving)
    left = scene.talked("ben", leaving, legs[1])
    wrapping = asyncio.create_task(scene.wrap_up("ben", leaving, left, scene.seconds(25, 2)))
    talk = await scene.talk("anna", staying, legs[0], scene.seconds(90, ACCEPTED))
    await scene.wrap_up("anna", staying, talk, scene.seconds(10))
    await wrapping
    for call in (staying, leaving):
        call.ends("served caller_hung_up")


async def _gap(scene: Scene, staying: Call, leg: SippCall, leaving: Call) -> None:
    await scene.house.kill_router()
    began, heard = time.time(), (staying.sipp.heard, leg.heard)
    said = len(staying.sipp.messages), len(leg.messages)
    scene.tell("demo", "kill -9 of the router", style=BOLD)
    await asyncio.sleep(1)
    await scene.caller_hangs_up(leaving)
    await scene.house.start_router()
    away = time.time() - began
    scene.tell("demo", f"the router is back after {away:.1f} s, from its journal", style=BOLD)
    gained = staying.sipp.heard - heard[0], leg.heard - heard[1]
    steady = min(gained) > away * 50 * 0.9
    scene.check(steady, f"sound went on both ways: {gained[0]} and {gained[1]} packets of 20 ms in {away:.1f} s")
    same = said == (len(staying.sipp.messages), len(leg.messages))
    scene.check(same and staying.sipp.live and leg.live, "the conversation is the same one: no SIP message was sent")
