"""The small house with everything about routing in one more file."""

from collections.abc import Mapping
from pathlib import Path

from tests.shells.config.houses import SMALL, Mistake, checked, lines, written

ROUTING = """\
teams:
  day: {name: Day, hours: shop}
  night: {name: Night}
queues:
  legal:
    name: Law
    skills: {law: 3, general: 1}
    language: de
    relax:
      - after: 20s
        skills: {law: 2}
      - after: 40s
        skills: [law]
        language: any
    prefers: {general: 2}
    choice: best_fit
    last_agent: 10min
    head_start: 30s
    max_waiting: 9
    max_wait: 4min
    hearing: {first: 10s, every: 30s, position: false}
    callback_key: "1"
    message_key: "2"
    extension: "71"
    overflow:
      - {queue: spare, max_wait: 1min}
      - staff: kim
      - {message: Leave a message, key: "5", longest: 1min}
      - reject: congestion
  spare:
    name: Spare
    extension: "72"
    overflow:
      - say: Nobody is free
hours:
  shop:
    week: {mo-sa: ["09:00-18:00"]}
    holidays: []
    days: {"2026-12-24": ["09:00-12:00"]}
  bar:
    week: {mo-su: ["18:00-02:00"]}
clients:
  lawyer:
    name: Lawyer
    forwarded_from: ["+493023125130"]
    tariff: standard
    region: BY
    timezone: Europe/Vienna
    queue: legal
    secret: true
    skills: {general: 2}
    language: en
    greetings:
      - {mode: hand_off, text: Good day}
    script: Ask for the name
    scripts:
      - {text: Closed, hours: bar}
      - {text: Be kind, vip: true}
    handling:
      - {mode: put_through, staff: kim, hours: shop}
    staff:
      kim: {name: Kim, key: "1", numbers: ["+491713920011"], absent_until: "2026-12-01", deputy: lou}
      lou: {name: Lou, key: "2", numbers: ["+491713920012"]}
    allow:
      - {first: "030 2312 5600", last: "0049 30 2312 5699", staff: kim}
    block:
      - {prefix: "0900", reason: Dear, author: Lou}
      - {pattern: "+49 89 99998 ??*", until: "2027-01-31 18:00"}
    vips:
      - {number: "0171 3920059", by_hours: [{hours: shop, staff: kim}], staff: lou}
    limits: {calls: 9, rate: {burst: 5, per_minute: 10}, calls_per_caller: unlimited, caller_rate: unlimited}
    outbound: {legs: 2, minutes_a_day: 60, cost_a_day: "12.50", longest: 30min}
    caller_id: "+493023125000"
agents:
  kai:
    name: Kai
    skills: {law: 5, general: 2}
    languages: [de, en]
    pledge: "2026-03-01"
    team: day
    extension: "21"
    sip: {password: password-of-kai}
    api_token: a-long-token-of-kai
skills:
  law: Law
"""
BERLIN = SMALL["house.yaml"].replace("house:\n", "house:\n  region: BE\n")
ROUTED: Mapping[str, str] = {**SMALL, "house.yaml": BERLIN, "routing.yaml": ROUTING}


def rerouted(old: str, new: str, *, name: str = "routing.yaml") -> dict[str, str]:
    """The house with one place of one file changed."""
    assert ROUTED[name].count(old) == 1, f"{old!r} must stand in {name} exactly once"
    return {**ROUTED, name: ROUTED[name].replace(old, new)}


def read(mistake: Mistake, directory: Path) -> list[str]:
    """What the operator reads after a mistake."""
    files = rerouted(mistake.old, mistake.new, name=mistake.file)
    return lines(checked(written(directory, files)).findings)
