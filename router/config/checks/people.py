"""Agents, staff and what they are asked to do: somebody must be able to answer, and no chain of deputies is endless."""

from collections.abc import Iterable, Iterator

from router.config.circles import circle_of
from router.config.findings import Path
from router.config.keys.clients import ClientKeys
from router.config.queueing import needed_at_last, queue_of, queues_of
from router.config.written import Problem, Written
from router.core.house import Agent, HandlingMode
from router.core.ids import AgentId, Language
from router.core.queue import DEFAULT
from router.core.skills import Needs, Skilled, lacking, told


def agents_of(written: Written) -> list[Agent]:
    """The sound agents, as far as needs are held against them."""
    return [
        Agent(
            id=AgentId(name),
            name=keys.name,
            skills=keys.skills,
            languages=frozenset(map(Language, keys.languages)),
            pledged=keys.pledge is not None,
        )
        for name, keys in written.sound.agents.items()
    ]


def _answerable(written: Written) -> Iterator[Problem]:
    """One agent must have all that a client needs in the end; told only when every agent and queue is sound."""
    agents = agents_of(written)
    known = not any(written.lacks("skills", skill) for agent in agents for skill in agent.skills)
    if not (known and written.all_sound("agents") and written.all_sound("queues")):
        return
    queues = queues_of(written.sound.queues)
    for name, client in written.sound.clients.items():
        if (client.queue or DEFAULT) not in queues:
            continue
        needs = needed_at_last(queue_of(client, queues, written.sound.queues))
        if not _anybody(agents, needs) and not any(written.lacks("skills", skill) for skill, _ in needs.skills):
            yield _nobody(name, client, needs, agents)


def _nobody(name: str, client: ClientKeys, needs: Needs, agents: Iterable[Agent]) -> Problem:
    path: Path = ("clients", name, "skills" if client.skills or not client.queue else "queue")
    if not agents:
        return Problem(path=path, message="there is no agent to answer", hint="add one to the section agents")
    if needs.pledge and _anybody(agents, Needs(skills=needs.skills, language=needs.language)):
        message = "no agent who could answer has pledged secrecy"
        return Problem(path=("clients", name, "secret"), message=message, hint="add pledge: to an agent who has")
    hint = "give an agent these skills, or ask for fewer"
    return Problem(path=path, message=f"no agent has all of: {told(needs)}", hint=hint)


def _anybody(agents: Iterable[Skilled], needs: Needs) -> bool:
    return any(not lacking(agent, needs) for agent in agents)


def _deputies(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        circle = circle_of({person: [keys.deputy or ""] for person, keys in client.staff.items()})
        for person in {circle[person]: person for person in client.staff if person in circle}.values():
            message = f"the deputies of {person} lead back to {person}"
            path = ("clients", name, "staff", person, "deputy")
            yield Problem(path=path, message=message, hint="let one of them have no deputy")


def _handlings(written: Written) -> Iterator[Problem]:
    for name, client in written.sound.clients.items():
        for index, row in enumerate(client.handling):
            path = ("clients", name, "handling", index)
            if row.mode is HandlingMode.PUT_THROUGH and row.staff is None:
                message = "it is open to whom callers are put through"
                yield Problem(path=(*path, "mode"), message=message, hint="add staff: with one of the client's people")
            elif row.mode is HandlingMode.TAKE and row.staff is not None:
                message, hint = "staff is of no use with take", "write mode: put_through, or remove staff"
                yield Problem(path=(*path, "staff"), message=message, hint=hint, at_key=True)


def _extensions(written: Written) -> Iterator[Problem]:
    """What is dialled after the code for passing on means one agent or queue; none begins another."""
    found = [
        (entry.extension, (section, name, "extension"))
        for section in ("agents", "queues")
        for name, entry in getattr(written.sound, section).items()
        if entry.extension
    ]
    ordered = sorted(found, key=lambda row: (row[0], written.tree.place(row[1])))
    begun: list[tuple[str, Path]] = []  # those that the present one begins with
    for extension, path in ordered:
        begun = [row for row in begun if extension.startswith(row[0])]
        if begun:
            first, second = sorted((path, begun[-1][1]), key=written.tree.place)
            message = f'"{extension}" cannot be told from the extension of {first[1]} ({written.tree.place(first)})'
            yield Problem(path=second, message=message, hint="choose other digits")
        begun.append((extension, path))


PEOPLE_CHECKS = (_answerable, _deputies, _handlings, _extensions)
