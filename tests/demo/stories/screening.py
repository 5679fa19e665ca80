"""Callers who are screened: blocked, allowed straight through, suppressed."""

import asyncio

from tests.demo.numbers import (
    ADLER,
    ADLER_OFFICE,
    ALLOWED_COURT,
    HOUSE_BLOCKED,
    KRAUSE,
    LUMENTA,
    LUMENTA_BLOCKED,
    caller,
)
from tests.demo.scene import Call, Scene
from tests.lab import Answer


async def blocked(scene: Scene) -> None:
    """One is rejected unanswered, one hears an announcement; neither ever rings at an agent or costs anything."""
    rejected = await scene.call("advertiser, house's block list", KRAUSE, HOUSE_BLOCKED)
    record = await rejected.sipp.ended()
    rejected.ends("blocked block_list")
    scene.tell("caller", f"is refused with SIP {record.final_code}, unanswered")
    scene.check(record.outcome == "refused", "rejected before any answer")
    announced = await scene.call("advertiser, client's block list", LUMENTA, LUMENTA_BLOCKED)
    await _hears_farewell(scene, announced)
    reached = scene.reached_no_agent(rejected) and scene.reached_no_agent(announced)
    scene.check(reached, "neither reached an agent's phone")


async def _hears_farewell(scene: Scene, call: Call) -> None:
    record = await call.sipp.ended(within=30)
    call.ends("blocked block_list")
    scene.tell("caller", f"heard the announcement, {call.sipp.heard} packets of sound, and was let go")
    scene.check(record.ended_by == "them" and call.sipp.heard > 50, "heard the announcement to its end")


async def allowed(scene: Scene) -> None:
    """A court's office is on the law firm's allow list: straight to the firm's own office, no agent, no charge."""
    scene.staff_will(ADLER_OFFICE, Answer(ring=1))
    call = await scene.call("court, client's allow list", ADLER, ALLOWED_COURT)
    leg = await scene.staff_rings(ADLER_OFFICE, "Sekretariat")
    await scene.through("office", call, leg, scene.seconds(20, 3))
    call.ends("through caller_hung_up")
    scene.check(scene.reached_no_agent(call), "no agent's phone rang")


async def suppressed(scene: Scene) -> None:
    """The heating engineer takes anonymous callers, the shop does not."""
    await scene.ready("anna")
    welcome = await scene.call("anonymous tenant", KRAUSE, caller(66), suppressed=True)
    unwelcome = await scene.call("anonymous caller", LUMENTA, caller(67), suppressed=True)
    refusing = asyncio.create_task(_hears_farewell(scene, unwelcome))
    leg = await scene.answers("anna", welcome)
    shown = any(caller(66) in value for message in leg.messages for _, value in message.headers)
    scene.check(not shown, f"no message to anna's phone holds the number; it shows {leg.record.caller!r}")
    talk = await scene.talk("anna", welcome, leg, scene.seconds(40, 3))
    await scene.wrap_up("anna", welcome, talk, scene.seconds(10))
    welcome.ends("served caller_hung_up")
    await refusing
