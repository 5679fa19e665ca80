"""How a note leaves: what goes where, when, with how much of it, and when it is tried again.

Rules:
- an urgent note leaves at once, any other one waits until the client's hours for its channel are open;
- each recipient is a job of its own, so that one who refuses keeps nothing from the others; its id comes from the
  note's, so that a job planned twice is one job, and a message sent twice has one Message-ID;
- StGB section 203: mail and SMS are postcards to whoever carries them, so that a client under secrecy gets only word
  that there is a note, unless it chose otherwise; the rest then is not even in the job;
- what failed for now is tried again, at growing distances, for three days; then, or when it can never succeed, it is a
  dead letter: kept, counted and shown, until an operator tries it again.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from router.core.hours import DAY_MS, Hours
from router.core.ids import CallId, ClientId, Language, Millis

FIRST_WAIT_MS: Millis = 30_000
LONGEST_WAIT_MS: Millis = 2 * 3_600_000
GIVES_UP_MS: Millis = 3 * DAY_MS
LONGEST_LINE = 200  # characters of a subject, a push title or a name in a header
GERMAN = Language("de")
SUBSCRIBED = "subscribed"  # the target of a push job before it is known who is subscribed
CONTROL = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)))
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Channel(StrEnum):
    """By what a note leaves."""

    MAIL = "mail"
    PUSH = "push"
    WEBHOOK = "webhook"
    SMS = "sms"


class Content(StrEnum):
    """How much of a note is sent: all of it, or only that there is one."""

    FULL = "full"
    NOTICE = "notice"


class Kind(StrEnum):
    """What is told."""

    NOTE = "note"
    NOTICE = "notice"  # that there is a note
    TRIAL_A_DAY = "trial_ends_in_24_h"
    TRIAL_TWO_HOURS = "trial_ends_in_2_h"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailTo:
    """Whom a client's notes are mailed to. `content` None: what the client's secrecy asks for."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    hours: Hours | None = None  # None: at any time
    content: Content | None = None
    language: Language = GERMAN


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTo:
    """Where a client's notes are posted; `secret` signs them."""

    url: str
    secret: str = field(repr=False)
    content: Content | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsTo:
    """Whom a client's notes are texted to: E.164 numbers, unless told otherwise only urgent ones."""

    to: tuple[str, ...]
    urgent_only: bool = True
    hours: Hours | None = None
    content: Content | None = None
    language: Language = GERMAN


@dataclass(frozen=True, slots=True, kw_only=True)
class PushTo:
    """That a client's notes go to its subscribed browsers, which alone can decrypt them."""

    hours: Hours | None = None
    content: Content | None = None
    language: Language = GERMAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Destinations:
    """A client's `deliver:`; nothing leaves by a channel that is None."""

    mail: MailTo | None = None
    webhook: WebhookTo | None = None
    sms: SmsTo | None = None
    push: PushTo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A field of the client's own, an item of an order, a wish for an appointment: one line of the note."""

    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is told, as plain text without any mark-up; `id` is the note's and stays the same however often it is sent.

    `incomplete`: nobody finished the note, it was sent by itself. `link` is where it can be read, "" for nowhere.
    """

    id: str
    kind: Kind
    client: ClientId
    client_name: str
    at: Millis
    timezone: str = "Europe/Berlin"
    urgent: bool = False
    incomplete: bool = False
    call: CallId | None = None
    agent_name: str = ""
    caller_name: str = ""
    caller_number: str = ""
    body: str = ""
    rows: tuple[Row, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One message on its way to one recipient.

    `target`: a mail address, an URL, a number, or the id of a push subscription. `planned` is when it was first due,
    `due` when it is tried next, `attempts` how often it was tried.
    """

    id: str
    channel: Channel
    target: str
    language: Language
    outgoing: Outgoing
    planned: Millis
    due: Millis
    attempts: int = 0


