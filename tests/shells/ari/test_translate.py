"""From Asterisk's events to the core's, whatever callers and carriers write."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.ari.generated.events import EVENTS
from router.ari.received import UnknownEvent, parse_event
from router.ari.translate import USED, translate
from router.core.events import (
    AnnouncementEnded,
    CallerArrived,
    CallerReturned,
    CodeDialled,
    DigitPressed,
    Event,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingEnded,
)
from router.core.ids import AgentId, CallId, LegId, PlaybackId, RecordingId
from tests.fakes.ari_server import channel, event, playback, recording

CALLER, AGENT_LEG = "1790.12", "1790.12-agent1"
CALL = CallId(CALLER)
PARTS = st.text(max_size=40) | st.sampled_from(["p=allowed", "d=<sip:030@x>", "h=%3Csip:%zz@x>,", "inbound", "placed"])


def told(kind: str, **fields: object) -> Event | None:
    return translate(EVENTS[kind].parse(event(kind, **fields)), "DE")


def leg(ident: str, *, state: str = "Up", number: str = "+4915112345678", name: str = "") -> dict[str, Any]:
    """A channel of the endpoint `carrier`."""
    made = channel(ident, state)
    return made | {"name": "PJSIP/carrier-00000012", "caller": {"name": name, "number": number}}


def started(*args: str, number: str = "+4915112345678", name: str = "", ident: str = CALLER) -> Event | None:
    return told("StasisStart", args=list(args), channel=leg(ident, number=number, name=name))


def arrived(*args: str, number: str = "+4915112345678", name: str = "") -> CallerArrived:
    found = started("inbound", *args, number=number, name=name)
    assert isinstance(found, CallerArrived)
    return found


def forwarded_by(*headers: str, kind: str = "d") -> tuple[str, ...]:
    """As the dialplan hands headers over."""
    return arrived(
        "%2B493012345", "p=allowed", *(f"{kind}={quote(header, safe='')}" for header in headers)
    ).forwarded_by


# --- arriving callers -----------------------------------------------------------------------------------------------


def test_a_caller_arrives_with_all_that_the_trunk_told() -> None:
    diversion = quote("<sip:+493055555@carrier>;reason=unconditional", safe="")
    assert arrived("%2B493012345", "p=allowed_not_screened", f"d={diversion}") == CallerArrived(
        call=CALL,
        leg=LegId(CALLER),
        dialled="+493012345",
        caller="+4915112345678",
        forwarded_by=("+493055555",),
        trunk="carrier",
    )


@pytest.mark.parametrize(
    ("dialled", "read"),
    [
        ("%2B493012345", "+493012345"),
        ("03012345", "+493012345"),
        ("004930 12345", "+493012345"),
        ("116117", "116117"),
        ("s", "s"),
        ("", ""),
        ("%00%0a%1b[2Jx", "[2Jx"),
        ("%zz%", "%zz%"),
        ("%ff%fe", "\ufffd\ufffd"),
    ],
)
def test_the_dialled_number_is_normalised_or_at_least_readable(dialled: str, read: str) -> None:
    assert arrived(dialled).dialled == read


@pytest.mark.parametrize(
    "presentation", ["prohib", "prohib_not_screened", "prohib_passed_screen", "prohib_failed_screen"]
)
def test_a_caller_who_hides_the_number_has_none(presentation: str) -> None:
    assert arrived("03012345", f"p={presentation}").caller is None


@pytest.mark.parametrize("number", ["", "anonymous", "Anonymous", "unknown", "unavailable", "restricted"])
def test_a_caller_without_a_number_has_none(number: str) -> None:
    assert arrived("03012345", "p=allowed", number=number).caller is None


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("015112345678", "+4915112345678"),
        ("004915112345678", "+4915112345678"),
        ("110", "110"),
        ("+1 212 555 0100", "+12125550100"),
    ],
)
def test_the_callers_number_is_normalised(number: str, read: str) -> None:
    assert arrived("03012345", "p=allowed", number=number).caller == read


def test_a_display_name_is_not_taken_for_a_number() -> None:
    assert arrived("03012345", "p=allowed", number="", name='"x" <sip:+4930999@x>').caller is None


# --- Diversion and History-Info -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "numbers"),
    [
        ("<sip:+493055555@carrier>;reason=unconditional;counter=1", ("+493055555",)),
        ("sip:+493055555@carrier;privacy=off", ("+493055555",)),
        ("Praxis <SIPS:03055555@carrier:5061;user=phone>", ("+493055555",)),
        ("<tel:+493055555;phone-context=example.net>", ("+493055555",)),
        ("tel:+49-30-55555", ("+493055555",)),
        ("<sip:+493055555;npdi;rn=+4930@carrier;user=phone>", ("+493055555",)),
        ("<sip:+493055555:password@carrier>", ("+493055555",)),
        ("<sip:%2B49%2030%2055555@carrier>", ("+493055555",)),
        ("<sip:004930 55555@carrier>", ("+493055555",)),
        ("<sip:8899@carrier>", ("8899",)),
        ('"Adler, Berg & Co" <sip:+493055555@carrier>', ("+493055555",)),
        ('"sip:+4930666666@x" <sip:+493055555@carrier>', ("+493055555",)),
        ('"<sip:+4930666666@x>, tel:+4930666666" <sip:+493055555@carrier>', ("+493055555",)),
        ('"\\"<sip:+4930666666@x>" <sip:+493055555@carrier>', ("+493055555",)),
        ("<sip:anonymous@anonymous.invalid>", ()),
        ("<sip:+493055555>", ()),
        ("<sip:@carrier>", ()),
        ("<sip:+493055555@carrier", ()),
        ("<mailto:+493055555@carrier>", ()),
        ("<http://x/sip:+493055555@carrier>", ()),
        ("", ()),
        ("<<<<>>>>,,,;;;\0", ()),
    ],
)
def test_a_forwarding_header_is_read_as_addresses(header: str, numbers: tuple[str, ...]) -> None:
    assert forwarded_by(header) == numbers


def test_one_history_info_holds_several_entries() -> None:
    history = (
        "<sip:+493011111@h?Reason=SIP%3Bcause%3D302>;index=1, "
        '"B, sip:+4930666666@x" <sip:+493022222@h;cause=302>;index=1.1,<sip:+493033333@h>;index=1.1.1;mp=1.1'
    )
    assert forwarded_by(history, kind="h") == ("+493011111", "+493022222", "+493033333")


def test_every_header_counts_and_every_number_once() -> None:
    headers = [f"<sip:+49301234{number}@h>" for number in (0, 1, 2, 3, 4, 5, 6, 7, 8, 0)]
    assert forwarded_by(*headers) == tuple(f"+49301234{number}" for number in range(9))


def test_diversion_and_history_info_are_read_together() -> None:
    both = arrived("03012345", "p=allowed", "d=<sip:03011111@h>", "h=<sip:03022222@h>")
    assert both.forwarded_by == ("+493011111", "+493022222")


def test_other_parts_are_passed_over() -> None:
    assert arrived("03012345", "", "p", "x=1", "d", "d=", "p=").forwarded_by == ()


# --- everything else ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [(), ("",), ("inbound",), ("feature",), ("feature", "*41"), ("other", "x")])
def test_a_channel_that_was_not_handed_over_concerns_no_call(args: Sequence[str]) -> None:
    assert started(*args) is None


def test_an_agent_dials_a_code() -> None:
    assert started("feature", "*41", "anna", ident="1790.99") == CodeDialled(
        agent=AgentId("anna"), leg=LegId("1790.99"), code="*41"
    )


def test_a_leg_that_we_placed_is_answered() -> None:
    assert started("placed", ident=AGENT_LEG) == LegAnswered(call=CALL, leg=LegId(AGENT_LEG))


@pytest.mark.parametrize(
    ("ident", "state", "event_"),
    [
        (AGENT_LEG, "Ringing", LegRang(call=CALL, leg=LegId(AGENT_LEG))),
        (AGENT_LEG, "Up", None),
        (AGENT_LEG, "Down", None),
        (CALLER, "Ringing", None),
    ],
)
def test_only_the_ringing_of_our_own_legs_is_told(ident: str, state: str, event_: Event | None) -> None:
    assert told("ChannelStateChange", channel=leg(ident, state=state)) == event_


@pytest.mark.parametrize("ident", [CALLER, AGENT_LEG, "1790.12-staff2"])
def test_a_destroyed_channel_is_an_ended_leg_with_its_cause(ident: str) -> None:
    destroyed = told("ChannelDestroyed", channel=leg(ident), cause=17, cause_txt="User busy")
    assert destroyed == LegEnded(call=CALL, leg=LegId(ident), cause=17)


def test_a_caller_who_leaves_the_application_is_gone() -> None:
    assert told("StasisEnd", channel=leg(CALLER)) == LegEnded(call=CALL, leg=LegId(CALLER), left=True)
    assert told("StasisEnd", channel=leg(AGENT_LEG)) is None


def test_a_caller_who_hangs_up_is_gone_at_once() -> None:
    assert told("ChannelHangupRequest", channel=leg(CALLER)) == LegEnded(call=CALL, leg=LegId(CALLER))
    assert told("ChannelHangupRequest", channel=leg(CALLER), soft=True) is None


def test_an_agent_who_hangs_up_is_free_at_once() -> None:
    ended = LegEnded(call=CALL, leg=LegId(AGENT_LEG), cause=16)
    assert told("ChannelHangupRequest", channel=leg(AGENT_LEG), cause=16) == ended
    assert told("ChannelHangupRequest", channel=leg(AGENT_LEG), cause=16, soft=True) is None


def test_why_a_phone_that_rang_does_not_answer_is_told_by_its_end_only() -> None:
    assert told("ChannelHangupRequest", channel=leg(AGENT_LEG, state="Ringing"), cause=17) is None


@pytest.mark.parametrize("ident", ["1790.12-staff1", "x-agent1-staff1"])
def test_what_staff_press_is_told_to_nobody(ident: str) -> None:
    assert told("ChannelDtmfReceived", channel=leg(ident), digit="7", duration_ms=90) is None


@pytest.mark.parametrize("ident", [CALLER, AGENT_LEG, "1790.12-caller1"])
def test_a_digit_of_caller_or_agent_is_told_with_its_leg(ident: str) -> None:
    pressed = told("ChannelDtmfReceived", channel=leg(ident), digit="#", duration_ms=90)
    assert pressed == DigitPressed(call=CALL, leg=LegId(ident), digit="#")


@pytest.mark.parametrize(
    ("kind", "state", "duration", "length_ms", "kept"),
    [
        ("RecordingFinished", "done", 7, 7_000, True),
        ("RecordingFinished", "done", 0, 0, True),
        ("RecordingFinished", "done", None, 0, False),  # Asterisk could not write the file, or not beep
        ("RecordingFinished", "canceled", 7, 7_000, False),
        ("RecordingFailed", "failed", None, 0, False),
    ],
)
def test_a_recording_is_over(kind: str, state: str, duration: int | None, length_ms: int, kept: bool) -> None:
    over = told(kind, recording=recording("1790.12-record2", state, duration))
    name = RecordingId("1790.12-record2")
    assert over == RecordingEnded(call=CALL, recording=name, length_ms=length_ms, kept=kept)


def test_a_recording_of_somebody_else_concerns_no_call() -> None:
    assert told("RecordingFinished", recording=recording("x", "done", 7)) is None


@pytest.mark.parametrize(("state", "played"), [("done", True), ("failed", False)])
def test_an_announcement_is_over(state: str, played: bool) -> None:
    over = told("PlaybackFinished", playback=playback("1790.12-play3", state))
    assert over == AnnouncementEnded(call=CALL, playback=PlaybackId("1790.12-play3"), played=played)


def test_a_playback_of_somebody_else_concerns_no_call() -> None:
    assert told("PlaybackFinished", playback=playback("x")) is None


def test_what_is_not_understood_concerns_no_call() -> None:
    assert translate(UnknownEvent(type="New", raw={}, problem="not in the API"), "DE") is None
    assert told("ChannelTalkingStarted", channel=leg(CALLER)) is None


def test_every_event_that_is_translated_is_subscribed_to() -> None:
    assert {kind.__name__ for kind in USED} == {
        *("CallBroadcast", "StasisStart", "ChannelStateChange", "ChannelDestroyed", "StasisEnd"),
        *("ChannelHangupRequest", "ChannelDtmfReceived", "PlaybackFinished", "RecordingFinished", "RecordingFailed"),
    }


@given(st.lists(PARTS, max_size=12), st.text(max_size=30), st.text(max_size=30), st.text(min_size=1, max_size=30))
def test_no_arguments_and_no_caller_can_make_it_raise(args: list[str], number: str, name: str, ident: str) -> None:
    found = translate(parse_event_of("StasisStart", args=args, channel=leg(ident, number=number, name=name)), "DE")
    if isinstance(found, CallerArrived):
        assert found.dialled.isprintable()
        assert all(text.isascii() and text.isprintable() for text in (found.caller or "", *found.forwarded_by))


@given(st.sampled_from([kind.__name__ for kind in USED]), st.text(max_size=20), st.text(max_size=20))
def test_no_channel_name_or_state_can_make_it_raise(kind: str, ident: str, state: str) -> None:
    fields = {"cause": 16, "cause_txt": state, "digit": state, "duration_ms": 1, "args": [ident], "called": "x"}
    objects = {"channel": leg(ident, state=state), "playback": playback(ident, state)}
    translate(parse_event_of(kind, **objects, recording=recording(ident, state, 1), **fields), "DE")


def parse_event_of(kind: str, **fields: object) -> Any:
    return parse_event(orjson.dumps(event(kind, **fields)))


# --- callers whom the dialplan puts through ---------------------------------------------------------------------------


def in_dialplan(
    state: str, context: str = "put-through", exten: str = "staff2:+49301:carrier:+49302:20"
) -> dict[str, Any]:
    made = leg(CALLER, state=state)
    return made | {"dialplan": made["dialplan"] | {"context": context, "exten": exten}}


STAFF_END = LegId(f"{CALLER}-staff2")


def test_caller_who_is_up_while_put_through_speaks_with_staff() -> None:
    assert told("ChannelStateChange", channel=in_dialplan("Up")) == LegAnswered(call=CALL, leg=STAFF_END)
    assert told("ChannelStateChange", channel=in_dialplan("Ring")) is None
    assert told("ChannelStateChange", channel=in_dialplan("Up", context="fallback")) is None


def test_conversation_that_the_caller_did_not_end_was_ended_by_staff() -> None:
    gone = told("ChannelDestroyed", channel=in_dialplan("Up"), cause=16, cause_txt="")
    assert gone == LegEnded(call=CALL, leg=STAFF_END, cause=16)
    gone = told("ChannelDestroyed", channel=in_dialplan("Ring"), cause=127, cause_txt="")
    assert gone == LegEnded(call=CALL, leg=LegId(CALLER), cause=127)


@pytest.mark.parametrize(("status", "cause"), [("BUSY", 17), ("NOANSWER", 19), ("CHANUNAVAIL", 20), ("", 16)])
def test_caller_whom_nobody_answered_is_given_back(status: str, cause: int) -> None:
    assert started("returned", "staff2", status) == CallerReturned(call=CALL, leg=STAFF_END, cause=cause)
