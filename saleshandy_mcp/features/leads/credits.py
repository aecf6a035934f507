"""What revealing a lead costs, and how many credits are left."""

from saleshandy_mcp.api.resources.enrichment import GetCredits
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import SaleshandyError


def amount(number: float) -> str:
    """``1,204.5``: credits come in tenths."""
    return f"{number:,.2f}".rstrip("0").rstrip(".")


async def credits_left(api: Api) -> float | None:
    """How many credits are left; None when the API does not tell.

    A client that runs against the live API reads the total as what is left, not as what was given.
    """
    try:
        return (await api.send(GetCredits())).total_credits
    except SaleshandyError:
        return None