def plan(outgoing: Outgoing, destinations: Destinations, *, secret: bool, now: Millis) -> Sequence[Job]:
    """The jobs of a note that is sent now. `secret`: the client is under StGB section 203 (`Client.needs_pledge`)."""
    jobs: list[Job] = []
    for number, (channel, target, hours, content, language) in enumerate(_recipients(outgoing, destinations), 1):
        due = opened(hours, now, urgent=outgoing.urgent)
        shown = _notice(outgoing) if content_of(channel, target, content, secret=secret) is Content.NOTICE else outgoing
        jobs.append(
            Job(
                id=f"{outgoing.id}-{channel}{number}",
                channel=channel,
                target=target,
                language=language,
                outgoing=shown,
                planned=due,
                due=due,
            )
        )
    return jobs


Recipient = tuple[Channel, str, Hours | None, Content | None, Language]


def _recipients(outgoing: Outgoing, destinations: Destinations) -> Iterator[Recipient]:
    if mail := destinations.mail:
        for address in dict.fromkeys((*mail.to, *mail.cc)):
            yield Channel.MAIL, address, mail.hours, mail.content, mail.language
    if hook := destinations.webhook:
        yield Channel.WEBHOOK, hook.url, None, hook.content, GERMAN
    if (sms := destinations.sms) and (outgoing.urgent or not sms.urgent_only):
        for number in dict.fromkeys(sms.to):
            yield Channel.SMS, number, sms.hours, sms.content, sms.language
    if push := destinations.push:
        yield Channel.PUSH, SUBSCRIBED, push.hours, push.content, push.language


def content_of(channel: Channel, target: str, chosen: Content | None, *, secret: bool) -> Content:
    """How much is sent: what the client chose, else all of it, but of secrets only by what nobody else can read."""
    if chosen is not None:
        return chosen
    sealed = channel is Channel.PUSH or (channel is Channel.WEBHOOK and target.startswith("https:"))
    return Content.NOTICE if secret and not sealed else Content.FULL


def _notice(outgoing: Outgoing) -> Outgoing:
    """Without anything that the caller said, or who it was."""
    kind = Kind.NOTICE if outgoing.kind is Kind.NOTE else outgoing.kind
    return replace(outgoing, kind=kind, call=None, caller_name="", caller_number="", body="", rows=())


def opened(hours: Hours | None, now: Millis, *, urgent: bool) -> Millis:
    """When it may leave: now, or when the hours open next. Hours that never open again hold nothing back."""
    if urgent or hours is None or hours.open_at(now):
        return now
    return hours.next_change(now) or now


def hours_of(job: Job, destinations: Destinations) -> Hours | None:
    """The hours that now count for the job's channel."""
    by_channel = {Channel.MAIL: destinations.mail, Channel.SMS: destinations.sms, Channel.PUSH: destinations.push}
    to = by_channel.get(job.channel)
    return to.hours if to else None


def next_try(job: Job, now: Millis, *, jitter: float) -> Millis | None:
    """When a job that just failed for now is tried again, `jitter` from 0 to 1; None: it is given up.

    Half a minute at first, then twice as long each time up to two hours, each by a quarter more or less, so that what
    failed together does not come back together.
    """
    wait = min(FIRST_WAIT_MS << min(job.attempts, 30), LONGEST_WAIT_MS)
    at = now + round(wait * (0.75 + jitter / 2))
    return None if at > job.planned + GIVES_UP_MS else at


# --- texts for places that take one line ------------------------------------------------------------------------------


def one_line(text: str, most: int = LONGEST_LINE) -> str:
    """A text for a header or a title: line ends and other controls become blanks, marks of direction go."""
    begin = text[: 4 * most]
    plain = "".join(" " if sign in CONTROL else sign for sign in begin if sign not in BIDI and not _lone(sign))
    line = " ".join(plain.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def kept(text: str) -> str:
    """A text of several lines, whole: only what no mail or page can hold goes (NUL and other controls)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join("�" if _lone(sign) else sign for sign in lines if sign in "\n\t" or sign not in CONTROL)


def _lone(sign: str) -> bool:
    """Half of a pair of surrogates, which no encoding takes."""
    return "\ud800" <= sign <= "\udfff"
