"""How the stories of routing begin and end."""

from datetime import datetime
from zoneinfo import ZoneInfo

from router.core.ids import AgentId
from router.core.record import CallRecord, PartKind
from tests.stories.houses import ANNA
from tests.stories.story import MAIN, Story


def instant(local: str, zone: str = "Europe/Berlin") -> int:
    """The moment of this wall clock, in milliseconds since 1970 UTC."""
    return round(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def becomes(story: Story, local: str, zone: str = "Europe/Berlin") -> None:
    """Time goes on until the clock shows this."""
    story.after((instant(local, zone) - story.now) / 1000)


def served(story: Story, agent: AgentId = ANNA, *, call: str = MAIN, seconds: float = 60) -> CallRecord:
    """The agent, whose phone rings for this call, answers, speaks so long, and ends the wrap-up: the settled record."""
    story.agent_answers(agent)
    return finished(story, agent, call=call, seconds=seconds)


def finished(story: Story, agent: AgentId = ANNA, *, call: str = MAIN, seconds: float = 60) -> CallRecord:
    """The conversation under way ends after so many seconds, then the wrap-up: the settled record."""
    assert story.call(call).agent == agent
    story.after(seconds)
    story.caller_hangs_up(call)
    story.after(5)
    story.agent_finishes(agent)
    record = story.record(call)
    assert record.ending.kind == "served"
    return record


def given_up(story: Story, *, call: str = MAIN) -> CallRecord:
    """The caller hangs up before anybody spoke: the settled record."""
    story.caller_hangs_up(call)
    record = story.record(call)
    assert record.ending.kind == "abandoned"
    return record


def talkers(record: CallRecord) -> list[AgentId]:
    """The agents who spoke with the caller, in order."""
    return [part.agent for part in record.parts if part.kind is PartKind.TALK and part.agent]


def steps(record: CallRecord, rule: str) -> list[str]:
    """What this rule gave, and why, each time."""
    return [f"{step.outcome}: {step.because}" for step in record.trace if step.rule == rule]
