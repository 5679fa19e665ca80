# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource endpoints."""

# ruff: noqa: N802 - Asterisk's own names.

from __future__ import annotations

from collections.abc import Mapping

from router.ari import wire
from router.ari.generated import models
from router.ari.handles import Handle, Request, Resource, Session, wrapped


class Endpoints(Resource):
    """Operations of endpoints."""

    async def list(self) -> tuple[Endpoint, ...]:
        """GET /endpoints."""
        request = Request("endpoints.list", "GET", ("endpoints",))
        found = await self._session.send(request, wire.many(models.Endpoint.parse))
        return tuple([Endpoint.of(self._session, snapshot) for snapshot in found])

    async def sendMessage(
        self,
        *,
        to: str,
        from_: str,
        body: str | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        """PUT /endpoints/sendMessage; errors 400, 404."""
        query = {"to": to, "from": from_, "body": body}
        request = Request(
            "endpoints.sendMessage",
            "PUT",
            ("endpoints", "sendMessage"),
            query,
            body=wrapped("variables", variables),
        )
        return await self._session.send(request, wire.nothing)

    async def refer(
        self,
        *,
        to: str,
        from_: str,
        refer_to: str,
        to_self: bool | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        """POST /endpoints/refer; errors 400, 404."""
        query = {"to": to, "from": from_, "refer_to": refer_to, "to_self": to_self}
        request = Request(
            "endpoints.refer",
            "POST",
            ("endpoints", "refer"),
            query,
            body=wrapped("variables", variables),
        )
        return await self._session.send(request, wire.nothing)

    async def listByTech(self, *, tech: str) -> tuple[Endpoint, ...]:
        """GET /endpoints/{tech}; errors 404."""
        request = Request("endpoints.listByTech", "GET", ("endpoints", tech))
        found = await self._session.send(request, wire.many(models.Endpoint.parse))
        return tuple([Endpoint.of(self._session, snapshot) for snapshot in found])

    async def get(self, *, tech: str, resource: str) -> Endpoint:
        """GET /endpoints/{tech}/{resource}; errors 400, 404."""
        request = Request("endpoints.get", "GET", ("endpoints", tech, resource))
        snapshot = await self._session.send(request, models.Endpoint.parse)
        return Endpoint.of(self._session, snapshot)

    async def sendMessageToEndpoint(
        self,
        *,
        tech: str,
        resource: str,
        from_: str,
        body: str | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        """PUT /endpoints/{tech}/{resource}/sendMessage; errors 400, 404."""
        query = {"from": from_, "body": body}
        request = Request(
            "endpoints.sendMessageToEndpoint",
            "PUT",
            ("endpoints", tech, resource, "sendMessage"),
            query,
            body=wrapped("variables", variables),
        )
        return await self._session.send(request, wire.nothing)

    async def referToEndpoint(
        self,
        *,
        tech: str,
        resource: str,
        from_: str,
        refer_to: str,
        to_self: bool | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        """POST /endpoints/{tech}/{resource}/refer; errors 400, 404."""
        query = {"from": from_, "refer_to": refer_to, "to_self": to_self}
        request = Request(
            "endpoints.referToEndpoint",
            "POST",
            ("endpoints", tech, resource, "refer"),
            query,
            body=wrapped("variables", variables),
        )
        return await self._session.send(request, wire.nothing)


class Endpoint(Handle[models.Endpoint]):
    """One Endpoint and the operations on it."""

    kind = "Endpoint"

    @classmethod
    def of(cls, session: Session, snapshot: models.Endpoint) -> Endpoint:
        """The handle of an object that Asterisk told of."""
        return cls(session, f"{snapshot.technology}/{snapshot.resource}", snapshot)

    async def get(self) -> Endpoint:
        """GET /endpoints/{tech}/{resource}; errors 400, 404."""
        tech, resource = self.id.split("/", 1)
        return await Endpoints(self._session).get(tech=tech, resource=resource)

    async def sendMessageToEndpoint(
        self,
        *,
        from_: str,
        body: str | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        """PUT /endpoints/{tech}/{resource}/sendMessage; errors 400, 404."""
        tech, resource = self.id.split("/", 1)
        return await Endpoints(self._session).sendMessageToEndpoint(
            tech=tech,
            resource=resource,
            from_=from_,
            body=body,
            variables=variables,
        )

    async def referToEndpoint(
        self,
        *,
        from_: str,
        refer_to: str,
        to_self: bool | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        """POST /endpoints/{tech}/{resource}/refer; errors 400, 404."""
        tech, resource = self.id.split("/", 1)
        return await Endpoints(self._session).referToEndpoint(
            tech=tech,
            resource=resource,
            from_=from_,
            refer_to=refer_to,
            to_self=to_self,
            variables=variables,
        )
