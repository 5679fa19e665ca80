"""Who telephones in the laboratory: callers on the trunk, agents' phones, and the clients' staff behind the carrier."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tests.lab.call import WITHIN, SippCall
from tests.lab.failure import LabFailed
from tests.lab.plan import Plan, Reject
from tests.lab.ports import Address, ReservedPort, is_bound
from tests.lab.process import SippJob, SippProcess
from tests.lab.scenario import Account, caller_scenario, phone_scenario, registration_scenario
from tests.lab.trace import SipMessage
from tests.lab.waiting import wait_for

if TYPE_CHECKING:
    from tests.lab.lab import Lab

REGISTRATION_SECONDS = 3600
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'


class Line:
    """One SIPp and its calls; its ports (`reserved` too, if given) are free as soon as it has ended."""

    def __init__(
        self,
        lab: "Lab",
        job: SippJob,
        *,
        arrived: Callable[[SippCall], None] = lambda _: None,
        reserved: ReservedPort | None = None,
    ) -> None:
        self.calls: list[SippCall] = []
        self._arrived = arrived
        self._by_id: dict[str, SippCall] = {}
        self._reserved = reserved
        self._port = lab.sound_port(job.local.host)
        job = replace(job, options=(*job.options, "-key", "rtp_port", str(self._port.number)))
        self.process = SippProcess(job, lab.folder_for(job.name), self._heard, self._release)
        lab.adopt(self)

    def _heard(self, message: SipMessage) -> None:
        if message.method.startswith("LAB"):
            return
        if call := self._by_id.get(message.call_id):
            call.observe(message)
        elif message.method == "INVITE" and not message.code:
            call = self._by_id[message.call_id] = SippCall(message, self.process, self._port)
            self.calls.append(call)
            self._arrived(call)

    def _release(self) -> None:
        self._port.close()
        if self._reserved:
            self._reserved.release()

    async def close(self) -> None:
        """End the calls politely, then SIPp."""
        ending = (call.close() for call in self.calls if not call.over)
        await asyncio.gather(*ending, return_exceptions=True)
        await self.process.stop()


class SippCaller:
    """People who call through the carrier's trunk; each `call` or `batch` is a SIPp of its own."""

    def __init__(self, lab: "Lab", *, host: str, at: Address, account: Account | None = None) -> None:
        self._lab = lab
        self._host = host
        self._at = at
        self._account = account

    async def call(
        self,
        dialled: str,
        *,
        number: str = "+4915155500000",
        suppressed: bool = False,
        diversions: Sequence[str] = (),
        history: Sequence[str] = (),
        headers: Sequence[str] = (),
    ) -> SippCall:
        """Place one call and return as soon as its INVITE is out.

        `suppressed` sends what German carriers send: From anonymous, Privacy: id, the number in P-Asserted-Identity.
        `diversions` and `history` are header values or bare numbers, one header each; `headers` are whole lines.
        """
        extra = [
            *(["Privacy: id"] if suppressed else []),
            *(f"Diversion: {self._entry(value, 'reason=unconditional')}" for value in diversions),
            *(f"History-Info: {self._entry(value, f'index={n}')}" for n, value in enumerate(history, 1)),
            *headers,
        ]
        return (await self._place([(dialled, number)], rate=100, suppressed=suppressed, headers=extra))[0]

    async def batch(self, pairs: Sequence[tuple[str, str]], *, rate: float) -> list[SippCall]:
        """Place one call per pair (dialled, number), `rate` a second; returns when the last INVITE is out."""
        return await self._place(pairs, rate=rate, suppressed=False, headers=[])

    def _entry(self, value: str, parameter: str) -> str:
        return value if ":" in value else f"<sip:{value}@{self._host}>;{parameter}"

    async def _place(
        self, pairs: Sequence[tuple[str, str]], *, rate: float, suppressed: bool, headers: Sequence[str]
    ) -> list[SippCall]:
        reserved = self._lab.reserve(self._host)
        asserted = [] if self._account else [f"P-Asserted-Identity: <sip:[field2]@{self._host}>"]
        job = self._job(reserved.address, pairs, rate, [*asserted, *headers])
        line = Line(self._lab, job, reserved=reserved)
        rows = (f"{dialled};{self._from(number, suppressed)};{number}" for dialled, number in pairs)
        await line.process.start("SEQUENTIAL\n" + "\n".join(rows) + "\n")
        within = WITHIN + len(pairs) / rate

        def placed() -> bool:
            if len(line.calls) < len(pairs):
                line.process.check()
            return len(line.calls) == len(pairs)

        await wait_for(placed, within, f"SIPp to place {len(pairs)} calls")
        return line.calls

    def _from(self, number: str, suppressed: bool) -> str:
        return ANONYMOUS if suppressed else f"<sip:{number}@{self._host}>"

    def _job(self, local: Address, pairs: Sequence[tuple[str, str]], rate: float, headers: Sequence[str]) -> SippJob:
        account = self._account or Account(user="trunk")
        count = str(len(pairs))
        return SippJob(
            name=f"caller-{local.port}",
            scenario=caller_scenario(account, headers),
            local=local,
            remote=self._at,
            options=("-m", count, "-l", count, "-r", f"{rate:g}", "-inf", "calls.csv", "-aa"),
        )


