"""`vorzimmer calls`: the finished calls."""

import argparse

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
    command.set_defaults(command=show)


async def show(given: argparse.Namespace) -> int:
    """One call a line."""
    from router.db.reading import finished_calls

    count = 0
    async with opened(given) as database:
        async for record in finished_calls(database, wanted(given)):
            say(_line(record, whole=given.numbers))
            count += 1
    say(counted(count, "call"))
    return 0


def _line(record: CallRecord, *, whole: bool) -> str:
    from router.logs import masked

    caller = "suppressed" if record.caller is None else record.caller if whole else masked(record.caller)
    talk, wrap_up = record.total(PartKind.TALK) / 1000, record.total(PartKind.WRAP_UP) / 1000
    return (
        f"{local(record.arrived)} {record.call:22} {record.client or '-':14} from {caller:16}"
        f" {record.ending.kind:10} {record.ending.reason:28} talk {talk:8.3f} s  wrap-up {wrap_up:8.3f} s"
    )
