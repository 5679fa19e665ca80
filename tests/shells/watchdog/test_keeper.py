"""The watchdog over real processes: who is replaced, when, and who is not."""

import asyncio
import os
import signal
import socket
from pathlib import Path

import pytest

from tests.lab.waiting import wait_for
from tests.shells.watchdog.kennel import BEATING, alive, kennel


async def test_a_frozen_router_is_killed_and_replaced(tmp_path: Path) -> None:
    with kennel(tmp_path, BEATING) as dog:
        first = await dog.router()
        os.kill(first, signal.SIGSTOP)
        second = await dog.router(2)
        assert not alive(first)
        assert dog.begun[1] == (second, {"silent": 1, "ended": 0})
        assert dog.told("router silent, killed")[0]["silent_s"] >= 1.0
        assert dog.told("router replaced")[0]["reason"] == "silent"


async def test_a_killed_router_is_replaced_at_once_by_the_spare(tmp_path: Path) -> None:
    with kennel(tmp_path, BEATING) as dog:
        first, spare = await dog.router(), await dog.spare()
        os.kill(first, signal.SIGKILL)
        assert await dog.router(2) == spare
        (told,) = dog.told("router replaced")
        assert (told["how"], told["pause_s"], told["ended"]) == ("was killed by SIGKILL", 0.0, 1)
        assert await dog.spare() not in (first, spare)


async def test_a_loop_that_stands_still_is_replaced_though_its_process_lives(tmp_path: Path) -> None:
    stuck = "line.send(b'+')\nwhile count == 1: time.sleep(0.05)\n"
    with kennel(tmp_path, stuck + BEATING) as dog:
        await dog.router(2)
        assert [told["reason"] for told in dog.told("router replaced")] == ["silent"]


async def test_a_router_that_is_long_in_starting_is_left_alone(tmp_path: Path) -> None:
    replaying = "for _ in range(40):\n    line.send(b'-'); time.sleep(0.05)\ntime.sleep(1.5)\n"
    with kennel(tmp_path, replaying + BEATING) as dog:
        await dog.router()
        assert len(dog.begun) == 1


async def test_a_router_that_is_not_ready_any_more_but_beats_is_left_alone(tmp_path: Path) -> None:
    unready = "line.send(b'+')\nfor _ in range(40):\n    line.send(b'-'); time.sleep(0.05)\n(folder / 'past').touch()\n"
    with kennel(tmp_path, unready + BEATING) as dog:
        await dog.eventually((tmp_path / "past").exists, "two seconds without being ready")
        assert len(dog.begun) == 1


async def test_the_first_router_that_cannot_start_has_the_last_word(tmp_path: Path) -> None:
    with kennel(tmp_path, "sys.stderr.write('clients.yaml:1: a mistake\\n'); sys.exit(2)") as dog:
        assert await dog.ended() == 2
        assert len(dog.begun) == 1
        assert (tmp_path / "log").read_text().splitlines()[-1] == "clients.yaml:1: a mistake"


async def test_a_later_router_that_cannot_start_is_tried_again_after_growing_pauses(tmp_path: Path) -> None:
    once = "if count == 1:\n    line.send(b'+'); time.sleep(0.5); sys.exit(1)\nelif count < 5:\n    sys.exit(2)\n"
    with kennel(tmp_path, once + BEATING) as dog:
        await dog.eventually(lambda: len(dog.told("router ready")) == 2, "the fifth router to be ready")
        assert [told["pause_s"] for told in dog.told("router replaced")] == [0.0, 0.5, 1.0, 2.0]


async def test_a_router_that_is_ready_and_soon_ends_again_and_again_is_given_growing_pauses(tmp_path: Path) -> None:
    crashing = "if count < 4:\n    line.send(b'+'); time.sleep(0.3); sys.exit(1)\n"
    with kennel(tmp_path, crashing + BEATING) as dog:
        await dog.router(4)
        assert [told["pause_s"] for told in dog.told("router replaced")] == [0.0, 0.5, 1.0]


async def test_a_router_that_others_kill_again_and_again_is_replaced_at_once(tmp_path: Path) -> None:
    with kennel(tmp_path, BEATING) as dog:
        for nth in (1, 2, 3):
            os.kill(await dog.router(nth), signal.SIGKILL)
        await dog.router(4)
        assert [told["pause_s"] for told in dog.told("router replaced")] == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("paired", [False, True])
async def test_a_router_whose_place_another_has_taken_is_replaced_only_in_a_pair(tmp_path: Path, paired: bool) -> None:
    replaced = "if count == 1:\n    line.send(b'+'); time.sleep(0.5); sys.exit(3)\n"
    with kennel(tmp_path, replaced + BEATING, paired=paired) as dog:
        if paired:
            await dog.router(2)
        else:
            assert await dog.ended() == 3
            assert len(dog.begun) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_an_orderly_end_is_passed_on_and_waited_for(tmp_path: Path, number: signal.Signals) -> None:
    orderly = """
def end(*_):
    time.sleep(1.5)
    (folder / 'orderly').touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
"""
    with kennel(tmp_path, orderly + BEATING) as dog:
        await dog.router()
        spare = await dog.spare()
        dog.process.send_signal(number)
        assert await dog.ended() == 0
        assert (tmp_path / "orderly").exists()
        assert not alive(spare)


async def test_a_router_dies_with_its_watchdog(tmp_path: Path) -> None:
    bound = """
import ctypes
ctypes.CDLL(None).prctl(1, signal.SIGKILL)
"""
    with kennel(tmp_path, bound + BEATING) as dog:
        router, spare = await dog.router(), await dog.spare()
        dog.process.kill()
        await wait_for(lambda: not alive(router) and not alive(spare), 10, "router and spare to be gone")


async def test_a_machine_that_stood_still_as_a_whole_is_no_silence(tmp_path: Path) -> None:
    with kennel(tmp_path, BEATING, patience=2.0) as dog:
        router = await dog.router()
        for number in (signal.SIGSTOP, signal.SIGCONT):
            os.kill(dog.process.pid, number)
            os.kill(router, number)
            await asyncio.sleep(3 if number is signal.SIGSTOP else 0)
        spare = await dog.spare()
        os.kill(router, signal.SIGKILL)  # it is the first one still, and the watchdog sees to it
        assert await dog.router(2) == spare
        assert [told["reason"] for told in dog.told("router replaced")] == ["ended"]


async def test_a_service_manager_hears_how_it_stands(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("")  # an abstract address of the kernel's choice
        manager.setblocking(False)
        heard: list[str] = []

        def hears(*wanted: str) -> bool:
            try:
                while True:
                    heard.append(manager.recv(4096).decode())
            except BlockingIOError:
                return set(wanted) <= set(heard)

        with kennel(tmp_path, "line.send(b'-'); time.sleep(0.5)\n" + BEATING, notify=manager) as dog:
            first = await dog.router()
            assert await wait_for(lambda: hears("READY=1", "STATUS=serving", "WATCHDOG=1"), 10, "READY=1")
            assert heard.index("EXTEND_TIMEOUT_USEC=10000000") < heard.index("READY=1")
            os.kill(first, signal.SIGKILL)
            await dog.router(2)
            assert hears("STATUS=replacing a router that was killed by SIGKILL")
            assert heard.count("READY=1") == 1
            dog.process.terminate()
            await dog.ended()
            assert hears("STOPPING=1")
