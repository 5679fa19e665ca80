"""Skills, levels, languages, the pledge, teams' hours, and needs that relax with the waiting."""

from router.core.hours import WEEKDAYS, Hours, Span
from router.core.house import House, Team
from router.core.ids import AgentId, Language, QueueId, Skill, TeamId
from router.core.queue import ToQueue
from router.core.skills import Needs, needs_of
from router.core.view import Phase, Presence
from tests.stories.houses import a_house, a_queue, agent, kanzlei, praxis, skilled
from tests.stories.routing.telling import becomes, finished, given_up, served, steps, talkers
from tests.stories.story import Story

LAW = Skill("law")
NOVICE, EXPERT = skilled("novice", {LAW: 1}), skilled("expert", {LAW: 4})
EARLY = Hours(name="early", week={day: (Span(start=0, end=790),) for day in WEEKDAYS})  # till 13:10
LATE = Hours(name="late", week={day: (Span(start=790, end=1440),) for day in WEEKDAYS})


def law(*needs: tuple[float, Needs], secret: bool = False, **changes: object) -> House:
    """One client, whose calls need what is given, and the agents who are."""
    agents = changes.pop("agents", (NOVICE, EXPERT))
    clients = (praxis(queue=a_queue(*needs, max_wait_ms=120_000), secret=secret), kanzlei())
    return a_house(clients=clients, agents=agents, **changes)  # type: ignore[arg-type]


def needs(level: int) -> Needs:
    return needs_of({LAW: level})


def test_call_goes_to_the_level_that_it_needs() -> None:
    story = Story(law((0, needs(3))), on=(NOVICE.id, EXPERT.id))
    story.caller_arrives()
    assert story.rung == [EXPERT.id]
    assert talkers(served(story, EXPERT.id)) == [EXPERT.id]


def test_caller_waits_while_only_too_low_a_level_is_free() -> None:
    story = Story(law((0, needs(3))), on=(NOVICE.id,))
    story.caller_arrives()
    story.after(30)
    assert (story.phase(), story.rung) == (Phase.WAITING, [])
    story.agent_logs_in(EXPERT.id)
    assert talkers(served(story, EXPERT.id)) == [EXPERT.id]


def test_needs_relax_when_the_caller_has_waited_long_enough() -> None:
    story = Story(law((0, needs(3)), (20, needs(1))), on=(NOVICE.id,))
    story.caller_arrives()
    story.after(19.999)
    assert story.rung == []
    story.after(0.001)
    assert story.rung == [NOVICE.id]
    assert talkers(served(story, NOVICE.id)) == [NOVICE.id]


def test_each_stage_relaxes_at_its_own_second() -> None:
    story = Story(law((0, needs(5)), (10, needs(4)), (20, needs(1))), on=(NOVICE.id,))
    story.caller_arrives()
    story.after(12)
    assert story.rung == []
    story.agent_logs_in(EXPERT.id)
    assert story.rung == [EXPERT.id]
    assert talkers(served(story, EXPERT.id)) == [EXPERT.id]


def test_needs_relax_while_an_agent_rings() -> None:
    story = Story(law((0, needs(3)), (10, needs(1))), on=(NOVICE.id, EXPERT.id))
    story.caller_arrives()
    story.after(10)
    assert story.rung == [EXPERT.id], "one agent at a time is rung"
    story.after(5)  # the expert does not answer
    assert story.rung == [EXPERT.id, NOVICE.id], "what was needed at first is needed no more"
    assert talkers(served(story, NOVICE.id)) == [NOVICE.id]


def test_needs_go_on_relaxing_after_a_lost_leg() -> None:
    story = Story(law((0, needs(3)), (10, needs(1))), on=(EXPERT.id,))
    story.caller_arrives()
    story.after(8)
    story.agent_logs_out(EXPERT.id)
    story.agent_logs_in(NOVICE.id)
    assert story.phase() is Phase.WAITING
    story.after(2)
    assert talkers(served(story, NOVICE.id)) == [NOVICE.id]


def test_language_is_needed_until_a_stage_does_without_it() -> None:
    english = Language("en")
    anglophone = agent("ellen", languages=frozenset({Language("de"), english}))
    house = law((0, needs_of({}, language=english)), (30, Needs()), agents=(agent("karl"), anglophone))
    story = Story(house, on=(AgentId("karl"),))
    story.caller_arrives(call="first")
    story.after(25)
    assert story.rung == []
    story.agent_logs_in(anglophone.id)
    assert talkers(served(story, anglophone.id, call="first")) == [anglophone.id]
    story.agent_logs_out(anglophone.id)
    story.caller_arrives(call="second")
    story.after(30)
    assert talkers(served(story, AgentId("karl"), call="second")) == [AgentId("karl")]


