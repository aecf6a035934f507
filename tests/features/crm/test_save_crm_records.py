"""Records are created and changed with a result for each; what is wrong is said before anything is written."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.save_crm_records import SaveCrmRecords, SavedRecords
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.keys import READ_ONLY_KEY
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.crm.conftest import Opened
from tests.kit import faulty, lost

SENTENCES = [
    "Change the phone number of this contact in the CRM",
    "Create a deal in the CRM for Brightforge",
    "Add a task to the CRM to call her on Monday",
]
MIRA = "mira.keller@brightforge.example.com"
EXAMPLES: dict[str, dict[str, Any]] = {
    "save_crm_records": {
        "kind": "contacts",
        "dry_run": True,
        "records": [{"email": "vera.holt@northlamp.example.com", "first_name": "Vera"}, {"email": MIRA}],
    },
}


async def saved(context: Context, kind: str, *records: dict[str, Any], dry_run: bool = False) -> SavedRecords:
    return await SaveCrmRecords.model_validate({"kind": kind, "records": records, "dry_run": dry_run}).run(context)


def outcomes(told: SavedRecords) -> list[str]:
    return [it.outcome for it in told.records]


def writes(box: Sandbox) -> list[str]:
    return [line["endpoint"] for line in box.salessheet.audit if not line["endpoint"].startswith("GET")]


def person(crm: Crm, number: int = 0) -> Row:
    return [it for it in crm.contacts.values() if it["type"] == "person"][number]


async def test_a_change_tells_before_and_after_and_leaves_all_else_alone(context: Context, crm: Crm) -> None:
    mira = person(crm)
    before = dict(mira)
    told = await saved(context, "contacts", {"id": mira["id"], "city": "Odense", "phone": "+45 20"})
    assert 'city: empty → "Odense"; phone: empty → "+45 20"' in text_of(told)
    assert {**mira, "updated_at": ""} == {**before, "city": "Odense", "phone": "+45 20", "updated_at": ""}


async def test_new_contacts_are_made_with_their_custom_fields(context: Context, crm: Crm) -> None:
    new = {"email": "vera@northlamp.example.com", "last_name": "Holt", "cf_plan": "Team"}
    told = await saved(context, "contacts", new)
    row = crm.contacts[told.records[0].id or ""]
    assert (row["email"], row["custom_fields"]) == (new["email"], {"cf_plan": "Team"})


async def test_one_custom_field_is_changed_and_those_beside_it_stay(context: Context, crm: Crm) -> None:
    row = next(it for it in crm.contacts.values() if len(it["custom_fields"]) > 1)
    beside = dict(row["custom_fields"])
    await saved(context, "contacts", {"id": row["id"], "custom_fields": {"cf_plan": "Business"}})
    assert row["custom_fields"] == {**beside, "cf_plan": "Business"}


async def test_a_contact_whose_address_is_there_is_told_and_not_made_twice(context: Context, crm: Crm) -> None:
    alone = next(it for it in crm.contacts.values() if it["type"] == "person" and "newman" in it["email"])
    number = len(crm.contacts)
    told = await saved(context, "contacts", {"email": alone["email"].upper(), "city": "Odense"})
    assert told.records[0].reasons == [
        f"a contact with this address is there already: give its id {alone['id']} to change it"
    ]
    assert len(crm.contacts) == number


async def test_an_address_of_two_contacts_names_both(context: Context, box: Sandbox) -> None:
    told = await saved(context, "contacts", {"email": MIRA})
    assert told.records[0].reasons[0].startswith("2 contacts have this address already (")
    assert writes(box) == []


async def test_an_address_that_stands_twice_in_the_call_is_made_once(context: Context) -> None:
    new = {"email": "vera@northlamp.example.com"}
    told = await saved(context, "contacts", new, {**new, "city": "Odense"})
    assert outcomes(told) == ["created", "left out"]
    assert told.records[1].reasons == ["records[0] has the same address"]


async def test_a_deal_goes_to_a_stage_by_its_name(context: Context, crm: Crm) -> None:
    deal = next(iter(crm.deals.values()))
    await saved(context, "deals", {"id": deal["id"], "stage": "Closed Won"})
    stages = {stage["id"]: stage["name"] for it in crm.pipelines.values() for stage in it["stages"]}
    assert stages[deal["stage_id"]] == "Closed Won"


async def test_what_is_as_it_should_be_is_not_sent(context: Context, crm: Crm, box: Sandbox) -> None:
    mira = person(crm)
    told = await saved(context, "contacts", {"id": mira["id"], "country": mira["country"]})
    assert outcomes(told) == ["unchanged"]
    assert writes(box) == []


async def test_a_dry_run_tells_the_same_and_writes_nothing(context: Context, crm: Crm, box: Sandbox) -> None:
    told = await saved(
        context,
        "contacts",
        {"id": person(crm)["id"], "city": "Odense"},
        {"name": "Lumen", "type": "company"},
        dry_run=True,
    )
    assert outcomes(told) == ["would be changed", "would be created"]
    assert text_of(told).startswith("A plan; nothing was written. ")
    assert writes(box) == []


async def test_a_refused_record_does_not_stop_the_others(context: Context) -> None:
    told = await saved(context, "deals", {"value": 5}, {"title": "Lumen: help centre"})
    assert outcomes(told) == ["refused", "created"]
    assert "title is required" in told.records[0].reasons


async def test_a_record_whose_answer_is_lost_is_unknown_and_not_sent_again(opened: Opened, box: Sandbox) -> None:
    app = faulty(box, "POST /salessheet/v1/tasks", lost)
    async with opened(app=app) as context:
        told = await saved(context, "tasks", {"title": "Call Vera"})
    assert outcomes(told) == ["unknown"]
    assert "look it up before you send it again" in text_of(told)
    assert writes(box) == ["POST /tasks"]


@pytest.mark.parametrize(
    ("kind", "record", "words"),
    [
        ("contacts", {"emial": "x@y.example.com"}, 'records[0]: no field "emial" was seen in contacts. Near it: email'),
        ("deals", {"title": "x", "stage": "Won"}, 'records[0]: there is no stage "Won". Stages: Lead'),
        ("contacts", {"id": "nobody", "city": "Odense"}, "contacts: there is none with the id nobody"),
        ("contacts", {"id": "x"}, "records[0]: there are no values in it"),
    ],
)
async def test_what_is_wrong_is_one_sentence_and_nothing_is_written(
    context: Context, box: Sandbox, kind: str, record: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mistake) as error:
        await saved(
            context, kind, {"name": "Good", "type": "company"} if kind == "contacts" else {"title": "Good"}, record
        )
    assert error.value.words(str).replace("records[1]", "records[0]").startswith(words)
    assert writes(box) == []


async def test_without_the_word_of_the_operator_nothing_is_read_or_written(opened: Opened, box: Sandbox) -> None:
    async with opened(writable=False) as context:
        with pytest.raises(Mistake, match="read only here"):
            await saved(context, "tasks", {"title": "Call Vera"})
    assert box.salessheet.audit == []


async def test_a_dry_run_needs_no_word_of_the_operator(opened: Opened, box: Sandbox) -> None:
    async with opened(writable=False) as context:
        told = await saved(context, "tasks", {"title": "Call Vera"}, dry_run=True)
    assert outcomes(told) == ["would be created"]
    assert writes(box) == []


async def test_a_read_only_key_is_told_in_words(opened: Opened) -> None:
    async with opened(READ_ONLY_KEY) as context:
        told = await saved(context, "tasks", {"title": "Call Vera"}, {"title": "Call Ada"})
    assert outcomes(told) == ["not sent", "not sent"]
    assert "read-only" in told.records[0].reasons[0]
