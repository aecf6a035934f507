"""``doctor --contract``: what differs from the contract is told by names and types, and no value of the account is."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.client import Connection, Saleshandy
from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.support.setup.contract_report import ContractReport, contract_report
from saleshandy_mcp.cli.support.setup.shapes import differences, specification_differences
from saleshandy_mcp.core.errors import BadKey
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.sandbox.http import contract
from tests.kit import App, new_box

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "email": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "state": {"type": "string", "enum": ["active", "paused"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "fields": {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
    },
    "required": ["id"],
    "additionalProperties": False,
}
GOOD: dict[str, Any] = {"id": 1, "email": None, "state": "active", "tags": ["a"], "fields": {"City": "X", "Age": 1.5}}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, []),
        ({"id": "1"}, ["answer.id: string in place of integer"]),
        ({"id": True}, ["answer.id: boolean in place of integer"]),
        ({"email": 3}, ["answer.email: integer in place of string or null"]),
        ({"state": "ann@lake.example.com"}, ["answer.state: a string that is none of the words of the contract"]),
        ({"tags": [1, 2, "x"]}, ["answer.tags[]: integer in place of string"]),
        ({"tags": {}}, ["answer.tags: object in place of array"]),
        ({"fields": {"Ann's city": None}}, ["answer.fields.*: null in place of string or number"]),
        ({"added": 1}, ["answer.added: integer, not in the contract"]),
        (
            {"ann@lake.example.com": 1},
            ["answer.(a name that does not look like a field's): integer, not in the contract"],
        ),
    ],
)
def test_a_difference_is_told_by_its_place_and_types(change: dict[str, Any], told: list[str]) -> None:
    assert differences(PERSON, GOOD | change) == told


def test_a_missing_field_is_told() -> None:
    assert differences(PERSON, {}) == ["answer.id: missing"]


@given(st.text(min_size=6).filter(lambda it: it not in str(PERSON) and it not in "missing in place of contract"))
def test_no_value_is_ever_told(secret: str) -> None:
    answers = [secret, {"id": secret, "state": secret, "tags": secret, "fields": {secret: [secret]}}, [secret]]
    assert not any(secret in line for answer in answers for line in differences(PERSON, answer) if len(secret) > 5)


def test_specifications_are_compared_by_operations_and_names() -> None:
    body: dict[str, Any] = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}}
    theirs: dict[str, Any] = {
        "paths": {
            "/v1/a/{id}": {"get": {"parameters": [{"in": "query", "name": "page"}]}, "post": {"requestBody": body}},
            "/v1/new": {"delete": {}},
        },
        "components": {"schemas": {"New": {"properties": {"title": {}, "color": {}}}}},
    }
    mine: dict[str, Any] = {"content": {"application/json": {"schema": {"properties": {"title": {}, "size": {}}}}}}
    ours: dict[str, Any] = {
        "paths": {
            "/a/{aId}": {"get": {"parameters": [{"in": "query", "name": "page"}]}, "post": {"requestBody": mine}},
            "/old": {"get": {}},
        }
    }
    assert specification_differences(ours, theirs) == [
        "DELETE /new: published, not in our contract",
        "GET /old: in our contract, not published",
        "POST /a/{}: color: published, not in our contract",
        "POST /a/{}: size: in our contract, not published",
    ]


def test_a_ring_of_references_ends() -> None:
    ring: dict[str, Any] = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    schemas: dict[str, Any] = {"components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}
    document: dict[str, Any] = {"paths": {"/a": {"post": {"requestBody": ring}}}, **schemas}
    assert specification_differences(document, document) == []


async def report_of(app: App, key: str = KEY) -> ContractReport:
    def connect(url: str) -> Connection:
        return Saleshandy(key, base_url=url, app=app)

    return await contract_report(connect, "http://sandbox/v1")


def changed(app: App, path: str, document: Any) -> App:
    """An application that answers one path with this document."""

    async def call(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] != path:
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(document).encode()})

    return call


async def test_the_sandbox_answers_as_the_contract_says() -> None:
    report = await report_of(new_box().app)
    assert report.same
    assert "list_sequences" in report.called
    assert report.unread == "Rejected"
    assert "could not be read" in report.text()


async def test_a_changed_answer_is_found_without_its_values() -> None:
    answer: dict[str, Any] = {
        "message": "ok",
        "payload": [{"id": 7, "title": "Secret plan", "owner@x.example.com": 1, "novel": {}}],
    }
    report = await report_of(changed(new_box().app, "/v1/sequences", answer))
    assert list(report.answers) == ["list_sequences"]
    text = report.text()
    assert "novel: object, not in the contract" in text
    assert "Secret" not in text
    assert "owner" not in text


async def test_the_published_specification_is_compared() -> None:
    same = await report_of(changed(new_box().app, "/api-doc-json", contract.document()))
    assert same.specification == []
    assert "differs in 0 things" in same.text()
    odd = await report_of(changed(new_box().app, "/api-doc-json", ["nothing"]))
    assert odd.unread == "it is not an OpenAPI document"
    less = await report_of(changed(new_box().app, "/api-doc-json", {"paths": {"/v1/novel": {"get": {}}}}))
    assert "GET /novel: published, not in our contract" in less.specification


async def test_with_a_key_that_is_not_accepted_nothing_is_compared() -> None:
    with pytest.raises(BadKey):
        await report_of(new_box().app, "wrong")


def test_the_command_compares_the_sandbox_and_tells_programs() -> None:
    result = CliRunner().invoke(cli, ["doctor", "--contract", "--sandbox", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["answers"] == {}


def test_without_a_key_the_command_says_how_to_set_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALESHANDY_API_KEY", raising=False)
    result = CliRunner().invoke(cli, ["doctor", "--contract"])
    assert "login" in result.output
    assert result.exit_code == 1
