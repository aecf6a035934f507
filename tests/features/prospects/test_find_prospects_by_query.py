"""``find_prospects`` with a query: people by name or address, newest first, page by page."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.prospects.find_prospects import FindProspects, ProspectList
from saleshandy_mcp.sandbox import Sandbox


async def people(context: Context, **arguments: Any) -> ProspectList:
    found = await FindProspects(**arguments).run(context)
    assert isinstance(found, ProspectList)
    return found


async def test_people_come_newest_first_twenty_a_page_and_each_once(box: Sandbox, context: Context) -> None:
    seen: list[str] = []
    page = 1
    while True:
        box.clock.advance(4)
        found = await people(context, page=page)
        seen += [line.email for line in found.prospects]
        if found.next is None:
            break
        assert len(found.prospects) == 20
        assert found.next == NextCall.of("find_prospects", page=page + 1)
        page += 1
    assert len(set(seen)) == len(seen) == 400
    newest = sorted(box.world.prospects.values(), key=lambda row: row["createdAt"], reverse=True)
    assert seen == [row["email"] for row in newest]


@pytest.mark.parametrize("query", ["carmen.molina@starquay.example.com", "CARMEN.MOLINA"])
async def test_a_person_is_found_by_name_or_address_and_shown_with_what_is_known(context: Context, query: str) -> None:
    found = await people(context, query=query)
    (person,) = found.prospects
    assert (person.name, person.company, person.verification) == ("Carmen Molina", "Starquay", "bad")
    assert found.next is None


async def test_nobody_found_is_an_empty_page_and_no_error(context: Context) -> None:
    found = await people(context, query="nobody of this name")
    assert (found.prospects, found.next) == ([], None)


async def test_the_next_call_keeps_what_was_searched_for(context: Context) -> None:
    assert (await people(context, query="mi")).next == NextCall.of("find_prospects", query="mi", page=2)


async def test_a_person_with_gaps_is_shown_without_them(box: Sandbox, context: Context) -> None:
    gaps = next(row for row in box.world.prospects.values() if "First Name" not in row["values"])
    (person,) = (await people(context, query=gaps["email"])).prospects
    assert person.name == gaps["values"]["Last Name"]
