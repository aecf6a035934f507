"""Records of the CRM are found by words, by fields and by the stage of a deal, whatever the CRM does with filters."""

from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.find_crm_records import CrmRecordList, FindCrmRecords
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.world.tables import Row
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.features.crm.conftest import Opened

SENTENCES = [
    "Which contacts in the CRM are from Germany?",
    "Show me the deals in the CRM that are in the Proposal stage",
    "Find Mira Keller in the CRM",
]
EXAMPLES: dict[str, dict[str, Any]] = {
    "find_crm_records": {"where": ["stage=Proposal"]},
    "find_crm_records_deals": {"kind": "deals", "where": ["stage=Negotiation"], "sort": "-value"},
}


async def found(context: Context, **given: Any) -> CrmRecordList:
    return await FindCrmRecords(**given).run(context)


def ids(told: CrmRecordList) -> set[str]:
    return {it.id for it in told.records}


def in_stage(crm: Crm, name: str) -> list[Row]:
    stages = {stage["id"] for it in crm.pipelines.values() for stage in it["stages"] if stage["name"] == name}
    return [deal for deal in crm.deals.values() if deal["stage_id"] in stages]


async def test_contacts_of_a_stage_are_those_of_its_deals(context: Context, crm: Crm) -> None:
    told = await found(context, where=["stage=proposal"])
    assert ids(told) == {deal["contact_id"] for deal in in_stage(crm, "Proposal")}
    assert told.total == len(told.records)


async def test_deals_are_sorted_by_a_number_and_tell_their_stage_by_name(context: Context) -> None:
    told = await found(context, kind="deals", where=["stage=Negotiation"], sort="-value")
    values = [int(it.values["value"]) for it in told.records]
    assert values == sorted(values, reverse=True)
    assert {it.values["stage"] for it in told.records} == {"Negotiation"}


async def test_several_values_of_a_field_are_one_of_them_and_several_fields_are_all(context: Context, crm: Crm) -> None:
    told = await found(context, where=["country=Germany", "country=norway", "type=person"])
    wanted = {it["id"] for it in crm.contacts.values() if it["country"] in ("Germany", "Norway")}
    assert told.total == len(wanted)
    assert ids(told) <= wanted


async def test_an_address_finds_all_contacts_that_have_it_in_any_spelling(context: Context, crm: Crm) -> None:
    twice = next(it for it in crm.contacts.values() if it["email"] and it["email"].isupper())
    told = await found(context, query=twice["email"].lower())
    assert ids(told) == {it["id"] for it in crm.contacts.values() if (it["email"] or "").upper() == twice["email"]}
    assert len(told.records) == 2


async def test_words_are_looked_for_in_every_field(context: Context) -> None:
    told = await found(context, query="KELLER brightforge")
    assert {it.email.lower() for it in told.records} == {"mira.keller@brightforge.example.com"}


async def test_who_opted_out_is_told_so(context: Context, crm: Crm) -> None:
    out = next(it for it in crm.contacts.values() if it["opted_out"] and not it["email"].isupper())
    assert "OPTED OUT" in text_of(await found(context, query=out["email"]))


async def test_a_custom_field_is_named_as_it_is_shown_or_by_its_last_part(context: Context) -> None:
    told = await found(context, where=["cf_plan=Team"])
    assert told.records
    assert ids(told) == ids(await found(context, where=["custom_fields.cf_plan=team"]))


async def test_a_filter_that_the_crm_ignores_changes_nothing(context: Context, box: Sandbox) -> None:
    honest = await found(context, where=["country=Germany"])
    box.salessheet.assumptions.ignored_filters = frozenset({"country"})
    box.salessheet.assumptions.enveloped = False
    told = await found(context, where=["country=Germany"])
    assert ids(told) == ids(honest)
    assert told.total == honest.total


async def test_an_empty_value_means_that_the_field_is_empty(context: Context, crm: Crm) -> None:
    told = await found(context, kind="tasks", where=["note=", "status=open"])
    assert told.total == sum(it["status"] == "open" and not it["note"] for it in crm.tasks.values())


async def test_pages_hold_each_record_once_and_the_last_says_so(context: Context, crm: Crm) -> None:
    seen: list[str] = []
    page, told = 1, await found(context)
    while told.next:
        seen += [it.id for it in told.records]
        page += 1
        told = await found(context, page=page)
    seen += [it.id for it in told.records]
    assert sorted(seen) == sorted(crm.contacts)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"where": ["citty=Odense"]}, 'where: no field "citty" was seen in contacts. Near it: city'),
        ({"where": ["stage=Propsal"]}, 'stage: there is no stage "Propsal". Stages: Lead, Qualified, Proposal'),
        ({"where": ["Germany"]}, 'where: "Germany" is no pair'),
        ({"kind": "deals", "sort": "-worth"}, 'sort: no field "worth" was seen in deals'),
    ],
)
async def test_what_there_is_not_is_said_in_one_sentence(context: Context, given: dict[str, Any], words: str) -> None:
    with pytest.raises(Mistake) as error:
        await found(context, **given)
    assert error.value.words(str).startswith(words)


async def test_a_key_of_the_other_form_of_the_product_is_sent_nowhere(opened: Opened, box: Sandbox) -> None:
    async with opened("ss_live_abc") as context:
        with pytest.raises(Mistake, match="MCP endpoint"):
            await found(context)
    assert box.salessheet.audit == []


async def test_every_id_and_the_total_are_in_the_text(context: Context) -> None:
    told = await found(context, kind="deals")
    text = text_of(told)
    assert all(f"[{it.id}]" in text for it in told.records)
    assert text.startswith(f"{told.total} deals (page 1 of 2)")


@pytest.mark.parametrize("word", ["yes", "true", "Yes"])
async def test_yes_and_no_are_asked_for_as_they_are_shown(context: Context, crm: Crm, word: str) -> None:
    out = sum(it["opted_out"] for it in crm.contacts.values())
    assert (await found(context, where=[f"opted_out={word}"])).total == out > 0
    refused = {"yes": "no", "true": "false", "Yes": "No"}[word]
    assert (await found(context, where=[f"opted_out={refused}"])).total == len(crm.contacts) - out


async def test_one_of_several_tags_is_enough(context: Context, crm: Crm) -> None:
    told = await found(context, where=["tags=Customer"])
    assert told.total == sum("customer" in it["tags"] for it in crm.contacts.values())
