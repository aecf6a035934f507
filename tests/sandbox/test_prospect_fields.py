"""Fields and their values: created, renamed, read and written for one person, imported by id."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox

FieldId = Callable[[str], str]


@pytest.fixture
def field_id(box: Sandbox) -> FieldId:
    return lambda label: box.world.labels()[label]["id"]


@pytest.fixture
def person(box: Sandbox) -> dict[str, Any]:
    return next(row for row in box.world.prospects.values() if "Why Now" in row["values"])


async def write(http: httpx2.AsyncClient, person: dict[str, Any], **values: str) -> dict[str, bool]:
    attributes = [{"fieldId": id_, "attributeValue": value} for id_, value in values.items()]
    answer = await http.post(f"/prospects/{person['id']}/attribute", json={"attributes": attributes})
    assert answer.status_code == 201, answer.text
    return {row["fieldId"]: row["success"] for row in answer.json()["payload"]["results"]}


async def test_values_are_written_and_blanks_clear(
    http: httpx2.AsyncClient, person: dict[str, Any], field_id: FieldId
) -> None:
    city, why = field_id("City"), field_id("Why Now")
    assert await write(http, person, **{city: "Lyon", why: ""}) == {city: True, why: True}
    assert person["values"]["City"] == "Lyon"
    assert "Why Now" not in person["values"]


async def test_an_unknown_field_and_the_email_fail_alone(
    http: httpx2.AsyncClient, person: dict[str, Any], field_id: FieldId
) -> None:
    before = person["email"]
    values = {"nope": "x", field_id("Email"): "new@example.com", field_id("City"): "Lyon"}
    assert list((await write(http, person, **values)).values()) == [False, False, True]
    assert (person["email"], person["values"]["City"]) == (before, "Lyon")


@pytest.mark.parametrize(("label", "value"), [("Plan", "Platinum"), ("Support Team Size", "a few")])
async def test_one_refused_value_fails_the_whole_batch(
    http: httpx2.AsyncClient, person: dict[str, Any], field_id: FieldId, label: str, value: str
) -> None:
    before = dict(person["values"])
    told = await write(http, person, **{field_id("City"): "Lyon", field_id(label): value})
    assert list(told.values()) == [False, False]
    assert person["values"] == before


async def test_an_option_of_the_dropdown_is_taken(
    http: httpx2.AsyncClient, person: dict[str, Any], field_id: FieldId
) -> None:
    assert await write(http, person, **{field_id("Plan"): "Team"}) == {field_id("Plan"): True}


async def test_the_pair_beside_a_list_is_ignored(
    http: httpx2.AsyncClient, person: dict[str, Any], field_id: FieldId
) -> None:
    pair = {"fieldId": field_id("City"), "attributeValue": "Lyon"}
    path = f"/prospects/{person['id']}/attribute"
    body = {**pair, "attributes": [{"fieldId": field_id("Country"), "attributeValue": "France"}]}
    assert len((await http.post(path, json=body)).json()["payload"]["results"]) == 1
    assert person["values"].get("City") != "Lyon"
    assert (await http.post(path, json=pair)).status_code == 201
    assert person["values"]["City"] == "Lyon"


@pytest.mark.parametrize("body", [{}, {"attributes": []}, {"fieldId": "x"}])
async def test_writing_nothing_is_refused(
    http: httpx2.AsyncClient, person: dict[str, Any], body: dict[str, Any]
) -> None:
    answer = await http.post(f"/prospects/{person['id']}/attribute", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 50001)


async def test_one_value_is_read(http: httpx2.AsyncClient, person: dict[str, Any], field_id: FieldId) -> None:
    async def read(label: str) -> Any:
        answer = await http.get(f"/prospects/attribute?attributeId={field_id(label)}&prospectId={person['id']}")
        return answer.json()["payload"]

    assert await read("Why Now") == {"id": field_id("Why Now"), "value": person["values"]["Why Now"]}
    assert (await read("Email"))["value"] == person["email"]
    assert (await read("Twitter"))["value"] is None


@pytest.mark.parametrize(
    "query", ["attributeId=x&prospectId={person}", "attributeId={field}", "attributeId={field}&prospectId=x"]
)
async def test_a_value_of_nothing_or_nobody_is_50001(
    http: httpx2.AsyncClient, person: dict[str, Any], field_id: FieldId, query: str
) -> None:
    answer = await http.get("/prospects/attribute?" + query.format(person=person["id"], field=field_id("City")))
    assert (answer.status_code, answer.json()["code"]) == (400, 50001)


async def test_a_field_is_created_and_can_be_written(
    box: Sandbox, http: httpx2.AsyncClient, person: dict[str, Any]
) -> None:
    body = {"label": "Tier", "fieldType": "dropdown", "metadata": {"options": ["Gold", "Silver"]}, "fallbackText": "-"}
    answer = await http.post("/fields", json=body)
    assert answer.status_code == 201
    field = answer.json()["payload"]
    assert field == {
        "id": field["id"],
        "label": "Tier",
        "fieldType": "dropdown",
        "isDefault": False,
        "fallbackText": "-",
    }
    assert field in (await http.get("/fields")).json()["payload"]
    assert await write(http, person, **{field["id"]: "Bronze"}) == {field["id"]: False}
    assert await write(http, person, **{field["id"]: "Gold"}) == {field["id"]: True}
    assert box.world.labels()["Tier"]["fallbackText"] == "-"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"label": "first name", "fieldType": "text"}, 1001),
        ({"label": "Why Now", "fieldType": "text"}, 1001),
        ({"label": " ", "fieldType": "text"}, None),
        ({"label": "Tier", "fieldType": "dropdown"}, None),
        ({"label": "Tier", "fieldType": "phone"}, None),
    ],
)
async def test_a_field_that_cannot_be_is_refused(
    http: httpx2.AsyncClient, body: dict[str, Any], code: int | None
) -> None:
    answer = await http.post("/fields", json=body)
    assert (answer.status_code, answer.json().get("code")) == (400, code)


async def test_people_keep_their_values_when_a_field_is_renamed(
    http: httpx2.AsyncClient, person: dict[str, Any], field_id: FieldId
) -> None:
    before, id_ = person["values"]["Why Now"], field_id("Why Now")
    answer = await http.patch(f"/fields/{id_}", json={"label": "Occasion", "tags": ["b2b"]})
    assert answer.json() == {"message": "Custom field updated successfully"}
    assert person["values"]["Occasion"] == before
    assert "Why Now" not in person["values"]
    assert (await http.patch(f"/fields/{id_}", json={"label": "Plan"})).json()["code"] == 1001


async def test_built_in_fields_cannot_be_changed(http: httpx2.AsyncClient, field_id: FieldId) -> None:
    for id_ in (field_id("City"), "x"):
        answer = await http.patch(f"/fields/{id_}", json={"label": "Town"})
        assert (answer.status_code, answer.json()["code"]) == (400, 1001)


async def test_rows_can_be_imported_by_the_ids_of_fields(
    box: Sandbox, http: httpx2.AsyncClient, field_id: FieldId
) -> None:
    fields = [{"id": field_id("Email"), "value": "Ann@new.example.com"}, {"id": field_id("City"), "value": "Oslo"}]
    body: dict[str, Any] = {"prospectList": [{"fields": fields}, {"fields": []}], "conflictAction": "overwrite"}
    answer = await http.post("/prospects/import", json=body)
    assert answer.status_code == 201
    box.clock.advance(60)
    job = box.state()["imports"][-1]
    assert (job["requestId"], job["imported"], job["refused"]) == (answer.json()["payload"]["requestId"], 1, 1)
    stored = box.world.prospect("ann@new.example.com")
    assert stored is not None
    assert (stored["values"], stored["verificationStatus"]) == ({"City": "Oslo"}, "skip")


async def test_an_unknown_field_id_refuses_the_import(box: Sandbox, http: httpx2.AsyncClient) -> None:
    rows = [{"fields": [{"id": "x", "value": "y"}]}]
    answer = await http.post("/prospects/import", json={"prospectList": rows, "conflictAction": "overwrite"})
    assert answer.json()["message"] == "Unknown field: x"
    assert box.state()["imports"] == []
