"""Whether addresses and domains are stored, and whether they are on a do-not-contact list."""

from collections.abc import Iterator

from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Rejected, SaleshandyError
from saleshandy_mcp.core.view import NextCall, Say, View
from saleshandy_mcp.features.prospects.prospect_line import ProspectLine, prospect_line
from saleshandy_mcp.lookups import do_not_contact as dnc
from saleshandy_mcp.untrusted.one_line import one_line

MOST_CHECKED = 20
_EXAMPLES = 3
"""People to name of those found at a domain."""


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


async def check(api: Api, items: list[str]) -> CheckedList:
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
        examples=[prospect_line(prospect) for prospect in people[:_EXAMPLES]],
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
