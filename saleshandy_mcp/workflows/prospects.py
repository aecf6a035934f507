"""People: find them."""

from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.action import Action, Desk, Effect
from saleshandy_mcp.api.prospects import ListProspects, Prospect
from saleshandy_mcp.workflows.view import PageNumber, View, call

PAGE = 20
"""One of the page sizes that the API knows (10, 20, 50, 100)."""


class ProspectLine(View):
    id: str
    email: str
    name: str = ""
    company: str = ""
    job_title: str = ""
    verification: str = ""


class ProspectList(View):
    untrusted = True
    prospects: list[ProspectLine]
    page: int
    next: str | None = None


class FindProspects(Action[ProspectList]):
    """Find stored prospects by first name, last name or email, newest first, 20 a page.
    It cannot tell which sequence a prospect is in.
    """

    effect = Effect.READ
    query: Annotated[str | None, Field(description="First name, last name or email; all if left out.")] = None
    page: PageNumber = 1

    async def run(self, desk: Desk) -> ProspectList:
        found = await desk.api.send(ListProspects(search=self.query, page=self.page, page_size=PAGE))
        return ProspectList(
            prospects=[_line(prospect) for prospect in found.items],
            page=self.page,
            next=call("find_prospects", query=self.query, page=self.page + 1) if found.more else None,
        )


def _line(prospect: Prospect) -> ProspectLine:
    return ProspectLine(
        id=prospect.id,
        email=prospect.email,
        name=f"{prospect.value('First Name')} {prospect.value('Last Name')}".strip(),
        company=prospect.value("Company"),
        job_title=prospect.value("Job Title"),
        verification=prospect.verification_status or "",
    )
