"""Real faults on a real Asterisk, with SIPp as the only truth: `python -m tests.chaos --help`.

Each scenario is a module with `async def run(given: Given) -> Sequence[Figure]`. It makes its own house, does its
worst, and tells what it saw beside what was promised; it raises only when it could not be carried out. What it starts
it ends.
"""

from collections.abc import Mapping

SCENARIOS: Mapping[str, str] = {  # each with what it does to the house; its module has the same name
    "killed": "kill the router at random instants amidst calls, alone and below its watchdog",
    "frozen": "freeze the router, alone and below its watchdog, and let another one take its place meanwhile",
    "link": "cut the way to Asterisk, loudly and without a word, one way and both, amidst calls",
    "asterisk_killed": "kill Asterisk with calls in every phase, and freeze it for a while",
    "database": "start without the database, stop it, crash it, and cut it off amidst calls",
    "limits": "fill the disk, take the router's descriptors, and all processors, amidst calls",
    "clock": "set the clocks of Asterisk and router by an hour, and go through the nights in which everybody's jump",
    "two_routers": "let two routers race for calls; kill, freeze and stop the one that leads, and PostgreSQL",
    "overload": "send ten times as many callers as can be served, and look at who is let in and at who is told no",
    "backup": "back a running house up, lose its disk, and bring it back while conversations are up",
    "fallback": "let callers speak with agents while no router runs, and bill them when it is back",
    "upgrade": "upgrade from the release before, its tables under load, its calls live",
}
