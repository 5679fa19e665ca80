"""Who is let in when more call than can be served."""

import asyncio

import pytest

from router.admission import CLOSED_FOR_S, HIGH, LONGEST_S, LOOK_S, SHORTEST_S, SOME, Admission, Door, Load

CALM, FULL = Load(), Load(claims=HIGH.claims + 1)


def opens_after(door: Door, now: float, load: Load = CALM) -> float:
    """Look on until the door is open; the time then."""
    while door.closed:
        now += LOOK_S
        door.look(now, load)
    return now


def test_calls_are_let_in_as_long_as_nothing_falls_behind() -> None:
    door = Door()
    assert all(door.admits(number / 1000, HIGH) for number in range(1000))


@pytest.mark.parametrize(
    "load",
    [FULL, Load(claims=SOME, waits=HIGH.waits * 2), Load(backlog=HIGH.backlog + 1), Load(late=HIGH.late * 2)],
    ids=["claims", "waits", "backlog", "late"],
)
def test_who_comes_while_the_router_is_behind_is_refused(load: Load) -> None:
    door = Door()
    assert not door.admits(0, load)
    assert not door.admits(0.1, CALM)  # and who comes next, until it has caught up


def test_a_single_claim_that_waits_for_long_closes_nothing() -> None:
    assert Door().admits(0, Load(claims=1, waits=0.9))


def test_the_door_stays_closed_until_all_is_far_below() -> None:
    door = Door()
    door.look(0, FULL)
    door.look(10, HIGH)
    assert door.closed
    door.look(10.1, CALM)
    assert door.admits(10.2, CALM)


def test_a_door_that_has_to_close_again_soon_stays_closed_for_longer() -> None:
    door, now, closed_for = Door(), 10.0, []
    for _ in range(6):
        door.look(now, FULL)
        opened = opens_after(door, now)
        closed_for.append(round(opened - now, 2))
        now = opened + 0.1
    assert closed_for[0] == SHORTEST_S
    assert closed_for == sorted(closed_for)
    assert closed_for[-1] == pytest.approx(LONGEST_S, abs=2 * LOOK_S)
    door.look(now + 60, FULL)
    assert opens_after(door, now + 60) == pytest.approx(now + 60 + SHORTEST_S, abs=2 * LOOK_S)


class Asterisk:
    """What it was told, and a clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.load, self.told = 100.0, CALM, list[tuple[float, int]]()

    async def shut(self, until: int) -> None:
        self.told.append((self.now, until))

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)

    async def lives(self, admission: Admission, seconds: float) -> None:
        running, until = asyncio.create_task(admission.run()), self.now + seconds
        while self.now < until:  # noqa: ASYNC110 - its own clock, which goes on at once
            await asyncio.sleep(0)
        running.cancel()


async def test_asterisk_refuses_by_itself_by_its_own_clock_and_only_as_long_as_it_is_told() -> None:
    asterisk, wall = Asterisk(), 1_700_000_000.0
    admission = Admission(
        load=lambda: asterisk.load, shut=asterisk.shut, clock=lambda: asterisk.now, sleep=asterisk.sleep
    )
    assert admission.admits(wall)
    asterisk.load = FULL
    assert not admission.admits(wall)
    await asterisk.lives(admission, 3)
    assert all(0 <= until - (wall + at - 100) <= CLOSED_FOR_S + 1 for at, until in asterisk.told)
    pauses = [later[0] - sooner[0] for sooner, later in zip(asterisk.told, asterisk.told[1:], strict=False)]
    assert max(pauses) < CLOSED_FOR_S - 1
    asterisk.load = CALM
    await asterisk.lives(admission, 1)
    assert asterisk.told[-1][1] == 0
    assert (admission.refused, admission.closings) == (1, 1)


async def test_an_open_door_tells_asterisk_nothing() -> None:
    asterisk = Asterisk()
    admission = Admission(
        load=lambda: asterisk.load, shut=asterisk.shut, clock=lambda: asterisk.now, sleep=asterisk.sleep
    )
    await asterisk.lives(admission, 3)
    assert asterisk.told == []
