"""SIPp scenarios from our own templates: @NAME@ is filled in here, [name] by SIPp."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.plan import REJECTIONS

_TEMPLATES = Path(__file__).parent / "scenarios"
_REFUSALS = (
    *(300, 301, 302, 400, 402, 403, 404, 405, 406, 408, 410, 413, 415, 416, 420, 423, 433, 480, 482, 483, 484),
    *(485, 486, 487, 488, 491, 500, 501, 502, 503, 504, 513, 600, 603, 604, 606, 607, 608),
)
_SDP = """v=0
o=lab [pid] 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio [rtp_port] RTP/AVP 8 0 101
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=ptime:20"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A SIP user; the password is for digest authentication, where it is asked for."""

    user: str
    password: str = ""


def caller_scenario(account: Account, headers: Sequence[str]) -> str:
    """Outgoing calls with these further headers in their INVITE."""
    return _fill(
        _template("caller"),
        HEADERS="".join(f"\n{header}" for header in headers),
        REFUSALS="\n".join(f'<recv response="{code}" optional="true" next="7"/>' for code in _REFUSALS),
        TALK=_talk(
            ourselves="[field1];tag=c[pid]x[call_number]",
            them="<sip:[field0]@[remote_ip]:[remote_port]>[peer_tag_param]",
        ),
        SDP=_SDP,
        USER=account.user,
        PASSWORD=account.password,
    )


def phone_scenario(account: Account) -> str:
    """Incoming calls, several at once."""
    return _fill(
        _template("phone"),
        REJECTIONS="\n".join(f'<recv request="LAB{code}" optional="true" next="{code}"/>' for code in REJECTIONS),
        REJECTING="\n".join(_rejecting(code) for code in REJECTIONS),
        TALK=_talk(ourselves="[$to];tag=p[pid]x[call_number]", them="[$from]"),
        SDP=_SDP,
        USER=account.user,
    )


def registration_scenario(account: Account, seconds: int) -> str:
    """One REGISTER; 0 seconds takes the registration back."""
    return _fill(_template("registration"), USER=account.user, PASSWORD=account.password, SECONDS=str(seconds))


def _talk(*, ourselves: str, them: str) -> str:
    return _fill(_template("talk"), OURSELVES=ourselves, THEM=them)


def _rejecting(code: int) -> str:
    return _fill(_template("rejecting"), CODE=str(code), REASON=REJECTIONS[code])


def _template(name: str) -> str:
    return (_TEMPLATES / f"{name}.xml").read_text()


def _fill(template: str, **values: str) -> str:
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template
