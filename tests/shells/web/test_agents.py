"""The agents' requests, over real HTTP."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from router.core.errors import LedgerUnavailable
from router.core.events import (
    AdvertisingReported,
    AgentEvent,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPaused,
    AgentResumed,
    CallTaken,
    ConsultCompleted,
    ConsultEnded,
    ConsultRequested,
    HoldRequested,
    MuteRequested,
    OfferAccepted,
    OfferDeclined,
    ParkedTaken,
    ParkRequested,
    PassRequested,
    ResumeRequested,
    ThreeRequested,
    TransferRequested,
    UnmuteRequested,
    WrapUpFinished,
)
from router.core.ids import CallId, QueueId, StaffId
from router.core.view import ConsultState, ConsultView, Phase, Presence
from router.web.own import instant
from tests.shells.web.desk import (
    ANNA,
    BERND,
    CALL,
    CROWDED,
    NOON,
    NOT_NOW,
    OFFERED,
    TALKING,
    Running,
    agent_view,
    bearer,
    house,
    running,
)

ANNAS = "/api/v1/agents/anna"


@pytest.fixture
async def web() -> AsyncIterator[Running]:
    async with running() as served:
        yield served


@pytest.mark.parametrize(
    ("action", "body", "event"),
    [
        ("login", None, AgentLoggedIn(agent=ANNA)),
        ("logout", None, AgentLoggedOut(agent=ANNA)),
        ("available", {}, AgentResumed(agent=ANNA)),
        ("pause", {"reason": " Mittag "}, AgentPaused(agent=ANNA, reason="Mittag")),
        ("accept", None, OfferAccepted(agent=ANNA)),
        ("decline", None, OfferDeclined(agent=ANNA)),
        ("hold", None, HoldRequested(agent=ANNA)),
        ("resume", None, ResumeRequested(agent=ANNA)),
        ("mute", None, MuteRequested(agent=ANNA)),
        ("unmute", None, UnmuteRequested(agent=ANNA)),
        ("transfer", {"staff": "weiss"}, TransferRequested(agent=ANNA, staff=StaffId("weiss"))),
        ("consult", {"staff": "weiss"}, ConsultRequested(agent=ANNA, staff=StaffId("weiss"))),
        ("three", None, ThreeRequested(agent=ANNA)),
        ("consult-end", None, ConsultEnded(agent=ANNA)),
        ("consult-complete", None, ConsultCompleted(agent=ANNA)),
        ("park", None, ParkRequested(agent=ANNA)),
        ("take-parked", None, ParkedTaken(agent=ANNA)),
        ("take-parked", {"call": "call-9"}, ParkedTaken(agent=ANNA, call=CallId("call-9"))),
        ("take", None, CallTaken(agent=ANNA)),
        ("take", {"call": "call-9"}, CallTaken(agent=ANNA, call=CallId("call-9"))),
        ("pass", {"agent": "bernd"}, PassRequested(agent=ANNA, to_agent=BERND)),
        ("pass", {"queue": "legal"}, PassRequested(agent=ANNA, to_queue=QueueId("legal"))),
        ("wrap-up-done", None, WrapUpFinished(agent=ANNA)),
        ("advertising", None, AdvertisingReported(agent=ANNA)),
    ],
)
async def test_each_action_becomes_its_event(web: Running, action: str, body: object, event: AgentEvent) -> None:
    async with web.http.post(f"{ANNAS}/{action}", json=body or {}, headers=bearer(ANNA)) as answer:
        assert answer.status == 200, await answer.text()
    assert web.desk.asked == [event]


async def test_an_action_needs_no_body(web: Running) -> None:
    async with web.http.post(f"{ANNAS}/login", headers=bearer(ANNA)) as answer:
        assert answer.status == 200
        assert (await answer.json())["presence"] == "available"


async def test_an_agent_sees_the_offered_call_with_what_it_needs_to_answer(web: Running) -> None:
    web.desk.shown = OFFERED
    async with web.http.get(ANNAS, headers=bearer(ANNA)) as answer:
        view = await answer.json()
    assert view["presence"] == "offered"
    assert view["since"] == "2026-11-18T11:06:40.125Z"
    assert view["call"]["client"] == {"id": "praxis", "name": "Praxis Dr. Müller"}
    assert view["call"]["greeting"] == CALL.greeting
    assert view["call"]["script"] == CALL.script
    staff = {"id": "weiss", "name": "Frau Weiß", "responsibility": "Termine", "key": "1"}
    assert view["call"]["staff"] == [staff]


async def test_umlauts_are_readable_in_the_answer(web: Running) -> None:
    web.desk.shown = OFFERED
    async with web.http.get(ANNAS, headers=bearer(ANNA)) as answer:
        assert "Praxis Dr. Müller".encode() in await answer.read()


async def test_an_agent_sees_what_waits_and_is_parked_without_its_callers(web: Running) -> None:
    web.desk.shown = CROWDED
    async with web.http.get(f"{ANNAS}/floor", headers=bearer(ANNA)) as answer:
        floor, text = await answer.json(), await answer.text()
    assert floor["waiting"] == [
        {
            "id": "call-2",
            "client": {"id": "blumen", "name": "Blumen Bunt"},
            "queue": "shops",
            "since": "2026-11-18T11:06:40.125Z",
        }
    ]
    assert [call["id"] for call in floor["parked"]] == ["call-4"]
    assert "+49" not in text


async def test_a_call_that_needs_a_pledge_is_not_even_named_to_who_made_none(web: Running) -> None:
    web.desk.shown = CROWDED
    async with web.http.get("/api/v1/agents/bernd/floor", headers=bearer(BERND)) as answer:
        floor = await answer.json()
    assert [call["id"] for call in floor["waiting"]] == ["call-2", "call-3"]
    assert [call["id"] for call in floor["parked"]] == ["call-4", "call-5"]
    for path in (f"{ANNAS}/floor", ANNAS):
        async with web.http.get(path, headers=bearer(ANNA)) as answer:
            assert "Kanzlei" not in await answer.text()


async def test_to_whom_a_call_can_be_passed_is_told_only_to_who_has_one(web: Running) -> None:
    async with web.http.get(f"{ANNAS}/floor", headers=bearer(ANNA)) as answer:
        idle = await answer.json()
    assert (idle["colleagues"], idle["queues"]) == ([], [])
    web.desk.shown = TALKING
    async with web.http.get(f"{ANNAS}/floor", headers=bearer(ANNA)) as answer:
        talking = await answer.json()
    assert talking["colleagues"] == [{"id": "bernd", "name": "Bernd", "extension": "12"}]
    assert talking["queues"] == [{"id": "legal", "name": "Kanzleien", "extension": "72"}]


async def test_the_floor_is_for_agents_only(web: Running) -> None:
    async with web.http.get(f"{ANNAS}/floor") as answer:
        assert answer.status == 401


async def test_an_agent_sees_nothing_of_anothers_call(web: Running) -> None:
    web.desk.shown = OFFERED
    async with web.http.get("/api/v1/agents/bernd", headers=bearer(BERND)) as answer:
        text = await answer.text()
    assert "Müller" not in text
    assert '"call":null' in text


async def test_a_call_that_names_another_agent_stays_hidden(web: Running) -> None:
    web.desk.shown = house(agent_view(BERND, call=CALL.call), calls=(CALL,))
    async with web.http.get("/api/v1/agents/bernd", headers=bearer(BERND)) as answer:
        assert (await answer.json())["call"] is None


async def test_in_wrap_up_the_call_stays_but_not_who_has_it_now(web: Running) -> None:
    moved_on = replace(CALL, phase=Phase.TALKING, agent=BERND, since=NOON + 9000)
    web.desk.shown = house(agent_view(ANNA, Presence.WRAP_UP, CALL.call), agent_view(BERND), calls=(moved_on,))
    async with web.http.get(ANNAS, headers=bearer(ANNA)) as answer:
        call = (await answer.json())["call"]
    assert (call["phase"], call["since"], call["caller"]) == ("wrapping", instant(NOON), CALL.caller)


async def test_an_agent_sees_whom_it_consults_and_only_while_it_has_the_call(web: Running) -> None:
    consult = ConsultView(state=ConsultState.SPEAKING, staff=StaffId("weiss"), name="Frau Weiß")
    call = replace(CALL, phase=Phase.CONFERRING, consult=consult)
    web.desk.shown = house(agent_view(ANNA, Presence.TALKING, CALL.call), agent_view(BERND), calls=(call,))
    async with web.http.get(ANNAS, headers=bearer(ANNA)) as answer:
        shown = (await answer.json())["call"]["consult"]
    assert shown == {"state": "speaking", "staff": {"id": "weiss", "name": "Frau Weiß"}, "because": ""}
    web.desk.shown = house(agent_view(ANNA, Presence.WRAP_UP, CALL.call), agent_view(BERND), calls=(call,))
    async with web.http.get(ANNAS, headers=bearer(ANNA)) as answer:
        assert (await answer.json())["call"]["consult"] is None


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}, {"Authorization": "Basic YTpi"}]
)
async def test_without_a_known_token_nothing_is_shown_or_done(web: Running, headers: dict[str, str]) -> None:
    async with web.http.post(f"{ANNAS}/login", headers=headers) as answer:
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert (await answer.json())["error"]["id"] == "unauthorized"
    assert web.desk.asked == []


async def test_an_agent_acts_only_as_itself(web: Running) -> None:
    for path in (f"{ANNAS}/login", "/api/v1/agents/nobody/login"):
        async with web.http.post(path, headers=bearer(BERND)) as answer:
            assert answer.status == 403
            assert (await answer.json())["error"]["id"] == "forbidden"
    assert web.desk.asked == []


async def test_a_replaced_token_counts_at_once(web: Running) -> None:
    web.tokens[ANNA] = "0" * 64
    async with web.http.get(ANNAS, headers=bearer(ANNA)) as answer:
        assert answer.status == 401


async def test_what_is_not_possible_now_is_told_in_words_for_the_agent(web: Running) -> None:
    web.desk.refusal = NOT_NOW
    async with web.http.post(f"{ANNAS}/accept", headers=bearer(ANNA)) as answer:
        assert answer.status == 409
        assert await answer.json() == {"error": {"id": "request_refused", "message": str(NOT_NOW)}}


@pytest.mark.parametrize(
    ("failure", "status", "error_id"),
    [
        (ValueError("secret path /var/db"), 500, "internal"),
        (LedgerUnavailable("postgres://secret"), 503, "ledger_unavailable"),
    ],
)
async def test_our_own_failures_leak_nothing(web: Running, failure: Exception, status: int, error_id: str) -> None:
    web.desk.refusal = failure
    async with web.http.post(f"{ANNAS}/accept", headers=bearer(ANNA)) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]["id"] == error_id
        assert "secret" not in await answer.text()
        assert answer.headers["Server"] == "vorzimmer"


@pytest.mark.parametrize(
    ("action", "body", "named"),
    [
        ("pause", b"", "reason"),
        ("pause", b'{"reason": ""}', "reason"),
        ("pause", b'{"reason": 7}', "reason"),
        ("pause", b'{"reason": "x", "until": 9}', "until"),
        ("transfer", b"{}", "staff"),
        ("consult", b"{}", "staff"),
        ("take", b'{"call": 7}', "call"),
        ("pass", b"{}", "body"),
        ("pass", b'{"agent": "bernd", "queue": "legal"}', "body"),
        ("pass", b'{"agent": ""}', "agent"),
        ("login", b'{"as": "bernd"}', "as"),
        ("login", b"not json", "body"),
        ("login", b"[]", "body"),
        ("login", b"\xff\xfe", "body"),
    ],
)
async def test_a_wrong_body_is_named(web: Running, action: str, body: bytes, named: str) -> None:
    async with web.http.post(f"{ANNAS}/{action}", data=body, headers=bearer(ANNA)) as answer:
        assert answer.status == 422
        error = (await answer.json())["error"]
    assert error["id"] == "request_invalid"
    assert error["message"].startswith(named)
    assert web.desk.asked == []


async def test_a_body_beyond_all_measure_is_not_read(web: Running) -> None:
    async with web.http.post(f"{ANNAS}/pause", data=b"x" * 20_000, headers=bearer(ANNA)) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"]["id"] == "too_large"


async def test_unknown_paths_and_methods_answer_in_the_same_shape(web: Running) -> None:
    async with web.http.get("/nowhere") as answer:
        assert (answer.status, (await answer.json())["error"]["id"]) == (404, "not_found")
    async with web.http.get(f"{ANNAS}/login", headers=bearer(ANNA)) as answer:
        assert (answer.status, (await answer.json())["error"]["id"]) == (405, "method_not_allowed")
        assert answer.headers["Allow"] == "POST"


async def test_an_agent_that_a_reload_took_out_is_not_found(web: Running) -> None:
    web.desk.shown = house(agent_view(BERND))
    async with web.http.post(f"{ANNAS}/login", headers=bearer(ANNA)) as answer:
        assert (answer.status, (await answer.json())["error"]["id"]) == (404, "not_found")
    assert web.desk.asked == []
