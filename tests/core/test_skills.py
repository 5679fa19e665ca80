"""What an agent lacks for a call, in words."""

import pytest

from router.core.house import Agent
from router.core.ids import AgentId, Language, Skill
from router.core.skills import Needs, lacking, needs_of, told

ANNA = Agent(id=AgentId("anna"), name="Anna", skills={Skill("law"): 3, Skill("tax"): 1})
ENGLISH = Language("en")


@pytest.mark.parametrize(
    ("needs", "why"),
    [
        (Needs(), ""),
        (needs_of({Skill("law"): 3, Skill("tax"): 1}, language=Language("de")), ""),
        (needs_of({Skill("law"): 4}), "has law 3, 4 is needed"),
        (needs_of({Skill("sales"): 1}), "lacks sales"),
        (needs_of({Skill("sales"): 2, Skill("law"): 5, Skill("tax"): 1}), "has law 3, 5 is needed; lacks sales"),
        (needs_of({}, language=ENGLISH), "does not speak en"),
        (needs_of({Skill("sales"): 1}, language=ENGLISH, pledge=True), "has not pledged secrecy"),
    ],
)
def test_agent_lacks(needs: Needs, why: str) -> None:
    assert lacking(ANNA, needs) == why


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        (Needs(), "any skills"),
        (needs_of({Skill("law"): 3, Skill("tax"): 1}), "law 3, tax"),
        (needs_of({Skill("law"): 1}, language=ENGLISH, pledge=True), "law, speaks en, pledged"),
        (Needs(pledge=True), "pledged"),
    ],
)
def test_needs_are_told(needs: Needs, words: str) -> None:
    assert told(needs) == words
