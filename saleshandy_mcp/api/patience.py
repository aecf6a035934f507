"""Requests that wait for the rate limit: the one loop that does so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Throttled
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.core.waiting import Pause

T = TypeVar("T")

DEFAULT_WAIT = 20.0
"""Seconds to wait when the API does not say how long."""


@dataclass
class PatientApi:
    """An API that waits when the rate limit refuses a request, and sends it again.

    Attributes:
        api: what carries requests out.
        pause: waits some seconds.
        budget: seconds to wait for all requests together; the request that would need more raises ``Throttled``.
        waited: seconds waited so far.
        refused: the refusal that asked to wait longer than the budget allows; None while there is none.
    """

    api: Api
    pause: Pause
    budget: float = inf
    waited: float = 0.0
    refused: Throttled | None = None

    async def send(self, operation: Request[T], until: float = inf) -> T:
        return await self._waiting(self.api.send, operation, until)

    async def recent(self, operation: Request[T], until: float = inf) -> T:
        return await self._waiting(self.api.recent, operation, until)

    async def _waiting(
        self, carry_out: Callable[[Request[T], float], Awaitable[T]], operation: Request[T], until: float
    ) -> T:
        while True:
            try:
                return await carry_out(operation, until)
            except Throttled as error:
                seconds = error.after or DEFAULT_WAIT
                self.waited += seconds
                if self.waited > self.budget:
                    self.refused = error
                    raise
            await self.pause(seconds)

    async def download(self, url: str, until: float = inf) -> str:
        return await self.api.download(url, until)


async def patiently(api: Api, request: Request[T], pause: Pause, budget: float) -> T:
    """Send one request, and wait for the rate limit up to ``budget`` seconds.

    Raises:
        Throttled: when that is not enough.
        SaleshandyError: any other failure of the request.
    """
    return await PatientApi(api, pause, budget).send(request)
