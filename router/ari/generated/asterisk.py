# Written by `python -m router.ari.generate`; change the generator, not this file.
"""ARI resource asterisk."""

# ruff: noqa: N802, N803 - Asterisk's own names.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from router.ari import wire
from router.ari.generated import models
from router.ari.handles import Request, Resource, wrapped

GetInfoOnly = Literal["build", "system", "config", "status"]


class Asterisk(Resource):
    """Operations of asterisk."""

    async def getObject(self, *, configClass: str, objectType: str, id: str) -> tuple[models.ConfigTuple, ...]:
        """GET /asterisk/config/dynamic/{configClass}/{objectType}/{id}; errors 404."""
        request = Request("asterisk.getObject", "GET", ("asterisk", "config", "dynamic", configClass, objectType, id))
        return await self._session.send(request, wire.many(models.ConfigTuple.parse))

    async def updateObject(
        self,
        *,
        configClass: str,
        objectType: str,
        id: str,
        fields: Sequence[Mapping[str, object]] | None = None,
    ) -> tuple[models.ConfigTuple, ...]:
        """PUT /asterisk/config/dynamic/{configClass}/{objectType}/{id}; errors 400, 403, 404."""
        request = Request(
            "asterisk.updateObject",
            "PUT",
            ("asterisk", "config", "dynamic", configClass, objectType, id),
            body=wrapped("fields", fields),
        )
        return await self._session.send(request, wire.many(models.ConfigTuple.parse))

    async def deleteObject(self, *, configClass: str, objectType: str, id: str) -> None:
        """DELETE /asterisk/config/dynamic/{configClass}/{objectType}/{id}; errors 403, 404."""
        request = Request(
            "asterisk.deleteObject",
            "DELETE",
            ("asterisk", "config", "dynamic", configClass, objectType, id),
        )
        return await self._session.send(request, wire.nothing)

    async def getInfo(self, *, only: GetInfoOnly | Sequence[GetInfoOnly] | None = None) -> models.AsteriskInfo:
        """GET /asterisk/info."""
        query = {"only": only}
        request = Request("asterisk.getInfo", "GET", ("asterisk", "info"), query)
        return await self._session.send(request, models.AsteriskInfo.parse)

    async def ping(self) -> models.AsteriskPing:
        """GET /asterisk/ping."""
        request = Request("asterisk.ping", "GET", ("asterisk", "ping"))
        return await self._session.send(request, models.AsteriskPing.parse)

    async def listModules(self) -> tuple[models.Module, ...]:
        """GET /asterisk/modules."""
        request = Request("asterisk.listModules", "GET", ("asterisk", "modules"))
        return await self._session.send(request, wire.many(models.Module.parse))

    async def getModule(self, *, moduleName: str) -> models.Module:
        """GET /asterisk/modules/{moduleName}; errors 404, 409."""
        request = Request("asterisk.getModule", "GET", ("asterisk", "modules", moduleName))
        return await self._session.send(request, models.Module.parse)

    async def loadModule(self, *, moduleName: str) -> None:
        """POST /asterisk/modules/{moduleName}; errors 409."""
        request = Request("asterisk.loadModule", "POST", ("asterisk", "modules", moduleName))
        return await self._session.send(request, wire.nothing)

    async def unloadModule(self, *, moduleName: str) -> None:
        """DELETE /asterisk/modules/{moduleName}; errors 404, 409."""
        request = Request("asterisk.unloadModule", "DELETE", ("asterisk", "modules", moduleName))
        return await self._session.send(request, wire.nothing)

    async def reloadModule(self, *, moduleName: str) -> None:
        """PUT /asterisk/modules/{moduleName}; errors 404, 409."""
        request = Request("asterisk.reloadModule", "PUT", ("asterisk", "modules", moduleName))
        return await self._session.send(request, wire.nothing)

    async def listLogChannels(self) -> tuple[models.LogChannel, ...]:
        """GET /asterisk/logging."""
        request = Request("asterisk.listLogChannels", "GET", ("asterisk", "logging"))
        return await self._session.send(request, wire.many(models.LogChannel.parse))

    async def addLog(self, *, logChannelName: str, configuration: str) -> None:
        """POST /asterisk/logging/{logChannelName}; errors 400, 409."""
        query = {"configuration": configuration}
        request = Request("asterisk.addLog", "POST", ("asterisk", "logging", logChannelName), query)
        return await self._session.send(request, wire.nothing)

    async def deleteLog(self, *, logChannelName: str) -> None:
        """DELETE /asterisk/logging/{logChannelName}; errors 404."""
        request = Request("asterisk.deleteLog", "DELETE", ("asterisk", "logging", logChannelName))
        return await self._session.send(request, wire.nothing)

    async def rotateLog(self, *, logChannelName: str) -> None:
        """PUT /asterisk/logging/{logChannelName}/rotate; errors 404."""
        request = Request("asterisk.rotateLog", "PUT", ("asterisk", "logging", logChannelName, "rotate"))
        return await self._session.send(request, wire.nothing)

    async def getGlobalVar(self, *, variable: str) -> models.Variable:
        """GET /asterisk/variable; errors 400."""
        query = {"variable": variable}
        request = Request("asterisk.getGlobalVar", "GET", ("asterisk", "variable"), query)
        return await self._session.send(request, models.Variable.parse)

    async def setGlobalVar(self, *, variable: str, value: str | None = None) -> None:
        """POST /asterisk/variable; errors 400."""
        query = {"variable": variable, "value": value}
        request = Request("asterisk.setGlobalVar", "POST", ("asterisk", "variable"), query)
        return await self._session.send(request, wire.nothing)
