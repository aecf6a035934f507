"""Looks up which addresses and domains are on the do-not-contact lists of the account."""

import re
from collections import defaultdict, deque
from collections.abc import Collection
from dataclasses import dataclass, field
from math import ceil, inf

from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.api.resources.dnc import DncList, GetDncItems, Kind, ListDncLists, SearchDncItem
from saleshandy_mcp.core.addresses import key, spellings
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Rejected, SaleshandyError
from saleshandy_mcp.core.waiting import Pause

BUDGET = 15 * 60.0
"""Seconds to wait for the rate limit in all, for a caller that gives ``pause``."""

_SEARCHES = 20
"""Calls that the API allows to one endpoint a minute."""
_PAGE = 100
_MOST_PAGES = 10_000
"""Pages of one list. An API that sends more repeats itself."""
_CROWDED = 25
"""When one search finds this many entries, some may be missing: whether it returns all is not documented."""

_LABEL = r"(?!-)(?:[^\W_]|-){1,63}(?<!-)"
_DOMAIN = rf"({_LABEL}\.)+(?=[^\W\d_])(?:[^\W_]|-){{2,63}}(?<!-)"
_ENTRY = re.compile(rf"([^@\s,;<>()\"]+@)?{_DOMAIN}")


def entry(text: str) -> str | None:
    """An address or a domain in the form that a list stores; None for anything else."""
    value = key(text).removeprefix("@")
    return value if _ENTRY.fullmatch(value) else None


def domain_of(value: str) -> str:
    return value.rpartition("@")[2]


async def all_lists(api: Api) -> list[DncList]:
    return [found async for found in every(api, ListDncLists(page_size=100))]


@dataclass
class ListMembership:
    """Which entries were found on the lists.

    Attributes:
        on: entry -> names of the lists that hold it.
        unread: names of lists that could not be read.
        unasked: domains that could not be looked up.
        failure: the first error of the API; None when every call went well.
    """

    on: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict[str, list[str]](list))
    unread: list[str] = field(default_factory=list[str])
    unasked: set[str] = field(default_factory=set[str])
    failure: SaleshandyError | None = None

    def found(self, value: str) -> list[tuple[str, str]]:
        """Pairs of a list and the entry on it that covers the value: the value itself or its domain.

        Assumed: an entry for a domain does not cover its subdomains.
        """
        if value not in self.on and domain_of(value) not in self.on:
            return []  # as nearly all, and there may be 100,000 of them
        places = dict.fromkeys((value, domain_of(value)))
        return [(name, place) for place in places for name in dict.fromkeys(self.on.get(place, []))]

    def certain(self, value: str) -> bool:
        """Whether an empty ``found`` means that the value is on no list."""
        return not self.unread and not (self.unasked and domain_of(value) in self.unasked)


async def list_membership(api: Api, values: Collection[str], *, pause: Pause | None = None) -> ListMembership:
    """Find the lists that hold these addresses and domains, with the fewest calls. It raises no error of the API.

    Args:
        api: what carries the calls out.
        values: addresses and domains as ``entry`` writes them.
        pause: waits some seconds. It is used when the rate limit refuses a call, up to ``BUDGET`` seconds in all.
            Without it at most one minute's calls are made, and the remaining values are not certain.
    """
    patient = pause is not None
    api = PatientApi(api, pause, BUDGET) if pause else api
    addresses = _by_domain(values)
    try:
        lists = await all_lists(api)
    except SaleshandyError as error:
        return ListMembership(unasked=set(addresses), failure=error)
    pages = sum(_pages(it, patient=patient) for it in lists)
    if len(addresses) < pages:
        most, reading_takes = (inf, pages) if patient else (_SEARCHES, inf)
        found = await _Search(api, addresses, most, reading_takes).run()
        if found is not None:
            return found
    return await _read_whole(api, lists)


async def _read_whole(api: Api, lists: list[DncList]) -> ListMembership:
    found = ListMembership()
    for it in lists:
        operation = GetDncItems(dnc_list_id=it.id, page_size=_PAGE)
        try:
            items = [item.value async for item in every(api, operation, pages=_MOST_PAGES)]
        except (SaleshandyError, RuntimeError) as error:
            found.unread.append(it.name)
            if isinstance(error, SaleshandyError):
                found.failure = found.failure or error
        else:
            for value in items:
                found.on[key(value)].append(it.name)
    return found


@dataclass
class _Search:
    """Searches for each domain, which finds the addresses at it too; where it finds many, for each address as well.

    Attributes:
        api: what carries the calls out.
        addresses: the addresses of each domain.
        most: searches at most; what is left then stays unasked.
        reading_takes: calls that reading all lists takes.
    """

    api: Api
    addresses: dict[str, list[str]]
    most: float
    reading_takes: float
    found: ListMembership = field(default_factory=ListMembership)
    questions: deque[tuple[str, Kind]] = field(default_factory=deque[tuple[str, Kind]])
    asked: int = 0

    async def run(self) -> ListMembership | None:
        """What was found; None when more searches are left than ``reading_takes``."""
        self.questions.extend((spelling, "all") for domain in self.addresses for spelling in spellings(domain))
        while self.questions:
            if len(self.questions) > self.reading_takes:
                return None
            text, kind = self.questions.popleft()
            if self.asked < self.most:
                await self._ask(text, kind)
            else:
                self.found.unasked.add(domain_of(key(text)))
        return self.found

    async def _ask(self, text: str, kind: Kind) -> None:
        self.asked += 1
        try:
            page = await self.api.send(SearchDncItem(search=text, type=kind, page_size=_PAGE))
        except SaleshandyError as error:
            self.found.unasked.add(domain_of(key(text)))
            self.found.failure = self.found.failure or error
            if not isinstance(error, Rejected):
                self.most = 0
            return
        for it in page.items:
            for item in it.dnc_items:
                self.found.on[key(item.value)].append(it.name)
        if page.more:
            self.found.unasked.add(domain_of(key(text)))
        if kind == "all" and any(len(it.dnc_items) >= _CROWDED for it in page.items):
            self.questions.append((text, "domain"))
            self.questions.extend(
                (spelling, "email") for address in self.addresses[key(text)] for spelling in spellings(address)
            )


def _by_domain(values: Collection[str]) -> dict[str, list[str]]:
    """The addresses of each domain; a domain that is a value itself may have none."""
    addresses: dict[str, list[str]] = {}
    for value in values:
        there = addresses.setdefault(domain_of(value), [])
        if "@" in value:
            there.append(value)
    return addresses


def _pages(it: DncList, *, patient: bool) -> float:
    """Calls that reading a list takes. A list of unknown size is searched, unless that takes 20 searches or more."""
    size = it.number_of_items if it.number_of_items is not None else it.total
    if size is None:
        return _SEARCHES if patient else inf
    return max(ceil(size / _PAGE), 1)
