"""Real calls around every limit of the tariff, all at once: each amount is the tariff's, to the cent, by SIPp's clock.

The tariff is the default one but for the cap on after-work, 3 s. What SIPp measured decides what is expected; where it
cannot tell on which side of a limit a call lies, the ledger's own milliseconds do, which must be those of SIPp.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import pytest
import pytest_asyncio

from router.billing.run import without_calls
from router.core.billing.entry import EntryKind, receivable
from router.core.billing.refund import book_day
from router.core.ids import ClientId
from router.core.record import PartKind
from router.db.books import SqlBooks
from router.db.database import open_database
from tests.asterisk.configs import Config, agent, written
from tests.asterisk.stage import KRAUSE, TOLERANCE_MS, Booked, Stage, assert_as_seen, conversation
from tests.lab import Answer, LabFailed, Reject, SippAgent, SippCall, wait_for
from tests.lab.faketime import WallClock
from tests.lab.running import running_house

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="module")]

CLIENT = ClientId("krause")
OFFICE, EMERGENCY = "+493023125120", "+491713920002"  # of `krause`, who answers, and of `emergency`, who is busy
ACCEPTED_AFTER_MS, MOST_WRAP_UP_MS, WRAP_UP_LIMIT_MS = 15_000, 3_000, 5_000
FEE, PER_MINUTE = Decimal(59), Decimal(59)
WITHIN_S = 30.0
A_MONTH_S = 32 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Seconds for which the agent speaks, until it is given `to` somebody, and works afterwards (None: too long)."""

    talks: Sequence[float]
    wrap_up: float | None
    to: str = ""
    reports: str = ""


CASES = {
    "10 s": Case(talks=[10.0], wrap_up=1.5),
    "14.8 s": Case(talks=[14.8], wrap_up=1.7),
    "14.95 s": Case(talks=[14.95], wrap_up=1.55),
    "15.0 s": Case(talks=[15.0], wrap_up=1.5),
    "15.05 s": Case(talks=[15.05], wrap_up=1.45),
    "15.2 s": Case(talks=[15.2], wrap_up=1.3),
    "after-work below its cap": Case(talks=[16.0], wrap_up=2.5),
    "after-work just below its cap": Case(talks=[15.6], wrap_up=2.9),
    "after-work just above its cap": Case(talks=[15.5], wrap_up=3.1),
    "after-work until the house ends it": Case(talks=[15.5], wrap_up=None),
    "put through before the fee": Case(talks=[9.5], wrap_up=1.0, to="krause"),
    "put through after the fee": Case(talks=[16.7], wrap_up=0.8, to="krause"),
    "come back, too short together": Case(talks=[6.2, 6.3], wrap_up=1.0, to="emergency"),
    "come back, long enough together": Case(talks=[8.2, 8.3], wrap_up=1.0, to="emergency"),
    "advertising, by key": Case(talks=[15.5], wrap_up=1.0, reports="*7"),
    "advertising, by code afterwards": Case(talks=[15.5], wrap_up=2.5, reports="*47"),
}
ADVERTISING = [name for name, case in CASES.items() if case.reports]
AGENTS = [f"agent{nth:02}" for nth in range(len(CASES))]


class Done(NamedTuple):
    """The end of an after-work lay between the INVITE that asked for it and the moment when it was seen."""

    asked: float
    seen: float


class Played(NamedTuple):
    """A case as it went: the call, all the agent's legs, the end of the after-work, and what was booked."""

    call: SippCall
    legs: Sequence[SippCall]
    wrapped: Done | None
    booked: Booked


