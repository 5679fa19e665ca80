"""`vorzimmer calls`: the finished calls."""

import argparse
import json

from router.cli.options import Commands, add_database, add_wanted, counted, local, opened, say, wanted
from router.core.record import CallRecord, PartKind


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "calls",
        description="List finished calls by arrival. `vorzimmer explain CALL` tells why one went where it went.",
    )
    add_database(command)
    add_wanted(command)
    command.add_argument(
        "--numbers", action="store_true", help="show callers' whole numbers (else without the last digits)"
    )
    command.add_argument("--json", action="store_true", help="write one JSON object a line, for programs")
    command.set_defaults(command=show)


async def show(given: argparse.Namespace) -> int:
    """One call a line."""
    from router.db.reading import finished_calls

    count = 0
    async with opened(given) as database:
        async for record in finished_calls(database, wanted(given)):
            say(_object(record, whole=given.numbers) if given.json else _line(record, whole=given.numbers))
            count += 1
    if not given.json:
        say(counted(count, "call"))
    return 0


def _caller(record: CallRecord, *, whole: bool) -> str | None:
    from router.logs import masked

    return record.caller if whole or record.caller is None else masked(record.caller)


def _object(record: CallRecord, *, whole: bool) -> str:
    """Instants in milliseconds since 1970, lengths in milliseconds."""
    content = {
        "call": record.call,
        "client": record.client,
        "to": record.dialled,
        "from": _caller(record, whole=whole),
        "arrived": record.arrived,
        "answered": record.answered,
        "ended": record.ended,
        "ending": {"class": record.ending.kind.value, "reason": record.ending.reason},
        "trial": record.trial,
        "talk_ms": record.total(PartKind.TALK),
        "wrap_up_ms": record.total(PartKind.WRAP_UP),
        "through_ms": record.total(PartKind.THROUGH),
        "messages": [{"recording": one.recording, "length_ms": one.length} for one in record.messages],
        "configuration": record.house_version,
    }
    return json.dumps(content, ensure_ascii=False)


def _line(record: CallRecord, *, whole: bool) -> str:
    caller = _caller(record, whole=whole) or "suppressed"
    talk, wrap_up = record.total(PartKind.TALK) / 1000, record.total(PartKind.WRAP_UP) / 1000
    return (
        f"{local(record.arrived)} {record.call:22} {record.client or '-':14} from {caller:16}"
        f" {record.ending.kind:10} {record.ending.reason:28} talk {talk:8.3f} s  wrap-up {wrap_up:8.3f} s"
    )
