"""Ten times as many callers as can be served: those who are let in are served as ever, the others hear at once that the
line is busy."""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from bench.calls.addresses import CALLERS, PHONES, caller_number
from bench.calls.sipp import SCENARIOS, Sipp, phones
from tests.asterisk.configs import Config, crew, crew_names, quick, written
from tests.asterisk.stage import KRAUSE
from tests.chaos.figures import Figure, Given, at_most, exactly
from tests.lab.running import House, running_house
from tests.lab.trace import SipMessage

AGENTS = 60
HOUSE_CALLS = 100
SERVED_RATE, TIMES = 20, 10  # calls a second
OVERLOAD_S, SHORT_OVERLOAD_S = 60, 3
ORDINARY_S, SHORT_ORDINARY_S = 5, 1
TALK_MS = 1_000
PATIENCE_S = 30
DELAY_BAR_MS, TOLD_BAR_MS = 1_000, 2_000
AGAIN_S = 5.0  # after the last of the many
BUSY = (
    '<recv response="486" optional="true" next="1"/>\n<recv response="503" optional="true" next="1"/>\n'
    '<recv response="200" rtd="1" rrs="true"/>'
)
REFUSED = """<nop next="2"/>
<label id="1"/>
<send next="2"><![CDATA[
ACK sip:[field1]@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<label id="2"/>
<nop/>
</scenario>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Of one run of callers, milliseconds from each INVITE: to the 200, and to a refusal; and who got neither.

    `late`: how much later than due SIPp sent each INVITE; whoever sends that late looks at answers as late.
    """

    admitted: Sequence[float]
    refused: Sequence[float]
    unanswered: int
    late: Sequence[float]
    last_at: float  # when the last INVITE was sent, in milliseconds since 1970


async def run(given: Given) -> Sequence[Figure]:
    """As many as can be served, ten times as many, and as many as can be served."""
    seconds, ordinary = (SHORT_OVERLOAD_S, SHORT_ORDINARY_S) if given.short else (OVERLOAD_S, ORDINARY_S)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vorzimmer-overload-")))
        house = await stack.enter_async_context(running_house(_config(folder)))
        await stack.enter_async_context(phones(folder, house.asterisk.sip_address))
        await asyncio.gather(*(house.ask(name, "login") for name in crew_names(AGENTS)))
        asterisk, router = house.asterisk.pid, house.router_pid
        callers = partial(_callers, folder, house)
        before = await callers(SERVED_RATE, ordinary)
        given.say(f"{SERVED_RATE * TIMES} calls a second for {seconds} s")
        amidst = await callers(SERVED_RATE * TIMES, seconds)
        await asyncio.sleep(amidst.last_at / 1000 + AGAIN_S - time.time())
        after = await callers(SERVED_RATE, ordinary)
        given.say(
            "; ".join(line for line in (await house.metrics()).splitlines() if line.startswith("vorzimmer_overload"))
        )
        same = asterisk == house.asterisk.pid and router == house.router_pid
        await house.empty(30)
        return [
            exactly("Router and Asterisk are the same as before", same, True),
            *_figures(before, amidst, after, seconds, slower=2 if given.short else 1),
            exactly("Findings in the ledger", len((await house.verified()).findings), 0),
        ]


def _config(folder: Path) -> Path:
    return written(folder / "yaml", quick, crew(AGENTS, f"{PHONES[0]}:{PHONES[1]}"), _limited)


def _limited(config: Config) -> None:
    config["house"]["wrap_up_limit"] = "1s"
    config["house"]["limits"] = {"calls": HOUSE_CALLS}


async def _callers(folder: Path, house: House, rate: int, seconds: int) -> Answers:
    text = (SCENARIOS / "caller.xml").read_text().replace("@ENDING@", (SCENARIOS / "caller-bye.xml").read_text())
    text = text.replace('<recv response="200" rtd="1" rrs="true"/>', BUSY).replace("</scenario>", REFUSED)
    count = rate * seconds
    options = ["-m", str(count), "-r", str(rate), "-l", "20000", "-inf", "calls.csv"]
    sipp = Sipp(folder, text.replace("@TALK@", str(TALK_MS)), options, traced=True)
    rows = (f"{caller_number(number)};{KRAUSE}\n" for number in range(count))
    (sipp.folder / "calls.csv").write_text("SEQUENTIAL\n" + "".join(rows))
    await sipp.start(CALLERS, house.asterisk.sip_address)
    await sipp.ended(seconds + PATIENCE_S)
    return _answers(await asyncio.to_thread(sipp.messages), rate)


def _answers(messages: Iterable[SipMessage], rate: int) -> Answers:
    invited: dict[str, float] = {}
    final: dict[str, tuple[int, float]] = {}
    for message in messages:
        if message.method == "INVITE":
            if not message.code:
                invited.setdefault(message.call_id, message.at)
            elif message.code >= 200 and message.call_id in invited:  # else an answer to an earlier run's
                final.setdefault(message.call_id, (message.code, message.at - invited[message.call_id]))
    told = defaultdict(list)
    for code, delay in final.values():
        told[code == 200].append(delay)
    sent = sorted(invited.values())
    return Answers(
        admitted=told[True],
        refused=told[False],
        unanswered=len(invited) - len(final),
        late=[max(0.0, at - sent[0] - 1000 * number / rate) for number, at in enumerate(sent)],
        last_at=sent[-1],
    )


def _p95(delays: Sequence[float]) -> float:
    return quantiles(delays, n=20)[-1] if len(delays) > 1 else 0.0


def _p99(delays: Sequence[float]) -> float:
    return quantiles(delays, n=100)[-1] if len(delays) > 1 else 0.0


def _figures(before: Answers, amidst: Answers, after: Answers, seconds: int, *, slower: int) -> Sequence[Figure]:
    admitted, refused = len(amidst.admitted), len(amidst.refused)
    ordinary, busy = (round(median(one.admitted)) for one in (before, amidst))
    rates = f"{admitted / seconds:.0f} a second let in, {refused / seconds:.0f} refused"
    told, again = f"{rates}; median {busy} ms, before {ordinary} ms", max(250, round(2 * _p95(before.admitted)))
    return [
        at_most(f"Who is let in is answered (95 %: {told})", round(_p95(amidst.admitted)), slower * DELAY_BAR_MS, "ms"),
        at_most(
            f"Who is not is told so (99 %; median {median(amidst.refused or [0]):.0f} ms; "
            f"SIPp itself late by {_p99(amidst.late):.0f} ms)",
            round(_p99(amidst.refused)), slower * TOLD_BAR_MS, "ms",
        ),
        exactly("Callers without any answer", amidst.unanswered, 0),
        exactly(f"Refused {AGAIN_S:g} s later", len(after.refused) + after.unanswered, 0),
        at_most("And answered then (95 %)", round(_p95(after.admitted)), again, "ms"),
    ]  # fmt: skip
