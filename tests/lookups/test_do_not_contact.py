"""Looking addresses and domains up on the do-not-contact lists, for a few of them and for whole imports."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable

import pytest

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.lookups.do_not_contact import BUDGET, list_membership
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.world.tables import Row
from tests.kit import context_over, faulty, new_box, posts, says

LISTS, ITEMS, SEARCH = "GET /dnc", "GET /dnc/{dncListId}", "GET /dnc/item/search"
OURS, ASKED = "Customers and partners", "Asked us not to write"
STOPPED = "stop@saltmeadow.example.com"
AT_WHARF = "jo@wharfside.example.com"
NO_MORE = says(429, {"error": True, "code": 4000, "message": "Rate limit exceeded"})

Waiting = Callable[[float], Awaitable[None]]


@pytest.fixture
def limited() -> Sandbox:
    return new_box(limits=True)


@pytest.fixture
async def busy(limited: Sandbox) -> AsyncGenerator[Context]:
    async with context_over(limited) as context:
        yield context


def grown(box: Sandbox, name: str, values: Iterable[str]) -> None:
    """A list with more entries."""
    dnc_list = next(row for row in box.world.dnc_lists.values() if row["name"] == name)
    for value in values:
        kind = "email" if "@" in value else "domain"
        row: Row = {"id": value, "value": value, "type": kind, "createdAt": "2026-01-01", "addedBy": "Ada Example"}
        box.world.dnc_items[value] = {**row, "dncListId": dnc_list["id"]}


def people(number: int, domains: int) -> list[str]:
    return [f"p{place}@firm{place % domains}.example.com" for place in range(number)]


def strangers(number: int) -> list[str]:
    return [f"p{place}@elsewhere.example.com" for place in range(number)]


def measured(box: Sandbox, waits: list[float]) -> Waiting:
    async def pause(seconds: float) -> None:
        waits.append(seconds)
        box.clock.advance(seconds)

    return pause


async def test_a_large_import_reads_short_lists_once_and_all_of_it_is_settled(box: Sandbox, context: Context) -> None:
    values = [*people(100_000, 40_000), STOPPED, AT_WHARF]
    found = await list_membership(context.api, values, pause=context.pause)
    assert [value for value in values if found.found(value)] == [STOPPED, AT_WHARF]
    assert all(found.certain(value) for value in values)
    assert (posts(box, ITEMS), posts(box, SEARCH)) == (2, 0)


async def test_lists_of_more_pages_than_a_minute_allows_are_read_to_their_ends(limited: Sandbox, busy: Context) -> None:
    grown(limited, OURS, [*strangers(3000), "p70@firm70.example.com"])
    values = people(200, 100)
    found = await list_membership(busy.api, values, pause=busy.pause)
    assert [value for value in values if found.found(value)] == ["p70@firm70.example.com"]
    assert all(found.certain(value) for value in values)
    assert posts(limited, SEARCH) == 0
    assert posts(limited, ITEMS) > 30


async def test_long_lists_are_searched_for_few_domains_however_long_that_takes(limited: Sandbox, busy: Context) -> None:
    grown(limited, OURS, [*strangers(6000), "firm31.example.com"])
    began, values = limited.clock.seconds(), people(80, 40)
    found = await list_membership(busy.api, values, pause=busy.pause)
    assert [value for value in values if found.found(value)] == ["p31@firm31.example.com", "p71@firm31.example.com"]
    assert all(found.certain(value) for value in values)
    assert (posts(limited, ITEMS), posts(limited, SEARCH)) == (0, 40)
    assert 60 <= limited.clock.seconds() - began <= 130


async def test_without_patience_nothing_is_waited_for_and_the_rest_is_not_certain(
    limited: Sandbox, busy: Context
) -> None:
    grown(limited, OURS, strangers(6000))
    began, values = limited.clock.seconds(), people(80, 40)
    found = await list_membership(busy.api, values)
    assert sum(found.certain(value) for value in values) == 40
    assert posts(limited, SEARCH) == 20
    assert limited.clock.seconds() == began


async def test_a_search_that_would_go_on_for_longer_than_reading_gives_way_to_reading(
    box: Sandbox, context: Context
) -> None:
    grown(box, OURS, [f"p{place}@crowd.example.com" for place in range(0, 300, 2)])
    values = [f"p{place}@crowd.example.com" for place in range(300)]
    found = await list_membership(context.api, values, pause=context.pause)
    assert [value for value in values if found.found(value)] == values[::2]
    assert all(found.certain(value) for value in values)
    assert (posts(box, SEARCH), posts(box, ITEMS)) == (1, 3)


@pytest.mark.parametrize(("call", "unread"), [(LISTS, []), (ITEMS, [ASKED, OURS]), (SEARCH, [])])
async def test_what_is_turned_away_for_longer_than_the_budget_is_not_certain(
    limited: Sandbox, call: str, unread: list[str]
) -> None:
    if call == SEARCH:
        grown(limited, OURS, strangers(6000))
    waits: list[float] = []
    async with context_over(limited, app=faulty(limited, call, NO_MORE)) as context:
        found = await list_membership(context.api, people(60, 30), pause=measured(limited, waits))
    assert (sorted(found.unread), found.certain("p0@firm0.example.com")) == (sorted(unread), False)
    assert BUDGET - 60 < sum(waits) <= BUDGET


@pytest.mark.parametrize(("domains", "calls"), [(5, (0, 5)), (25, (2, 0))])
async def test_of_lists_that_do_not_tell_their_size_few_domains_are_searched_for(
    box: Sandbox, domains: int, calls: tuple[int, int]
) -> None:
    grown(box, OURS, strangers(150))
    dnc_list = next(row["id"] for row in box.world.dnc_lists.values() if row["name"] == OURS)
    sizeless = faulty(box, LISTS, says(200, {"payload": [{"id": dnc_list, "name": OURS}]}), times=1)
    async with context_over(box, app=sizeless) as context:
        found = await list_membership(context.api, [*people(50, domains - 1), AT_WHARF], pause=context.pause)
    assert found.found(AT_WHARF) == [(OURS, "wharfside.example.com")]
    assert (posts(box, ITEMS), posts(box, SEARCH)) == calls


async def test_without_patience_the_size_of_a_list_has_to_be_told_for_it_to_be_read(box: Sandbox) -> None:
    dnc_list = next(row["id"] for row in box.world.dnc_lists.values() if row["name"] == OURS)
    sizeless = faulty(box, LISTS, says(200, {"payload": [{"id": dnc_list, "name": OURS}]}), times=1)
    async with context_over(box, app=sizeless) as context:
        await list_membership(context.api, people(50, 25))
    assert (posts(box, ITEMS), posts(box, SEARCH)) == (0, 20)


@pytest.mark.parametrize("stored", ["b\u00fccher.example.com", "xn--bcher-kva.example.com"])
@pytest.mark.parametrize("before", [[], strangers(3000)], ids=["read", "searched"])
async def test_an_international_domain_is_found_in_either_spelling(
    box: Sandbox, context: Context, stored: str, before: list[str]
) -> None:
    grown(box, OURS, [*before, stored])
    values = [key(f"jo@{stored}"), "b\u00fccher.example.com"]
    found = await list_membership(context.api, values, pause=context.pause)
    assert [value for value in values if found.found(value)] == values
