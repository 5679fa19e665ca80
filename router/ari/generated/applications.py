# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource applications."""

# ruff: noqa: N803 - Asterisk's own names.

from __future__ import annotations

from collections.abc import Mapping, Sequence

from router.ari import wire
from router.ari.generated import models
from router.ari.handles import Request, Resource


class Applications(Resource):
    """Operations of applications."""

    async def list(self) -> tuple[models.Application, ...]:
        """GET /applications."""
        request = Request("applications.list", "GET", ("applications",))
        return await self._session.send(request, wire.many(models.Application.parse))

    async def get(self, *, applicationName: str) -> models.Application:
        """GET /applications/{applicationName}; errors 404."""
        request = Request("applications.get", "GET", ("applications", applicationName))
        return await self._session.send(request, models.Application.parse)

    async def subscribe(self, *, applicationName: str, eventSource: str | Sequence[str]) -> models.Application:
        """POST /applications/{applicationName}/subscription; errors 400, 404, 422."""
        query = {"eventSource": eventSource}
        request = Request("applications.subscribe", "POST", ("applications", applicationName, "subscription"), query)
        return await self._session.send(request, models.Application.parse)

    async def unsubscribe(self, *, applicationName: str, eventSource: str | Sequence[str]) -> models.Application:
        """DELETE /applications/{applicationName}/subscription; errors 400, 404, 409, 422."""
        query = {"eventSource": eventSource}
        request = Request(
            "applications.unsubscribe",
            "DELETE",
            ("applications", applicationName, "subscription"),
            query,
        )
        return await self._session.send(request, models.Application.parse)

    async def filter(self, *, applicationName: str, filter: Mapping[str, object] | None = None) -> models.Application:
        """PUT /applications/{applicationName}/eventFilter; errors 400, 404."""
        request = Request("applications.filter", "PUT", ("applications", applicationName, "eventFilter"), body=filter)
        return await self._session.send(request, models.Application.parse)
