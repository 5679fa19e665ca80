"""What SIPp, the ledger and Asterisk's CEL say of one visit, side by side, so that the cause of a difference shows."""

from datetime import UTC, datetime

from router.ari.cel import columns_of
from router.core.record import CallRecord
from tests.chaos.traffic import Traffic, Visit
from tests.lab import SippCall

WORDS = {"INVITE", "ACK", "BYE", "CANCEL"}


def account(traffic: Traffic, visit: Visit, record: CallRecord) -> str:
    """Some lines, in the order of time by source."""
    off = traffic.off_by(visit, record)
    legs = [("caller", visit.call), *(("agent", leg) for leg in traffic.legs(visit))]
    legs += [("far end", leg) for leg in traffic.far_legs(visit)]
    return "\n      ".join(
        (
            f"{visit.caller}, {visit.kind}, off by {off:.0f} ms; ended as {record.ending.reason}",
            *(f"SIPp, {who}: {_seen(leg)}" for who, leg in legs),
            *(f"ledger: {part.kind} {clock(part.start)} to {clock(part.end)}" for part in record.parts),
            *(f"trace: {clock(step.at)} {step.rule}: {step.outcome} {step.because}" for step in record.trace),
            *(f"CEL: {line}" for line in _events(traffic, record)),
        )
    )


def _seen(leg: SippCall) -> str:
    said = [one for one in leg.messages if one.method in WORDS and (one.code == 0 or one.code >= 180)]
    return ", ".join(f"{'>' if one.sent else '<'} {clock(one.at)} {one.code or ''}{one.method}" for one in said)


def _events(traffic: Traffic, record: CallRecord) -> list[str]:
    """The rows about the call's channels: those whose name or linked name is the call's."""
    file = traffic.house.asterisk.cel_file
    lines = file.read_text(errors="replace").splitlines()
    rows = [columns_of(line) for line in lines if record.call in line]
    return [f"{clock(float(row[1]) * 1000)} {row[0]} {row[2]} {row[4]}" for row in rows if len(row) > 4]


def clock(at: float) -> str:
    """The time of day of an instant in milliseconds."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):%H:%M:%S.%f}"[:-3]
