"""What holds for each operation, whichever it is: bad arguments never go out, bad answers end in a typed error."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from starlette.responses import HTMLResponse, JSONResponse, Response

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.core.errors import BadKey, Broken, Rejected, SaleshandyError, Throttled
from saleshandy_mcp.sandbox import Sandbox
from tests.contract.test_sandbox import CALLS, OTHERS, Demo

AnyOperation = type[Operation[Any]]

WRONG_SHAPES: list[Any] = [
    [],
    {},
    5,
    "text",
    None,
    {"payload": 5},
    {"payload": [1]},
    {"payload": {"payload": {"x": [None]}}},
]

REFUSALS: list[tuple[Response, type[SaleshandyError]]] = [
    (
        JSONResponse({"error": True, "type": "auth", "code": 1001, "message": "Invalid token", "payload": None}, 400),
        BadKey,
    ),
    (
        JSONResponse({"statusCode": 400, "message": ["property x should not exist"], "error": "Bad Request"}, 400),
        Rejected,
    ),
    (JSONResponse({"error": True, "error_code": 4000, "error_message": "it failed"}, 400), Rejected),
    (JSONResponse({"code": 40000, "message": "Rate Limit exceeded"}, 400), Throttled),
    (HTMLResponse("<h1>Bad gateway</h1>", 502), Broken),
]


def sent_somewhere(box: Sandbox) -> dict[AnyOperation, Operation[Any]]:
    """One call of each operation, as the other tests send them."""
    found: dict[AnyOperation, Operation[Any]] = {}
    for call in CALLS:
        found.setdefault(_kind(operation := call(Demo(box))), operation)
    for module in OTHERS:
        for make in module.CALLS:
            found.setdefault(_kind(operation := make(box.world)), operation)
    return found


def _kind(operation: Operation[Any]) -> AnyOperation:
    return type(operation)


SENT = sent_somewhere(Sandbox(limits=False))
EACH = pytest.mark.parametrize("operation", SENT.values(), ids=lambda operation: operation.slug)


def answering(response: Response) -> Saleshandy:
    """A client of an API that always answers so, and whose time passes at once."""
    seconds = [0.0]

    async def pause(waited: float) -> None:
        seconds[0] += waited

    return Saleshandy("key", base_url="http://sandbox/v1", app=response, clock=lambda: seconds[0], pause=pause)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_an_argument_that_does_not_exist_is_refused_by_name(operation: AnyOperation) -> None:
    with pytest.raises(ValidationError) as caught:
        operation.model_validate({"nonsense": 1})
    assert ("nonsense",) in {error["loc"] for error in caught.value.errors() if error["type"] == "extra_forbidden"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_an_argument_that_is_missing_is_named(operation: AnyOperation) -> None:
    needed = {(name,) for name, field in operation.model_fields.items() if field.is_required()}
    if needed:
        with pytest.raises(ValidationError) as caught:
            operation.model_validate({})
        assert {error["loc"] for error in caught.value.errors() if error["type"] == "missing"} == needed


@EACH
def test_an_argument_out_of_its_words_or_bounds_is_refused_by_name(operation: Operation[Any]) -> None:
    given = {name: getattr(operation, name) for name in type(operation).model_fields}
    for name, wrong in spoilt(type(operation)):
        with pytest.raises(ValidationError) as caught:
            type(operation).model_validate({**given, name: wrong})
        assert any(error["loc"][:1] == (name,) for error in caught.value.errors()), (name, wrong)


def spoilt(operation: AnyOperation) -> Iterator[tuple[str, Any]]:
    """For each argument with words, bounds or lengths, a value that is just outside of them."""
    for name, schema in operation.model_json_schema()["properties"].items():
        for part in [schema, *schema.get("anyOf", [])]:
            if "enum" in part:
                yield name, "no such word"
            if "minimum" in part:
                yield name, part["minimum"] - 1
            if "maximum" in part:
                yield name, part["maximum"] + 1
            if part.get("minLength") == 1:
                yield name, ""
            if "maxLength" in part:
                yield name, "x" * (part["maxLength"] + 1)
            if part.get("minItems"):
                yield name, []


@EACH
@pytest.mark.parametrize("body", WRONG_SHAPES, ids=repr)
async def test_an_answer_of_another_shape_is_understood_or_told_apart(operation: Operation[Any], body: Any) -> None:
    try:
        await answering(JSONResponse(body)).send(operation)
    except SaleshandyError as error:
        assert operation.slug in str(error)  # noqa: PT017 - either outcome is right


@EACH
@pytest.mark.parametrize(("response", "error"), REFUSALS, ids=lambda value: getattr(value, "__name__", ""))
async def test_a_refusal_in_any_form_is_a_typed_error(
    operation: Operation[Any], response: Response, error: type[SaleshandyError]
) -> None:
    with pytest.raises(error):
        await answering(response).send(operation)
