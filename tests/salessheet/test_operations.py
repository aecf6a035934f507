"""Every operation of the client against the contract and the emulator, whatever form answers have."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.responses import HTMLResponse, JSONResponse, Response

from saleshandy_mcp.api.operation import Operation, every
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import BadKey, Broken, Mistake, Rejected, SaleshandyError, Throttled
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.integrations.salessheet.crm_connection import SalesSheet as Client
from saleshandy_mcp.integrations.salessheet.crm_operations import CRM_OPERATIONS
from saleshandy_mcp.integrations.salessheet.crm_records import PAGE_WORDS, Record
from saleshandy_mcp.integrations.salessheet.resources.contacts import GetContact, ListContacts
from saleshandy_mcp.integrations.salessheet.resources.me import GetMe
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.box import SalesSheet
from saleshandy_mcp.sandbox.salessheet.routes import CONTRACT
from tests.contract.test_every_operation import spoilt
from tests.salessheet.calls import CALLS

AnyOperation = type[Operation[Any]]
Connect = Callable[..., Client]
EACH = pytest.mark.parametrize("operation", CRM_OPERATIONS, ids=lambda operation: operation.slug)
SENT = {type(call(Sandbox().salessheet.crm)): call for call in CALLS}


def test_every_operation_of_the_contract_has_a_class_and_a_call() -> None:
    declared = {(method.upper(), path) for path, item in CONTRACT.document()["paths"].items() for method in item}
    assert {(one.route.method, one.route.path) for one in CRM_OPERATIONS} == declared
    assert SENT.keys() == set(CRM_OPERATIONS)


@EACH
def test_an_operation_is_called_as_in_the_contract(operation: AnyOperation) -> None:
    assert f"salessheet.{CONTRACT.operation_of(operation.route.method, operation.route.path).id}" == operation.slug
    assert operation.service == Service.SALESSHEET


@EACH
def test_an_operation_sends_what_the_contract_declares_and_can_send_all_of_it(operation: AnyOperation) -> None:
    spec = CONTRACT.operation_of(operation.route.method, operation.route.path).spec
    declared = {entry["name"] for entry in spec.get("parameters", [])} - {"id"}
    sent = set(operation(**_least(operation)).wire().query)
    assert sent <= declared
    assert declared - {"filters"} == (PAGE_WORDS if declared else set())
    names = {str(field.serialization_alias) for field in operation.model_fields.values()}
    assert declared <= names
    assert ("requestBody" in spec) == bool({"fields", "records"} & names)


def _least(operation: AnyOperation) -> dict[str, Any]:
    known = {"id": "1", "fields": {"email": "vera@example.com"}, "records": [{"email": "vera@example.com"}]}
    return {name: known[name] for name, field in operation.model_fields.items() if field.is_required()}


@EACH
def test_what_is_lost_for_good_is_an_effect_that_somebody_agrees_to(operation: AnyOperation) -> None:
    expected = {"GET": Effect.READ, "POST": Effect.WRITE, "PATCH": Effect.WRITE}
    assert operation.route.effects == {expected.get(operation.route.method, Effect.DELETE)}


@EACH
def test_an_argument_that_does_not_exist_is_refused_by_name(operation: AnyOperation) -> None:
    with pytest.raises(ValidationError) as caught:
        operation.model_validate({"nonsense": 1})
    assert ("nonsense",) in {error["loc"] for error in caught.value.errors() if error["type"] == "extra_forbidden"}


@EACH
def test_an_argument_that_is_missing_is_named(operation: AnyOperation) -> None:
    if needed := {(name,) for name in _least(operation)}:
        with pytest.raises(ValidationError) as caught:
            operation.model_validate({})
        assert {error["loc"] for error in caught.value.errors() if error["type"] == "missing"} == needed


@EACH
def test_an_argument_out_of_its_words_or_bounds_is_refused_by_name(operation: AnyOperation) -> None:
    for name, wrong in spoilt(operation):
        with pytest.raises(ValidationError) as caught:
            operation.model_validate({**_least(operation), name: wrong})
        assert any(error["loc"][:1] == (name,) for error in caught.value.errors()), (name, wrong)


@EACH
@pytest.mark.parametrize("enveloped", [True, False])
async def test_an_operation_is_carried_out_by_the_emulator(
    operation: AnyOperation, *, enveloped: bool, api: Client, crm: SalesSheet
) -> None:
    crm.assumptions.enveloped = enveloped
    request = SENT[operation](crm.crm)
    result = await api.send(request)
    [line] = crm.audit
    assert line["endpoint"] == f"{operation.route.method} {operation.route.path}"
    assert line["status"] in {200, 201, 204}
    for record in _records(result):
        assert record.id in crm.crm.table(operation.route.path.split("/")[1])
        assert record.fields


def _records(result: Any) -> Iterator[Record]:
    if isinstance(result, Record):
        yield result
    elif hasattr(result, "items"):
        assert result.items
        yield from result.items


@EACH
@pytest.mark.parametrize(
    "body", [[], {}, 5, "text", None, {"data": 5}, {"data": [1]}, {"data": {"x": [None]}}], ids=repr
)
async def test_an_answer_of_another_shape_is_understood_or_told_apart(
    operation: AnyOperation, body: Any, client: Connect, crm: SalesSheet
) -> None:
    try:
        await client(app=JSONResponse(body)).send(SENT[operation](crm.crm))
    except SaleshandyError as error:
        assert operation.slug in str(error)  # noqa: PT017 - either outcome is right


REFUSALS: list[tuple[Response, type[SaleshandyError], str]] = [
    (JSONResponse({"error": "Unauthorized"}, 401), BadKey, "a key that was just made may need some seconds"),
    (JSONResponse({"message": "Forbidden"}, 403), BadKey, "it is read-only, the role of its user"),
    (JSONResponse({"errors": [{"message": "no such field"}]}, 422), Rejected, "no such field"),
    (JSONResponse({"error": {"message": "slow down"}}, 429), Throttled, "slow down"),
    (HTMLResponse("<h1>Bad gateway</h1>", 502), Broken, "SalesSheet answered HTTP 502"),
]


@EACH
@pytest.mark.parametrize(("response", "error", "words"), REFUSALS, ids=lambda value: getattr(value, "__name__", ""))
async def test_a_refusal_in_any_form_is_a_typed_error_of_the_crm(
    operation: AnyOperation,
    response: Response,
    error: type[SaleshandyError],
    words: str,
    client: Connect,
    crm: SalesSheet,
) -> None:
    with pytest.raises(error, match=words) as caught:
        await client(app=response).send(SENT[operation](crm.crm))
    assert caught.value.service == Service.SALESSHEET


@pytest.mark.parametrize("enveloped", [True, False])
async def test_a_walk_meets_every_record_once(*, enveloped: bool, api: Client, crm: SalesSheet) -> None:
    crm.assumptions.enveloped = enveloped
    seen = [record.id async for record in every(api, ListContacts(page_size=50))]
    assert seen == list(crm.crm.contacts)


@pytest.mark.parametrize("beside", [{}, {"count": 10}, {"total": 25, "per_page": 10}, {"meta": {"total": 25}}])
async def test_a_server_that_gives_smaller_pages_than_asked_for_loses_nobody(
    beside: dict[str, Any], client: Connect
) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        page = int(dict(part.split("=") for part in scope["query_string"].decode().split("&"))["page"])
        rows = [{"id": number} for number in range(page * 10 - 10, page * 10) if number < 25]
        await JSONResponse({"contacts": rows, **beside} if beside else rows)(scope, receive, send)

    seen = [record.id async for record in every(client(app=app), ListContacts(page_size=100))]
    assert seen == [str(number) for number in range(25)]


async def test_fields_are_learnt_from_what_is_read(api: Client, crm: SalesSheet) -> None:
    planned = next(row for row in crm.crm.contacts.values() if "cf_plan" in row["custom_fields"])
    record = await api.send(GetContact(id=planned["id"]))
    assert record.fields["email"] == planned["email"]
    assert record.fields["custom_fields.cf_plan"] == planned["custom_fields"]["cf_plan"]


@pytest.mark.parametrize("name", sorted(PAGE_WORDS))
async def test_a_filter_that_means_something_else_is_refused(name: str, api: Client, crm: SalesSheet) -> None:
    with pytest.raises(Mistake, match=f"{name} is no field"):
        await api.send(ListContacts(filters={name: "1"}))
    assert crm.audit == []


@pytest.mark.parametrize("value", ["..", ".", "", "../deals"])
async def test_an_id_never_leads_to_another_path(value: str, api: Client, crm: SalesSheet) -> None:
    with pytest.raises((Mistake, ValidationError, Rejected)):
        await api.send(GetContact(id=value))
    assert not crm.requests


async def test_whose_key_it_is_can_be_asked(api: Client) -> None:
    assert (await api.send(GetMe())).model_dump()["organization"]["name"] == "Lanternworks"
