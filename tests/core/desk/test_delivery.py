"""What leaves by which channel, when, with how much of it, and when it is tried again."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.core.desk.delivery import (
    BIDI,
    GIVES_UP_MS,
    LONGEST_LINE,
    SUBSCRIBED,
    Channel,
    Content,
    Destinations,
    Job,
    Kind,
    MailTo,
    Outgoing,
    PushTo,
    Row,
    SmsTo,
    WebhookTo,
    kept,
    next_try,
    one_line,
    opened,
    plan,
)
from router.core.hours import Hours, Span
from router.core.ids import CallId, ClientId, Language

MONDAY_NOON = 1_767_956_400_000 + 3 * 86_400_000  # 2026-01-12 12:00 in Berlin
OFFICE = Hours(name="office", week={day: (Span(start=480, end=1080),) for day in ("mo", "tu", "we", "th", "fr")})
NIGHT = MONDAY_NOON + 10 * 3_600_000
NOTE = Outgoing(
    id="n1",
    kind=Kind.NOTE,
    client=ClientId("lumenta"),
    client_name="Lumenta",
    at=MONDAY_NOON,
    call=CallId("c1"),
    caller_name="Frau Beispiel",
    caller_number="+493012345678",
    body="Bitte um Rückruf",
    rows=(Row(label="Aktenzeichen", value="4711"),),
)
EVERYWHERE = Destinations(
    mail=MailTo(to=("a@example.org", "b@example.org"), cc=("c@example.org", "a@example.org"), hours=OFFICE),
    webhook=WebhookTo(url="https://example.org/hook", secret="s" * 32),
    sms=SmsTo(to=("+4915112345678",)),
    push=PushTo(),
)


def planned(outgoing: Outgoing = NOTE, destinations: Destinations = EVERYWHERE, **given: object) -> list[Job]:
    return list(plan(outgoing, destinations, **{"secret": False, "now": MONDAY_NOON, **given}))  # type: ignore[arg-type]


def test_each_recipient_is_a_job_of_its_own_and_nobody_gets_two() -> None:
    targets = [(job.channel, job.target) for job in planned()]
    assert targets == [
        (Channel.MAIL, "a@example.org"),
        (Channel.MAIL, "b@example.org"),
        (Channel.MAIL, "c@example.org"),
        (Channel.WEBHOOK, "https://example.org/hook"),
        (Channel.PUSH, SUBSCRIBED),
    ]


def test_planned_twice_the_jobs_have_the_same_ids() -> None:
    assert [job.id for job in planned()] == [job.id for job in planned(now=NIGHT)]
    assert len({job.id for job in planned()}) == 5


def test_a_client_without_destinations_gets_nothing() -> None:
    assert planned(destinations=Destinations()) == []


def test_only_urgent_notes_are_texted_unless_the_client_wants_all() -> None:
    urgent = replace(NOTE, urgent=True)
    assert Channel.SMS in {job.channel for job in planned(urgent)}
    every = Destinations(sms=SmsTo(to=("+4915112345678",), urgent_only=False))
    assert [job.target for job in planned(destinations=every)] == ["+4915112345678"]


def test_outside_the_hours_urgent_ones_go_at_once_and_others_when_they_open() -> None:
    mail = next(iter(planned(now=NIGHT)))
    assert mail.due == MONDAY_NOON + 20 * 3_600_000  # Tuesday 08:00
    urgent = next(iter(planned(replace(NOTE, urgent=True), now=NIGHT)))
    assert urgent.due == NIGHT


def test_hours_that_never_open_hold_nothing_back() -> None:
    assert opened(Hours(name="never"), NIGHT, urgent=False) == NIGHT


@pytest.mark.parametrize(
    ("channel", "kind"),
    [(Channel.MAIL, Kind.NOTICE), (Channel.SMS, Kind.NOTICE), (Channel.PUSH, Kind.NOTE), (Channel.WEBHOOK, Kind.NOTE)],
)
def test_secrets_leave_only_by_what_nobody_else_can_read(channel: Channel, kind: Kind) -> None:
    jobs = [job for job in planned(replace(NOTE, urgent=True), secret=True) if job.channel is channel]
    assert {job.outgoing.kind for job in jobs} == {kind}


def test_a_notice_holds_nothing_of_what_the_caller_said() -> None:
    told = repr(planned(secret=True)[0])
    assert not any(secret in told for secret in ("Beispiel", "+4930", "Rückruf", "4711", "c1'"))


def test_a_webhook_without_encryption_gets_a_notice_of_a_secret_clients_note() -> None:
    plain = Destinations(webhook=WebhookTo(url="http://127.0.0.1/hook", secret="s" * 32))
    assert planned(destinations=plain, secret=True)[0].outgoing.kind is Kind.NOTICE


def test_the_clients_own_choice_of_content_wins() -> None:
    full = Destinations(mail=MailTo(to=("a@example.org",), content=Content.FULL))
    assert planned(destinations=full, secret=True)[0].outgoing == NOTE
    notice = Destinations(mail=MailTo(to=("a@example.org",), content=Content.NOTICE, language=Language("en")))
    assert planned(destinations=notice)[0].outgoing.kind is Kind.NOTICE


def test_tries_grow_apart_and_end_after_three_days() -> None:
    job, now, waits = planned()[0], MONDAY_NOON, []
    while (at := next_try(job, now, jitter=0.5)) is not None:
        waits.append(at - now)
        now, job = at, replace(job, attempts=job.attempts + 1)
    assert waits[:4] == [30_000, 60_000, 120_000, 240_000]
    assert max(waits) == 7_200_000
    assert GIVES_UP_MS - 7_200_000 <= now - MONDAY_NOON <= GIVES_UP_MS


@given(attempts=st.integers(0, 10_000), jitter=st.floats(0, 1))
def test_a_next_try_is_always_later_and_never_further_than_two_and_a_half_hours(attempts: int, jitter: float) -> None:
    at = next_try(replace(planned()[0], attempts=attempts), MONDAY_NOON, jitter=jitter)
    assert at is not None
    assert 0 < at - MONDAY_NOON <= 1.25 * 7_200_000


@given(st.text())
def test_one_line_is_one_line_without_marks_of_direction(text: str) -> None:
    line = one_line(text)
    assert len(line) <= LONGEST_LINE
    assert line.splitlines() in ([], [line])
    assert not BIDI & set(line)


def test_a_long_text_is_cut_where_one_line_is_wanted_and_kept_where_many_are() -> None:
    assert one_line("x" * 65_536) == "x" * (LONGEST_LINE - 1) + "…"
    assert kept("a\r\nb\x00\u202e<b>" + "x" * 65_536) == "a\nb\u202e<b>" + "x" * 65_536


def test_half_a_pair_of_surrogates_is_shown_and_breaks_no_encoding() -> None:
    assert kept("a\ud800b") == "a�b"
    one_line("a\ud800b").encode()
