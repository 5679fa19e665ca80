"""The agent's page and its stream: what it shows, what it leaves out, and how it keeps up."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession

from router.core.ids import StaffId
from router.core.view import CallView, ConsultState, ConsultView, HouseView, Phase, Presence
from router.web import serve
from router.web.assets import asset_url
from router.web.own import own_views
from router.web.panels import panels
from router.web.wording import WORDS, Language
from tests.shells.web.desk import (
    ANNA,
    BERND,
    CALL,
    CROWDED,
    IDLE,
    OFFERED,
    TALKING,
    TOKEN,
    FakeDesk,
    Running,
    agent_view,
    bearer,
    built,
    house,
    running,
)

STREAM = "/api/v1/agents/anna/stream"
HOSTILE = '"><script>alert(1)</script>\u202e\r\n\x00'
WITH_CALL = {Phase.OFFERED: Presence.OFFERED, Phase.WRAPPING: Presence.WRAP_UP}


def with_call(**changes: Any) -> HouseView:
    """Anna with her call, changed."""
    call: CallView = replace(CALL, **changes)
    return house(
        agent_view(ANNA, WITH_CALL.get(call.phase, Presence.TALKING), call.call), agent_view(BERND), calls=(call,)
    )


def drawn(view: HouseView, language: Language = Language.GERMAN) -> dict[str, str]:
    return dict(panels(built(FakeDesk()), own_views(view)[ANNA], language))


def actions(part: str) -> list[str]:
    return [piece.split('"')[0] for piece in part.split('data-post="')[1:]]


def test_an_offer_shows_greeting_client_and_script() -> None:
    part = drawn(OFFERED)["call"]
    assert all(words in part for words in ("Praxis Dr. Müller", "Praxis Doktor Müller, guten Tag.", "+493012345678"))
    assert "Nach dem Geburtsdatum fragen." in part
    assert actions(part) == ["decline"]
    assert "Ihr Telefon klingelt" in part


def test_who_takes_offers_at_the_desk_is_offered_a_click() -> None:
    anna = replace(agent_view(ANNA, Presence.OFFERED, CALL.call), by_desk=True)
    assert actions(drawn(replace(OFFERED, agents=(anna, agent_view(BERND))))["call"]) == ["accept", "decline"]


@pytest.mark.parametrize(
    ("phase", "offered"),
    [
        (Phase.TALKING, ["hold", "park", "mute", "advertising"]),
        (Phase.HELD, ["resume", "mute", "advertising"]),
        (Phase.CONSULTING, ["consult-end", "mute", "advertising"]),
        (Phase.CONFERRING, ["three", "consult-complete", "consult-end", "mute", "advertising"]),
        (Phase.THREE, ["consult-complete", "consult-end", "mute", "advertising"]),
        (Phase.WRAPPING, ["wrap-up-done", "advertising"]),
    ],
)
def test_each_phase_offers_what_is_possible_in_it(phase: Phase, offered: list[str]) -> None:
    assert actions(drawn(with_call(phase=phase))["call"]) == offered


def test_staff_and_colleagues_are_shown_with_the_caller_alone() -> None:
    assert actions(drawn(TALKING)["people"]) == ["consult", "transfer", "pass", "pass"]
    for view in (IDLE, OFFERED, with_call(phase=Phase.WRAPPING), with_call(phase=Phase.CONFERRING)):
        assert drawn(view)["people"].strip() == ""


def test_no_key_means_two_things() -> None:
    for phase in Phase:
        parts = drawn(replace(with_call(phase=phase), waiting=CROWDED.waiting, parked=CROWDED.parked))
        keys = [piece.split('"')[0] for part in parts.values() for piece in part.split('data-key="')[1:]]
        assert len(keys) == len(set(keys)), (phase, keys)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("phase", Phase)
def test_every_state_is_drawn_in_both_languages(phase: Phase, language: Language) -> None:
    for state in ConsultState:
        consult = ConsultView(state=state, staff=StaffId("weiss"), name="Frau Weiß", because="busy")
        part = drawn(with_call(phase=phase, consult=consult, muted=True), language)["call"]
        assert WORDS[f"phase_{phase}"][list(Language).index(language)] in part
        told = ("besetzt" if language is Language.GERMAN else "busy") in part
        assert told is (phase is not Phase.WRAPPING)  # in the after-work the consultation is no longer the agent's


@pytest.mark.parametrize("presence", Presence)
def test_every_presence_is_drawn(presence: Presence) -> None:
    part = drawn(house(replace(agent_view(ANNA, presence), reason="missed an offer"), agent_view(BERND)))["status"]
    assert WORDS[f"presence_{presence}"][0] in part
    assert "Anruf nicht angenommen" in part


def test_hostile_texts_stay_text() -> None:
    view = with_call(client_name=HOSTILE, caller=HOSTILE, greeting=HOSTILE, script=HOSTILE, phase=Phase.TALKING)
    parts = drawn(replace(view, parked=(replace(CROWDED.parked[0], client_name=HOSTILE),)))
    for part in parts.values():
        assert "<script" not in part
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in parts["call"]


def test_a_call_of_anothers_client_is_not_drawn() -> None:
    parts = drawn(replace(TALKING, agents=(agent_view(ANNA), agent_view(BERND, Presence.TALKING, CALL.call))))
    assert "Praxis" not in "".join(parts.values())


def test_calls_under_a_pledge_are_not_drawn_for_who_made_none() -> None:
    part = drawn(CROWDED)["line"]
    assert ("Blumen Bunt" in part, "Kanzlei Recht" in part) == (True, False)
    assert actions(part) == ["take", "take-parked"]


@asynccontextmanager
async def streaming(at: Running) -> AsyncIterator[ClientResponse]:
    async with at.http.get(STREAM, headers=bearer(ANNA)) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        yield answer


async def message(answer: ClientResponse) -> dict[str, Any]:
    async with asyncio.timeout(10):
        while not (read := await answer.content.readline()).startswith(b"data: "):
            assert read, "the stream has ended"
    content: dict[str, Any] = json.loads(read[6:])
    return content


async def test_the_stream_begins_whole_and_then_sends_what_looks_different() -> None:
    async with running() as at, streaming(at) as answer:
        snapshot = await message(answer)
        assert (snapshot["type"], set(snapshot["html"])) == ("snapshot", {"status", "call", "people", "line"})
        at.desk.show(OFFERED)
        offer = await message(answer)
        assert (offer["type"], set(offer["html"])) == ("offer", {"status", "call"})
        assert "Praxis Doktor Müller" in offer["html"]["call"]


async def test_a_silent_stream_beats_and_brings_the_line() -> None:
    async with running(beat_s=0.05) as at, streaming(at) as answer:
        await message(answer)
        at.desk.show(replace(IDLE, waiting=CROWDED.waiting))
        beats = [await message(answer) for _ in range(3)]
    assert {beat["type"] for beat in beats} == {"beat"}
    assert [set(beat["html"]) for beat in beats].count({"line"}) == 1


async def test_a_withdrawn_token_ends_the_stream_before_its_next_message() -> None:
    async with running() as at, streaming(at) as answer:
        await message(answer)
        at.tokens.clear()
        at.desk.show(OFFERED)
        assert b"Praxis" not in await asyncio.wait_for(answer.content.read(), 10)


async def test_an_agent_who_left_the_house_is_cut_off() -> None:
    async with running() as at, streaming(at) as answer:
        await message(answer)
        at.desk.show(house(agent_view(BERND)))
        assert (await asyncio.wait_for(answer.content.read(), 10)).strip() == b""


async def test_the_routers_end_ends_the_stream() -> None:
    async with ClientSession() as http:
        async with serve(built(FakeDesk()), "127.0.0.1", 0) as port:
            answer = await http.get(f"http://127.0.0.1:{port}{STREAM}", headers=bearer(ANNA))
            await message(answer)
        assert (await asyncio.wait_for(answer.content.read(), 10)).strip() == b""


async def test_asked_for_its_head_the_stream_does_not_run() -> None:
    async with running() as at, at.http.head(STREAM, headers=bearer(ANNA)) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")


async def test_programs_get_the_stream_but_no_page() -> None:
    async with running() as at:
        async with at.http.get("/desk", headers=bearer(ANNA)) as answer:
            assert answer.status in {403, 404}
        async with at.http.get(STREAM, headers={"Authorization": f"Bearer {TOKEN[BERND]}"}) as answer:
            assert answer.status == 403


async def test_the_script_and_the_style_sheet_are_served() -> None:
    async with running() as at:
        for name in ("desk.js", "desk.css"):
            async with at.http.get(asset_url(name)) as answer:
                assert answer.status == 200
