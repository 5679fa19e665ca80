"""The house of the routing tests: one client for each rule, quick limits, and agents who fit more or less."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.asterisk.configs import Config, agent
from tests.lab.running import TOKENS

LEVELS, BEST, IDLE, AGAIN, SECRET, TAX, LISTS, STRAIGHT, SMALL, TAPE, BACK, TOLD, CAPPED, ADV1, ADV2, ADV3 = (
    f"+4930231250{number}" for number in range(60, 76)
)
CHIEF, CHIEF_AT_HOME, DEPUTY, ABSENT = "+493023125201", "+493023125202", "+493023125203", "+493023125204"
VIP, VIP_OF_ABSENT, FIRST_VIP = "+493023125301", "+493023125302", "+493023125303"
ANNA, BEN, TAXES = "11", "12", "71"  # extensions


def routing(config: Config) -> None:
    """Replace whom the demo serves, and who serves."""
    config["house"] |= {"wrap_up_limit": "4s", "park_limit": "20s", "advertising_reports": 2, "block": []}
    config["tariffs"]["standard"][0]["acceptance_after"] = "2s"
    config["skills"] = dict.fromkeys(("technical", "legal", "tax"), "Können")
    config["hours"] = {"never_now": {"week": {"mo-su": ["00:00-24:00"]}, "days": {day: [] for day in _days()}}}
    config["teams"] = {"resting": {"name": "Ruhe", "hours": "never_now"}}
    config["agents"] = {
        "anna": _agent("anna", {"technical": 2, "legal": 4}, pledge="2024-05-02", extension=ANNA),
        "ben": _agent("ben", {"technical": 4, "legal": 5}, extension=BEN, ring="3s"),
        "clara": _agent("clara", {"tax": 5, "technical": 5}, team="resting"),
        "david": _agent("david", {"tax": 1}),
    }
    config["queues"] = _queues()
    config["clients"] = _clients()
    config["numbers"] = {number: {"trunk": "carrier"} for one in _clients().values() for number in one["numbers"]}


def _days() -> list[str]:
    """Today, whatever the time zone, and the day after a test that runs past midnight."""
    today = datetime.fromtimestamp(time.time(), UTC)
    return [(today + timedelta(days=days)).strftime("%Y-%m-%d") for days in (-1, 0, 1)]


def _agent(name: str, skills: dict[str, int], **keys: str) -> Config:
    token = TOKENS.get(name, f"demo-token-of-{name}")
    return agent(name, **keys) | {"skills": skills, "api_token": token}


def _queues() -> Config:
    ask = {"message": "Niemand ist frei. Für eine Nachricht drücken Sie die Eins.", "key": "1", "longest": "20s"}
    plans: dict[str, dict[str, Any]] = {
        "levels": {"skills": {"technical": 4}, "relax": [{"after": "2s", "skills": {"technical": 1}}]},
        "best": {"skills": {"technical": 1}, "choice": "best_fit"},
        "idle": {"skills": {"technical": 1}, "choice": "longest_idle"},
        "again": {"skills": {"technical": 1}, "last_agent": "1h"},
        "secret": {
            "skills": {"legal": 5},
            "relax": [{"after": "1s", "skills": {"legal": 1}}],
            "max_wait": "2s",
            "overflow": [{"queue": "anybody", "max_wait": "20s"}],
        },
        "anybody": {},
        "tax": {"skills": {"tax": 1}, "choice": "best_fit", "extension": TAXES},
        "small": {"skills": {"technical": 5}, "max_waiting": 1, "overflow": [{"queue": "tax", "max_wait": "20s"}]},
        "tape": {
            "skills": {"technical": 5},
            "max_wait": "1s",
            "overflow": [ask, {"say": "Auf Wiederhören."}],
        },
        "back": {"skills": {"technical": 1}, "callback_key": "9"},
        "told": {
            "skills": {"technical": 1},
            "hearing": {"first": "1s", "every": "3s", "position": True, "expected_wait": False},
        },
    }
    return {name: {"name": name.capitalize(), **plan} for name, plan in plans.items()}


def _clients() -> Config:
    straight = {
        "staff": {
            "chief": {"name": "Chefin", "key": "1", "numbers": [CHIEF, CHIEF_AT_HOME], "ring": "1s"},
            "absent": {
                "name": "Weg", "key": "2", "numbers": [ABSENT], "absent_until": "2099-01-01", "deputy": "deputy",
            },
            "deputy": {"name": "Vertretung", "key": "3", "numbers": [DEPUTY], "ring": "10s"},
        },
        "vips": [{"number": VIP, "staff": "chief"}, {"number": VIP_OF_ABSENT, "staff": "absent"}],
    }  # fmt: skip
    lists = {
        "block": [
            {"first": "+493023125400", "last": "+493023125499", "reason": "Werbung"},
            {"pattern": "+4930231255?7*"},
            {"number": "+493023125601", "until": "2020-01-01"},
        ]
    }
    return {
        "levels": _client(LEVELS, queue="levels", vips=[{"number": FIRST_VIP}]),
        "best": _client(BEST, queue="best"),
        "idle": _client(IDLE, queue="idle"),
        "again": _client(AGAIN, queue="again"),
        "secret": _client(SECRET, queue="secret", secret=True),
        "tax": _client(TAX, queue="tax"),
        "lists": _client(LISTS, queue="idle", **lists),
        "straight": _client(STRAIGHT, queue="idle", **straight),
        "small": _client(SMALL, queue="small"),
        "tape": _client(TAPE, queue="tape"),
        "back": _client(BACK, queue="back"),
        "told": _client(TOLD, queue="told"),
        "capped": _client(CAPPED, queue="idle", limits={"calls": 1}),
        **{f"adv{nth}": _client(number, queue="idle") for nth, number in enumerate((ADV1, ADV2, ADV3), 1)},
    }


def _client(number: str, **keys: object) -> Config:
    greeting = {"mode": "hand_off", "text": "Guten Tag."}
    return {"name": "Auftraggeber", "numbers": [number], "tariff": "standard", "greetings": [greeting], **keys}
