"""Every rule and figure of the documentation of the API, as the emulator keeps it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.salessheet.keys import (
    DEACTIVATED_KEY,
    ENTERPRISE_KEY,
    FREE_KEY,
    KEY,
    MEMBER_KEY,
    READ_ONLY_KEY,
    REVOKED_KEY,
    ApiKey,
)

Connect = Callable[..., httpx2.AsyncClient]
RESOURCES = ("contacts", "deals", "tasks", "activities", "pipelines")


async def test_me_tells_the_user_and_the_organisation(http: httpx2.AsyncClient) -> None:
    found = (await http.get("/me")).json()["data"]
    assert found["user"]["email"] == "ada@lanternworks.example.com"
    assert found["organization"]["name"] == "Lanternworks"


@pytest.mark.parametrize("key", [None, "wrong", REVOKED_KEY, DEACTIVATED_KEY])
async def test_a_request_without_a_valid_key_gets_401(connect: Connect, key: str | None) -> None:
    assert (await connect(key).get("/me")).status_code == 401


async def test_the_prefix_bearer_is_needed_with_its_space(connect: Connect) -> None:
    answer = await connect(None).get("/me", headers={"authorization": KEY})
    assert answer.status_code == 401


async def test_a_new_key_works_after_some_seconds(connect: Connect, box: Sandbox, crm: SalesSheet) -> None:
    crm.keys["fresh"] = ApiKey("Fresh", works_from=box.clock.seconds() + 5)
    http = connect("fresh")
    assert (await http.get("/me")).status_code == 401
    box.clock.advance(5)
    assert (await http.get("/me")).status_code == 200


async def test_the_free_plan_has_no_api(connect: Connect) -> None:
    assert (await connect(FREE_KEY).get("/me")).status_code == 403


async def test_a_read_only_key_reads_and_writes_nothing(connect: Connect, crm: SalesSheet) -> None:
    http, before = connect(READ_ONLY_KEY), dict(crm.crm.tasks)
    assert (await http.get("/tasks")).status_code == 200
    assert (await http.post("/tasks", json={"title": "Call"})).status_code == 403
    assert crm.crm.tasks == before


async def test_a_key_has_the_rights_of_its_user(connect: Connect) -> None:
    http = connect(MEMBER_KEY)
    body = {"name": "Mine", "stages": [{"name": "Begin"}]}
    assert (await http.post("/pipelines", json=body)).status_code == 403
    assert (await http.post("/tasks", json={"title": "Call"})).status_code == 201


@pytest.mark.parametrize(
    ("becomes", "status", "words"),
    [
        ({"revoked": True}, 401, "has been revoked"),
        ({"owner_active": False}, 401, "is deactivated"),
        ({"may_configure": False}, 403, "Your role may not"),
    ],
)
async def test_what_becomes_of_a_key_shows_in_its_next_call_and_in_no_other_key(
    connect: Connect, crm: SalesSheet, becomes: dict[str, bool], status: int, words: str
) -> None:
    one, other, body = connect(KEY), connect(ENTERPRISE_KEY), {"name": "Partners", "stages": [{"name": "Met"}]}
    assert (await one.post("/pipelines", json=body)).status_code == 201
    crm.keys[KEY] = replace(crm.keys[KEY], **becomes)
    refused = await one.post("/pipelines", json=body)
    assert refused.status_code == status
    assert words in refused.text
    assert (await other.post("/pipelines", json=body)).status_code == 201


async def test_plain_http_is_refused(connect: Connect) -> None:
    assert (await connect(url="http://sandbox/salessheet/v1").get("/me")).status_code == 403
    assert (await connect(url="http://127.0.0.1/salessheet/v1").get("/me")).status_code == 200


@pytest.mark.parametrize("kind", RESOURCES)
async def test_each_resource_is_created_read_changed_replaced_and_deleted(http: httpx2.AsyncClient, kind: str) -> None:
    body = {
        "contacts": {"email": "vera@example.com", "first_name": "Vera"},
        "deals": {"title": "Help centre"},
        "tasks": {"title": "Call Vera"},
        "activities": {"subject": "Talked"},
        "pipelines": {"name": "Partners", "stages": [{"name": "Met"}]},
    }[kind]
    made = (await http.post(f"/{kind}", json=body)).json()["data"]
    path = f"/{kind}/{made['id']}"
    assert (await http.get(path)).json()["data"] == made
    name = next(iter(body))
    changed = (await http.patch(path, json={name: "ivo@example.com"})).json()["data"]
    assert changed == {**made, name: "ivo@example.com"}
    again = {**body, "stages": made["stages"]} if kind == "pipelines" else body
    assert (await http.put(path, json=again)).json()["data"] == made
    assert (await http.delete(path)).status_code == 204
    assert (await http.get(path)).status_code == 404


async def test_a_stage_is_added_renamed_and_taken_away_with_its_pipeline(
    http: httpx2.AsyncClient, crm: SalesSheet
) -> None:
    pipeline = list(crm.crm.pipelines.values())[-1]
    path, before = f"/pipelines/{pipeline['id']}", pipeline["stages"]
    added = (await http.patch(path, json={"stages": [*before, {"name": "Trial"}]})).json()["data"]["stages"]
    assert [stage["name"] for stage in added] == [*(stage["name"] for stage in before), "Trial"]
    renamed = [*before, {**added[-1], "name": "Pilot"}]
    assert (await http.patch(path, json={"stages": renamed})).json()["data"]["stages"] == renamed
    await http.patch(path, json={"stages": before})
    assert (await http.get(path)).json()["data"]["stages"] == before


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_a_body_needs_its_content_type(http: httpx2.AsyncClient, method: str) -> None:
    path = "/tasks" if method == "POST" else "/tasks/none"
    answer = await http.request(method, path, content=json.dumps({"title": "Call"}))
    assert answer.status_code == 400
    assert "Content-Type" in answer.text


async def test_pages_have_the_size_that_was_asked_for(http: httpx2.AsyncClient, crm: SalesSheet) -> None:
    seen: list[str] = []
    for page in range(1, 5):
        answer = await http.get("/contacts", params={"page": page, "per_page": 50})
        seen += [row["id"] for row in answer.json()["data"]]
    assert seen == list(crm.crm.contacts)


async def test_a_list_is_filtered_by_a_parameter_named_after_a_field(http: httpx2.AsyncClient) -> None:
    companies = (await http.get("/contacts", params={"type": "company", "per_page": 100})).json()["data"]
    assert companies
    assert {row["type"] for row in companies} == {"company"}
    planned = (await http.get("/contacts", params={"cf_plan": "Team", "per_page": 100})).json()["data"]
    assert {row["custom_fields"]["cf_plan"] for row in planned} == {"Team"}


@pytest.mark.parametrize("order", ["asc", "desc"])
async def test_a_list_is_sorted_by_a_field(http: httpx2.AsyncClient, order: str) -> None:
    answer = await http.get("/deals", params={"sort_by": "value", "sort_order": order, "per_page": 100})
    values = [row["value"] for row in answer.json()["data"]]
    assert values == sorted(values, reverse=order == "desc")


@pytest.mark.parametrize(("key", "limit"), [(KEY, 100), (ENTERPRISE_KEY, 500)])
async def test_a_key_has_so_many_calls_a_minute(connect: Connect, box: Sandbox, key: str, limit: int) -> None:
    http = connect(key)
    for left in range(limit - 1, -1, -1):
        answer = await http.get("/me")
        assert answer.headers["x-ratelimit-limit"] == str(limit)
        assert answer.headers["x-ratelimit-remaining"] == str(left)
    refused = await http.get("/me")
    assert refused.status_code == 429
    now = box.clock.now().timestamp()
    assert int(refused.headers["x-ratelimit-reset"]) == (now // 60 + 1) * 60
    box.clock.advance(60)
    assert (await http.get("/me")).status_code == 200


@pytest.mark.parametrize(
    ("key", "method", "path", "status"),
    [
        (KEY, "GET", "/tasks/none", 404),
        (KEY, "GET", "/nothing", 404),
        (KEY, "POST", "/tasks", 400),
        (READ_ONLY_KEY, "DELETE", "/tasks/none", 403),
        (REVOKED_KEY, "GET", "/me", 401),
    ],
)
async def test_an_answer_that_refuses_has_the_headers_of_the_limit_too(
    connect: Connect, key: str, method: str, path: str, status: int
) -> None:
    answer = await connect(key).request(method, path)
    assert answer.status_code == status
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= answer.headers.keys()


@pytest.mark.parametrize(("key", "limit"), [(KEY, 5_000), (ENTERPRISE_KEY, 50_000)])
async def test_a_key_has_so_many_calls_a_day(
    connect: Connect, box: Sandbox, crm: SalesSheet, key: str, limit: int
) -> None:
    http = connect(key)
    await http.get("/me")
    [day] = crm.windows.days
    crm.windows.days[day] = limit - 1
    assert (await http.get("/me")).status_code == 200
    assert (await http.get("/me")).status_code == 429
    box.clock.advance(86_400)
    assert (await http.get("/me")).status_code == 200


async def test_the_limits_of_two_keys_are_their_own(connect: Connect) -> None:
    one, other = connect(KEY), connect(READ_ONLY_KEY)
    for _ in range(100):
        await one.get("/me")
    assert (await one.get("/me")).status_code == 429
    assert (await other.get("/me")).status_code == 200


async def test_a_batch_holds_100_records_and_no_more(http: httpx2.AsyncClient, crm: SalesSheet) -> None:
    items = [{"email": f"p{number}@example.com"} for number in range(101)]
    before = len(crm.crm.contacts)
    refused = await http.post("/contacts/batch", json=items)
    assert refused.status_code == 400
    assert "no more than 100" in refused.text
    assert len(crm.crm.contacts) == before
    assert (await http.post("/contacts/batch", json=items[:100])).status_code == 200
    assert len(crm.crm.contacts) == before + 100


@pytest.mark.parametrize("body", ['[{"title": "Call"}', '{"title": "Call"}', '[{"title": "Call"}, "Call"]', "null"])
async def test_a_batch_that_is_no_list_of_records_is_refused_as_a_whole(
    http: httpx2.AsyncClient, crm: SalesSheet, body: str
) -> None:
    before = dict(crm.crm.tasks)
    answer = await http.post("/tasks/batch", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert crm.crm.tasks == before


BAD_ITEMS: list[dict[str, Any]] = [
    {"first_name": "No"},
    {"email": "not an address"},
    {"email": "x@example.com", "custom_fields": {"cf_no": 1}},
]


async def test_a_batch_names_the_items_that_failed_and_saves_the_others(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/contacts/batch", json=[{"email": "good@example.com"}, *BAD_ITEMS])
    results = answer.json()["data"]
    assert [row["status"] for row in results] == ["created", "failed", "failed", "failed"]
    assert [row["errors"] for row in results[1:]] == [
        ["email is required for a person"],
        ["email 'not an address' is not a valid email"],
        ["custom field 'cf_no' does not exist"],
    ]


async def test_a_batch_of_deals_names_the_item_whose_stage_does_not_exist(http: httpx2.AsyncClient) -> None:
    items = [{"title": "Help centre"}, {"title": "Help centre", "stage_id": "nowhere"}]
    results = (await http.post("/deals/batch", json=items)).json()["data"]
    assert [row["status"] for row in results] == ["created", "failed"]
    assert results[1]["errors"] == ["stage 'nowhere' does not exist in pipeline 'New business'"]


async def test_a_batch_that_is_refused_as_a_whole_names_the_same_items(
    http: httpx2.AsyncClient, crm: SalesSheet
) -> None:
    crm.assumptions.good_items_saved = False
    before = len(crm.crm.contacts)
    answer = await http.post("/contacts/batch", json=[{"email": "good@example.com"}, *BAD_ITEMS])
    assert answer.status_code == 422
    assert [detail["index"] for detail in answer.json()["error"]["details"]] == [1, 2, 3]
    assert len(crm.crm.contacts) == before


async def test_a_batch_updates_what_is_there(http: httpx2.AsyncClient, crm: SalesSheet) -> None:
    person = next(row for row in crm.crm.contacts.values() if row["type"] == "person")
    items = [{"id": person["id"], "city": "Odense"}, {"email": person["email"].upper(), "country": "Denmark"}]
    results = (await http.post("/contacts/batch", json=items)).json()["data"]
    assert [(row["status"], row["id"]) for row in results] == [("updated", person["id"])] * 2
    assert (crm.crm.contacts[person["id"]]["city"], crm.crm.contacts[person["id"]]["country"]) == ("Odense", "Denmark")


async def test_a_stage_that_does_not_exist_is_refused(http: httpx2.AsyncClient, crm: SalesSheet) -> None:
    before = dict(crm.crm.deals)
    answer = await http.post("/deals", json={"title": "Help centre", "stage_id": "nowhere"})
    assert answer.status_code == 422
    assert "stage 'nowhere' does not exist in pipeline 'New business'" in answer.text
    assert crm.crm.deals == before


async def test_every_request_is_in_the_audit_log(http: httpx2.AsyncClient, connect: Connect, crm: SalesSheet) -> None:
    await http.get("/me")
    await http.get("/contacts/none")
    await connect(REVOKED_KEY).get("/deals")
    await connect("wrong").delete("/tasks/1")
    assert [(line["key"], line["endpoint"], line["status"]) for line in crm.audit] == [
        ("Outreach bridge", "GET /me", 200),
        ("Outreach bridge", "GET /contacts/{id}", 404),
        ("Old laptop", "GET /deals", 401),
        (None, "DELETE /tasks/{id}", 401),
    ]
    assert all(line["time"] == "2026-11-16T08:00:00.000Z" for line in crm.audit)