def test_pledge_is_needed_however_long_the_caller_waits() -> None:
    pledge = needs_of({LAW: 3}, pledge=True)
    story = Story(law((0, pledge), (20, needs_of({}, pledge=True)), secret=True), on=(NOVICE.id, EXPERT.id))
    story.caller_arrives()
    story.after(120)
    assert story.rung == []
    story.announcement_ends()
    assert story.ending() == ("overflowed", "longest_wait_reached")


def test_pledge_is_needed_in_the_queue_of_the_overflow_too() -> None:
    anybody = a_queue(id=QueueId("anybody"))
    overflow = (ToQueue(queue=anybody.id, max_wait_ms=60_000),)
    own = a_queue((0, needs_of({LAW: 3}, pledge=True)), max_wait_ms=30_000, overflow=overflow)
    sworn = agent("sworn", pledged=True)
    agents = (NOVICE, EXPERT, sworn)
    house = a_house(clients=(praxis(queue=own, secret=True),), agents=agents, queues={anybody.id: anybody})
    story = Story(house, on=(NOVICE.id, EXPERT.id))
    story.caller_arrives()
    story.after(45)
    assert story.rung == []
    story.agent_logs_in(sworn.id)
    assert talkers(served(story, sworn.id)) == [sworn.id]


def test_welcome_skill_is_no_needed_one() -> None:
    prefers = frozenset({(LAW, 3)})
    house = a_house(clients=(praxis(queue=a_queue(prefers=prefers)),), agents=(agent("karl"),))
    story = Story(house, on=(AgentId("karl"),))
    story.caller_arrives()
    assert talkers(served(story, AgentId("karl"))) == [AgentId("karl")]


def test_agent_has_one_call_at_a_time() -> None:
    story = Story(law((0, needs(1))), on=(NOVICE.id,))
    story.caller_arrives(call="first")
    story.caller_arrives(call="second")
    story.agent_answers(NOVICE.id)
    story.after(60)
    story.caller_hangs_up("first")
    assert story.presence(NOVICE.id) is Presence.WRAP_UP
    assert story.call("second").phase is Phase.WAITING
    story.agent_finishes(NOVICE.id)
    assert story.is_settled("first")
    assert talkers(served(story, NOVICE.id, call="second")) == [NOVICE.id]


def test_free_agent_of_a_closed_team_is_offered_no_call() -> None:
    late = Team(id=TeamId("late"), name="Spät", hours=LATE)
    story = Story(law((0, Needs()), agents=(agent("lea", team=late),)), on=(AgentId("lea"),))
    story.caller_arrives()
    story.after(60)
    assert story.rung == []
    assert given_up(story).parts == ()


def test_team_that_opens_serves_who_waits_at_that_moment() -> None:
    late = Team(id=TeamId("late"), name="Spät", hours=LATE)
    story = Story(law((0, Needs()), agents=(agent("lea", team=late),)), on=(AgentId("lea"),))
    becomes(story, "2026-09-22T13:09:00")
    story.caller_arrives()
    story.after(59.999)
    assert story.rung == []
    story.after(0.001)
    assert story.rung == [AgentId("lea")]
    assert talkers(served(story, AgentId("lea"))) == [AgentId("lea")]


def test_team_that_closes_ends_no_conversation_and_gets_no_new_call() -> None:
    early = Team(id=TeamId("early"), name="Früh", hours=EARLY)
    erna = agent("erna", team=early)
    story = Story(law((0, Needs()), agents=(erna,)), on=(erna.id,))
    becomes(story, "2026-09-22T13:09:50")
    story.caller_arrives(call="first")
    story.agent_answers(erna.id)
    assert talkers(finished(story, erna.id, call="first", seconds=90)) == [erna.id]
    story.caller_arrives(call="second")
    assert story.rung == [erna.id], "only the first call rang"
    given_up(story, call="second")


def test_agent_who_has_learned_gets_who_waits_at_once() -> None:
    story = Story(law((0, needs(3))), on=(NOVICE.id,))
    story.caller_arrives()
    story.house_becomes(law((0, needs(3)), agents=(skilled("novice", {LAW: 3}), EXPERT)))
    record = served(story, NOVICE.id)
    assert talkers(record) == [NOVICE.id]
    assert steps(record, "offer") != []
