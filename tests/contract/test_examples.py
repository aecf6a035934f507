"""Every example of the contract: answers are read without a loss, requests can be built as they stand."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from pydantic_core import to_jsonable_python

from saleshandy_mcp.api.operation import Operation, Page, unwrap
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.sandbox.http import contract

AnyOperation = type[Operation[Any]]

NOT_READ = {
    "list_email_accounts": {
        "meta": "becomes total and more of the page",
        "connectedEmailsCount": "can be counted in the list",
        "disconnectedEmailsCount": "can be counted in the list",
    },
    "list_inbox_threads": {"meta": "becomes total and more of the page"},
    "get_dnc_items": {"meta": "becomes total and more of the page", "message": "says nothing but that it worked"},
    "search_dnc_item": {"meta": "becomes total and more of the page"},
    "list_prospect_notes": {"pagination": "becomes more of the page"},
    "get_consolidated_stats": {"hasMore": "becomes more of the page"},
    "search_people": {"total": "becomes total of the page"},
    "search_companies": {"total": "becomes total of the page"},
    "update_step_variant": {"id": "is the one that was given"},
}
"""What examples show and models leave out on purpose, with the reason."""

NEED_ONE_OF_SEVERAL = {"enrich_companies", "enrich_contacts"}
"""No argument is a must, but none at all is too little."""


def spec(operation: AnyOperation) -> dict[str, Any]:
    return contract.operation_of(operation.route.method, operation.route.path).spec


def answer_examples(operation: AnyOperation) -> list[Any]:
    """Those of the answers that say yes."""
    answers = [answer for status, answer in spec(operation)["responses"].items() if status.startswith("2")]
    contents = [answer.get("content", {}).get("application/json", {}) for answer in answers]
    return [content["example"] for content in contents if "example" in content]


def request_example(operation: AnyOperation) -> Any:
    return spec(operation).get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")


ANSWERS = [(operation, example) for operation in OPERATIONS for example in answer_examples(operation)]
REQUESTS = [(operation, request_example(operation)) for operation in OPERATIONS if request_example(operation)]


def name_of(value: Any) -> str:
    return value.slug if isinstance(value, type) and issubclass(value, Operation) else ""


def some(operation: AnyOperation) -> Operation[Any]:
    """Any instance at all: what an answer means does not hang on what was asked."""
    return operation.model_construct(
        **{name: field.get_default() for name, field in operation.model_fields.items() if not field.is_required()}
    )


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is no container, with the way to it; the place in a list does not matter."""
    if isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from leaves(inner, f"{at}.{name}".removeprefix("."))
    elif isinstance(value, list):
        for inner in cast("list[Any]", value):
            yield from leaves(inner, f"{at}[]")
    elif value is not None:
        yield at, value


def as_read(operation: AnyOperation, result: Any) -> Any:
    """A result in the shape of the answer it came from."""
    found = to_jsonable_python(result, by_alias=True)
    if isinstance(result, Page):
        key: str | None = getattr(operation, "list_at", None)
        return {key: found["items"]} if key else found["items"]
    return found


def lost(operation: AnyOperation, example: Any) -> set[str]:
    """Where the example has a value that the result does not have, or has otherwise."""
    content: Any = unwrap(example) if "payload" in example else {}
    read = list(leaves(as_read(operation, some(operation).parse(example))))
    # Some numbers are read as text, for other answers give them as text.
    known = {(way, value) for way, value in read} | {(way, str(value)) for way, value in read}
    return {way for way, value in leaves(content) if (way, value) not in known and (way, str(value)) not in known}


@pytest.mark.parametrize(("operation", "example"), ANSWERS, ids=name_of)
def test_an_answer_is_read_without_a_loss(operation: AnyOperation, example: Any) -> None:
    excused = set(NOT_READ.get(operation.slug, {}))
    assert {way for way in lost(operation, example) if way.split(".")[0] not in excused and way not in excused} == set()


@pytest.mark.parametrize("slug", NOT_READ)
def test_every_excuse_is_still_needed(slug: str) -> None:
    operation, example = next(pair for pair in ANSWERS if pair[0].slug == slug)
    missing = lost(operation, example)
    assert [
        name for name in NOT_READ[slug] if not any(way == name or way.startswith(f"{name}.") for way in missing)
    ] == []


def test_every_operation_has_an_example_of_its_answer() -> None:
    assert {operation for operation, _ in ANSWERS} == set(OPERATIONS)


@pytest.mark.parametrize(("operation", "example"), REQUESTS, ids=name_of)
def test_a_documented_request_can_be_built_and_goes_out_as_it_stands(operation: AnyOperation, example: Any) -> None:
    names = {str(field.serialization_alias): name for name, field in operation.model_fields.items()}
    parameters = [entry for entry in spec(operation).get("parameters", []) if entry["in"] == "path"]
    in_path = {entry["name"]: entry["schema"].get("enum", ["abc"])[0] for entry in parameters}
    schema = spec(operation)["requestBody"]["content"]["application/json"]["schema"]
    bare = schema.get("type") == "array"  # then it is the operation's only argument
    given: dict[str, Any] = dict.fromkeys(names, example) if bare else example
    built = operation.model_validate({names[wire]: value for wire, value in (in_path | given).items()})
    unasked = {
        str(field.serialization_alias): field.default
        for field in operation.model_fields.values()
        if not field.is_required() and field.default is not None
    }
    wire = built.wire()
    assert wire.body == (example if bare else unasked | example)
    assert wire.query == {}
    assert wire.path == operation.route.path.format_map(in_path)


def test_every_operation_with_a_body_has_an_example_of_it_uploads_apart() -> None:
    assert {operation for operation, _ in REQUESTS} == {
        operation
        for operation in OPERATIONS
        if "application/json" in spec(operation).get("requestBody", {}).get("content", {})
    }


@pytest.mark.parametrize(
    "operation",
    [
        one
        for one in OPERATIONS
        if one.slug not in NEED_ONE_OF_SEVERAL and not any(field.is_required() for field in one.model_fields.values())
    ],
    ids=lambda operation: operation.slug,
)
def test_what_needs_no_argument_goes_to_its_path_as_it_stands(operation: AnyOperation) -> None:
    assert operation().wire().path == operation.route.path
