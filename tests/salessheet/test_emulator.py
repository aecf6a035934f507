"""The emulator of the CRM: its contract, its demo, faults in front of it, and what is kept of it."""

import copy
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given

from saleshandy_mcp.sandbox import Clock, ContractBreach, Sandbox
from saleshandy_mcp.sandbox.demo.seed import demo_world
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.keys import KEY
from saleshandy_mcp.sandbox.salessheet.routes import CONTRACT, ROUTES
from saleshandy_mcp.sandbox.salessheet.rules import KINDS
from tests.fuzzing import FEW, Fuzzing
from tests.salessheet.conftest import URL

DECLARED = {(method.upper(), path) for path, item in CONTRACT.document()["paths"].items() for method in item}
fuzzed = Sandbox(limits=False, clock=Clock(tick=lambda: 0.0))


NEEDED = {
    "contacts": ["type", "email"],
    "deals": ["title"],
    "tasks": ["title"],
    "activities": ["subject"],
    "pipelines": ["name", "stages"],
}
"""The fields without which a record is refused."""


def with_records(document: dict[str, Any], crm: Crm) -> dict[str, Any]:
    """The contract with ids and values that fit the records that are there, and with some that do not.

    The tool would never guess them: each body of its own names an owner or a custom field that does not exist. Of the
    pipelines the last one is taken, which has no deals, so that it can be deleted.
    """
    found = copy.deepcopy(document)
    for path, item in found["paths"].items():
        kind = path.split("/")[1]
        for operation in item.values() if path.endswith("/{id}") else ():
            (id_,) = (entry for entry in operation["parameters"] if entry["name"] == "id")
            id_["schema"] = {"enum": ["none", *list(crm.table(kind))[-1 if kind == "pipelines" else -6 :]]}
        if path.endswith("/batch"):
            (body,) = item["post"]["requestBody"]["content"].values()
            body["schema"]["items"] = {"$ref": f"#/components/schemas/{KINDS[kind].schema}Input"}
    values = _values(crm)
    for kind in KINDS.values():
        schema = found["components"]["schemas"][f"{kind.schema}Input"]
        schema["required"] = NEEDED[kind.name]
        schema["properties"] |= {name: values[name] for name in schema["properties"].keys() & values.keys()}
    return found


def _values(crm: Crm) -> dict[str, Any]:
    pipeline = next(iter(crm.pipelines.values()))
    contacts, deals = (list(table)[:2] for table in (crm.contacts, crm.deals))
    dates = {"enum": ["2026-11-30", None, "soon"]}
    return {
        "owner_id": {"enum": [*crm.users, None]},
        "company_id": {"enum": [*contacts, None]},
        "contact_id": {"enum": [*contacts, None]},
        "deal_id": {"enum": [*deals, None]},
        "pipeline_id": {"const": pipeline["id"]},
        "stage_id": {"enum": [*(it["id"] for it in pipeline["stages"]), "none"]},
        "email": {"enum": ["vera@example.com", "vera"]},
        "title": {"type": "string", "minLength": 1},
        "subject": {"type": "string", "minLength": 1},
        "stages": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/StageInput"}},
        "custom_fields": {"type": "object", "additionalProperties": False},
        **dict.fromkeys(("expected_close_date", "due_date", "occurred_at"), dates),
    }


fuzzing = Fuzzing(
    with_records(CONTRACT.document(), fuzzed.salessheet.crm), fuzzed.app, URL, {"authorization": f"Bearer {KEY}"}
)


@pytest.mark.parametrize(("method", "path"), sorted(DECLARED))
def test_no_answer_is_undocumented_and_some_are_good(method: str, path: str) -> None:
    """A call that is turned away says nothing of the operation, and neither does one whose body is wrong."""
    fuzzed.reset()
    statuses: set[int] = set()

    @FEW
    @given(case=fuzzing.schema[path][method].as_strategy())
    def calls(case: Any) -> None:
        statuses.add(fuzzing.answered(case).status_code)

    calls()
    assert not statuses & {401, 403, 429}
    assert statuses & {200, 201, 204}, statuses


def test_the_contract_declares_what_is_emulated_and_nothing_else() -> None:
    assert ROUTES.keys() == DECLARED


@pytest.mark.parametrize(("method", "path"), sorted(DECLARED))
def test_every_operation_says_where_its_facts_come_from_and_what_is_unknown(method: str, path: str) -> None:
    spec = CONTRACT.operation_of(method, path).spec
    assert spec["x-source"] == ["help-api-access"]
    assert spec["x-uncertain"]


def test_only_the_batch_that_is_documented_is_not_marked_as_assumed() -> None:
    marked = {path for method, path in DECLARED if CONTRACT.operation_of(method, path).spec.get("x-assumed")}
    assert marked == {f"/{kind}/batch" for kind in ("deals", "tasks", "activities", "pipelines")}


async def test_a_reply_that_breaks_the_contract_is_a_breach(http: httpx2.AsyncClient, crm: SalesSheet) -> None:
    next(iter(crm.crm.deals.values()))["value"] = "much"
    with pytest.raises(ContractBreach, match="GET /deals answered 200"):
        await http.get("/deals")


