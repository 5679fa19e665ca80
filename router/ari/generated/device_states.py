# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource deviceStates."""

# ruff: noqa: N803 - Asterisk's own names.

from __future__ import annotations

from typing import Literal

from router.ari import wire
from router.ari.generated import models
from router.ari.handles import Request, Resource

UpdateDeviceState = Literal["NOT_INUSE", "INUSE", "BUSY", "INVALID", "UNAVAILABLE", "RINGING", "RINGINUSE", "ONHOLD"]


class DeviceStates(Resource):
    """Operations of deviceStates."""

    async def list(self) -> tuple[models.DeviceState, ...]:
        """GET /deviceStates."""
        request = Request("deviceStates.list", "GET", ("deviceStates",))
        return await self._session.send(request, wire.many(models.DeviceState.parse))

    async def get(self, *, deviceName: str) -> models.DeviceState:
        """GET /deviceStates/{deviceName}."""
        request = Request("deviceStates.get", "GET", ("deviceStates", deviceName))
        return await self._session.send(request, models.DeviceState.parse)

    async def update(self, *, deviceName: str, deviceState: UpdateDeviceState) -> None:
        """PUT /deviceStates/{deviceName}; errors 404, 409."""
        query = {"deviceState": deviceState}
        request = Request("deviceStates.update", "PUT", ("deviceStates", deviceName), query)
        return await self._session.send(request, wire.nothing)

    async def delete(self, *, deviceName: str) -> None:
        """DELETE /deviceStates/{deviceName}; errors 404, 409."""
        request = Request("deviceStates.delete", "DELETE", ("deviceStates", deviceName))
        return await self._session.send(request, wire.nothing)
