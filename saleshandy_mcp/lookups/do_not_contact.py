"""What stands on the do-not-contact lists, of addresses and domains that somebody asks about."""

import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from math import ceil, inf
from typing import TypeVar

from saleshandy_mcp.api.pagination import every
from saleshandy_mcp.api.resources.dnc import DncList, GetDncItems, Kind, ListDncLists, SearchDncItem
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Rejected, SaleshandyError, Throttled
from saleshandy_mcp.core.request import Request

T = TypeVar("T")
Pause = Callable[[float], Awaitable[None]]

BUDGET = 15 * 60.0
"""Seconds that are waited for the rate limit in all, where somebody has the patience."""
_UNSAID = 20.0
"""Seconds to wait where nobody says how long."""

_SEARCHES = 20
"""What an endpoint allows a minute."""
_PAGE = 100
_ENDLESS = 10_000
"""Pages of one list after which the API is taken to turn in circles."""
_CROWDED = 25
"""From so many finds of one search on some may have been left out: whether they are all told is not documented."""

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_DOMAIN = rf"({_LABEL}\.)+(?=[a-z])[a-z0-9-]{{2,63}}(?<!-)"
_ENTRY = re.compile(rf"([^@\s,;<>()\"]+@)?{_DOMAIN}")


def entry(text: str) -> str | None:
    """An address or a domain as a list holds it; None for anything else."""
    value = key(text).removeprefix("@")
    return value if _ENTRY.fullmatch(value) else None


def domain_of(value: str) -> str:
    return value.rpartition("@")[2]


async def all_lists(api: Api) -> list[DncList]:
    return [found async for found in every(api, ListDncLists(page_size=100))]


@dataclass
class Standing:
    """What was found on the lists.

    Attributes:
        on: entry -> names of the lists it stands on.
        unread: names of lists that could not be read.
        unasked: domains that could not be asked for.
    """

    on: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict[str, list[str]](list))
    unread: list[str] = field(default_factory=list[str])
    unasked: set[str] = field(default_factory=set[str])

    def found(self, value: str) -> list[tuple[str, str]]:
        """Lists and the entries by which they hold a value; that a domain does not cover its subdomains is assumed."""
        places = dict.fromkeys((value, domain_of(value)))
        return [(name, place) for place in places for name in dict.fromkeys(self.on.get(place, []))]

    def certain(self, value: str) -> bool:
        """Whether nothing found means that it is on no list."""
        return not self.unread and domain_of(value) not in self.unasked


async def standing(api: Api, values: Collection[str], *, pause: Pause | None = None) -> Standing:
    """On which lists addresses and domains stand, with the fewest calls.

    Args:
        api: what carries the calls out.
        values: addresses and domains as ``entry`` writes them.
        pause: waits some seconds, and is used where the rate limit turns a call away, up to ``BUDGET`` seconds in all.
            Without it no more is asked than a minute allows, and the rest is not certain.
    """
    patient = pause is not None
    api = _Patient(api, pause) if pause else api
    addresses = _by_domain(values)
    try:
        lists = await all_lists(api)
    except SaleshandyError:
        return Standing(unasked=set(addresses))
    pages = sum(_pages(it, patient=patient) for it in lists)
    if len(addresses) < pages:
        most, otherwise = (inf, pages) if patient else (_SEARCHES, inf)
        found = await _search(api, addresses, most=most, otherwise=otherwise)
        if found is not None:
            return found
    return await _read_whole(api, lists)


@dataclass
class _Patient:
    """An API that waits where the rate limit turns a call away, as long as the budget lasts."""

    api: Api
    pause: Pause
    waited: float = 0.0

    async def send(self, operation: Request[T]) -> T:
        while True:
            try:
                return await self.api.send(operation)
            except Throttled as error:
                seconds = error.after or _UNSAID
                self.waited += seconds
                if self.waited > BUDGET:
                    raise
            await self.pause(seconds)

    async def recent(self, operation: Request[T]) -> T:
        return await self.api.recent(operation)

    async def download(self, url: str) -> str:
        return await self.api.download(url)


async def _read_whole(api: Api, lists: list[DncList]) -> Standing:
    found = Standing()
    for it in lists:
        operation = GetDncItems(dnc_list_id=it.id, page_size=_PAGE)
        try:
            items = [item.value async for item in every(api, operation, pages=_ENDLESS)]
        except (SaleshandyError, RuntimeError):
            found.unread.append(it.name)
        else:
            for value in items:
                found.on[key(value)].append(it.name)
    return found


async def _search(api: Api, addresses: dict[str, list[str]], *, most: float, otherwise: float) -> Standing | None:
    """A search for a domain finds the addresses at it too; where it finds many, it is asked again more closely.

    Args:
        api: what carries the calls out.
        addresses: by domain.
        most: searches, after which the rest stays unasked.
        otherwise: calls that reading all lists takes; None is returned where more searches than that would be left.
    """
    found = Standing()
    questions = deque[tuple[str, Kind]]((domain, "all") for domain in addresses)
    asked = 0.0
    while questions:
        if len(questions) > otherwise:
            return None
        text, kind = questions.popleft()
        if asked >= most:
            found.unasked.add(domain_of(text))
            continue
        asked += 1
        try:
            page = await api.send(SearchDncItem(search=text, type=kind, page_size=_PAGE))
        except SaleshandyError as error:
            found.unasked.add(domain_of(text))
            asked = asked if isinstance(error, Rejected) else inf
            continue
        for it in page.items:
            for item in it.dnc_items:
                found.on[key(item.value)].append(it.name)
        if page.more:
            found.unasked.add(domain_of(text))
        if kind == "all" and any(len(it.dnc_items) >= _CROWDED for it in page.items):
            questions.append((text, "domain"))
            questions.extend((address, "email") for address in addresses[text])
    return found


def _by_domain(values: Collection[str]) -> dict[str, list[str]]:
    """The addresses of each domain; one that is asked about itself may have none."""
    addresses: dict[str, list[str]] = {}
    for value in values:
        there = addresses.setdefault(domain_of(value), [])
        if "@" in value:
            there.append(value)
    return addresses


def _pages(it: DncList, *, patient: bool) -> float:
    """Calls that reading a list takes. Where its size is not told, searching is better, within reason."""
    size = it.number_of_items if it.number_of_items is not None else it.total
    if size is None:
        return _SEARCHES if patient else inf
    return max(ceil(size / _PAGE), 1)
