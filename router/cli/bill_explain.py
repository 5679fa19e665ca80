"""`vorzimmer bill explain CALL`: a call's timed parts, the rule, the arithmetic and the rounding."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from router.cli.options import Commands, add_database, add_json, local, opened, say, say_json
from router.core.house import Tariff
from router.core.ids import CallId, Millis
from router.core.ledger import charge_content, part_content, tariff_content
from router.core.money import Cents, decimal
from router.core.record import CallRecord, Part, PartKind
from router.core.tariff import TURNED_AWAY, Charge, ChargeKind, Charges, Counted, count, rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The sentences of one language."""

    point: str
    call: str = "Call {call} of client {client}, arrived {arrived}."
    tariff: str = "Tariff {tariff}, version {version}, in {currency}."
    parts: str = "What happened, from the arrival on:"
    talk: str = "conversation with {who}"
    wrap_up: str = "wrap-up of {who}"
    through: str = "connected with {who}, no agent in the call"
    before: str = "conversation before the fallback took over, charged with call record {who}"
    nobody: str = "nobody"
    reckoning: str = "Reckoning:"
    conversation: str = "Conversation: {sum}."
    counted: str = "Wrap-up: {sum}; at most {cap} count: {counted}."
    without_talk: str = "Wrap-up: {sum}; without a conversation none counts."
    accepted: str = "Acceptance fee: {talk} is longer than {after}: {price} ct = {amount}."
    not_accepted: str = "Acceptance fee: {talk} is not longer than {after}: none."
    accepted_before: str = "Acceptance fee: charged with the conversation before ({talk})."
    handling: str = "Handling: {talk} + {wrap_up} = {total}, truncated to {units} s; {sum}."
    no_handling: str = "Handling: {total}, less than a second: none."
    needs: str = "Handling: without the acceptance fee this tariff charges none."
    forwarded: str = "Forwarded: {total}, truncated to {units} s; {sum}."
    percent: str = "Surcharge {name}: {price} % of {base} = {exact} ct, rounded half-up {amount}."
    by_call: str = "Surcharge {name}, with the acceptance fee: {price} ct = {amount}."
    product: str = "{units} × {price} ct / {per} s = {exact} ct, rounded half-up {amount}"
    total: str = "Total: {amount} net."
    trial: str = "Total: {list_price} net, not charged: trial."
    turned_away: str = "The caller was turned away ({reason}): nothing is charged."
    of_nobody: str = "The call has no client or no tariff: nothing is charged."
    unknown: str = "There is no finished call {call}; `vorzimmer calls` lists them."


ENGLISH = Words(point=".")
GERMAN = Words(
    point=",",
    call="Anruf {call} für Auftraggeber {client}, angekommen {arrived}.",
    tariff="Tarif {tariff}, Version {version}, in {currency}.",
    parts="Was geschah, ab der Ankunft:",
    talk="Gespräch mit {who}",
    wrap_up="Nachbearbeitung durch {who}",
    through="verbunden mit {who}, ohne Telefonagent",
    before="Gespräch vor der Notschaltung, abgerechnet mit dem Anruf von {who}",
    nobody="niemandem",
    reckoning="Rechnung:",
    conversation="Gespräch: {sum}.",
    counted="Nachbearbeitung: {sum}; höchstens {cap} zählen: {counted}.",
    without_talk="Nachbearbeitung: {sum}; ohne Gespräch zählt keine.",
    accepted="Anrufannahmegebühr: {talk} sind länger als {after}: {price} ct = {amount}.",
    not_accepted="Anrufannahmegebühr: {talk} sind nicht länger als {after}: keine.",
    accepted_before="Anrufannahmegebühr: berechnet mit dem Gespräch davor ({talk}).",
    handling="Bearbeitung: {talk} + {wrap_up} = {total}, abgeschnitten auf {units} s; {sum}.",
    no_handling="Bearbeitung: {total}, weniger als eine Sekunde: keine.",
    needs="Bearbeitung: ohne Anrufannahmegebühr berechnet dieser Tarif keine.",
    forwarded="Weitergeleitet: {total}, abgeschnitten auf {units} s; {sum}.",
    percent="Zuschlag {name}: {price} % von {base} = {exact} ct, kaufmännisch gerundet {amount}.",
    by_call="Zuschlag {name}, mit der Anrufannahmegebühr: {price} ct = {amount}.",
    product="{units} × {price} ct / {per} s = {exact} ct, kaufmännisch gerundet {amount}",
    total="Summe: {amount} netto.",
    trial="Summe: {list_price} netto, nicht berechnet: Testphase.",
    turned_away="Der Anrufer wurde abgewiesen ({reason}): nichts wird berechnet.",
    of_nobody="Der Anruf hat keinen Auftraggeber oder keinen Tarif: nichts wird berechnet.",
    unknown="Es gibt keinen beendeten Anruf {call}; `vorzimmer calls` zeigt alle.",
)
LANGUAGES = {"en": ENGLISH, "de": GERMAN}


def add_explain(actions: Commands) -> None:
    """Declare the action."""
    command = actions.add_parser(
        "explain",
        help="what a call costs, step by step",
        description="Print a finished call's timed parts, the rule, the arithmetic and the rounding.",
    )
    command.add_argument("call", metavar="CALL", help="as in `vorzimmer calls`")
    command.add_argument("--lang", choices=list(LANGUAGES), default="en", help="default: en")
    add_database(command)
    add_json(command)
    command.set_defaults(command=explain)


