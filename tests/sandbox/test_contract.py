"""The contract as a judge: of the routes, of its own examples, of what the sandbox answers."""

import httpx2
import pytest

from saleshandy_mcp.sandbox import ContractBreach, Sandbox
from saleshandy_mcp.sandbox.http import contract
from saleshandy_mcp.sandbox.routes import ROUTES

DECLARED = [(method.upper(), path) for path, item in contract.document()["paths"].items() for method in item]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_is_in_the_contract_and_is_found_by_its_own_path(method: str, path: str) -> None:
    found = contract.find(method, path)
    assert found is not None
    operation, _ = found
    assert (operation.method, operation.path) == (method, path)


@pytest.mark.parametrize(("method", "path"), DECLARED)
def test_declared_examples_pass_although_what_is_not_declared_is_refused(method: str, path: str) -> None:
    operation = contract.operation_of(method, path)
    content = operation.spec.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in content:
        assert [line for line in operation.complaints({}, content["example"]) if "." in line] == []
    for status, answer in operation.spec["responses"].items():
        sample = answer.get("content", {}).get("application/json", {})
        if "example" in sample:
            operation.judge_reply(int(status), sample["example"])


async def test_a_reply_with_an_undeclared_name_is_a_breach(box: Sandbox, http: httpx2.AsyncClient) -> None:
    box.world.default(box.world.schedules)["timeZone"] = "Europe/Copenhagen"
    with pytest.raises(ContractBreach, match=r"GET /schedules answered 200: .*'timeZone' was unexpected"):
        await http.get("/schedules")


async def test_a_reply_without_a_required_name_is_a_breach(box: Sandbox, http: httpx2.AsyncClient) -> None:
    del box.world.default(box.world.schedules)["timezone"]
    with pytest.raises(ContractBreach, match="'timezone' is a required property"):
        await http.get("/schedules")


async def test_a_reply_of_a_wrong_type_is_a_breach(box: Sandbox, http: httpx2.AsyncClient) -> None:
    next(iter(box.world.sequences.values()))["active"] = "yes"
    with pytest.raises(ContractBreach, match="'yes' is not of type 'boolean'"):
        await http.get("/sequences")


@pytest.mark.parametrize("status", [200, 202])
def test_a_status_that_is_not_declared_is_a_breach(status: int) -> None:
    with pytest.raises(ContractBreach, match="which is not declared"):
        contract.operation_of("POST", "/schedules").judge_reply(status, {})


def test_an_error_with_a_misspelt_name_is_a_breach() -> None:
    with pytest.raises(ContractBreach):
        contract.operation_of("GET", "/schedules").judge_reply(400, {"code": 4000, "mesage": "no"})


def test_literal_paths_go_before_templates() -> None:
    found = contract.find("POST", "/sequences/prospects/import-with-field-name")
    assert found is not None
    assert found[0].id == "import_prospects_to_sequence"
