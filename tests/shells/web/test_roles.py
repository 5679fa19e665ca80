"""Each route with each role: open to those it is declared for, and to nobody else."""

from collections.abc import Sequence

import pytest

from router.core.desk.access import Access, Denial, Identity, Role, denial
from router.core.ids import AgentId
from router.web import board, desk_page, signing_in, softphone
from router.web.access import Route
from router.web.app import ROUTES

OPEN_TO: dict[Access, set[Role]] = {
    Access.PUBLIC: set(Role),
    Access.SIGNED_IN: set(Role),
    Access.PLEDGED: set(Role),
    Access.AGENT: {Role.AGENT},
    Access.OWN_AGENT: {Role.AGENT},
    Access.SUPERVISOR: {Role.SUPERVISOR},
    Access.OPERATOR: {Role.OPERATOR},
    Access.BILLING: {Role.BILLING},
}
ANNA, BERND = AgentId("anna"), AgentId("bernd")


def every() -> Sequence[tuple[Route, Role]]:
    return [
        (route, role)
        for route in (*ROUTES, *signing_in.ROUTES, *desk_page.ROUTES, *board.ROUTES, *softphone.ROUTES)
        for role in Role
    ]


def person(role: Role, *, pledged: bool = True) -> Identity:
    return Identity(user="x", roles=frozenset({role}), agent=ANNA if role is Role.AGENT else None, pledged=pledged)


@pytest.mark.parametrize(("route", "role"), every(), ids=lambda one: getattr(one, "path", one))
def test_a_route_is_open_to_its_roles_alone(route: Route, role: Role) -> None:
    access, named = route.access, ANNA if "{agent}" in route.path else None
    assert (denial(access, person(role), named) is None) is (role in OPEN_TO[access])
    if access is not Access.PUBLIC:
        assert denial(access, None, named) is Denial.UNKNOWN
    if named:
        assert denial(access, person(role), BERND) is Denial.ANOTHERS
    if access not in {Access.PUBLIC, Access.SIGNED_IN} and role in OPEN_TO[access]:
        assert denial(access, person(role, pledged=False), named) is Denial.PLEDGE
