"""Who may use which route: every access for every kind of asker."""

import pytest

from router.core.desk.access import Access, Denial, Identity, Role, denial, program
from router.core.ids import AgentId

ANNA, BERND = AgentId("anna"), AgentId("bernd")


def person(*roles: Role, agent: AgentId | None = None, pledged: bool = True) -> Identity:
    return Identity(user="anna.k", roles=frozenset(roles), agent=agent, pledged=pledged)


AGENT = person(Role.AGENT, agent=ANNA)
MAY = {
    Access.PUBLIC: {"nobody", "program", "agent", "supervisor", "operator", "billing"},
    Access.SIGNED_IN: {"agent", "supervisor", "operator", "billing"},
    Access.PLEDGED: {"agent", "supervisor", "operator", "billing"},
    Access.AGENT: {"agent"},
    Access.OWN_AGENT: {"program", "agent"},
    Access.SUPERVISOR: {"supervisor"},
    Access.OPERATOR: {"operator"},
    Access.BILLING: {"billing"},
}
ASKING = {
    "nobody": None,
    "program": program(ANNA),
    "agent": AGENT,
    "supervisor": person(Role.SUPERVISOR),
    "operator": person(Role.OPERATOR),
    "billing": person(Role.BILLING),
}


@pytest.mark.parametrize("access", Access)
@pytest.mark.parametrize("who", ASKING)
def test_a_route_is_for_whom_its_access_says(access: Access, who: str) -> None:
    expected = None if who in MAY[access] else Denial.UNKNOWN if who == "nobody" else Denial.ANOTHERS
    assert denial(access, ASKING[who], ANNA) is expected


@pytest.mark.parametrize("identity", [AGENT, program(ANNA)])
def test_nobody_acts_as_another_agent(identity: Identity) -> None:
    assert denial(Access.OWN_AGENT, identity, BERND) is Denial.ANOTHERS


def test_the_role_of_an_agent_without_an_agent_opens_nothing() -> None:
    for access in (Access.AGENT, Access.OWN_AGENT):
        assert denial(access, person(Role.AGENT), ANNA) is Denial.ANOTHERS


@pytest.mark.parametrize("access", [*Access])
def test_without_the_pledge_one_may_only_sign_out_and_pledge(access: Access) -> None:
    everything = person(*Role, agent=ANNA, pledged=False)
    expected = None if access in {Access.PUBLIC, Access.SIGNED_IN} else Denial.PLEDGE
    assert denial(access, everything, ANNA) is expected


def test_a_missing_role_is_told_before_a_missing_pledge() -> None:
    assert denial(Access.BILLING, person(Role.SUPERVISOR, pledged=False), None) is Denial.ANOTHERS
