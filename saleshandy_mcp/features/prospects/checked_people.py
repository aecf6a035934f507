"""Whether addresses and domains are stored, and whether they are on a do-not-contact list."""

from collections.abc import Iterator

from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import GetVerificationStatus, ListProspects
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Rejected, SaleshandyError
from saleshandy_mcp.core.view import NextCall, Say, View
from saleshandy_mcp.features.prospects.prospect_line import ProspectLine, prospect_line
from saleshandy_mcp.lookups import do_not_contact as dnc
from saleshandy_mcp.store.selections import Member, Selections
from saleshandy_mcp.untrusted.one_line import one_line

MOST_CHECKED = 500
_ONE_BY_ONE = 20
"""Items that are searched for one by one. Of more, 200 addresses are looked up by a call; domains are searched for."""
_DOMAINS = 18
"""Domains of a long list that are searched for: an endpoint takes 20 calls a minute."""
_TOLD = 50
"""Lines of a long list."""
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
            return f"stored, {self.examples[0].line_without_address()}".removesuffix(", ")
        number = f"{self.stored}{' or more' if self.at_least else ''}"
        return f"{number} stored: " + ", ".join(f"{one_line(person.email)} [{person.id}]" for person in self.examples)


class CheckedList(View):
    """What was found out.

    Attributes:
        number: how many addresses and domains were checked.
        stored: how many of them are stored.
        blocked: how many are on a do-not-contact list.
        unsettled: how many are not known to be stored or not, or on a list or not.
        checked: all of a short list; of a long one those that are stored, on a list or unsettled, up to ``_TOLD``.
        unread_lists: do-not-contact lists that could not be read.
        handle: stands for the stored addresses of a long list, for an hour.
        again: the call for what is unsettled, when that is little.
    """

    untrusted = True
    number: int
    stored: int
    blocked: int
    unsettled: int
    checked: list[Checked]
    unread_lists: list[str]
    handle: str = ""
    again: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        unknown = f", {self.unsettled} not settled" if self.unsettled else ""
        yield f"{self.number} checked: {self.stored} stored, {self.blocked} on a do-not-contact list{unknown}"
        yield from (it.line(say) for it in self.checked)
        if left := self.number - len(self.checked):
            yield f"The other {left}: {'more like these, or ' if len(self.checked) == _TOLD else ''}neither of both"
        if self.handle:
            stored = NextCall.of("update_prospects", prospects=[self.handle])
            yield f"All stored addresses, for an hour: {say(stored)}"
        if self.unread_lists:
            yield f"Do-not-contact lists that could not be read: {', '.join(map(one_line, self.unread_lists))}"
        if self.unsettled:
            which = say(self.again) if self.again else "those that say not known"
            yield f"What is not known could not be looked up now: check it again in a minute. {which}"


async def check(context: Context, items: list[str]) -> CheckedList:
    """Look up addresses and domains, with as many calls as a minute has."""
    found = await (_by_lists if len(items) > _ONE_BY_ONE else _stored)(context.api, items)
    membership = await dnc.list_membership(context.api, items)
    everything = [_checked(item, found.get(item), membership) for item in items]
    told, again, handle = everything, None, ""
    if len(items) > _ONE_BY_ONE:
        told = [it for it in everything if it.stored or it.dnc or not it.settled][:_TOLD]
        stored = [Member(it.examples[0].id, it.item) for it in everything if it.stored and "@" in it.item]
        selections = context.find(Selections)
        handle = selections.try_keep("people", stored) if selections and stored else ""
        unsettled = [it.item for it in everything if not it.settled]
        again = NextCall.of("find_prospects", check=unsettled) if 0 < len(unsettled) <= _TOLD else None
    return CheckedList(
        number=len(everything),
        stored=sum(bool(it.stored) for it in everything),
        blocked=sum(bool(it.dnc) for it in everything),
        unsettled=sum(not it.settled for it in everything),
        checked=told,
        unread_lists=membership.unread,
        handle=handle,
        again=again,
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


async def _by_lists(api: Api, items: list[str]) -> dict[str, tuple[list[Prospect], bool]]:
    """The same for many items. Of addresses it is told that they are stored, without ids.

    Assumed: the answer leaves out addresses that are not stored.
    """
    addresses = [item for item in items if "@" in item]
    domains = [item for item in items if "@" not in item]
    found = await _stored(api, domains[:_DOMAINS])
    most = GetVerificationStatus.most
    for start in range(0, len(addresses), most):
        part = addresses[start : start + most]
        try:
            found |= await _known(api, part)
        except SaleshandyError:
            if not found:
                raise
            break
    return found


async def _known(api: Api, addresses: list[str]) -> dict[str, tuple[list[Prospect], bool]]:
    states = await api.send(GetVerificationStatus(emails=addresses))
    known = {key(it.email): Prospect(id="", email=it.email, verification_status=it.status) for it in states}
    return {item: ([known[item]] if item in known else [], False) for item in addresses}
