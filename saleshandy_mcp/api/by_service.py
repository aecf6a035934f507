"""Several connections as one: each request goes to the product that it is for."""

from math import inf
from typing import TypeVar

from saleshandy_mcp.api.client import Connection
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.core.services import Service

T = TypeVar("T")


class ByService:
    """An Api over two connections.

    Args:
        outreach: the connection to Saleshandy. Reports are downloaded through it.
        crm: the connection to the CRM.
    """

    def __init__(self, outreach: Connection, crm: Connection) -> None:
        self._outreach = outreach
        self._of = {Service.SALESHANDY: outreach, Service.SALESSHEET: crm}

    async def send(self, operation: Request[T], until: float = inf) -> T:
        return await self._of[operation.service].send(operation, until)

    async def recent(self, operation: Request[T], until: float = inf) -> T:
        return await self._of[operation.service].recent(operation, until)

    async def download(self, url: str, until: float = inf) -> str:
        return await self._outreach.download(url, until)
