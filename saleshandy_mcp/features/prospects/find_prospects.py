"""People: find them, check whom we know and whom we must not write to, and get from an address to a prospect."""

from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.prospects import GetVerificationStatus, ListProspects, Prospect
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, Rejected, SaleshandyError
from saleshandy_mcp.core.view import PageNumber, View, call
from saleshandy_mcp.lookups import do_not_contact as dnc

PAGE = 20
"""One of the page sizes that the API knows (10, 20, 50, 100)."""

MOST_CHECKED = 20
_EXAMPLES = 3
"""People that are named of those found at a domain."""

_SEARCHED = 15
_WALKED = 15
"""Pages of 100, newest first, that are looked through where searching for each would take more calls."""


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


class OnList(View):
    dnc_list: str
    entry: str


class Checked(View):
    """An address or domain.

    Attributes:
        item: which one.
        stored: how many prospects it is or has; None where that could not be looked up.
        at_least: whether there may be more than ``stored``.
        examples: the prospect, or the first ones at the domain.
        dnc: the lists that it, or its domain, stands on.
        dnc_known: whether an empty ``dnc`` means that it is on no list.
        next: the call that shows everybody at the domain, where there are more.
    """

    item: str
    stored: int | None
    at_least: bool = False
    examples: list[ProspectLine]
    dnc: list[OnList]
    dnc_known: bool
    next: str | None = None


class CheckedList(View):
    """``unread_lists`` are do-not-contact lists that could not be read."""

    untrusted = True
    checked: list[Checked]
    unread_lists: list[str]


class FindProspects(Action[ProspectList | CheckedList]):
    """Find stored prospects by name or email, newest first; or check whether addresses or domains are stored,
    or on a do-not-contact (DNC) list, a blacklist.
    """

    query: Annotated[str | None, Field(description="Part of name or email.")] = None
    check: Annotated[
        list[str] | None,
        Field(max_length=MOST_CHECKED, description="Addresses, domains; without query."),
    ] = None
    page: PageNumber = 1

    async def run(self, context: Context) -> ProspectList | CheckedList:
        if self.check is not None:
            return await _check(context.api, self._items(self.check))
        found = await context.api.send(ListProspects(search=self.query, page=self.page, page_size=PAGE))
        words = (self.query or "").split()
        if not found.items and self.page == 1 and len(words) > 1:
            return await _by_whole_name(context.api, words)
        return ProspectList(
            prospects=[_line(prospect) for prospect in found.items],
            page=self.page,
            next=call("find_prospects", query=self.query, page=self.page + 1) if found.more else None,
        )

    def _items(self, check: list[str]) -> list[str]:
        if self.query is not None or self.page != 1:
            raise Mistake("check: it goes without query and page", "Make two calls of it.")
        if not check:
            raise Mistake("check: the list is empty", "Give at least one address or domain.")
        wrong = {place: text for place, text in enumerate(check) if dnc.entry(text) is None}
        if wrong:
            told = ", ".join(f'check[{place}] "{text}"' for place, text in wrong.items())
            raise Mistake(
                f"{told}: neither an address nor a domain",
                f"A name is searched for: {call('find_prospects', query=next(iter(wrong.values())))}.",
            )
        return list(dict.fromkeys(item for text in check if (item := dnc.entry(text))))


async def _by_whole_name(api: Api, words: list[str]) -> ProspectList:
    """Who has all of these words in the name. The API searches first names, last names and addresses, each on its own;
    that it finds nobody by both names together is assumed.
    """
    rarest = max(words, key=len)
    page = await api.send(ListProspects(search=rarest))
    people = [_line(prospect) for prospect in page.items]
    fits = [it for it in people if all(word.casefold() in it.name.casefold() for word in words)]
    return ProspectList(prospects=fits, page=1, next=call("find_prospects", query=rarest) if page.more else None)


async def _check(api: Api, items: list[str]) -> CheckedList:
    stored = await _stored(api, items)
    standing = await dnc.standing(api, items)
    return CheckedList(
        checked=[_checked(item, stored.get(item), standing) for item in items], unread_lists=standing.unread
    )


