"""A running house as these tests use it: agents who come and go, callers with numbers of their own, and the books."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from router.core.record import CallRecord, Part, PartKind
from router.db.database import open_database
from router.db.reading import LedgerLine, Wanted, finished_calls, ledger_lines
from tests.lab import Answer, Plan, SippAgent, SippCall, SippRecord
from tests.lab.running import House, until

KRAUSE, ADLER, LUMENTA, SHARED, BRIEF = (
    "+493023125010",
    "+496990009020",
    "+494066969030",
    "+493023125000",
    "+493023125050",
)
TOLERANCE_MS = 50
FAULTS = ('"level":"error"', '"level":"critical"', "Traceback")


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
        self._numbers = itertools.count(1)

    # --- people ----------------------------------------------------------------------------------------------------

    async def agent(self, name: str, plan: Plan | None = None, *, available: bool = True) -> SippAgent:
        """An agent's phone, registered at the first time of asking, with this plan from now on."""
        if name not in self._phones:
            self._phones[name] = await self.house.phone(name, available=False)
        self._phones[name].plan = plan or Answer(ring=0.1)
        if available:
            await self.house.ask(name, "login")
        return self._phones[name]

    def number(self) -> str:
        """A caller's number that nobody had before."""
        return f"+4917139{next(self._numbers):05}"

    def answering(self, number: str, plan: Plan) -> None:
        """What the carrier's far end does with calls to this number from now on."""
        self.house.staff.plans[number] = plan

    async def wrapped_up(self, phone: SippAgent) -> float:
        """The agent ends the wrap-up by *44; gives the instant of that INVITE."""
        await self.house.presence(phone.account.user, "wrap_up")
        done = await phone.dial("*44")
        await self.house.presence(phone.account.user, "available")
        return done.record.invite_at

    # --- the books -------------------------------------------------------------------------------------------------

    async def booked(self, caller: str | None, *, within: float = 15.0) -> Booked:
        """Wait until the last call of this number is settled."""
        found: list[CallRecord] = []

        async def settled() -> bool:
            async with open_database(self.house.database) as database:
                found[:] = [record async for record in finished_calls(database) if record.caller == caller]
            return bool(found)

        await until(settled, within, lambda: f"the call from {caller} to be settled\n{self.house.log_tail()}")
        async with open_database(self.house.database) as database:
            lines = [line async for line in ledger_lines(database, Wanted(call=found[-1].call))]
        return Booked(record=found[-1], lines=lines)

    async def billed(
        self, caller: str, talks: Sequence[SippCall], wrapped: Sequence[float | None], *, within: float = 15.0
    ) -> Booked:
        """The call, settled as SIPp saw it: `talks` are the agents' legs, `wrapped` the ends of the after-work that
        followed each (None: none followed that a phone could see)."""
        booked = await self.booked(caller, within=within)
        assert_as_seen(booked, [leg.record for leg in talks], wrapped)
        assert_priced(booked)
        return booked

    # --- the end ---------------------------------------------------------------------------------------------------

    async def cleared(self) -> None:
        """Everybody goes home: no call, no channel, no bridge is left."""
        for name in self._phones:
            await self.house.ask(name, "logout")
            await self.house.presence(name, "off")
        await self.house.empty()

    async def sound(self) -> None:
        """The ledger is whole, and nothing failed that the router knows of."""
        found = await self.house.verified()
        assert not found.findings, found.findings
        faults = [line for line in self.house.log_file.read_text().splitlines() if any(bad in line for bad in FAULTS)]
        assert not faults, "\n".join(faults)


def assert_as_seen(booked: Booked, legs: Sequence[SippRecord], wrapped: Sequence[float | None]) -> None:
    """Conversation and after-work are what SIPp measured, within 50 ms."""
    talks, wraps = booked.parts(PartKind.TALK), booked.parts(PartKind.WRAP_UP)
    assert len(talks) == len(legs), booked.record.parts
    for talk, leg in zip(talks, legs, strict=True):
        assert abs(talk.length - leg.talk_ms) <= TOLERANCE_MS, (talk, leg)
        assert leg.answered_at is not None
        assert abs(talk.start - leg.answered_at) <= TOLERANCE_MS, (talk, leg)
    for leg, end in zip(legs, wrapped, strict=True):
        if end is not None:
            assert leg.ended_at is not None
            wrap = min(wraps, key=lambda part: abs(part.start - (leg.ended_at or 0)))
            assert abs(wrap.length - (end - leg.ended_at)) <= TOLERANCE_MS, (wrap, leg.ended_at, end)


def assert_priced(booked: Booked) -> None:
    """Each charge is the standard tariff's for the recorded milliseconds, computed here a second time."""
    talk, wrap_up = booked.record.total(PartKind.TALK), booked.record.total(PartKind.WRAP_UP)
    seconds = (talk + min(wrap_up, 120_000)) // 1000 if talk else 0
    expected = {"acceptance": 59} if talk > 15_000 else {}
    if seconds:
        expected["handling"] = (seconds * 59 * 2 + 60) // 120  # half-up
    assert {str(line.charge.kind): line.charge.list_price for line in booked.lines} == expected
    trial = booked.record.trial
    assert all(line.charge.charged == (0 if trial else line.charge.list_price) for line in booked.lines)