def limits(config: Config) -> None:
    """An agent for each call, who may work on for 5 s, of which 3 s are billed; people to be called at any hour."""
    config["house"]["wrap_up_limit"] = f"{WRAP_UP_LIMIT_MS}ms"
    config["tariffs"]["standard"][0]["wrap_up_cap"] = f"{MOST_WRAP_UP_MS}ms"
    config["agents"].update({name: agent(name) for name in AGENTS})
    for person in config["clients"][CLIENT]["staff"].values():
        person.pop("hours", None)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The house of this module."""
    async with running_house(written(tmp_path_factory.mktemp("config") / "yaml", limits)) as house:
        yield Stage(house)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(stage: Stage) -> Mapping[str, Played]:
    """All cases, at once."""
    phones = await asyncio.gather(*(stage.agent(name, Answer(ring=0.1)) for name in AGENTS))
    stage.answering(OFFICE, Answer(ring=0.1, talk=1.0))
    stage.answering(EMERGENCY, Reject(code=486))
    callers = [stage.number() for _ in CASES]
    lines = stage.house.lab.caller(at=stage.house.asterisk.sip_address)
    calls = await lines.batch([(KRAUSE, caller) for caller in callers], rate=10)
    talkers = [Talker(*one) for one in zip(callers, calls, CASES.values(), strict=True)]
    await reported(phones, talkers)
    stage.house.lab.mute()  # what two cores can signal they cannot always voice
    done = await asyncio.gather(*(play(stage, phones, talker) for talker in talkers))
    return dict(zip(CASES, done, strict=True))


class Talker(NamedTuple):
    """A caller's number, the call, and what is to become of it."""

    number: str
    call: SippCall
    case: Case


async def reported(phones: Sequence[SippAgent], talkers: Sequence[Talker]) -> None:
    """All callers have their agents, and the callers who are advertising are reported where that is done by key."""
    firsts = await asyncio.gather(*(answered(phones, talker.number, 1) for talker in talkers))
    for (_, leg), talker in zip(firsts, talkers, strict=True):
        if talker.case.reports == "*7":
            await leg.press("*7")


async def play(stage: Stage, phones: Sequence[SippAgent], talker: Talker) -> Played:
    """One case from the answer to the books."""
    legs: list[SippCall] = []
    for nth, seconds in enumerate(talker.case.talks, 1):
        phone, leg = await answered(phones, talker.number, nth)
        legs.append(leg)
        if talker.case.to == "krause" or nth < len(talker.case.talks):
            await give(stage, phone, leg, talker.case.to, seconds)
        else:
            await leg.talk(seconds)
    wrapped = await work_on(stage, phone, legs[-1], talker.case)
    await talker.call.ended(within=WITHIN_S)
    return Played(talker.call, legs, wrapped, await stage.booked(talker.number, within=WITHIN_S))


async def answered(phones: Sequence[SippAgent], number: str, nth: int) -> tuple[SippAgent, SippCall]:
    """The agent who answers this caller, the first or second time."""

    def found() -> list[tuple[SippAgent, SippCall]]:
        legs = [(phone, leg) for phone in phones for leg in phone.calls if leg.record.caller == number]
        return legs[nth - 1 : nth]

    ((phone, leg),) = await wait_for(found, WITHIN_S, f"an agent for {number}")
    await leg.established()
    return phone, leg


async def give(stage: Stage, phone: SippAgent, leg: SippCall, to: str, seconds: float) -> None:
    """So long after the answer the agent gives the caller to somebody of the client's staff."""
    await passed(leg.record.answered_at, seconds)
    await stage.house.ask(phone.account.user, "transfer", staff=to)
    await leg.ended(within=WITHIN_S)


async def passed(since: float | None, seconds: float) -> None:
    """Let time pass until so long after an instant of SIPp's clock."""
    assert since is not None
    await asyncio.sleep(max(0.0, since / 1000 + seconds - time.time()))


async def work_on(stage: Stage, phone: SippAgent, leg: SippCall, case: Case) -> Done | None:
    """After-work that the agent ends by *44."""
    if case.wrap_up is None:
        return None
    await stage.house.presence(phone.account.user, "wrap_up")
    if case.reports == "*47":
        await (await phone.dial("*47")).ended(within=WITHIN_S)
    await passed(leg.record.ended_at, case.wrap_up)
    done = await phone.dial("*44")
    await stage.house.presence(phone.account.user, "available")
    seen = time.time() * 1000
    await done.hang_up()
    return Done(done.record.invite_at, seen)


def tariff(talk: float, wrap_up: float) -> Mapping[str, int]:
    """Cents by kind of charge for so many milliseconds."""
    seconds = int(talk + min(wrap_up, MOST_WRAP_UP_MS)) // 1000
    handling = int((PER_MINUTE * seconds / 60).quantize(Decimal(1), ROUND_HALF_UP))
    return {"handling": handling} | ({"acceptance": int(FEE)} if talk > ACCEPTED_AFTER_MS else {})


