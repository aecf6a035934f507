"""``list_email_accounts``: who can send, by address and status, page by page."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.senders.list_email_accounts import ListEmailAccounts
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.kit import context_over, faulty, says

SENTENCES = ["How many mails can each of my mailboxes still send today?", "Which email accounts are not healthy?"]
EXAMPLES: dict[str, dict[str, Any]] = {"list_email_accounts": {}}

ADA = "ada@lanternworks.example.com"


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
            NextCall.of("list_email_accounts", query="@lanternworks.", status="active", page=page + 1)
            if page < 3
            else None
        )
    assert len(set(seen)) == len(seen) == found.total == 51


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("bo@lanternworks-mail", "health 52, bad (below 60), 5 % bounced, bad (5 % or more), in Agencies EU"),
        ("hello@", "NOT ACTIVE (suspended, or still being set up), 0 of 30 left, health 67, low (below 80)"),
        ("events@", "NOT ACTIVE (disconnected: its domain has expired)"),
    ],
)
async def test_a_sender_in_trouble_says_why_and_which_number_is_bad(context: Context, address: str, told: str) -> None:
    found = await ListEmailAccounts(query=address).run(context)
    (line,) = found.accounts
    assert told in line.line()


async def test_without_the_list_of_domains_senders_are_listed_all_the_same(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, "GET /domain", says(500, {}))) as context:
        found = await ListEmailAccounts().run(context)
    assert not found.domains_read
    assert "Whether a domain has expired could not be read." in list(found.lines(NextCall.for_model))


async def test_the_first_line_sums_up_all_accounts_and_not_the_page(box: Sandbox, context: Context) -> None:
    first = next(iter(box.world.email_accounts.values()))
    for number in range(40):
        id_, address = f"extra{number}", f"x{number}@lanternworks.example.com"
        box.world.email_accounts[id_] = {**first, "id": id_, "fromEmail": address, "status": number % 2}
        box.world.outboxes[id_] = dict(box.world.outboxes[first["id"]])
    one, two = await ListEmailAccounts().run(context), await ListEmailAccounts(page=2).run(context)
    sums = [(it.total, it.idle, it.left, it.daily, it.unused) for it in (one, two)]
    assert sums[0] == sums[1]
    assert sums[0][:2] == (46, 22)
    assert one.left == sum(it.quota_left or 0 for it in [*one.accounts, *two.accounts] if it.active)
    assert "46 email accounts, 22 not active, 41 in no sequence, " in text_of(one)
