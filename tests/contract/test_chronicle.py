"""The chronicle: what is kept of presences and configurations, and how it is found again."""

from dataclasses import replace

from sqlalchemy import func, select

from router.core.ids import AgentId, CallId
from router.core.view import Presence, SeatView
from router.db.chronicle import Offer, SqlChronicle, house_at, prune, seats_at
from router.db.database import Database
from router.db.tables import houses

ANNA, BERND = AgentId("anna"), AgentId("bernd")
FREE = SeatView(agent=ANNA, at=1_000, intent=Presence.AVAILABLE, idle_since=900, offered_last=400)
OFFERED = replace(FREE, at=2_000, doing=Presence.OFFERED, call=CallId("call-1"), offered_last=2_000)
MISSED = replace(FREE, at=2_000, intent=Presence.PAUSED, reason="missed an offer")
BERNDS = SeatView(agent=BERND, at=1_500, intent=Presence.OFF)


async def test_a_seat_stands_as_it_was_kept_last(database: Database) -> None:
    await SqlChronicle(database).keep_presences([FREE, BERNDS, OFFERED])
    both = (ANNA, BERND)
    assert await seats_at(database, both, 999) == {}
    assert await seats_at(database, both, 1_000) == {ANNA: FREE}
    assert await seats_at(database, both, 1_999) == {ANNA: FREE, BERND: BERNDS}
    assert await seats_at(database, both, 9_999) == {ANNA: OFFERED, BERND: BERNDS}


async def test_within_one_millisecond_the_later_one_counts(database: Database) -> None:
    await SqlChronicle(database).keep_presences([OFFERED, MISSED])
    assert await seats_at(database, [ANNA], 2_000) == {ANNA: MISSED}


async def test_before_an_offer_the_agent_was_still_free(database: Database) -> None:
    await SqlChronicle(database).keep_presences([replace(BERNDS, at=2_000), FREE, OFFERED, MISSED])
    offer = Offer(agent=ANNA, call=CallId("call-1"))
    before = await seats_at(database, [ANNA, BERND], 2_000, before=offer)
    assert before == {ANNA: FREE, BERND: replace(BERNDS, at=2_000)}


async def test_a_configuration_is_kept_once_and_again_when_its_content_has_changed(database: Database) -> None:
    chronicle = SqlChronicle(database)
    for since, content in ((10, "old"), (20, "old"), (30, "new tariff"), (40, "old")):
        await chronicle.keep_house(version="v1", since=since, content=content)
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(houses))).scalar_one() == 3
    found = [await house_at(database, at, version="v1") for at in (9, 10, 25, 30, 40)]
    assert found == ["old", "old", "old", "new tariff", "old"]
    assert await house_at(database, 9) is None
    assert await house_at(database, 40, version="v2") is None
    assert await house_at(database, 31) == "new tariff"


async def test_pruning_forgets_what_no_longer_held(database: Database) -> None:
    chronicle = SqlChronicle(database)
    await chronicle.keep_presences([FREE, BERNDS, OFFERED, replace(FREE, at=5_000)])
    for since, version in ((1_000, "v1"), (2_000, "v2"), (5_000, "v3")):
        await chronicle.keep_house(version=version, since=since, content="")
    assert await prune(database, before=3_000) == (1, 1)
    assert await seats_at(database, [ANNA, BERND], 3_000) == {ANNA: OFFERED, BERND: BERNDS}
    assert [await house_at(database, 9_000, version=version) for version in ("v1", "v2", "v3")] == [None, "", ""]
    assert await prune(database, before=3_000) == (0, 0)


async def test_pruning_nothing_is_no_mistake(database: Database) -> None:
    assert await prune(database, before=3_000) == (0, 0)
