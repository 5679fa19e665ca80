"""What somebody needs to use a serving house: addresses, accounts, codes, and a first call."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from tests.demo.logins import password_of

MISSING = "(none)"


def addresses(sip_address: tuple[str, int], asterisk_log: Path, config: Path, state: Path, http_port: int) -> str:
    """The whole page, as `make run` prints it."""
    host, port = sip_address
    sip, api = f"{host}:{port}", f"http://127.0.0.1:{http_port}"
    parts = [
        f"Vorzimmer serves. Ctrl-C stops it.\n\nCalls come in by SIP at {sip}, UDP or TCP, from {_trunk(config)}:",
        *(f"  {number:16} {owner}" for number, owner in _numbers(config).items()),
        f"\nAgents' phones register at {sip}:",
        *(_account(agent, keys) for agent, keys in _agents(config).items()),
        "\nAgents dial    *41 available   *42 pause   *43 log out   *44 wrap-up done",
        "               *45 take the parked caller   *46 take the next caller   *47 caller was advertising",
        "and press      *1 hold, and back   *2 and a staff member's key: transfer   *3 park",
        "               *5 and an extension: pass on   *7 advertising caller",
        f"\nAPI            {api}/api/v1 (description: {api}/api/v1/openapi.json)",
        _curl(api, config),
        f"Watching       {api}/metrics   {api}/healthz   {api}/readyz",
        f"Logs           {state / 'router.log'}   {asterisk_log}",
        f"Database       sqlite:///{state.absolute() / 'vorzimmer.db'}",
        f"               VORZIMMER_STATE_DIR={state} .venv/bin/vorzimmer ledger list",
        *_first_call(config, host, port),
    ]
    return "\n".join(parts)


def desk(codes: Mapping[str, Sequence[str]], http_port: int) -> str:
    """Where agents sign in, and with what; each code counts once."""
    lines = [f"  user {login:8} password {password_of(login):26} code {' or '.join(codes[login])}" for login in codes]
    return "\n".join(
        [
            f"\nThe desk       http://127.0.0.1:{http_port}/desk (each code counts once; a new start makes new ones):",
            *lines,
        ]
    )


def _first_call(config: Path, host: str, port: int) -> list[str]:
    number = next(iter(_numbers(config)))
    return [
        "\nA first call: register a softphone on this machine as anna and dial *41 there (for one elsewhere serve with",
        "python -m tests.demo.serve --sip-host ADDRESS); then call from the carrier's address.",
        "`vorzimmer calls` and `vorzimmer explain CALL` say what became of it.",
        f"  sipp {host}:{port} -sf tests/demo/first_call.xml -i {_trunk(config)} -s {number} -key caller +491713920061"
        " -m 1 -d 20000",
    ]


def _section(config: Path, name: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for file in sorted(config.rglob("*.yaml")):
        found |= (yaml.safe_load(file.read_text()) or {}).get(name, {})
    return found


def _agents(config: Path) -> dict[str, dict[str, object]]:
    return _section(config, "agents")


def _numbers(config: Path) -> dict[str, str]:
    """Our numbers, each with its client's name or, for a shared one, the numbers it is told apart by."""
    clients = _section(config, "clients")
    owners = dict.fromkeys(_section(config, "numbers"), "shared: send a Diversion header of")
    owners |= {number: str(client["name"]) for client in clients.values() for number in _listed(client, "numbers")}
    told_apart = [_listed(client, "forwarded_from")[0] for client in clients.values() if not client.get("numbers")]
    return {
        number: f"{owner} {' or '.join(told_apart)}" if owner.startswith("shared") else owner
        for number, owner in owners.items()
    }


def _listed(client: dict[str, object], key: str) -> list[str]:
    found = client.get(key)
    return [str(one) for one in found] if isinstance(found, list) else []


def _trunk(config: Path) -> str:
    trunks = _section(config, "trunks").values()
    return " or ".join(_default(address) for trunk in trunks for address in _listed(trunk, "match")) or MISSING


def _account(agent: str, keys: dict[str, object]) -> str:
    sip = keys.get("sip")
    password = _default(str(sip["password"])) if isinstance(sip, dict) else MISSING
    return f"  user {agent:8} password {password:26} API token {_token(keys)}"


def _token(keys: dict[str, object]) -> str:
    return _default(str(keys.get("api_token", MISSING)))


def _default(value: str) -> str:
    """What stands in the YAML; of `env:NAME=default` the default, else the variable that holds it."""
    name, equals, default = value.removeprefix("env:").partition("=")
    return default if value.startswith("env:") and equals else f"(in {name})" if value.startswith("env:") else value


def _curl(api: str, config: Path) -> str:
    agent, keys = next(iter(_agents(config).items()))
    return f"  curl -H 'Authorization: Bearer {_token(keys)}' {api}/api/v1/agents/{agent}"
