"""The quick judge and jsonschema say the same of every schema in both contracts, part by part."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from saleshandy_mcp.sandbox.http.contract import SALESHANDY, Contract
from saleshandy_mcp.sandbox.http.judge import Judge, Schema
from saleshandy_mcp.sandbox.salessheet.routes import CONTRACT as SALESSHEET

BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "pattern")
READ = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", *BOUNDS}
TYPES: list[Any] = [None, True, False, 0, 1, -1, 1.0, 1.5, 10**20, "", "0", "x", "\ud800", [], [1], ["x"], {}, {"x": 1}]


def schemas(contract: Contract) -> Iterator[Schema]:
    for path, item in contract.document()["paths"].items():
        for method in item:
            operation = contract.operation_of(method.upper(), path)
            yield operation.query_schema
            yield operation.body_schema or operation.form_schema or {}
            yield from (contract.reply_schema(answer) for answer in operation.spec["responses"].values())
    yield from map(contract.closed, contract.document()["components"]["schemas"].values())


def inner(schema: Schema) -> Iterator[Schema]:
    found: list[Any] = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), schema.get("items")]
    yield from (part for part in found if isinstance(part, dict))


def parts(schema: Schema) -> Iterator[Schema]:
    """The schema and all that is in it."""
    yield schema
    for part in inner(schema):
        yield from parts(part)


def fitting(schema: Schema) -> Any:
    """A value that fits, as small as may be."""
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return fitting(schema["anyOf"][0])
    kind = schema.get("type", "null")
    made: dict[str, Callable[[], Any]] = {
        "array": lambda: [fitting(schema.get("items", {}))] * schema.get("minItems", 0),
        "string": lambda: "x" * schema.get("minLength", 1),
        "boolean": lambda: True,
        "integer": lambda: schema.get("minimum", 1),
        "number": lambda: schema.get("minimum", 1),
        "object": lambda: {name: fitting(schema["properties"][name]) for name in schema.get("required", [])},
        "null": lambda: None,
    }
    return made[kind if isinstance(kind, str) else kind[0]]()


def near(schema: Schema) -> Iterator[Any]:
    """Values that fit, and values that do not by one name, one letter, one item or one step."""
    value = fitting(schema)
    yield value
    if schema.get("type") == "object":
        yield {**value, "undeclared name": 1}
        for name in schema.get("required", []):
            yield {other: it for other, it in value.items() if other != name}
        for name, part in schema.get("properties", {}).items():
            yield from ({**value, name: it} for it in (fitting(part), None, "x", 1))
    yield from ("x" * (schema.get(word, 1) + more) for word in ("minLength", "maxLength") for more in (0, 1))
    yield from (schema.get(word, 1) + more for word in ("minimum", "maximum") for more in (-1, 0, 1, 0.5))
    item = fitting(schema.get("items", {}))
    most = [schema[word] for word in ("minItems", "maxItems") if word in schema and schema[word] < 2000]
    yield from ([item] * max(0, number + more) for number in (*most, 1) for more in (-1, 0, 1))
    yield from schema.get("enum", [])


@pytest.mark.parametrize("contract", [SALESHANDY, SALESSHEET], ids=["saleshandy", "salessheet"])
def test_both_judges_say_the_same_of_whatever_fits_or_nearly_does(contract: Contract) -> None:
    read = ({word: it[word] for word in it.keys() & READ} for schema in schemas(contract) for it in parts(schema))
    verdicts: set[bool] = set()
    for text in {json.dumps(part, sort_keys=True) for part in read}:
        schema: Schema = json.loads(text)
        judge, slow = Judge(schema), Draft202012Validator(schema)
        for value in (*TYPES, *near(schema)):
            verdict = judge.fits(value)
            assert verdict is slow.is_valid(value), (schema, value)  # pyright: ignore[reportUnknownMemberType] - half open
            verdicts.add(verdict)
    assert verdicts == {True, False}


def test_no_contract_has_a_word_that_only_one_judge_may_know() -> None:
    told = {"description", "examples", "default", "format", "title"}
    words = {
        word for it in (SALESHANDY, SALESSHEET) for schema in schemas(it) for part in parts(schema) for word in part
    }
    assert {word for word in words if not word.startswith("x-")} <= READ | told
