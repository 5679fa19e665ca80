"""What is watched at the house's doors: who may come in, what we already know of them, and whom we may call.

One value for all of it, so that the switchboard asks at two places only: when a call arrives, and when somebody outside
is to be called.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from router.core.blocks import Blocks
from router.core.brakes import Brakes
from router.core.commands import RingCaller, RingStaff
from router.core.events import CallerArrived
from router.core.house import House
from router.core.ids import CallId, ClientId, Millis
from router.core.live_call import LiveCall
from router.core.loops import LOOP_MS, Loops, Placed
from router.core.outbound import Outbound
from router.core.patterns import forged
from router.core.record import Arrival
from router.core.route import identified, reach


@dataclass(slots=True, kw_only=True)
class Guard:
    """Advertising callers, brakes, our own legs on their way back, and what calls to staff have cost."""

    blocks: Blocks = field(default_factory=Blocks)
    brakes: Brakes = field(default_factory=Brakes)
    loops: Loops = field(default_factory=Loops)
    outbound: Outbound = field(default_factory=Outbound)

    def facts(
        self, house: House, arrived: CallerArrived, now: Millis, lives: Callable[[CallId], bool]
    ) -> tuple[Arrival, Placed | None]:
        """What the decision on a call rests on besides the house, and the leg of ours that it is, if it is one."""
        facts = Arrival(forwarded_by=arrived.forwarded_by, trunk=arrived.trunk)
        client, _ = identified(house, arrived)
        if client is None:
            return facts, None
        if (returned := self.loops.returned(client.id, arrived, now, lives)) is not None:
            return replace(facts, returned=returned.call), returned
        if arrived.caller is not None and forged(arrived.caller):
            return facts, None
        brake = self.brakes.check(client, arrived.caller, house.limits, now)
        facts = self.blocks.facts(client.id, arrived.caller, facts)
        return replace(facts, brake=brake or ""), None

    def come(self, call: LiveCall, now: Millis) -> None:
        """A call has begun; one that was turned away counts for nothing."""
        if call.ended is None:
            self.brakes.come(call.id, call.client, call.caller, now)

    def places(self, house: House, call: LiveCall, ring: RingStaff | RingCaller, now: Millis) -> str:
        """Why the leg must not be placed; empty when it may, and then it is known."""
        if (client := call.client) is None:
            return "the call belongs to no client"
        if why := self.outbound.refuses(house, client, ring.number, now):
            return why
        to_staff, command = isinstance(ring, RingStaff), type(ring).__name__
        self.outbound.place(house, client, ring.call, ring.leg, ring.number, to_staff=to_staff)
        leg = Placed(call=ring.call, leg=ring.leg, command=command, number=ring.number, until=now + LOOP_MS)
        caller = call.caller if to_staff else None  # who is called back may call at that moment
        self.loops.place(client.id, leg, shown=ring.caller_id, caller=caller, rings_until=call.deadline or now)
        return ""

    def transfer_refused(self, house: House, call: LiveCall, staff_id: str, now: Millis) -> str:
        """Why none of the person's numbers may be called now; empty when one may, or when nobody would be called."""
        client = call.client
        staff = reach(client, staff_id, now, vip=call.vip)[0] if client else None
        if client is None or staff is None:
            return ""
        whys = [self.outbound.refuses(house, client, number, now) for number in staff.numbers]
        return whys[0] if all(whys) else ""

    def follow(self, call: LiveCall, now: Millis) -> ClientId | None:
        """See what became of a call's callers and legs; the client whose calls to staff it may have changed."""
        if call.ended is not None:
            self.brakes.left(call.id)
        elif call.called_back:
            self.brakes.hung_up(call.id)
        return self.outbound.follow(call.id, held=call.legs(), up=call.speaking(), now=now)
