"""`vorzimmer health`: is the router on this machine ready, and if not, why."""

import argparse
import http.client
import json

from router.cli.options import Commands, say
from router.settings import http_address

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where the router listens on all addresses, it is asked here
WITHIN_S = 3.0


def add(commands: Commands) -> None:
    """Declare the command."""
    command = commands.add_parser(
        "health",
        description="Ask the router at VORZIMMER_HTTP whether it is ready: status 0, or 1 and the reasons.",
    )
    command.set_defaults(command=ask)


def ask(_: argparse.Namespace) -> int:
    """Ask, and tell."""
    problems = _problems(*http_address())
    for problem in problems or ["ready"]:
        say(problem)
    return 1 if problems else 0


def _problems(host: str, port: int) -> list[str]:
    connection = http.client.HTTPConnection(ANYWHERE.get(host, host), port, timeout=WITHIN_S)
    try:
        connection.request("GET", "/readyz")
        problems: list[str] = json.load(connection.getresponse())["problems"]
    except TimeoutError:
        return [f"The router at {host}:{port} does not answer within {WITHIN_S:g} s: it is frozen."]
    except (OSError, http.client.HTTPException, ValueError, KeyError) as failure:
        return [f"No router answers at {host}:{port}: {failure}."]
    else:
        return problems
    finally:
        connection.close()
