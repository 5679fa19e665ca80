"""`vorzimmer explain CALL`: a finished call's trace as it was kept, and the same call decided again."""

import argparse

from router.cli.options import counted, local, opened, say, say_json
from router.cli.telling import step_content, told
from router.core.again import Again, Asked, Moment, first_difference, judged, moments
from router.core.house import House
from router.core.ids import CallId, Millis
from router.core.record import CallRecord
from router.core.skills import told as needs_told
from router.db.chronicle import Offer, house_at, seats_at
from router.db.database import Database
from router.db.reading import finished_call
from router.engine.codec import decode_value


async def show_finished(given: argparse.Namespace) -> int:
    """The trace, and what came of deciding again; 1 when that is not the same, or there is no such call."""
    async with opened(given) as database:
        record = await finished_call(database, CallId(given.call))
        again = await _again(database, record) if record else None
    if record is None:
        say(f"There is no finished call {given.call}; `vorzimmer calls` lists them.")
        return 1
    if given.json:
        say_json(_content(record, again))
    else:
        _say(record, again)
    return 1 if again and again.differences else 0


async def _again(database: Database, record: CallRecord) -> Again | None:
    """None when what the decisions rested on was not kept, or has been pruned."""
    house = await _house(database, record.arrived, version=record.house_version)
    if house is None or record.arrival is None:
        return None
    asked = [await _judged(database, record, one, house) for one in moments(record, house)]
    return Again(difference=first_difference(record, house), moments=tuple(asked))


async def _house(database: Database, at: Millis, *, version: str | None = None) -> House | None:
    content = await house_at(database, at, version=version)
    return decode_value(House, content.encode()) if content is not None else None


async def _judged(database: Database, record: CallRecord, asked: Asked, arrival: House) -> Moment:
    """The agents are those of the configuration in force by then, which may be another than at the arrival; one that
    came in the same millisecond may have come after it."""
    at = asked.step.at
    before = Offer(agent=asked.offered, call=record.call) if asked.offered else None
    house = await _house(database, at) or arrival
    moment = judged(asked, house, await seats_at(database, house.agents, at, before=before))
    if moment.wrong and (earlier := await _house(database, at - 1)) is not None:
        again = judged(asked, earlier, await seats_at(database, earlier.agents, at, before=before))
        return moment if again.wrong else again
    return moment


# --- for people -------------------------------------------------------------------------------------------------------


def _say(record: CallRecord, again: Again | None) -> None:
    say(f"{record.call}  {local(record.arrived)}  to {record.dialled}  configuration {record.house_version[:12]}")
    for step in record.trace:
        say(f"  {_after(record, step.at)} {told(step)}")
    if again is None and served_alone(record):
        say("No router was there: Asterisk's dialplan served this call, and nothing was decided that could be again.")
        return
    if again is None:
        say("Not decided again: the configuration or the facts of its arrival are not kept (any more).")
        return
    for moment in again.moments:
        _say_moment(record, moment)
    for difference in again.differences:
        say(f"Decided again it is NOT the same: {difference}")
    if not again.differences:
        say(f"Decided again from what was kept: the same, at its arrival and {counted(len(again.moments), 'moment')}.")


def served_alone(record: CallRecord) -> bool:
    """Whether the dialplan's fallback served the call, and no router."""
    return any(step.rule == "fallback" for step in record.trace)


def _say_moment(record: CallRecord, moment: Moment) -> None:
    asked, step = moment.asked, moment.asked.step
    say(f"At {_after(record, step.at).strip()}, {step.rule} {step.outcome}: needed {needs_told(asked.needs)}")
    for agent, why_not in moment.agents.items():
        chosen = "offered the call" if agent == asked.offered else why_not or "could have taken it"
        say(f"  {'agent':12} {agent:24} {chosen}")


def _after(record: CallRecord, at: Millis) -> str:
    return f"{(at - record.arrived) / 1000:9.3f} s"


# --- for programs -----------------------------------------------------------------------------------------------------


def _content(record: CallRecord, again: Again | None) -> dict[str, object]:
    return {
        "kind": "finished",
        "call": record.call,
        "at": record.arrived,
        "to": record.dialled,
        "from": record.caller,
        "configuration": record.house_version,
        "client": record.client,
        "ending": {"class": record.ending.kind.value, "reason": record.ending.reason},
        "steps": [step_content(step) for step in record.trace],
        "again": _again_content(again) if again else None,
    }


def _again_content(again: Again) -> dict[str, object]:
    return {
        "same": not again.differences,
        "differences": list(again.differences),
        "moments": [_moment_content(moment) for moment in again.moments],
    }


def _moment_content(moment: Moment) -> dict[str, object]:
    asked = moment.asked
    return {
        **step_content(asked.step),
        "queue": asked.queue.id,
        "stage": asked.stage,
        "needs": needs_told(asked.needs),
        "offered": asked.offered,
        "agents": [{"agent": agent, "why_not": why_not} for agent, why_not in moment.agents.items()],
    }
