"""One page over the API's dialects, and the walk through all of them."""

from itertools import count
from math import inf
from typing import Any, cast

import pytest
from pydantic import ValidationError

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.operation import Page, Paged, every
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.api.resources.sequences import ListSequences
from saleshandy_mcp.core.errors import Throttled
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.sandbox import Sandbox


def sequences(number: int) -> list[dict[str, Any]]:
    return [{"id": str(place), "title": "x", "active": True} for place in range(number)]


def senders(number: int, **beside: Any) -> dict[str, Any]:
    return {"message": "Success", "payload": {"emails": [{"id": str(place)} for place in range(number)], **beside}}


@pytest.mark.parametrize(
    "document",
    [
        {"message": "Success", "payload": sequences(2)},
        {"payload": {"payload": sequences(2), "message": "Success"}},
        {"payload": {"payload": sequences(2), "meta": {"totalItems": 2, "totalPages": 1}}},
        sequences(2),
    ],
)
def test_the_list_is_found_wherever_it_lies(document: Any) -> None:
    page = ListSequences(page_size=25).parse(document)
    assert [item.id for item in page.items] == ["0", "1"]
    assert page.more is False


def test_a_list_without_an_envelope_may_lie_under_its_own_key() -> None:
    page = ListEmailAccounts().parse({"emails": [{"id": "a"}], "meta": {"totalItems": 9, "totalPages": 9}})
    assert ([item.id for item in page.items], page.total, page.more) == (["a"], 9, True)


@pytest.mark.parametrize(("found", "more"), [(0, False), (9, False), (10, True), (11, True)])
def test_without_a_total_a_full_page_is_a_sign_of_more(found: int, more: bool) -> None:  # noqa: FBT001 - a table
    page = ListSequences(page_size=10).parse({"payload": sequences(found)})
    assert (page.more, page.total) == (more, None)


@pytest.mark.parametrize(
    ("page", "beside", "more", "total"),
    [
        (1, {"meta": {"totalItems": 30, "totalPages": 2}}, True, 30),
        (2, {"meta": {"totalItems": 30, "totalPages": 2}}, False, 30),
        (3, {"meta": {"totalItems": 30, "totalPages": 2}}, False, 30),
        (1, {"meta": {"totalItems": 0, "totalPages": 0}}, False, 0),
        (1, {"meta": {"totalItems": 30, "totalPages": "2"}}, True, 30),
        (1, {"meta": {"totalItems": 30}}, True, 30),
        (1, {"meta": None}, True, None),
        (1, {"hasMore": False}, False, None),
        (1, {"hasMore": True}, True, None),
        (1, {"hasMore": False, "meta": {"totalItems": 30, "totalPages": 2}}, False, 30),
    ],
)
def test_what_the_api_says_of_further_pages_goes_before_the_guess(
    page: int, beside: dict[str, Any], *, more: bool, total: int | None
) -> None:
    found = ListEmailAccounts(page=page, page_size=3).parse(senders(3, **beside))
    assert (found.more, found.total) == (more, total)


@pytest.mark.parametrize("document", [{"payload": {"items": []}}, {"payload": None}, {"message": "Success"}, {}, None])
def test_a_page_without_its_list_does_not_pass_for_an_empty_one(document: Any) -> None:
    with pytest.raises(ValidationError):
        ListEmailAccounts().parse(document)


def test_the_next_page_asks_for_the_same_otherwise() -> None:
    first = ListSequences(title="Q3", page=4, page_size=10)
    assert first.next_page() == ListSequences(title="Q3", page=5, page_size=10)


class Pages:
    """An api that answers with these pages, in this order, and remembers what it was asked for."""

    def __init__(self, *pages: Page[Any]) -> None:
        self.pages = list(pages)
        self.asked: list[int] = []

    async def send(self, operation: Request[Any], _: float = inf) -> Any:
        number = cast("Paged[Any]", operation).page
        self.asked.append(number)
        return self.pages[number - 1]

    async def recent(self, operation: Request[Any], _: float = inf) -> Any:
        return await self.send(operation)

    async def download(self, url: str, _: float = inf) -> str:
        raise NotImplementedError(url)


async def test_all_pages_are_walked_until_one_says_that_it_is_the_last() -> None:
    api = Pages(Page(items=[1, 2], more=True), Page(items=[], more=True), Page(items=[3], more=False), Page(items=[4]))
    assert [item async for item in every(api, ListSequences())] == [1, 2, 3]
    assert api.asked == [1, 2, 3]


async def test_the_walk_begins_at_the_page_that_was_asked_for() -> None:
    api = Pages(Page(items=[1], more=True), Page(items=[2], more=False))
    assert [item async for item in every(api, ListSequences(page=2))] == [2]


async def test_a_page_is_asked_for_only_when_its_items_are_wanted() -> None:
    api = Pages(Page(items=[1, 2], more=True), Page(items=[3]))
    assert [await anext(walk := every(api, ListSequences())), await anext(walk)] == [1, 2]
    assert api.asked == [1]


async def test_a_list_that_never_ends_is_given_up_with_an_error() -> None:
    api = Pages(*(Page(items=[number], more=True) for number in range(10)))
    with pytest.raises(RuntimeError, match="list_sequences had not ended after 7 pages"):
        _ = [item async for item in every(api, ListSequences(), pages=7)]
    assert api.asked == list(range(1, 8))


@pytest.mark.parametrize("size", [50, 100])
async def test_everybody_in_the_workspace_is_found_once_whatever_the_page_size(
    api: Saleshandy, box: Sandbox, size: int
) -> None:
    found = [person.id async for person in every(api, ListProspects(page_size=size))]
    assert sorted(found) == sorted(row["id"] for row in box.world.prospects.values())


async def test_senders_are_walked_by_the_number_of_pages(api: Saleshandy, box: Sandbox) -> None:
    found = [sender.id async for sender in every(api, ListEmailAccounts(page_size=2))]
    assert sorted(found) == sorted(box.world.email_accounts)
    assert box.requests["POST /email-accounts"] == 3


def test_page_numbers_begin_at_1() -> None:
    numbers = count(0)
    with pytest.raises(ValidationError):
        ListSequences(page=next(numbers))
    assert ListSequences(page=next(numbers)).page == 1


async def test_a_walk_of_more_pages_than_a_minute_allows_waits_when_it_may(api: Saleshandy, box: Sandbox) -> None:
    async def everybody(pause: Any) -> int:
        return len([it async for it in every(api, ListProspects(page_size=10), pause=pause)])

    with pytest.raises(Throttled):
        await everybody(None)
    box.clock.advance(60)
    assert await everybody(api.pause) == len(box.world.prospects) == 400