async def explain(given: argparse.Namespace) -> int:
    """The reckoning of one call; 1 when there is no such call."""
    from router.db.reading import finished_call

    async with opened(given) as database:
        record = await finished_call(database, CallId(given.call))
    words = LANGUAGES[given.lang]
    if record is None:
        say(words.unknown.format(call=given.call))
        return 1
    if given.json:
        say_json(_content(record, rate(record)))
    else:
        for line in _Told(record=record, charges=rate(record), words=words).lines():
            say(line)
    return 0


def _content(record: CallRecord, charges: Charges) -> dict[str, object]:
    return {
        "call": record.call,
        "client": record.client,
        "arrived": record.arrived,
        "tariff": tariff_content(record.tariff) if record.tariff else None,
        "parts": [part_content(part) for part in record.parts],
        "trial": record.trial,
        "charges": [
            {**charge_content(line), "exact": f"{line.exact.numerator}/{line.exact.denominator}"}
            for line in charges.lines
        ],
        "list_price": charges.list_price,
        "charged": charges.charged,
        "currency": charges.currency,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One call in one language."""

    record: CallRecord
    charges: Charges
    words: Words

    def lines(self) -> Iterator[str]:
        record, words = self.record, self.words
        yield words.call.format(call=record.call, client=record.client or "-", arrived=local(record.arrived))
        if record.tariff is not None:
            tariff = record.tariff
            yield words.tariff.format(tariff=tariff.id, version=tariff.version, currency=tariff.currency)
        if record.parts:
            yield from ("", words.parts, *map(self._part, record.parts))
        yield ""
        yield from self._reckoned()

    def _reckoned(self) -> Iterator[str]:
        record, words = self.record, self.words
        if record.client is None or record.tariff is None:
            yield words.of_nobody
        elif record.ending.kind in TURNED_AWAY:
            yield words.turned_away.format(reason=record.ending.reason)
        else:
            yield words.reckoning
            yield from (f"  {line}" for line in self._rules(count(record, record.tariff), record.tariff))
            yield (words.trial if record.trial else words.total).format(
                amount=self._money(self.charges.charged), list_price=self._money(self.charges.list_price)
            )

    def _part(self, part: Part) -> str:
        words = self.words
        what = {
            PartKind.TALK: words.talk,
            PartKind.WRAP_UP: words.wrap_up,
            PartKind.THROUGH: words.through,
            PartKind.SPOKEN_BEFORE: words.before,
        }[part.kind].format(who=part.agent or part.staff or words.nobody)
        start, end = (self._seconds(at - self.record.arrived) for at in (part.start, part.end))
        return f"  {start:>12} - {end:>12}  {self._seconds(part.length):>12}  {what}"

    def _rules(self, counted: Counted, tariff: Tariff) -> Iterator[str]:
        words = self.words
        yield words.conversation.format(sum=self._sum(PartKind.TALK))
        if counted.wrap_up:
            yield (words.counted if counted.talk else words.without_talk).format(
                sum=self._sum(PartKind.WRAP_UP),
                cap=self._seconds(tariff.wrap_up_cap_ms),
                counted=self._seconds(counted.wrap_up_counted),
            )
        yield self._acceptance(counted, tariff)
        if counted.talk:
            yield self._handling(counted, tariff)
        for line in self.charges.lines:
            if line.kind is ChargeKind.FORWARDED:
                total = self._seconds(line.talk_ms)
                yield words.forwarded.format(total=total, units=line.units, sum=self._product(line))
            elif line.kind is ChargeKind.SURCHARGE:
                yield self._surcharge(line)

    def _acceptance(self, counted: Counted, tariff: Tariff) -> str:
        before = counted.before > tariff.acceptance_after_ms
        line = self._line(ChargeKind.ACCEPTANCE)
        rule = self.words.accepted_before if before else self.words.accepted if line else self.words.not_accepted
        return rule.format(
            talk=self._seconds(counted.before if before else counted.before + counted.talk),
            after=self._seconds(tariff.acceptance_after_ms),
            price=self._number(tariff.acceptance_fee),
            amount=self._money(line.list_price) if line else "",
        )

    def _handling(self, counted: Counted, tariff: Tariff) -> str:
        total = self._seconds(counted.handled)
        if (line := self._line(ChargeKind.HANDLING)) is None:
            few = counted.seconds == 0 or not tariff.handling_needs_acceptance
            return (self.words.no_handling if few else self.words.needs).format(total=total)
        return self.words.handling.format(
            talk=self._seconds(counted.talk),
            wrap_up=self._seconds(counted.wrap_up_counted),
            total=total,
            units=line.units,
            sum=self._product(line),
        )

    def _surcharge(self, line: Charge) -> str:
        return (self.words.by_call if line.per == 1 else self.words.percent).format(
            name=line.name,
            price=self._number(line.price),
            base=self._money(line.units),
            exact=self._number(line.exact),
            amount=self._money(line.list_price),
        )

    def _product(self, line: Charge) -> str:
        return self.words.product.format(
            units=line.units,
            price=self._number(line.price),
            per=line.per,
            exact=self._number(line.exact),
            amount=self._money(line.list_price),
        )

    def _line(self, kind: ChargeKind) -> Charge | None:
        return next((line for line in self.charges.lines if line.kind is kind), None)

    def _sum(self, kind: PartKind) -> str:
        lengths = [part.length for part in self.record.parts if part.kind is kind]
        each = " + ".join(map(self._seconds, lengths))
        return f"{each} = {self._seconds(sum(lengths))}" if len(lengths) > 1 else self._seconds(sum(lengths))

    def _seconds(self, millis: Millis) -> str:
        return f"{millis // 1000}{self.words.point}{millis % 1000:03} s"

    def _number(self, amount: Fraction) -> str:
        return decimal(amount, places=3).replace(".", self.words.point)

    def _money(self, cents: Cents) -> str:
        return f"{cents // 100}{self.words.point}{cents % 100:02} {self.charges.currency}"
