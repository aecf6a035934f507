"""The time by the API's own clock, for what is said in days: "last week", "until Friday", "today"."""

from datetime import datetime

from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import SaleshandyError


async def now_of(context: Context) -> datetime:
    """The time there. Before the first answer of a process has told it, a small read asks.

    A sandbox in another process may be days ahead of this machine.
    """
    if context.time_there() is None:
        try:
            await context.api.recent(ListFields())
        except SaleshandyError:
            return context.now()  # the call itself will say what is wrong
    return context.now_there()
