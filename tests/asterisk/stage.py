"""A running house as these tests use it: agents who come and go, callers with numbers of their own, and the books."""

import itertools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from router.core.ids import CallId
from router.core.record import CallRecord, Part, PartKind
from router.db.database import open_database
from router.db.reading import LedgerLine, Wanted, finished_calls, ledger_lines
from tests.lab import Answer, LabFailed, Plan, SippAgent, SippCall, wait_for
from tests.lab.phones import Phone
from tests.lab.running import House, until

KRAUSE, ADLER, LUMENTA, SHARED, BRIEF = (
    "+493023125010",
    "+496990009020",
    "+494066969030",
    "+493023125000",
    "+493023125050",
)
TOLERANCE_MS = 50
ACCEPTED_AFTER_MS = 2_000
FAULTS = ('"level":"error"', '"level":"critical"', "Traceback")


@dataclass(frozen=True, slots=True)
class Talk:
    """A caller's number, the caller's leg and the agent's."""

    caller: str | None
    call: SippCall
    leg: SippCall


async def flow(*talks: Talk, packets: int = 25) -> None:
    """Wait until everybody has heard so much more of the other, with nobody hanging up."""
    for talk in talks:
        await talk.leg.established()
        await talk.call.established()
    before = {leg: leg.heard for talk in talks for leg in (talk.call, talk.leg)}

    def heard() -> bool:
        assert all(leg.live for leg in before), "a conversation dropped"
        return all(leg.heard >= count + packets for leg, count in before.items())

    await wait_for(heard, 10, "sound both ways")


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A settled call: its record and its charges."""

    record: CallRecord
    lines: Sequence[LedgerLine]

    def parts(self, kind: PartKind) -> list[Part]:
        """The stretches of one kind, in order."""
        return [part for part in self.record.parts if part.kind is kind]

    @property
    def ending(self) -> tuple[str, str]:
        """Class and reason."""
        return self.record.ending.kind, self.record.ending.reason

    def reasons(self, rule: str) -> list[str]:
        """What the trace says of one rule."""
        return [f"{step.outcome}: {step.because}" for step in self.record.trace if step.rule == rule]


class Stage:
    """One house and its phones."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._phones: dict[str, SippAgent] = {}
        self._seen: dict[str, int] = {}
        self._seen_staff = 0
        self._on: set[str] = set()
        self._read: set[CallId] = set()
        self._numbers = itertools.count(1)

    # --- people ----------------------------------------------------------------------------------------------------

    async def agent(self, name: str, plan: Plan | None = None, *, available: bool = True) -> SippAgent:
        """An agent's phone, registered at the first time of asking, with this plan from now on."""
        if name not in self._phones:
            self._phones[name] = await self.house.phone(name, available=False)
        self._phones[name].plan = plan or Answer(ring=0.1)
        self._seen[name] = len(self._phones[name].calls)
        if available:
            await self.on_duty(name)
        self._on.add(name)
        return self._phones[name]

    def phone(self, name: str) -> SippAgent:
        """The phone of an agent who was asked for before."""
        return self._phones[name]

    async def on_duty(self, *names: str) -> None:
        """These agents log in."""
        for name in names:
            await self.house.ask(name, "login")
        self._on.update(names)

    async def talks(self, callers: Sequence[str], phone: Phone, *, dialled: str = KRAUSE) -> list[Talk]:
        """Conversations of these callers with whoever answers at the phone."""
        lines = self.house.lab.caller(at=self.house.asterisk.sip_address)
        calls = await lines.batch([(dialled, caller) for caller in callers], rate=10)
        talks = [Talk(number, call, await phone.call_from(number)) for number, call in zip(callers, calls, strict=True)]
        for talk in talks:
            await talk.call.established()
            await talk.leg.established()
        return talks

    async def leg(self, phone: SippAgent, nth: int = 1) -> SippCall:
        """The first (second …) call of this phone since the test asked for the agent."""
        seen = self._seen[phone.account.user] + nth
        await wait_for(lambda: len(phone.calls) >= seen, 10, f"call {nth} at {phone.account.user}")
        return phone.calls[seen - 1]

    def number(self) -> str:
        """A caller's number that nobody had before."""
        return f"+4917139{next(self._numbers):05}"

    def answering(self, number: str, plan: Plan) -> None:
        """What the carrier's far end does with calls to this number from now on."""
        self.house.staff.plans[number] = plan
        self._seen_staff = len(self.house.staff.calls)

    async def staff_leg(self, nth: int = 1) -> SippCall:
        """The first (second …) call to the carrier's far end since the test last said who answers there."""
        seen, calls = self._seen_staff + nth, self.house.staff.calls
        await wait_for(lambda: len(calls) >= seen, 10, f"call {nth} at the carrier's far end")
        return calls[seen - 1]

    async def wrapped_up(self, phone: SippAgent, then: str = "available") -> float:
        """The agent ends the wrap-up by *44, and has this presence then; gives the instant of that INVITE."""
        await self.house.presence(phone.account.user, "wrap_up")
        done = await phone.dial("*44")
        await self.house.presence(phone.account.user, then)
        await done.hang_up()
        return done.record.invite_at

    # --- decisions -------------------------------------------------------------------------------------------------

    async def noted(self, rule: str, outcome: str, caller: str) -> None:
        """Wait until the router has decided this of the caller's last call."""

        async def made() -> bool:
            return (rule, outcome) in self._decided(caller)

        await until(made, 10, lambda: f"{rule} {outcome} of {caller}: {self._decided(caller)}\n{self.house.log_tail()}")

    def _decided(self, caller: str) -> list[tuple[str, str]]:
        """Rule and outcome of all decisions; the journal knows whose call each was."""
        journal = "".join(file.read_text() for file in (self.house.state / "journal").glob("journal-*.log"))
        arrived = [line for line in journal.splitlines() if "CallerArrived" in line and f'"{caller}"' in line]
        calls = {found[1] for line in arrived if (found := re.search(r'"call":"([^"]+)"', line))}
        steps = (json.loads(line) for line in self.house.log_file.read_text().splitlines() if "vorzimmer.call" in line)
        return [(step["event"], step["outcome"]) for step in steps if step["call"] in calls]

    async def waiting(self) -> int:
        """How many callers wait."""
        metrics = await self.house.metrics()
        counts = re.findall(r"^vorzimmer_waiting_callers\{.*\} (\d+)", metrics, re.MULTILINE)
        return sum(map(int, counts))

    # --- the books -------------------------------------------------------------------------------------------------

    async def booked(self, caller: str | None, *, within: float = 15.0) -> Booked:
        """Wait until another call of this number is settled than those already looked at."""
        found: list[CallRecord] = []

        async def settled() -> bool:
            async with open_database(self.house.database) as database:
                records = [record async for record in finished_calls(database) if record.caller == caller]
            found[:] = [record for record in records if record.call not in self._read]
            return bool(found)

        await until(settled, within, lambda: f"the call from {caller} to be settled\n{self.house.log_tail()}")
        self._read.add(found[-1].call)
        async with open_database(self.house.database) as database:
            lines = [line async for line in ledger_lines(database, Wanted(call=found[-1].call))]
        return Booked(record=found[-1], lines=lines)

    async def billed(
        self, talk: Talk, *wrapped: float | None, again: Sequence[SippCall] = (), within: float = 15.0
    ) -> Booked:
        """The call, settled as SIPp saw it: `again` are further agents' legs, `wrapped` the ends of the after-work that
        followed each (None, or none given: none that a phone could see)."""
        booked = await self.booked(talk.caller, within=within)
        assert_as_seen(booked, [conversation(talk.call, leg) for leg in (talk.leg, *again)], wrapped)
        assert_priced(booked)
        return booked

    # --- the end ---------------------------------------------------------------------------------------------------

    async def cleared(self) -> None:
        """Everybody goes home: no call, no channel, no bridge is left."""
        await self.house.ensure_router()
        try:
            for name in sorted(self._on):
                await self.house.ask(name, "logout")
                await self.house.presence(name, "off")
            self._on.clear()
            await self.house.empty()
        except LabFailed:
            await self.house.asterisk.cli("channel request hangup all")  # so that the next test has its own chance
            raise

    async def sound(self) -> None:
        """The ledger is whole, and nothing failed that the router knows of."""
        found = await self.house.verified()
        assert not found.findings, found.findings
        faults = [line for line in self.house.log_file.read_text().splitlines() if any(bad in line for bad in FAULTS)]
        assert not faults, "\n".join(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A conversation by SIPp's clock, from the agent's answer to the first hang-up, the agent's or the caller's.

    What SIPp sent reached Asterisk at some instant between the sending and the confirmation. The two are a millisecond
    apart on an idle machine; on a busy one nobody can say more exactly when the conversation began or ended.
    """

    answered: float
    acknowledged: float
    left: float
    confirmed: float


def conversation(call: SippCall, leg: SippCall) -> Seen:
    """Of a caller's leg and an agent's, one of which is over."""
    first = min((one for one in (call, leg) if one.over), key=lambda one: one.record.ended_at or 0)
    answered, left = leg.record.answered_at, first.record.ended_at
    assert answered is not None
    assert left is not None
    acknowledged = next(message.at for message in leg.messages if message.method == "ACK")
    replies = (
        message.at for message in first.messages if message.code and message.method == "BYE" and not message.sent
    )
    return Seen(answered=answered, acknowledged=acknowledged, left=left, confirmed=next(replies, left))


def assert_as_seen(booked: Booked, seen: Sequence[Seen], wrapped: Sequence[float | None]) -> None:
    """Conversation and after-work are what SIPp measured, within 50 ms."""
    talks, wraps = booked.parts(PartKind.TALK), booked.parts(PartKind.WRAP_UP)
    assert len(talks) == len(seen), booked.record.parts
    for talk, one in zip(talks, seen, strict=True):
        assert one.answered - TOLERANCE_MS <= talk.start <= one.acknowledged + TOLERANCE_MS, (talk, one)
        assert one.left - TOLERANCE_MS <= talk.end <= one.confirmed + TOLERANCE_MS, (talk, one)
        shortest, longest = one.left - one.acknowledged, one.confirmed - one.answered
        assert shortest - TOLERANCE_MS <= talk.length <= longest + TOLERANCE_MS, (talk, one)
    for one, done in zip(seen, wrapped, strict=False):
        assert done is None or _some_lasted(wraps, done - one.left), (wraps, one, done)


def _some_lasted(parts: Sequence[Part], millis: float) -> bool:
    return any(abs(part.length - millis) <= TOLERANCE_MS for part in parts)


def assert_priced(booked: Booked) -> None:
    """Each charge is the tariff's for the recorded milliseconds, computed here a second time."""
    talk, wrap_up = booked.record.total(PartKind.TALK), booked.record.total(PartKind.WRAP_UP)
    seconds = (talk + min(wrap_up, 120_000)) // 1000 if talk else 0
    expected = {"acceptance": 59} if talk > ACCEPTED_AFTER_MS else {}
    if seconds:
        expected["handling"] = (seconds * 59 * 2 + 60) // 120  # half-up
    assert {str(line.charge.kind): line.charge.list_price for line in booked.lines} == expected
    trial = booked.record.trial
    assert all(line.charge.charged == (0 if trial else line.charge.list_price) for line in booked.lines)
