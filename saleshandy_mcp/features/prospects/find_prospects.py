"""``find_prospects``: search stored people, or check whether addresses are stored or must not be written to."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Mistake, Rejected, SaleshandyError
from saleshandy_mcp.core.view import NextCall, PageNumber, Say, View, counted
from saleshandy_mcp.lookups import do_not_contact as dnc
from saleshandy_mcp.untrusted.one_line import one_line

PAGE = 20
"""One of the page sizes that the API knows (10, 20, 50, 100)."""

MOST_CHECKED = 20
_EXAMPLES = 3
"""People to name of those found at a domain."""


class ProspectLine(View):
    id: str
    email: str
    name: str = ""
    company: str = ""
    job_title: str = ""
    verification: str = ""

    def line(self) -> str:
        """The person in a list. Its first line says that addresses are valid unless said."""
        return self._joined(f"{one_line(self.name, 60)} <{one_line(self.email)}>", valid="")

    def line_without_address(self) -> str:
        """The person as written after the address that was checked."""
        return self._joined(one_line(self.name, 60), valid="valid")

    def _joined(self, who: str, *, valid: str) -> str:
        role = ", ".join(one_line(part, 60) for part in (self.job_title, self.company) if part)
        verification = {"skip": "not verified", "valid": valid}.get(self.verification, self.verification)
        return " · ".join(part for part in (f"{who} [{self.id}]".lstrip(), role, verification) if part)


class ProspectList(View):
    untrusted = True
    prospects: list[ProspectLine]
    page: int
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        more = f"More: {say(self.next)}" if self.next else None
        if not self.prospects:
            yield "No prospect fits." if self.page == 1 else f"Page {self.page} is empty."
            yield more
            return
        number = counted(len(self.prospects), "prospect")
        yield f"{number} (page {self.page}; the API tells no total), valid unless said"
        yield from (it.line() for it in self.prospects)
        yield more or "No more."


class OnList(View):
    dnc_list: str
    entry: str


class Checked(View):
    """One address or domain that was checked.

    Attributes:
        item: the address or domain.
        stored: how many prospects it is or has; None when that could not be looked up.
        at_least: whether there may be more than ``stored``.
        examples: the prospect, or the first ones at the domain.
        dnc: the lists that hold it or its domain.
        dnc_known: whether an empty ``dnc`` means that it is on no list.
        next: the call that shows everybody at the domain, when there are more.
    """

    item: str
    stored: int | None
    at_least: bool = False
    examples: list[ProspectLine]
    dnc: list[OnList]
    dnc_known: bool
    next: NextCall | None = None

    @property
    def settled(self) -> bool:
        """Whether both questions are answered: is it stored, and is it on a list."""
        return self.stored is not None and bool(self.dnc or self.dnc_known)

    def line(self, say: Say) -> str:
        on = "; ".join(f'DNC list "{one_line(place.dnc_list)}" ({one_line(place.entry)})' for place in self.dnc)
        blocked = f"on {on}" if on else "on no DNC list" if self.dnc_known else "DNC: NOT KNOWN"
        more = f" · all: {say(self.next)}" if self.next else ""
        return f"{one_line(self.item)}: {self._stored()} · {blocked}{more}"

    def _stored(self) -> str:
        if self.stored is None:
            return "stored: not known"
        if not self.stored:
            return "not stored"
        if "@" in self.item:
            return f"stored, {self.examples[0].line_without_address()}"
        number = f"{self.stored}{' or more' if self.at_least else ''}"
        return f"{number} stored: " + ", ".join(f"{one_line(person.email)} [{person.id}]" for person in self.examples)


class CheckedList(View):
    """``unread_lists`` are do-not-contact lists that could not be read."""

    untrusted = True
    checked: list[Checked]
    unread_lists: list[str]

    def lines(self, say: Say) -> Iterator[str | None]:
        stored = sum(bool(it.stored) for it in self.checked)
        blocked = sum(bool(it.dnc) for it in self.checked)
        unsettled = sum(not it.settled for it in self.checked)
        unknown = f", {unsettled} not settled" if unsettled else ""
        yield f"{len(self.checked)} checked: {stored} stored, {blocked} on a do-not-contact list{unknown}"
        yield from (it.line(say) for it in self.checked)
        if self.unread_lists:
            yield f"Do-not-contact lists that could not be read: {', '.join(map(one_line, self.unread_lists))}"
        if unsettled:
            yield "What is not known could not be looked up now: check it again in a minute."


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
            next=NextCall.of("find_prospects", query=self.query, page=self.page + 1) if found.more else None,
        )

    def _items(self, check: list[str]) -> list[str]:
        if self.query is not None or self.page != 1:
            raise Mistake("check: it cannot be combined with query or page", "Make two calls.")
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
    people = [_line(prospect) for prospect in page.items]
    fits = [it for it in people if all(word.casefold() in it.name.casefold() for word in words)]
    more = NextCall.of("find_prospects", query=rarest) if page.more else None
    return ProspectList(prospects=fits, page=1, next=more)


async def _check(api: Api, items: list[str]) -> CheckedList:
    stored = await _stored(api, items)
    membership = await dnc.list_membership(api, items)
    return CheckedList(
        checked=[_checked(item, stored.get(item), membership) for item in items], unread_lists=membership.unread
    )


def _checked(item: str, found: tuple[list[Prospect], bool] | None, membership: dnc.ListMembership) -> Checked:
    people, more = found or ([], False)
    return Checked(
        item=item,
        stored=None if found is None else len(people),
        at_least=more,
        examples=[_line(prospect) for prospect in people[:_EXAMPLES]],
        dnc=[OnList(dnc_list=name, entry=place) for name, place in membership.found(item)],
        dnc_known=membership.certain(item),
        next=NextCall.of("find_prospects", query=f"@{item}") if len(people) > _EXAMPLES else None,
    )


async def _stored(api: Api, items: list[str]) -> dict[str, tuple[list[Prospect], bool]]:
    """The people of each item, and whether there may be more; an item that could not be looked up is missing.

    Assumed: the search finds parts of addresses, so that "@example.com" finds everybody there.
    """
    found: dict[str, tuple[list[Prospect], bool]] = {}
    for item in items:
        try:
            page = await api.send(ListProspects(search=item if "@" in item else f"@{item}", page_size=100))
        except SaleshandyError as error:
            if not found:
                raise
            if isinstance(error, Rejected):
                continue
            break
        fits = [it for it in page.items if item in (key(it.email), dnc.domain_of(key(it.email)))]
        found[item] = (fits, page.more and not ("@" in item and fits))
    return found


def _line(prospect: Prospect) -> ProspectLine:
    return ProspectLine(
        id=prospect.id,
        email=prospect.email,
        name=f"{prospect.value('First Name')} {prospect.value('Last Name')}".strip(),
        company=prospect.value("Company"),
        job_title=prospect.value("Job Title"),
        verification=prospect.verification_status or "",
    )
