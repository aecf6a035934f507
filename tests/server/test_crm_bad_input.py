"""What is wrong in a call to a tool of the CRM is told in a sentence; nothing is written, as the emulators count."""

from collections.abc import Callable
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.keys import KEY
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.selection import Selection
from tests.crm_kit import crm_context_over

Text = Callable[[CallToolResult], str]
Arguments = dict[str, Any]
TITLE, MIRA = "SaaS founders", "mira.keller@brightforge.example.com"
NO_FIELD = 'no field "citty" was seen in contacts. Near it: city'
NO_STAGE = 'there is no stage "Propsal". Stages: Lead, Qualified, Proposal'
COMPANY, DEAL, TASK = {"name": "Lumen", "type": "company"}, {"title": "Lumen"}, {"title": "Call"}

BAD: list[tuple[str, Arguments, str]] = [
    ("find_crm_records", {"where": ["citty=Odense"]}, f"where: {NO_FIELD}"),
    ("find_crm_records", {"where": ["stage=Propsal"]}, f"stage: {NO_STAGE}"),
    ("find_crm_records", {"sort": "-worth"}, 'sort: no field "worth" was seen in contacts'),
    ("find_crm_records", {"kind": "people"}, "kind has to be one of 'contacts', 'deals', 'tasks', 'activities'"),
    ("import_crm_contacts", {"sequence": TITLE, "where": ["citty=Odense"]}, f"where: {NO_FIELD}"),
    ("import_crm_contacts", {"sequence": TITLE, "where": ["stage=Propsal"]}, f"stage: {NO_STAGE}"),
    ("import_crm_contacts", {"sequence": TITLE, "lost_stages": ["Propsal"]}, f"lost_stages: {NO_STAGE}"),
    ("import_crm_contacts", {"sequence": TITLE, "map": ["jobb=Job Title"]}, 'map: there is no column "jobb"'),
    ("import_crm_contacts", {"sequence": TITLE, "map": ["job_title=Jobb"]}, 'map: "Jobb" is no field of this account'),
    ("import_crm_contacts", {"sequence": "Winter"}, 'sequence: nothing is called "Winter"'),
    ("import_crm_contacts", {"sequence": TITLE, "step": "9"}, 'step: nothing is called "9"'),
    ("sync_to_crm", {"sequence": "Winter"}, 'sequence: nothing is called "Winter"'),
    ("sync_to_crm", {"sequence": TITLE}, f'sequence: no contact of the CRM was imported into "{TITLE}" from here'),
    ("sync_to_crm", {"sequence": TITLE, "since": "yesterdy"}, "since should be a valid date"),
    ("sync_to_crm", {"sequence": TITLE, "since": "2999-01-01"}, "since: 2999-01-01 is in the future"),
    ("sync_to_crm", {"stages": ["interested=Qualified"]}, "sequence is missing"),
    ("save_crm_records", {"kind": "contacts", "records": [COMPANY, {"citty": "Odense"}]}, f"records[1]: {NO_FIELD}"),
    ("save_crm_records", {"kind": "deals", "records": [DEAL, {**DEAL, "stage": "Propsal"}]}, f"records[1]: {NO_STAGE}"),
    (
        "save_crm_records",
        {"kind": "tasks", "records": [TASK] * 101},
        "records has 101 items; one call takes at most 100",
    ),
    ("save_crm_records", {"kind": "tasks", "records": []}, "records is empty"),
    ("save_crm_records", {"kind": "tasks", "records": [TASK, "Call"]}, "records[1] has to be an object"),
    ("save_crm_records", {"kind": "tasks", "records": [TASK, {}]}, "records[1]: there are no values in it"),
    (
        "save_crm_records",
        {"kind": "contacts", "records": [{"id": "nobody", "city": "x"}]},
        "contacts: there is none with",
    ),
    ("save_crm_records", {"kind": "tasks"}, "give either records or file"),
    ("save_crm_records", {"kind": "tasks", "file": "no.csv"}, "file: this server may not read files"),
    ("save_crm_records", {"kind": "pipelines", "records": [TASK]}, "kind has to be one of 'contacts'"),
]
RIGHT: list[tuple[str, Arguments]] = [
    ("find_crm_records", {}),
    ("import_crm_contacts", {"sequence": TITLE}),
    ("save_crm_records", {"kind": "tasks", "records": [TASK]}),
]


async def answered(box: Sandbox, tool: str, arguments: Arguments, key: str = KEY) -> CallToolResult:
    """The answer of a server that may write to the CRM, after which both emulators are as they were before."""
    before = counts(box)
    async with (
        crm_context_over(box, key) as context,
        Client(build_server(context, Selection(crm=True))) as client,
    ):
        answer = await client.call_tool(tool, arguments)
    assert counts(box) == before
    assert [line for line in box.salessheet.audit if not line["endpoint"].startswith("GET")] == []
    return answer


def counts(box: Sandbox) -> tuple[Any, Any]:
    return box.state()["counts"], box.salessheet.state()["counts"]


@pytest.mark.parametrize(("tool", "arguments", "words"), BAD)
async def test_what_is_wrong_is_told_in_a_sentence_and_nothing_is_written(
    box: Sandbox, text: Text, tool: str, arguments: Arguments, words: str
) -> None:
    answer = await answered(box, tool, arguments)
    assert answer.is_error
    assert text(answer).startswith(f"{tool} did nothing: {words}")


@pytest.mark.parametrize(("tool", "arguments"), RIGHT)
async def test_a_key_of_the_other_form_of_the_product_is_told_and_sent_nowhere(
    box: Sandbox, text: Text, tool: str, arguments: Arguments
) -> None:
    answer = await answered(box, tool, arguments, "ss_live_abc")
    assert answer.is_error
    assert "a key that begins with ss_live_: it belongs to SalesSheet's MCP endpoint" in text(answer)
    assert box.salessheet.audit == []


async def test_an_address_of_two_contacts_names_both_and_how_to_change_one(box: Sandbox, text: Text) -> None:
    answer = await answered(
        box, "save_crm_records", {"kind": "contacts", "records": [{"email": MIRA, "city": "Odense"}]}
    )
    ids = [row["id"] for row in box.salessheet.crm.contacts.values() if (row["email"] or "").lower() == MIRA]
    assert len(ids) == 2
    assert "2 contacts have this address already (" in text(answer)
    assert all(id_ in text(answer) for id_ in ids)