def _checked(item: str, found: tuple[list[Prospect], bool] | None, standing: dnc.Standing) -> Checked:
    people, more = found or ([], False)
    return Checked(
        item=item,
        stored=None if found is None else len(people),
        at_least=more,
        examples=[_line(prospect) for prospect in people[:_EXAMPLES]],
        dnc=[OnList(dnc_list=name, entry=place) for name, place in standing.found(item)],
        dnc_known=standing.certain(item),
        next=call("find_prospects", query=f"@{item}") if len(people) > _EXAMPLES else None,
    )


async def _stored(api: Api, items: list[str]) -> dict[str, tuple[list[Prospect], bool]]:
    """The people of each item, and whether there may be more; an item that could not be looked up is missing.

    Assumed: the search finds parts of addresses, so that "@example.com" finds everybody there.
    """
    found: dict[str, tuple[list[Prospect], bool]] = {}
    for item in items:
        try:
            page = await api.send(ListProspects(search=item if "@" in item else f"@{item}"))
        except SaleshandyError as error:
            if not found:
                raise
            if isinstance(error, Rejected):
                continue
            break
        fits = [it for it in page.items if item in (key(it.email), dnc.domain_of(key(it.email)))]
        found[item] = (fits, page.more and "@" not in item)
    return found


async def find_people(api: Api, names: list[str], *, need_ids: bool) -> list[Prospect]:
    """The prospects with these addresses or ids, each once. Without ``need_ids`` an id may be empty.

    No call reads one prospect by id. An address keeps its id, so a minute-old answer will do.

    Raises:
        Mistake: when one of them is not found; it names all that are not.
    """
    wanted = list(dict.fromkeys(key(name) if "@" in name else name.strip() for name in names))
    strange = [name for name in wanted if "@" not in name and not name.isalnum()]
    if strange:
        raise Mistake(
            f"prospects: neither addresses nor ids: {', '.join(strange)}",
            f"Look for the person first: {call('find_prospects', query=strange[0])}.",
        )
    by_address = all("@" in name for name in wanted)
    found: dict[str, Prospect] = {}
    if by_address and not need_ids:
        # One call for all. Assumed: who is not stored is left out; so those left out are searched for.
        states = await api.send(GetVerificationStatus(emails=wanted))
        found = {key(state.email): Prospect(id="", email=state.email) for state in states}
    missing = [name for name in wanted if name not in found]
    search = by_address and len(missing) <= _SEARCHED
    found |= await (_searched(api, missing) if search else _walked(api, missing))
    missing = [name for name in wanted if name not in found]
    if missing:
        raise Mistake(f"prospects: not found: {', '.join(missing)}", _where_to_look(missing[0], searched=search))
    return list({(found[name].id or name): found[name] for name in wanted}.values())


async def _searched(api: Api, addresses: list[str]) -> dict[str, Prospect]:
    pages = [await api.recent(ListProspects(search=address)) for address in addresses]
    return {key(prospect.email): prospect for page in pages for prospect in page.items}


async def _walked(api: Api, wanted: list[str]) -> dict[str, Prospect]:
    found: dict[str, Prospect] = {}
    operation = ListProspects()
    for _ in range(_WALKED):
        page = await api.recent(operation)
        for prospect in page.items:
            found |= {prospect.id: prospect, key(prospect.email): prospect}
        if not page.more or found.keys() >= set(wanted):
            break
        operation = operation.next_page()
    return found


def _where_to_look(name: str, *, searched: bool) -> str:
    look = f"Look for the person: {call('find_prospects', query=name.partition('@')[0])}."
    if searched:
        return look
    return f"Looked among the newest {_WALKED * 100:,}; up to {_SEARCHED} addresses at once are found anywhere. {look}"


def _line(prospect: Prospect) -> ProspectLine:
    return ProspectLine(
        id=prospect.id,
        email=prospect.email,
        name=f"{prospect.value('First Name')} {prospect.value('Last Name')}".strip(),
        company=prospect.value("Company"),
        job_title=prospect.value("Job Title"),
        verification=prospect.verification_status or "",
    )
