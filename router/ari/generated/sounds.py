# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource sounds."""

# ruff: noqa: N803 - Asterisk's own names.

from __future__ import annotations

from router.ari import wire
from router.ari.generated import models
from router.ari.handles import Request, Resource


class Sounds(Resource):
    """Operations of sounds."""

    async def list(self, *, lang: str | None = None, format: str | None = None) -> tuple[models.Sound, ...]:
        """GET /sounds."""
        query = {"lang": lang, "format": format}
        request = Request("sounds.list", "GET", ("sounds",), query)
        return await self._session.send(request, wire.many(models.Sound.parse))

    async def get(self, *, soundId: str) -> models.Sound:
        """GET /sounds/{soundId}."""
        request = Request("sounds.get", "GET", ("sounds", soundId))
        return await self._session.send(request, models.Sound.parse)
