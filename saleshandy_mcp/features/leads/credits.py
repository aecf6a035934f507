"""Credits: what costs them, how many are left, and how many were used."""

from collections.abc import Iterator

from saleshandy_mcp.api.resources.enrichment import PER_COMPANY, PER_EMAIL, PER_PHONE, GetCredits
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.view import NextCall, Say, View

PRICES = {
    "searching leads and companies": 0.0,
    "a work email": float(PER_EMAIL),
    "an email with phone": float(PER_PHONE),
    "a company": PER_COMPANY,
    "a miss": 0.0,
}
"""What a hit costs, about, as product pages say: the API tells no prices."""


class CreditsView(View):
    """What is left and used; None where the API does not tell.

    Attributes:
        left: now.
        today: used today.
        month: used this month.
        prices: of what can be revealed.
        next: a search, which is free.
    """

    left: float | None
    today: float | None
    month: float | None
    prices: dict[str, float] = PRICES
    next: NextCall = NextCall.of("search_leads", job_titles=["…"])

    def lines(self, say: Say) -> Iterator[str | None]:
        numbers = {"left": self.left, "used today": self.today, "used this month": self.month}
        told = [f"{'not known' if number is None else amount(number)} {what}" for what, number in numbers.items()]
        yield f"Credits: {', '.join(told)}"
        prices = ", ".join(f"{what} {amount(price) if price else 'nothing'}" for what, price in self.prices.items())
        yield f"Prices, about: {prices}"
        yield f"Next: {say(self.next)}"


async def all_credits(api: Api) -> CreditsView:
    """What is left and used.

    Raises:
        SaleshandyError: when it cannot be read.
    """
    told = await api.send(GetCredits())
    return CreditsView(left=told.total_credits, today=told.credit_consumed_today, month=told.credit_consumed_this_month)


def amount(number: float) -> str:
    """``1,204.5``: credits come in tenths."""
    return f"{number:,.2f}".rstrip("0").rstrip(".")


async def credits_left(api: Api) -> float | None:
    """How many credits are left; None when the API does not tell.

    A client that runs against the live API reads the total as what is left, not as what was given.
    """
    try:
        return (await all_credits(api)).left
    except SaleshandyError:
        return None
