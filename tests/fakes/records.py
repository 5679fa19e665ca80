"""Finished calls, as short as a test can say them."""

from router.core.house import Tariff
from router.core.ids import AgentId, CallId, ClientId, Millis, TariffId
from router.core.record import CallRecord, Ending, EndingClass, Part, PartKind
from router.core.trace import Step

ARRIVED: Millis = 1_790_000_000_000
STANDARD = Tariff(id=TariffId("standard"), version=3)
MUELLER = ClientId("mueller")


def finished(
    *lengths: tuple[PartKind, Millis],
    call: str = "call-1",
    client: ClientId | None = MUELLER,
    tariff: Tariff | None = STANDARD,
    trial: bool = False,
    arrived: Millis = ARRIVED,
) -> CallRecord:
    """A call with parts of these kinds and lengths in milliseconds, one after the other."""
    parts, now = [], arrived + 4_000
    for kind, length in lengths:
        parts.append(Part(kind=kind, start=now, end=now + length, agent=AgentId("anna")))
        now += length
    return CallRecord(
        call=CallId(call),
        client=client,
        dialled="+493012345678",
        caller="+4915112345678",
        arrived=arrived,
        answered=arrived + 4_000,
        ended=now,
        ending=Ending(kind=EndingClass.SERVED, reason="caller_hung_up"),
        parts=tuple(parts),
        tariff=tariff,
        trial=trial,
        trace=(Step(at=arrived, rule="did", outcome="mueller", because="„Müller“ +493012345678"),),
        house_version="f00d",
    )


def talked(talk_ms: Millis, wrap_up_ms: Millis = 0, *, call: str = "call-1", trial: bool = False) -> CallRecord:
    """A served call: one conversation, then its wrap-up."""
    return finished((PartKind.TALK, talk_ms), (PartKind.WRAP_UP, wrap_up_ms), call=call, trial=trial)
