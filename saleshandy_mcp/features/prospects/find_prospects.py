"""``find_prospects``: search stored people, or check whether addresses are stored or must not be written to."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall, PageNumber, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.prospects.checked_people import MOST_CHECKED, CheckedList, check
from saleshandy_mcp.features.prospects.people_found import find_where
from saleshandy_mcp.features.prospects.people_list import PAGE, PeopleList, people_list
from saleshandy_mcp.features.prospects.people_where import PeopleWhere, parse_where
from saleshandy_mcp.features.prospects.prospect_line import ProspectLine, prospect_line
from saleshandy_mcp.lookups import do_not_contact as dnc
from saleshandy_mcp.lookups.clock import now_of

_PAGES_FOR_A_COMPANY = 5
"""Pages of people to look through when a query finds no name: it may be that of a company."""


class ProspectList(View):
    """A page of people.

    Attributes:
        total: how many fit; None where that is not known: the API does not tell it, the last page shows it.
    """

    untrusted = True
    prospects: list[ProspectLine]
    total: int | None = None
    page: int
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        pages = pages_in(self.total, PAGE)
        if self.prospects:
            number = counted(self.total or len(self.prospects), "person", "people")
            yield f"{number} ({page_of(self.page, pages)}); addresses are valid unless a line says otherwise"
        else:
            yield "Nobody fits." if self.page == 1 else empty_page(self.page, pages)
        yield from (it.line() for it in self.prospects)
        yield f"More: {say(self.next)}" if self.next else None


class FindProspects(Action[ProspectList | PeopleList | CheckedList]):
    """Find prospects by name, email or what happened to their mail, with a handle for all; or check whether addresses
    or domains are stored, or on a do-not-contact (DNC) list, a blacklist.
    """

    query: Annotated[str | None, Field(description="Part of name, email; company.")] = None
    where: Annotated[
        list[str] | None,
        Field(
            max_length=20,
            description='"sequence=Q3", "opened=3", "replied=no"; step, outcome, clicked, bounced, '
            "unsubscribed, finished, tag, domain, company, since, import, verification.",
        ),
    ] = None
    check: Annotated[
        list[str] | None,
        Field(max_length=MOST_CHECKED, description="Addresses, domains; alone."),
    ] = None
    page: PageNumber = 1

    async def run(self, context: Context) -> ProspectList | PeopleList | CheckedList:
        if self.check is not None:
            return await check(context, self._items(self.check))
        if self.where:
            return await self._fitting(context, parse_where(self.where, self.query or "", await now_of(context)))
        if (at := dnc.entry(self.query or "")) and (self.query or "").strip().startswith("@"):
            return await self._fitting(context, PeopleWhere(said=(f"domain={at}",), domain=at))
        asked = ListProspects(search=self.query, page=self.page, page_size=PAGE)
        found = await context.api.send(asked)
        words = (self.query or "").split()
        if not found.items and self.page == 1 and words:
            return await self._otherwise(context, words)
        return ProspectList(
            prospects=[prospect_line(prospect) for prospect in found.items],
            total=asked.total_of(found),
            page=self.page,
            next=NextCall.of("find_prospects", query=self.query, page=self.page + 1) if found.more else None,
        )

    async def _fitting(self, context: Context, where: PeopleWhere) -> PeopleList:
        further = NextCall.of("find_prospects", query=self.query, where=self.where, page=self.page + 1)
        return people_list(context, await find_where(context, where), list(where.said), self.page, further)

    async def _otherwise(self, context: Context, words: list[str]) -> ProspectList | PeopleList:
        """What the API does not find: people by their whole name, or by their company."""
        empty = ProspectList(prospects=[], page=1)
        named = await _by_whole_name(context.api, words) if len(words) > 1 else empty
        if named.prospects:
            return named
        company = " ".join(words)
        where = PeopleWhere(said=(f"company={company}",), company=company)
        found = await find_where(context, where, _PAGES_FOR_A_COMPANY)
        if not found.people:
            return named
        further = NextCall.of("find_prospects", where=list(where.said), page=2)
        return people_list(context, found, list(where.said), 1, further)

    def _items(self, check: list[str]) -> list[str]:
        if self.query is not None or self.where or self.page != 1:
            raise Mistake("check: it cannot be combined with query, where or page", "Make two calls.")
        if not check:
            raise Mistake("check: the list is empty", "Give at least one address or domain.")
        wrong = {place: text for place, text in enumerate(check) if dnc.entry(text) is None}
        if wrong:
            told = ", ".join(f'check[{place}] "{text}"' for place, text in wrong.items())
            raise Mistake(
                f"{told}: neither an address nor a domain",
                "Search by name instead",
                next=NextCall.of("find_prospects", query=next(iter(wrong.values()))),
            )
        return list(dict.fromkeys(item for text in check if (item := dnc.entry(text))))


async def _by_whole_name(api: Api, words: list[str]) -> ProspectList:
    """People with all of these words in their name.

    Assumed: the API searches first names, last names and addresses separately, so it finds nobody by a whole name.
    """
    rarest = max(words, key=len)
    page = await api.send(ListProspects(search=rarest))
    people = [prospect_line(prospect) for prospect in page.items]
    fits = [it for it in people if all(word.casefold() in it.name.casefold() for word in words)]
    more = NextCall.of("find_prospects", query=rarest) if page.more else None
    return ProspectList(prospects=fits, total=None if page.more else len(fits), page=1, next=more)
