"""The SIPp laboratory: callers, agents' phones and clients' staff on loopback, with SIPp as the only clock.

Every leg is signalled by SIPp from scenarios of our own; Python only tells SIPp when to do the next thing (by control
requests with the call's own Call-ID), sends the sound, and reads SIPp's message trace, from which all records come.

    async with running_lab() as lab:
        anna = await lab.agent("anna", "secret", at=asterisk.sip_address, plan=Answer(ring=1))
        caller = lab.caller(at=asterisk.sip_address)
        call = await caller.call("+4930111", number="+4915155501", diversions=["+4989222"])
        leg = await anna.next_call()
        await leg.press("*21")
        record = await call.talk(16)
        print(record.talk_ms, record.ended_by)
"""

from tests.lab.call import SippCall
from tests.lab.failure import LabFailed
from tests.lab.lab import Lab, running_lab
from tests.lab.phones import SippAgent, SippCaller, SippStaff
from tests.lab.plan import Answer, NeverAnswer, Plan, Reject, Steered
from tests.lab.ports import Address
from tests.lab.record import SippRecord
from tests.lab.trace import SipMessage
from tests.lab.waiting import wait_for

__all__ = [
    "Address",
    "Answer",
    "Lab",
    "LabFailed",
    "NeverAnswer",
    "Plan",
    "Reject",
    "SipMessage",
    "SippAgent",
    "SippCall",
    "SippCaller",
    "SippRecord",
    "SippStaff",
    "Steered",
    "running_lab",
    "wait_for",
]
