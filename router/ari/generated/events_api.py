# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource events."""

# ruff: noqa: N802, N803 - Asterisk's own names.

from __future__ import annotations

from collections.abc import Mapping, Sequence

from router.ari import wire
from router.ari.handles import Request, Resource, wrapped


class Events(Resource):
    """Operations of events."""

    async def userEvent(
        self,
        *,
        eventName: str,
        application: str,
        source: str | Sequence[str] | None = None,
        variables: Mapping[str, object] | None = None,
    ) -> None:
        """POST /events/user/{eventName}; errors 400, 404, 422."""
        query = {"application": application, "source": source}
        request = Request(
            "events.userEvent",
            "POST",
            ("events", "user", eventName),
            query,
            body=wrapped("variables", variables),
        )
        return await self._session.send(request, wire.nothing)

    async def claimChannel(self, *, channelId: str, application: str) -> None:
        """POST /events/claim; errors 404, 409."""
        query = {"channelId": channelId, "application": application}
        request = Request("events.claimChannel", "POST", ("events", "claim"), query)
        return await self._session.send(request, wire.nothing)
