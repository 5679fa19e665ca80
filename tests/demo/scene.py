"""What a story can do: place calls, let agents and staff act, tell it, and note what SIPp measured."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from router.core.record import PartKind
from tests.demo.narrator import DIM, GREEN, RED, Narrator
from tests.demo.numbers import Line
from tests.demo.tracing import Decision, Trace
from tests.demo.yardstick import Expected, Span
from tests.lab import Plan, SippAgent, SippCall, wait_for
from tests.lab.failure import LabFailed
from tests.lab.running import House, until

CODES: Mapping[str, str] = {"available": "*41", "pause": "*42", "wrap-up done": "*44", "take parked": "*45"}


@dataclass(slots=True, kw_only=True)
class Stage:
    """What all stories share."""

    house: House
    narrator: Narrator
    trace: Trace
    factor: float
    phones: Mapping[str, SippAgent]
    scenes: dict[str, "Scene"]  # by caller's number
    calls: list[Expected] = field(default_factory=list)
    checks: list[tuple[bool, str]] = field(default_factory=list)
    over: Mapping[str, asyncio.Event] = field(default_factory=dict)  # the stories that are played, by name

    def check(self, holds: bool, what: str) -> bool:
        """Count one check."""
        self.checks.append((holds, what))
        return holds


@dataclass(slots=True, kw_only=True)
class Call:
    """One call of a story: SIPp's caller, what is expected of it, and the agents' legs so far."""

    sipp: SippCall
    expected: Expected
    number: str

    def measured(self, kind: PartKind, who: str, start: float | None, end: float | None) -> Span:
        """Note a stretch by SIPp's clock. Raises `LabFailed` when SIPp did not see both its ends."""
        if start is None or end is None:
            raise LabFailed(f"{self.expected.label}: SIPp saw no beginning or no end of {kind} {who}")
        self.expected.spans.append(Span(kind=kind, who=who, start=start, end=end))
        return self.expected.spans[-1]

    def ends(self, ending: str) -> None:
        """What the ledger should say became of it."""
        self.expected.ending = ending