class Phone:
    """A SIPp that waits for calls, several at once, and treats each by the plan for it."""

    def __init__(self, lab: "Lab", *, host: str, port: int, remote: Address, user: str) -> None:
        self._lab = lab
        self.address = lab.reserve(host, port).address
        self._taken = 0
        self._line = Line(lab, self._job(remote, user), arrived=self._arrived)

    def _job(self, remote: Address, user: str) -> SippJob:
        return SippJob(
            name=f"{user}-{self.address.port}",
            scenario=phone_scenario(Account(user=user)),
            local=self.address,
            remote=remote,
        )

    @property
    def calls(self) -> Sequence[SippCall]:
        """All calls that ever reached this phone, oldest first."""
        return self._line.calls

    @property
    def pid(self) -> int:
        """The process id of the SIPp behind it."""
        return self._line.process.pid

    def plan_for(self, call: SippCall) -> Plan:
        """What to do with this call."""
        raise NotImplementedError

    def _arrived(self, call: SippCall) -> None:
        self._lab.spawn(call.follow(self.plan_for(call)))

    async def listen(self) -> None:
        """Start SIPp and wait until it listens."""
        await self._line.process.start()
        await self._line.process.bound(is_bound)

    async def next_call(self, within: float = WITHIN) -> SippCall:
        """Wait for the oldest call that was not yet given out here."""

        def come() -> bool:
            self._line.process.check()
            return len(self.calls) > self._taken

        await wait_for(come, within, f"call {self._taken + 1} at {self._line.process.job.name}")
        self._taken += 1
        return self.calls[self._taken - 1]

    async def call_from(self, number: str | None, within: float = WITHIN) -> SippCall:
        """Wait for a call that shows this caller number, or none; the latest if there are several."""

        def matching() -> list[SippCall]:
            self._line.process.check()
            return [call for call in self.calls if call.record.caller == number]

        return (await wait_for(matching, within, f"a call from {number} at {self._line.process.job.name}"))[-1]


class SippAgent(Phone):
    """An agent's telephone, registered at Asterisk with digest authentication."""

    def __init__(self, lab: "Lab", *, account: Account, host: str, at: Address, plan: Plan) -> None:
        super().__init__(lab, host=host, port=0, remote=at, user=account.user)
        self.plan = plan
        self.account = account
        self._at = at
        self._dialling = SippCaller(lab, host=host, at=at, account=account)

    def plan_for(self, call: SippCall) -> Plan:
        """The same for every call, until the test changes `plan`."""
        return self.plan

    async def register(self) -> None:
        """REGISTER this phone's address for an hour; before it listens, as both use the one port."""
        await self._send_register(seconds=REGISTRATION_SECONDS, patience=3000)

    async def unregister(self) -> None:
        """Take the registration back; after the phone has stopped to listen."""
        await self._send_register(seconds=0, patience=1000)

    async def _send_register(self, *, seconds: int, patience: int) -> None:
        """`patience` is in milliseconds."""
        job = SippJob(
            name=f"{self.account.user}-registration-{self.address.port}",
            scenario=registration_scenario(self.account, seconds),
            local=self.address,
            remote=self._at,
            options=("-m", "1", "-r", "100", "-default_behaviors", "all,-bye", "-recv_timeout", str(patience)),
        )
        answers: list[SipMessage] = []
        process = SippProcess(job, self._lab.folder_for(job.name), answers.append)
        try:
            await process.start()
            if await process.finished(within=WITHIN):
                last = answers[-1].start if answers else "nothing"
                raise LabFailed(f"{self.account.user} could not register at {self._at}: {last}{process.complaints()}")
        finally:
            await process.stop()

    async def dial(self, code: str) -> SippCall:
        """Call from this account, for instance a feature code such as *44."""
        return await self._dialling.call(code, number=self.account.user)


class SippStaff(Phone):
    """The carrier's far side: clients' staff and fallback numbers, called over the trunk."""

    def __init__(self, lab: "Lab", *, host: str, port: int, plans: Mapping[str, Plan]) -> None:
        super().__init__(lab, host=host, port=port, remote=Address(host, 5060), user="carrier")
        self.plans: dict[str, Plan] = dict(plans)

    def plan_for(self, call: SippCall) -> Plan:
        """By called number; a number without a plan is unknown: 404."""
        return self.plans.get(call.record.dialled, Reject(code=404))
