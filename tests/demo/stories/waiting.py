"""Better than waiting: less is needed after a while, a call-back, a message."""

import wave

from router.core.record import PartKind
from tests.demo.numbers import ADLER, KRAUSE, caller
from tests.demo.scene import Call, Scene
from tests.lab import Answer, wait_for


async def relaxed(scene: Scene) -> None:
    """The law firm wants level 3 in law. Clara has 2: she is free, and asked after 20 s of waiting, not before."""
    await scene.rests("ben")
    call = await scene.call("client with a question", ADLER, caller(75))
    await scene.traced(call, "queue")
    await scene.after("parked")  # until then she would take the calls of those stories
    await scene.works("clara", call)
    leg = await scene.answers("clara", call, within=40)
    decided = scene.decided(call)
    waited = decided["relaxed"].at - decided["queue"].at
    scene.check(abs(waited - 20) < 0.5, f"level 2 was enough after {waited:.1f} s of waiting")
    talk = await scene.talk("clara", call, leg, scene.seconds(20, 2))
    await scene.wrap_up("clara", call, talk, scene.seconds(10, 1))
    call.ends("served caller_hung_up")


async def called_back(scene: Scene) -> None:
    """Nobody is free. One caller presses 1, hangs up and keeps the place; the next one waits on, and is served next."""
    number = caller(76)
    scene.staff_will(number, Answer(ring=1))
    await scene.rests("anna")
    call = await scene.call("tenant in a hurry", KRAUSE, number)
    await scene.traced(call, "queue")
    behind = await scene.call("tenant who waits", KRAUSE, caller(77))
    await scene.traced(behind, "queue")
    await scene.presses(call, "1", "please call me back")
    await call.sipp.ended(within=20)
    scene.tell("caller", "hears that the place is kept, and is let go")
    await scene.dials("anna", "available")
    await _speaks_again(scene, call)
    leg = await scene.answers("anna", behind)
    talk = await scene.talk("anna", behind, leg, scene.seconds(10, 2))
    await scene.wrap_up("anna", behind, talk, scene.seconds(5, 1))
    behind.ends("served caller_hung_up")


async def _speaks_again(scene: Scene, call: Call) -> None:
    leg = await scene.rings("anna")
    back = await scene.staff_rings(call.number, "the caller")
    await back.established()
    scene.tell("caller", "answers the call-back: the conversation begins")
    await scene.until(back, scene.seconds(20, 3))
    record = await back.hang_up()
    await leg.ended()
    talk = call.measured(PartKind.TALK, "anna", record.answered_at, record.ended_at)
    await scene.wrap_up("anna", call, talk, scene.seconds(10, 1))
    call.ends("served caller_hung_up")


async def message(scene: Scene) -> None:
    """A caller presses 2 for a message, consents by 1, and speaks. Of one who does not consent nothing is kept."""
    await scene.rests("anna")
    unwilling = await scene.call("tenant who says no", KRAUSE, caller(79))
    call = await scene.call("tenant with a message", KRAUSE, caller(78))
    for one in (unwilling, call):
        await scene.traced(one, "queue")
        await scene.presses(one, "2", "a message, please")
        await scene.traced(one, "message")
    await unwilling.sipp.speak(3)  # meanwhile the other one hears the question
    await scene.caller_hangs_up(unwilling)
    unwilling.ends("abandoned caller_hung_up_asking")
    await scene.presses(call, "1", "yes, you may record it")
    folder = scene.house.asterisk.recordings_dir
    await wait_for(lambda: list(folder.glob("*.wav")), 5, "the recording to begin")
    await call.sipp.speak(3)
    await scene.presses(call, "#", "that was all")
    await call.sipp.ended(within=20)
    call.ends("message message_left")
    (file,) = folder.glob("*.wav")
    with wave.open(str(file)) as sound:
        seconds = sound.getnframes() / sound.getframerate()
    scene.tell("caller", f"hears thanks, and is let go; {seconds:.1f} s are kept, for Asterisk's own eyes")
    scene.check(3 <= seconds < 5, f"one message is kept, {seconds:.1f} s long, and none without consent")
    scene.check(folder.stat().st_mode & 0o077 == 0, "nobody else may enter the folder")
