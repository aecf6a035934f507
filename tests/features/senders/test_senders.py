"""Email accounts and prospects: listed, found, attached."""

from typing import Any

import pytest
from pydantic import ValidationError

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.prospects.find_prospects import FindProspects, ProspectList
from saleshandy_mcp.features.senders.add_email_accounts import AddEmailAccounts
from saleshandy_mcp.features.senders.list_email_accounts import ListEmailAccounts
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import line_of, posts

ADD = "POST /sequences/{sequenceId}/email-accounts/add"
ADA, TRY = "ada@lanternworks.example.com", "ada@trylanternworks.example.com"
IDLE = ["hello@lanternworks-team.example.com", "events@lanternworks-events.example.com"]


async def test_senders_are_listed_with_health_and_what_they_have_left(context: Context) -> None:
    found = await ListEmailAccounts().run(context)
    assert (found.total, len(found.accounts), found.next) == (6, 6, None)
    ada = next(line for line in found.accounts if line.address == ADA)
    assert (ada.name, ada.active, ada.quota_left, ada.health, ada.in_sequences) == ("Ada Example", True, 38, 94, 1)


@pytest.mark.parametrize(
    ("query", "status", "number"), [("ada", "any", 2), (None, "active", 4), ("events", "active", 0), ("BO@", "any", 2)]
)
async def test_senders_are_found_by_part_of_the_address_and_by_whether_they_can_send(
    context: Context, query: str | None, status: str, number: int
) -> None:
    found = await ListEmailAccounts.model_validate({"query": query, "status": status}).run(context)
    assert (found.total, len(found.accounts)) == (number, number)


async def test_many_senders_come_in_pages_and_the_next_call_keeps_the_filter(box: Sandbox, context: Context) -> None:
    first = next(iter(box.world.email_accounts.values()))
    for number in range(50):
        box.world.email_accounts[f"extra{number}"] = {
            **first,
            "id": f"extra{number}",
            "fromEmail": f"x{number}@lanternworks.example.com",
        }
    seen: list[str] = []
    for page in (1, 2, 3):
        found = await ListEmailAccounts(query="@lanternworks.", status="active", page=page).run(context)
        seen += [line.id for line in found.accounts]
        assert found.next == (
            f'list_email_accounts(query="@lanternworks.", status="active", page={page + 1})' if page < 3 else None
        )
    assert len(set(seen)) == len(seen) == found.total == 51


async def test_senders_are_attached_and_those_that_are_there_told(box: Sandbox, context: Context) -> None:
    told = await AddEmailAccounts(sequence="SaaS founders", accounts=[ADA, TRY, ADA.upper()]).run(context)
    assert [sender.address for sender in told.added] == [ADA]
    assert (told.already, told.senders, told.active) == ([TRY], 2, False)
    assert line_of(box, "SaaS founders")["emailAccounts"] == [TRY, ADA]
    assert posts(box, ADD) == 1


async def test_where_all_are_attached_nothing_is_sent(box: Sandbox, context: Context) -> None:
    told = await AddEmailAccounts(sequence="SaaS founders", accounts=[TRY]).run(context)
    assert (told.added, told.already, told.senders) == ([], [TRY], 1)
    assert posts(box, ADD) == 0


async def test_senders_that_are_not_active_are_refused_before_anything_is_sent(box: Sandbox, context: Context) -> None:
    with pytest.raises(Mistake, match="not active") as refusal:
        await AddEmailAccounts(sequence="SaaS founders", accounts=[ADA, *IDLE]).run(context)
    assert all(address in refusal.value.wrong for address in IDLE)
    assert ADA not in refusal.value.wrong
    assert 'list_email_accounts(status="active")' in refusal.value.remedy
    assert posts(box, ADD) == 0


@pytest.mark.parametrize(
    ("name", "words"), [("zed@", r'accounts\[1\]: nothing is called "zed@"'), ("ada@", r'accounts\[1\]: "ada@" fits 2')]
)
async def test_a_sender_that_is_unknown_or_unclear_is_told_by_its_place(
    context: Context, name: str, words: str
) -> None:
    with pytest.raises(Mistake, match=words):
        await AddEmailAccounts(sequence="SaaS founders", accounts=[ADA, name]).run(context)


@pytest.mark.parametrize("number", [0, 51])
def test_one_to_fifty_senders_can_be_attached_at_once(number: int) -> None:
    with pytest.raises(ValidationError, match="accounts"):
        AddEmailAccounts(sequence="SaaS founders", accounts=["a"] * number)
    assert len(AddEmailAccounts(sequence="SaaS founders", accounts=["a"] * 50).accounts) == 50


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
        assert found.next == f"find_prospects(page={page + 1})"
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
    assert (await people(context, query="mi")).next == 'find_prospects(query="mi", page=2)'


async def test_a_person_with_gaps_is_shown_without_them(box: Sandbox, context: Context) -> None:
    gaps = next(row for row in box.world.prospects.values() if "First Name" not in row["values"])
    (person,) = (await people(context, query=gaps["email"])).prospects
    assert person.name == gaps["values"]["Last Name"]