async def test_a_name_that_no_record_has_is_refused(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/contacts", json={"email": "vera@example.com", "shoe_size": 41})
    assert answer.status_code == 400
    assert "property shoe_size should not exist" in answer.text


async def test_bodies_may_be_bare(http: httpx2.AsyncClient, crm: SalesSheet) -> None:
    crm.assumptions.enveloped = False
    assert isinstance((await http.get("/contacts")).json(), list)
    assert (await http.get("/me")).json()["user"]


@pytest.mark.parametrize(("behaviour", "status"), [("ignored", 200), ("refused", 400)])
async def test_a_filter_without_a_field_is_ignored_or_refused(
    http: httpx2.AsyncClient, crm: SalesSheet, behaviour: Any, status: int
) -> None:
    crm.assumptions.unknown_filters = behaviour
    answer = await http.get("/contacts", params={"mail": "nobody@example.com"})
    assert answer.status_code == status
    assert len(answer.json().get("data", [])) == (25 if status == 200 else 0)


async def test_what_refers_to_a_deleted_record_refers_to_nothing(http: httpx2.AsyncClient, crm: SalesSheet) -> None:
    deal = next(iter(crm.crm.deals.values()))
    await http.delete(f"/contacts/{deal['contact_id']}")
    assert deal["contact_id"] is None
    assert (await http.get(f"/deals/{deal['id']}")).status_code == 200


async def test_a_pipeline_with_deals_is_kept(http: httpx2.AsyncClient, crm: SalesSheet) -> None:
    in_use, empty = crm.crm.pipelines
    assert (await http.delete(f"/pipelines/{in_use}")).status_code == 409
    assert (await http.delete(f"/pipelines/{empty}")).status_code == 204


def test_the_demo_fits_the_demo_workspace(crm: SalesSheet) -> None:
    world = demo_world(Clock(tick=lambda: 0.0))
    persons = [row for row in crm.crm.contacts.values() if row["type"] == "person"]
    prospects = [world.prospect(row["email"].lower()) for row in persons]
    known = [row["id"] for row in prospects if row]
    assert (len(persons), len(known)) == (150, 126)
    active = [row["id"] for row in world.sequences.values() if row["active"]]
    for sequence in active:
        assert set(known) & world.enrolments[sequence].keys()
    assert any(not any(id_ in people for people in world.enrolments.values()) for id_ in known)
    opted_out = {row["email"] for row in persons if row["opted_out"]}
    assert 10 <= len(opted_out) <= 15
    addresses = [row["email"].lower() for row in persons]
    assert len(addresses) - len(set(addresses)) == 6
    blocked = {item["value"] for item in world.dnc_items.values()}
    assert sum(one in blocked or one.split("@")[1] in blocked for one in addresses) == 4
    assert {id_ for row in persons for id_ in row["custom_fields"]} == crm.crm.custom_fields.keys()


def test_the_demo_has_deals_in_every_stage_with_tasks_and_activities(crm: SalesSheet) -> None:
    first = next(iter(crm.crm.pipelines.values()))
    stages = {row["stage_id"] for row in crm.crm.deals.values()}
    assert stages == {stage["id"] for stage in first["stages"]}
    assert {row["status"] for row in crm.crm.tasks.values()} == {"open", "completed"}
    assert {row["type"] for row in crm.crm.activities.values()} == {"email", "call", "meeting"}


async def test_scripted_faults_hit_the_crm_too(http: httpx2.AsyncClient, box: Sandbox, crm: SalesSheet) -> None:
    box.faults.set("500-executed", "POST /salessheet/v1/tasks", times=1)
    before = len(crm.crm.tasks)
    assert (await http.post("/tasks", json={"title": "Call"})).status_code == 500
    assert len(crm.crm.tasks) == before + 1


async def test_a_stale_read_of_the_crm_answers_as_it_was(http: httpx2.AsyncClient, box: Sandbox) -> None:
    box.faults.set("stale-read", "GET /salessheet/v1/tasks", times=1)
    made = (await http.post("/tasks", json={"title": "Call"})).json()["data"]
    assert (await http.get(f"/tasks/{made['id']}")).status_code == 404
    assert (await http.get(f"/tasks/{made['id']}")).status_code == 200


async def test_the_crm_is_saved_and_loaded_with_the_workspace(
    http: httpx2.AsyncClient, box: Sandbox, tmp_path: Path
) -> None:
    made = (await http.post("/contacts", json={"email": "vera@example.com"})).json()["data"]
    box.save(tmp_path / "state.json")
    again = Sandbox(clock=Clock(tick=lambda: 0.0), state=tmp_path / "state.json")
    assert again.salessheet.crm.contacts[made["id"]] == made
    assert again.salessheet.crm.made == box.salessheet.crm.made


async def test_a_reset_brings_the_demo_back(http: httpx2.AsyncClient, box: Sandbox) -> None:
    made = (await http.post("/tasks", json={"title": "Call"})).json()["data"]
    box.reset()
    assert (await http.get(f"/tasks/{made['id']}")).status_code == 404


async def test_the_control_call_shows_counts_and_the_audit_log(http: httpx2.AsyncClient) -> None:
    await http.get("/me")
    state = (await http.get("https://sandbox/sandbox/salessheet")).json()
    assert state["counts"]["contacts"] == 173
    assert [line["endpoint"] for line in state["audit"]] == ["GET /me"]
