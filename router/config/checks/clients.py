"""A client's own entries must agree with one another, and someone must be able to answer for it."""

from collections.abc import Iterator

from router.config.findings import Path
from router.config.keys.clients import GreetingKeys
from router.config.trunk_of import trunk_of
from router.config.written import Problem, Written
from router.core.house import GreetingMode, OnBlock


def _greetings(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        path = ("clients", name, "greetings")
        for index, greeting in enumerate(client.greetings):
            for key, message, hint in _greeting(greeting):
                yield Problem(path=(*path, index, key), message=message, hint=hint)
        always = [index for index, greeting in enumerate(client.greetings) if greeting.hours is None]
        for index in always[1:]:
            message, hint = "this greeting never counts: one before it has no hours either", "add hours, or remove it"
            yield Problem(path=(*path, index), message=message, hint=hint)
        if not always:
            message, hint = "there is no greeting outside these hours", "add one without hours"
            yield Problem(path=path, message=message, hint=hint, at_key=True)


def _greeting(greeting: GreetingKeys) -> Iterator[tuple[str, str, str]]:
    if greeting.mode is GreetingMode.HAND_OFF and greeting.recording:
        yield "recording", "an agent cannot speak a recording", "write text:, or mode: play"
    elif greeting.text and greeting.recording:
        yield "recording", "both text and recording are given", "keep one of the two"
    elif not greeting.text and not greeting.recording:
        yield "mode", "the greeting says nothing", 'add text: "…"'


def _blocking(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        if client.on_block is OnBlock.ANNOUNCE and not client.block_text:
            message, hint = "there is nothing to announce", 'add block_text: "…", or write on_block: reject'
            yield Problem(path=("clients", name, "on_block"), message=message, hint=hint)


def _staff_keys(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        first: dict[str, str] = {}
        for staff, keys in client.staff.items():
            if keys.key in first:
                message = f'key "{keys.key}" is that of {first[keys.key]} already'
                path = ("clients", name, "staff", staff, "key")
                yield Problem(path=path, message=message, hint="give each staff member a digit of their own")
            first.setdefault(keys.key, staff)


def _vips(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        for index, vip in enumerate(client.vips):
            path: Path = ("clients", name, "vips", index)
            rows = [((*path, "by_hours", at, "staff"), row.staff) for at, row in enumerate(vip.by_hours)]
            for place, person in [((*path, "staff"), vip.staff or ""), *rows]:
                staff = client.staff.get(person)
                if staff and not staff.transferable_for_vips:
                    message = f"{person} is not transferable for VIPs"
                    hint = "write transferable_for_vips: true there, or name somebody else here"
                    yield Problem(path=place, message=message, hint=hint)


def _trunks(written: Written) -> Iterator[Problem]:
    trunks, known = written.names("trunks"), written.all_sound("numbers")
    for name, client in written.sound.clients.items():
        calls = client.staff or client.fallback_number
        if known and calls and trunk_of(client, written.sound, trunks) is None:
            message = "it is open over which trunk this client's staff are called"
            yield Problem(path=("clients", name, "trunk"), message=message, hint="add trunk: with one of the trunks")


CLIENT_CHECKS = (_greetings, _blocking, _staff_keys, _vips, _trunks)