def by_sipp(one: Played) -> Sequence[Mapping[str, int]]:
    """The least and the most that the call may cost by what SIPp measured."""
    seen = [conversation(one.call, leg) for leg in one.legs]
    least = sum(each.left - each.acknowledged - TOLERANCE_MS for each in seen)
    most = sum(each.confirmed - each.answered + TOLERANCE_MS for each in seen)
    if one.wrapped is None:
        return [tariff(talk, WRAP_UP_LIMIT_MS) for talk in (least, most)]
    shortest, longest = after_work(one, one.wrapped)
    return [tariff(least, shortest), tariff(most, longest)]


def after_work(one: Played, done: Done) -> tuple[float, float]:
    """Between how many milliseconds and how many it lasted."""
    last = conversation(one.call, one.legs[-1])
    return done.asked - last.confirmed - TOLERANCE_MS, done.seen - last.left + TOLERANCE_MS


def charges(one: Played) -> Mapping[str, int]:
    """What the ledger has."""
    return {str(line.charge.kind): line.charge.charged for line in one.booked.lines}


@pytest.mark.parametrize("name", CASES)
async def test_a_call_costs_what_the_tariff_says_of_sipps_times(played: Mapping[str, Played], name: str) -> None:
    one = played[name]
    assert_as_seen(one.booked, [conversation(one.call, leg) for leg in one.legs], [None] * (len(one.legs) - 1))
    wrap_up = one.booked.record.total(PartKind.WRAP_UP)
    if one.wrapped is None:
        assert wrap_up == WRAP_UP_LIMIT_MS
    else:
        shortest, longest = after_work(one, one.wrapped)
        assert shortest <= wrap_up <= longest
    least, most = by_sipp(one)
    expected = least if least == most else tariff(one.booked.record.total(PartKind.TALK), wrap_up)
    assert charges(one) == expected


async def test_calls_lie_on_both_sides_of_every_limit(played: Mapping[str, Played]) -> None:
    fee = {name: "acceptance" in charges(one) for name, one in played.items()}
    assert not any(fee[name] for name in ("10 s", "put through before the fee", "come back, too short together"))
    assert all(fee[name] for name in ("put through after the fee", "come back, long enough together"))
    worked = played["after-work until the house ends it"].booked.record
    assert charges(played["after-work until the house ends it"]) == tariff(worked.total(PartKind.TALK), MOST_WRAP_UP_MS)


@pytest.mark.parametrize("name", CASES)
async def test_an_advertising_call_is_refunded_exactly_and_no_other(
    stage: Stage, played: Mapping[str, Played], name: str
) -> None:
    call = played[name].booked.record.call
    async with open_database(stage.house.database) as database:
        refund = await SqlBooks(database).find(f"refund:{call}")
    if name not in ADVERTISING:
        assert refund is None
        return
    assert refund is not None
    assert (refund.entry.kind, refund.entry.reverses) == (EntryKind.REFUND, played[name].booked.lines[0].transaction)
    assert -refund.entry.receivable == sum(charges(played[name]).values()) > FEE


async def test_the_months_invoice_is_the_ledgers_sum(stage: Stage, played: Mapping[str, Played]) -> None:
    await stage.cleared()
    month = book_day(played["10 s"].booked.record.arrived).replace(day=1)
    await bill_run(stage, month)
    async with open_database(stage.house.database) as database:
        books = SqlBooks(database)
        documents = await books.documents(since=date(1970, 1, 1), until=date(2999, 12, 31))
        owed = await books.balance(receivable(CLIENT))
    (invoice,) = (without_calls(posted) for posted in documents)
    costs = sum(sum(charges(one).values()) for name, one in played.items() if name not in ADVERTISING)
    assert invoice.totals.net == costs
    assert invoice.totals.gross == owed
    await stage.sound()


async def bill_run(stage: Stage, month: date) -> None:
    """`vorzimmer bill run` on a day when the month is over."""
    clock = WallClock(A_MONTH_S).followed_in(stage.house.folder)
    words = ("bill", "run", "--month", f"{month:%Y-%m}", "--client", CLIENT, "--config", str(stage.house.config))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "router", *words, "--database", stage.house.database,
        env={**os.environ, **stage.house.environment, **clock},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    said = (await process.communicate())[0].decode()
    if process.returncode:
        raise LabFailed(f"bill run ended with {process.returncode}: {said}")
