# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource mailboxes."""

# ruff: noqa: N803 - Asterisk's own names.

from __future__ import annotations

from router.ari import wire
from router.ari.generated import models
from router.ari.handles import Request, Resource


class Mailboxes(Resource):
    """Operations of mailboxes."""

    async def list(self) -> tuple[models.Mailbox, ...]:
        """GET /mailboxes."""
        request = Request("mailboxes.list", "GET", ("mailboxes",))
        return await self._session.send(request, wire.many(models.Mailbox.parse))

    async def get(self, *, mailboxName: str) -> models.Mailbox:
        """GET /mailboxes/{mailboxName}; errors 404."""
        request = Request("mailboxes.get", "GET", ("mailboxes", mailboxName))
        return await self._session.send(request, models.Mailbox.parse)

    async def update(self, *, mailboxName: str, oldMessages: int, newMessages: int) -> None:
        """PUT /mailboxes/{mailboxName}; errors 404."""
        query = {"oldMessages": oldMessages, "newMessages": newMessages}
        request = Request("mailboxes.update", "PUT", ("mailboxes", mailboxName), query)
        return await self._session.send(request, wire.nothing)

    async def delete(self, *, mailboxName: str) -> None:
        """DELETE /mailboxes/{mailboxName}; errors 404."""
        request = Request("mailboxes.delete", "DELETE", ("mailboxes", mailboxName))
        return await self._session.send(request, wire.nothing)
