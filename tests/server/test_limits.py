"""What the API cannot do is told at once, with a way round that exists."""

import re

import pytest
from mcp import Client

from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.core.effects import CONSEQUENCES
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.discovery.cannot import LIMITS
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit
from saleshandy_mcp.server.tools.discovery.plain_words import spoken_of
from saleshandy_mcp.server.tools.discovery.searching import search
from saleshandy_mcp.server.tools.registry import EVERYDAY

REACH = {it.slug: it for it in OPERATIONS}
TOOLS = {it.name: it.action for it in EVERYDAY if it.default}


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("delete a sequence", "delete a sequence"),
        ("Remove the campaign Q3 launch", "delete a sequence"),
        ("remove jo@customer.example from the sequence", "take somebody out of a sequence"),
        ("he wants all his data erased under the GDPR", "delete a prospect"),
        ("she unsubscribed by mistake, put her back", "subscribe somebody again"),
        ("check our SPF and DKIM", "change DNS records (SPF, DKIM, DMARC, MX)"),
        ("turn on warm-up for the new mailbox", "switch warm-up on or off, or read its numbers"),
        ("do my mails land in spam?", "test where mails land: inbox or spam placement"),
        ("edit the webhook url", "change, switch off, test or delete a webhook"),
        ("who is in the sequence Q3?", "list all people of a sequence"),
        ("take acme.example off the DNC list", "take an entry off a do-not-contact list or the blacklist"),
        ("change the delay between step 2 and 3", "move a step, or change its day or channel"),
    ],
)
def test_a_wish_that_the_api_cannot_fulfil_meets_its_limit_first(said: str, what: str) -> None:
    assert search(said, REACH).limits[0].what == what


@pytest.mark.parametrize("limit", LIMITS, ids=lambda it: it.what)
def test_a_limit_is_found_by_what_it_is_called(limit: Limit) -> None:
    assert limit in search(limit.what, REACH).limits


@pytest.mark.parametrize("limit", LIMITS, ids=lambda it: it.what)
def test_a_way_round_leads_only_to_what_there_is(limit: Limit) -> None:
    for name in re.findall(r"[a-z]+(?:_[a-z]+)+", limit.instead):
        assert name in REACH or name in TOOLS or name == "find_operations", name
    if limit.next:
        _check_call(limit.next)


def _check_call(call: NextCall) -> None:
    if call.tool == "find_operations":
        assert call.arguments["query"] in REACH
    elif call.tool == "run_read_operation":
        assert REACH[call.arguments["operation"]].route.reads
    else:
        assert set(call.arguments) <= set(TOOLS[call.tool].model_fields)


@pytest.mark.parametrize(
    ("said", "operation"),
    [
        ("notes of a prospect", "list_prospect_notes"),
        ("delete the domain old.example", "delete_domain"),
        ("which tags are there?", "list_tags"),
        ("why does our webhook fail", "list_webhooks"),
        ("change the signature of Bo", "bulk_update_email_accounts"),
        ("keep the domain after all", "revoke_domain"),
    ],
)
def test_what_can_be_done_meets_no_limit(said: str, operation: str) -> None:
    found = search(said, REACH)
    assert found.limits == []
    assert operation in found.names[:3]


@pytest.mark.parametrize(
    "said",
    [
        "how do I buy a domain?",
        "What happens when I delete a domain?",
        "can I unsubscribe a whole company?",
        "how much would it cost to reveal 50 leads?",
        "which replies came in today?",
        "who can do this task",
        "does starting a sequence mail people at once?",
    ],
)
def test_nothing_that_has_consequences_comes_first_for_a_question(said: str) -> None:
    first = search(said, REACH).names[0]
    assert not REACH[first].route.effects & CONSEQUENCES, first


def test_an_order_finds_what_it_orders_first() -> None:
    assert search("buy another domain", REACH).names[0] == "purchase_domain"
    assert search("could you delete the domain old.example?", REACH).names[0] == "delete_domain"


def test_the_words_of_operations_are_about_operations_that_exist() -> None:
    assert spoken_of() <= {*REACH}


async def test_the_answer_tells_the_limit_and_few_operations_beside_it(client: Client) -> None:
    result = await client.call_tool("find_operations", {"query": "delete a sequence"})
    assert result.structured_content
    assert result.structured_content["limits"][0]["what"] == "delete a sequence"
    assert len(result.structured_content["found"]) <= 3
    assert result.content[0].type == "text"
    said = result.content[0].text
    assert said.startswith("No operation can delete a sequence. Pause it")
    assert 'set_sequence_status(sequence="…", status="paused")' in said


async def test_an_operation_that_other_servers_have_is_answered_with_its_limit(client: Client) -> None:
    result = await client.call_tool("run_write_operation", {"operation": "delete_sequence", "arguments": {}})
    assert result.content[0].type == "text"
    assert "No operation can delete a sequence." in result.content[0].text
