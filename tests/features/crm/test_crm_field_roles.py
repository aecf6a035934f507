"""What the fields of contacts are for is proposed, and a person confirms it once for each key."""

from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Value, Words
from saleshandy_mcp.features.crm.crm_field_roles import changed_roles, confirm, forget, known_roles
from saleshandy_mcp.features.crm.crm_opt_outs import crm_opt_outs
from saleshandy_mcp.features.crm.find_crm_records import FindCrmRecords
from saleshandy_mcp.features.crm.import_crm_contacts import ImportCrmContacts
from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.integrations.crm import CrmRecord, Query, crm_of
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.keys import ENTERPRISE_KEY
from tests.crm_kit import crm_context_over
from tests.features.crm.test_crm_dnc import alone, bar

DRAFT = "Partner programme (draft)"
ASKED = ImportCrmContacts(sequence=DRAFT, where=["stage=Proposal"])


def fields_asked(prepared: Prepared[Any]) -> dict[str, str]:
    """The fields that a question names, by what they are for."""
    items = prepared.question.items if prepared.question else ()
    asked = [it for it in items if isinstance(it, Value) and it.label.startswith("field for ")]
    return {it.label.removeprefix("field for "): it.value for it in asked}


def contact(**fields: Any) -> CrmRecord:
    return CrmRecord("1", fields)


async def test_the_first_import_asks_for_the_fields_and_the_next_one_does_not(context: Context) -> None:
    first = await ASKED.prepare(context)
    assert fields_asked(first)["address"] == "email"
    assert fields_asked(first)["opt-out"] == "opted_out"
    assert first.question
    assert any("no field was found for: company" in it.text for it in first.question.items if isinstance(it, Words))
    await first.execute()
    again = await ImportCrmContacts(sequence=DRAFT, where=["stage=Negotiation"]).prepare(context)
    assert not fields_asked(again)


async def test_a_plan_asks_nothing_and_its_job_still_does(context: Context) -> None:
    plan = await ASKED.model_copy(update={"dry_run": True}).run(context)
    assert not fields_asked(await ASKED.model_copy(update={"dry_run": True}).prepare(context))
    started = await ImportProspects(job=plan.job).prepare(context)
    assert fields_asked(started)["address"] == "email"


async def test_an_import_of_others_asks_nothing_of_the_kind(context: Context) -> None:
    rows = [{"Email": "somebody@example.com"}]
    assert not fields_asked(await ImportProspects(sequence=DRAFT, rows=rows).prepare(context))


async def test_writing_back_asks_for_them_once_too(context: Context, crm: Crm) -> None:
    await bar(context, alone(crm)["email"])
    prepared = await SyncToCrm().prepare(context)
    assert fields_asked(prepared)["opt-out"] == "opted_out"
    await prepared.execute()
    assert not fields_asked(await ASKED.prepare(context))


async def test_what_was_confirmed_is_known_in_the_next_process_and_to_no_other_key(
    box: Sandbox, tmp_path: Path
) -> None:
    ledger = tmp_path / "imports.sqlite3"
    async with crm_context_over(box, ledger=ledger) as context:
        await ASKED.run(context)
    async with crm_context_over(box, ledger=ledger) as context:
        assert not fields_asked(await ImportCrmContacts(sequence=DRAFT, where=["stage=Negotiation"]).prepare(context))
    async with crm_context_over(box, ENTERPRISE_KEY, ledger=ledger) as context:
        assert fields_asked(await ImportCrmContacts(sequence=DRAFT, where=["stage=Lead"]).prepare(context))


async def test_another_field_is_used_everywhere_at_once(context: Context, crm: Crm) -> None:
    person = alone(crm)
    person["tags"], person["opted_out"] = ["customer"], False
    before = await crm_opt_outs(context)
    assert before
    assert person["email"] not in before.emails
    sample = (await crm_of(context).page("contacts", Query())).records
    found = changed_roles(known_roles(context, sample), ["opted_out=country"], sample)
    confirm(context, found)
    after = await crm_opt_outs(context)
    assert after
    assert person["email"].lower() in after.emails
    told = await FindCrmRecords(query=person["email"]).run(context)
    assert told.records[0].opted_out


async def test_fewer_fields_ask_no_second_time_and_another_one_does(context: Context) -> None:
    whole = [contact(email="a@example.com", opted_out=False, first_name="A")]
    confirm(context, known_roles(context, whole))
    assert known_roles(context, [contact(email="a@example.com")]).confirmed
    assert known_roles(context, [contact(email="a@example.com")]).roles["opted_out"] == "opted_out"
    assert not known_roles(context, [contact(email="a@example.com", unsubscribed=True)]).confirmed
    forget(context)
    assert not known_roles(context, whole).confirmed


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("mail=email", '"mail=email" is no pair. Write ROLE=FIELD, with one of email, first_name'),
        ("email", '"email" is no pair'),
        ("email=emial", 'email: no field "emial" was seen in contacts. Near it: email'),
    ],
)
async def test_a_pair_that_is_wrong_is_one_sentence(context: Context, pair: str, words: str) -> None:
    sample = [contact(email="a@example.com")]
    with pytest.raises(Mistake) as error:
        changed_roles(known_roles(context, sample), [pair], sample)
    assert error.value.words(str).startswith(words)
