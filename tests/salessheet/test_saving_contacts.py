"""Contacts in batches: a result for each item, nothing lost, nothing twice, whatever goes wrong on the way."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from starlette.responses import JSONResponse

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.integrations.crm import ItemResult
from saleshandy_mcp.integrations.salessheet.batches import results_of
from saleshandy_mcp.integrations.salessheet.by_email import records_by_email
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet as Client
from saleshandy_mcp.integrations.salessheet.resources.contacts import CreateContact, ListContacts
from saleshandy_mcp.integrations.salessheet.saving_contacts import save_contacts
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from tests.kit import pauses

BATCH = "POST /salessheet/v1/contacts/batch"


def people(count: int) -> list[dict[str, Any]]:
    return [{"email": f"p{number}@example.com", "city": "Odense"} for number in range(count)]


def stored(crm: SalesSheet) -> Counter[str]:
    """How often each invented address stands in the CRM."""
    addresses = (row["email"] or "" for row in crm.crm.contacts.values())
    return Counter(address for address in addresses if address.endswith("@example.com"))


def outcomes(results: list[ItemResult]) -> Counter[str]:
    return Counter(result.outcome for result in results)


async def test_any_number_is_saved_in_batches_of_a_hundred(box: Sandbox, api: Client, crm: SalesSheet) -> None:
    results = await save_contacts(api, people(250), pause=pauses(box))
    assert [result.index for result in results] == list(range(250))
    assert outcomes(results) == {"created": 250}
    assert crm.requests["POST /contacts/batch"] == 3
    assert all(crm.crm.contacts[result.id or ""]["email"] == f"p{result.index}@example.com" for result in results)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("enveloped", [False, True])
async def test_bad_items_are_named_and_the_good_ones_are_saved_once(
    *, whole: bool, enveloped: bool, box: Sandbox, api: Client, crm: SalesSheet
) -> None:
    crm.assumptions.good_items_saved, crm.assumptions.enveloped = not whole, enveloped
    items = people(120)
    items[7] = {"first_name": "No address"}
    items[104]["email"] = "not an address"
    results = await save_contacts(api, items, pause=pauses(box))
    assert {result.index: result.reasons for result in results if result.outcome == "refused"} == {
        7: ("email is required for a person",),
        104: ("email 'not an address' is not a valid email",),
    }
    assert outcomes(results) == {"created": 118, "refused": 2}
    assert set(stored(crm).values()) == {1}
    assert len(stored(crm)) == 118


@pytest.mark.parametrize("ignored", [False, True], ids=["filter", "filter ignored"])
@pytest.mark.parametrize("count", [3, 100])
@pytest.mark.parametrize("fault", ["500-executed", "504", "lost-answer", "truncated", "empty", "html", "wrong-shape"])
async def test_a_batch_that_was_carried_out_in_doubt_is_found_and_not_sent_again(
    fault: str, count: int, *, ignored: bool, box: Sandbox, api: Client, crm: SalesSheet
) -> None:
    if ignored:
        crm.assumptions.ignored_filters = frozenset({"email"})
    box.faults.set(fault, BATCH, times=1)
    results = await save_contacts(api, people(count), pause=pauses(box))
    assert outcomes(results) == {"accepted" if fault == "wrong-shape" else "found": count}
    assert crm.requests["POST /contacts/batch"] == 1
    assert stored(crm) == {f"p{number}@example.com": 1 for number in range(count)}


@pytest.mark.parametrize("fault", ["500", "502-html", "503", "reset"])
async def test_a_batch_that_was_not_carried_out_is_sent_once_more_after_a_look(
    fault: str, box: Sandbox, api: Client, crm: SalesSheet
) -> None:
    box.faults.set(fault, BATCH, times=1)
    results = await save_contacts(api, people(30), pause=pauses(box))
    assert outcomes(results) == {"created": 30}
    assert set(stored(crm).values()) == {1}


async def test_a_batch_that_is_in_doubt_twice_stays_unknown(box: Sandbox, api: Client, crm: SalesSheet) -> None:
    box.faults.set("500", BATCH)
    results = await save_contacts(api, people(30), pause=pauses(box))
    assert outcomes(results) == {"unknown": 30}
    assert stored(crm) == {}


async def test_an_item_without_an_address_is_not_sent_again(box: Sandbox, api: Client, crm: SalesSheet) -> None:
    box.faults.set("lost-answer", BATCH, times=1)
    items = [{"type": "company", "name": "Invented Ltd"}, *people(2)]
    results = await save_contacts(api, items, pause=pauses(box))
    assert [result.outcome for result in results] == ["unknown", "found", "found"]
    assert sum(row["name"] == "Invented Ltd" for row in crm.crm.contacts.values()) == 1


async def test_a_contact_that_was_there_with_other_values_proves_nothing(
    box: Sandbox, api: Client, crm: SalesSheet
) -> None:
    person = next(row for row in crm.crm.contacts.values() if row["type"] == "person")
    box.faults.set("500", BATCH, times=1)
    [result] = await save_contacts(api, [{"email": person["email"], "city": "Nowhere"}], pause=pauses(box))
    assert (result.outcome, result.id) == ("unknown", person["id"])
    assert "its values are not those that were sent" in result.reasons[0]


async def test_when_the_doubt_cannot_be_looked_up_it_stays(box: Sandbox, api: Client) -> None:
    box.faults.set("lost-answer", BATCH, times=1)
    box.faults.set("500", "GET /salessheet/v1/contacts")
    results = await save_contacts(api, people(3), pause=pauses(box))
    assert outcomes(results) == {"unknown": 3}
    assert "could not be looked up" in results[0].reasons[0]


async def test_what_could_not_be_sent_is_told_beside_what_was(box: Sandbox, api: Client, crm: SalesSheet) -> None:
    box.faults.set("unreachable", BATCH, after=1)
    results = await save_contacts(api, people(150), pause=pauses(box))
    assert outcomes(results) == {"created": 100, "not sent": 50}
    assert len(stored(crm)) == 100


async def test_a_whole_refusal_without_items_refuses_each(box: Sandbox, api: Client) -> None:
    box.faults.set("refused", BATCH)
    results = await save_contacts(api, people(2), pause=pauses(box))
    assert [(result.outcome, result.reasons) for result in results] == [("refused", ("Not today",))] * 2


async def test_thousands_of_contacts_keep_to_the_limits(box: Sandbox, api: Client, crm: SalesSheet) -> None:
    results = await save_contacts(api, people(6_000), pause=pauses(box))
    assert outcomes(results) == {"created": 6_000}
    assert {line["status"] for line in crm.audit} == {200}
    assert crm.requests["POST /contacts/batch"] == 60


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (None, ["accepted", "accepted"]),
        ({"created": 2}, ["accepted", "accepted"]),
        ([{"id": 5}, {"id": 6}], ["accepted", "accepted"]),
        ({"errors": [{"index": 1, "message": "no"}]}, ["accepted", "refused"]),
        ({"data": [{"status": "created", "id": 5}, {"status": "failed"}]}, ["created", "refused"]),
        ({"results": [{"row": 0, "error": {"detail": "no"}}]}, ["refused", "accepted"]),
    ],
)
def test_a_result_is_read_out_of_any_form(document: Any, expected: list[str]) -> None:
    assert [result.outcome for result in results_of(document, 2)] == expected


async def test_a_contact_whose_address_exists_is_told_before_it_is_created(api: Client, crm: SalesSheet) -> None:
    person = next(row for row in crm.crm.contacts.values() if row["type"] == "person")
    with pytest.raises(Mistake, match=f"exists already: id .*{person['id']}"):
        await CreateContact(fields={"email": person["email"].title()}).check(api)
    await CreateContact(fields={"email": "vera@example.com"}).check(api)
    await CreateContact(fields={"name": "Invented Ltd", "type": "company"}).check(api)


async def test_a_filter_that_is_ignored_shows_nobody_as_somebody_else(api: Client, crm: SalesSheet) -> None:
    crm.assumptions.ignored_filters = frozenset({"email"})
    person = next(row for row in crm.crm.contacts.values() if row["type"] == "person")
    same = [row["id"] for row in crm.crm.contacts.values() if (row["email"] or "").lower() == person["email"].lower()]
    found = await records_by_email(api, ListContacts(), [person["email"], "nobody@example.com"])
    assert {email: [record.id for record in records] for email, records in found.items()} == {person["email"]: same}


async def test_a_field_by_another_name_is_used(client: Callable[..., Client]) -> None:
    api = client(app=JSONResponse([{"id": 1, "mail": "VERA@example.com"}]))
    found = await records_by_email(api, ListContacts(), ["vera@example.com"], field="mail")
    assert [record.id for record in found["vera@example.com"]] == ["1"]