class Scene:
    """The verbs of one story."""

    def __init__(self, stage: Stage, number: int, name: str) -> None:
        self.stage = stage
        self.house = stage.house
        self.number = number
        self.name = name
        self._calls: list[Call] = []
        self._agents: set[str] = set()
        self._seen = {agent: len(phone.calls) for agent, phone in stage.phones.items()}

    # --- telling ---------------------------------------------------------------------------------------------------

    def tell(self, who: str, what: str, *, at: float | None = None, style: str = "") -> None:
        """A line of this story."""
        self.stage.narrator.story(self.number, self.name, who, what, at=at, style=style)

    def check(self, holds: bool, what: str) -> None:
        """Count a check and show it."""
        self.stage.check(holds, f"{self.name}: {what}")
        self.tell("check", f"{'ok' if holds else 'NOT SO'}: {what}", style=GREEN if holds else RED)

    def seconds(self, full: float, least: float = 1.0) -> float:
        """A scenario's duration, shortened by the factor but never below `least`."""
        return max(full / self.stage.factor, min(full, least))

    async def after(self, story: str) -> None:
        """Wait until another story is over, if it is played at all."""
        if story in self.stage.over:
            await self.stage.over[story].wait()

    # --- callers ---------------------------------------------------------------------------------------------------

    async def call(
        self, label: str, line: Line, number: str, *, client: str = "", suppressed: bool = False,
        diversions: Sequence[str] = (), history: Sequence[str] = (),
    ) -> Call:  # fmt: skip
        """Someone calls one of our numbers; `client` where it is not the line's own."""
        expected = Expected(
            label=f"{self.number} {label}", dialled=line.number, caller=None if suppressed else number,
            client=client or line.client,
        )  # fmt: skip
        self.stage.scenes[number] = self
        shown = "suppressed number" if suppressed else number
        at = time.time()
        sipp = await self.house.dial(
            line.number, number=number, suppressed=suppressed, diversions=diversions, history=history
        )
        self.tell("caller", f"{label}, {shown}, calls {line.number} ({line.name})", at=at)
        self.stage.calls.append(expected)
        self._calls.append(call := Call(sipp=sipp, expected=expected, number=number))
        return call

    async def traced(self, call: Call, rule: str, within: float = 20.0) -> None:
        """Wait until the router has decided this about the call."""
        decisions = self.stage.trace.decisions
        await wait_for(
            lambda: any(step.rule == rule for step in decisions[call.number]), within, f"the router's {rule!r}"
        )

    def decided(self, call: Call) -> Mapping[str, Decision]:
        """The router's last decision about the call by each rule."""
        return {step.rule: step for step in self.stage.trace.decisions[call.number]}

    async def presses(self, call: Call, key: str, meaning: str) -> None:
        """The caller presses a key."""
        self.tell("caller", f"presses {key}: {meaning}")
        await call.sipp.press(key)

    async def caller_hangs_up(self, call: Call) -> float:
        """The caller hangs up; gives the instant in milliseconds since 1970."""
        record = await call.sipp.hang_up()
        self.tell("caller", "hangs up", at=_seconds(record.ended_at))
        return record.ended_at or 0.0

    # --- agents ----------------------------------------------------------------------------------------------------

    async def dials(self, agent: str, code: str) -> float:
        """An agent dials a feature code; gives the instant of SIPp's INVITE, in milliseconds since 1970."""
        dialled = await self.stage.phones[agent].dial(CODES[code])
        self.tell(agent, f"dials {CODES[code]}: {code}", at=dialled.record.invite_at / 1000)
        return dialled.record.invite_at

    async def ready(self, agent: str) -> None:
        """The agent is available, by the phone's code if need be."""
        self._agents.add(agent)
        await until(lambda: self._present(agent, "available", "paused", "off"), 10, f"{agent} to have no call")
        if not await self._present(agent, "available"):
            await self.dials(agent, "available")
            await self.house.presence(agent, "available")
        self._seen[agent] = len(self.stage.phones[agent].calls)

    async def rests(self, agent: str) -> None:
        """The agent is offered no call, by the phone's code if need be."""
        self._agents.add(agent)
        await until(lambda: self._present(agent, "available", "paused", "off"), 10, f"{agent} to have no call")
        if await self._present(agent, "available"):
            await self.dials(agent, "pause")
        await until(lambda: self._present(agent, "paused", "off"), 10, f"{agent} to rest")
        self._seen[agent] = len(self.stage.phones[agent].calls)

    async def works(self, agent: str, call: Call) -> None:
        """The agent is on duty from now on, if not before, and may have got this call already."""
        self._agents.add(agent)
        calls = self.stage.phones[agent].calls
        rung = (nth for nth, leg in enumerate(calls) if leg.record.caller == call.number)
        self._seen[agent] = next(rung, len(calls))
        if await self._present(agent, "paused", "off"):
            await self.dials(agent, "available")

    async def _present(self, agent: str, *presences: str) -> bool:
        return (await self.house.agent(agent))["presence"] in presences

    async def rings(self, agent: str, within: float = 25.0) -> SippCall:
        """Wait until the next call reaches the agent's phone."""
        phone = self.stage.phones[agent]
        await wait_for(lambda: len(phone.calls) > self._seen[agent], within, f"a call at {agent}'s phone")
        leg = phone.calls[self._seen[agent]]
        self._seen[agent] += 1
        self.tell(agent, "phone rings", at=leg.record.invite_at / 1000)
        return leg

    async def answers(self, agent: str, call: Call, within: float = 25.0) -> SippCall:
        """The agent's phone rings and is answered; caller and agent are in conversation."""
        leg = await self.rings(agent, within)
        await leg.established()
        await call.sipp.established()
        self.tell(agent, f"answers after {leg.record.ring_ms / 1000:.1f} s", at=_seconds(leg.record.answered_at))
        return leg

    async def until(self, leg: SippCall, seconds: float) -> None:
        """Let a conversation go on until it has lasted so long. Raises `LabFailed` when it ended before."""
        await asyncio.sleep(max(0.0, (leg.record.answered_at or 0.0) / 1000 + seconds - time.time()))
        if not leg.live:
            raise LabFailed(f"story {self.number}: the conversation ended before its {seconds:g} s were over")

    async def talk(self, agent: str, call: Call, leg: SippCall, seconds: float) -> Span:
        """The conversation lasts so long, then the caller hangs up; notes SIPp's measure of it."""
        await self.until(leg, seconds)
        await self.caller_hangs_up(call)
        await leg.ended()
        return self.talked(agent, call, leg)

    def talked(self, agent: str, call: Call, leg: SippCall) -> Span:
        """Note a conversation that is over: from the agent's 200 to the first BYE."""
        ends = [end for end in (leg.record.ended_at, call.sipp.record.ended_at) if end is not None]
        span = call.measured(PartKind.TALK, agent, leg.record.answered_at, min(ends, default=None))
        self.tell(agent, f"talked {span.length / 1000:.3f} s by SIPp's record", at=span.end / 1000, style=DIM)
        return span

    async def wrap_up(self, agent: str, call: Call, talk: Span, seconds: float, *, by_desk: bool = False) -> None:
        """The agent's after-work lasts so long, then ends by *44 or at the desk; notes SIPp's measure of it."""
        await asyncio.sleep(max(0.0, talk.end / 1000 + seconds - time.time()))
        end = await (self._done_at_desk(agent) if by_desk else self.dials(agent, "wrap-up done"))
        span = call.measured(PartKind.WRAP_UP, agent, talk.end, end)
        self.tell(agent, f"wrapped up {span.length / 1000:.3f} s", at=end / 1000, style=DIM)

    async def _done_at_desk(self, agent: str) -> float:
        at = time.time()
        await self.house.ask(agent, "wrap-up-done")
        self.tell(agent, "ends the wrap-up at the desk (API)", at=at)
        return at * 1000

    # --- staff -----------------------------------------------------------------------------------------------------

    def staff_will(self, number: str, plan: Plan) -> None:
        """What the phone of a client's staff member will do."""
        self.house.staff.plans[number] = plan

    async def staff_rings(self, number: str, name: str, within: float = 10.0) -> SippCall:
        """Wait until this staff member's phone rings."""
        before = time.time() * 1000 - 2000

        def ringing() -> list[SippCall]:
            calls = self.house.staff.calls
            recent = [leg for leg in calls if leg.record.dialled == number and leg.record.invite_at > before]
            return [leg for leg in recent if not leg.over]  # another story may just have rung there

        leg = (await wait_for(ringing, within, f"{name}'s phone to ring"))[-1]
        self.tell("staff", f"{name}'s phone rings at {number}", at=leg.record.invite_at / 1000)
        return leg

    async def through(self, who: str, call: Call, leg: SippCall, seconds: float) -> None:
        """Caller and staff member speak so long, then the caller hangs up; notes SIPp's measure of it."""
        await leg.established()
        await call.sipp.established()
        self.tell("staff", f"{who} answers", at=_seconds(leg.record.answered_at))
        await self.until(leg, seconds)
        end = await self.caller_hangs_up(call)
        await leg.ended()
        call.measured(PartKind.THROUGH, who, leg.record.answered_at, end)

    # --- ending ----------------------------------------------------------------------------------------------------

    def reached_no_agent(self, call: Call) -> bool:
        """Whether no agent's phone ever saw this caller."""
        phones = self.stage.phones.values()
        return not any(leg.record.caller == call.number for phone in phones for leg in phone.calls)

    async def abort(self) -> None:
        """After a failure: end this story's calls and its agents' work: the next story finds the house ready."""
        await asyncio.gather(*(call.sipp.close() for call in self._calls), return_exceptions=True)
        for call in self._calls:
            call.expected.aborted = True
        logging_out = (self.house.ask(agent, "logout") for agent in self._agents)
        await asyncio.gather(*logging_out, return_exceptions=True)


def _seconds(millis: float | None) -> float | None:
    return None if millis is None else millis / 1000
