"""What operations take, as clients take it: lint-clean schemas and outlines in words for all of them."""

from typing import Any

import pytest

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.server.schema.input_schema import input_schema, outline
from saleshandy_mcp.server.schema.simplify import shape, simple
from tests.server.test_surface import lint


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_every_client_takes_the_schema_of_an_operation(operation: type[Operation[Any]]) -> None:
    schema = input_schema(operation)
    assert list(lint(schema, operation.slug, depth=0)) == []
    assert set(schema["properties"]) - {"confirm"} == set(operation.model_fields)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.slug)
def test_the_outline_names_each_argument_once(operation: type[Operation[Any]]) -> None:
    names = [line.partition(":")[0].rstrip("?") for line in outline(operation)]
    assert sorted(names) == sorted(operation.model_fields)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "format": "date"}, "date"),
        ({"type": "integer"}, "whole number"),
        ({"enum": ["a", "b"]}, "a | b"),
        ({"type": "array", "items": {"type": "boolean"}}, "[true or false]"),
        (
            {"type": "object", "properties": {"a": {"type": "string"}, "b": {}}, "required": ["a"]},
            "{a: text, b?: anything}",
        ),
        ({"type": "object"}, "object"),
    ],
)
def test_a_shape_is_told_in_words(schema: dict[str, Any], words: str) -> None:
    assert shape(schema) == words


def test_an_object_is_told_in_words_and_the_items_of_a_list_keep_their_properties() -> None:
    inner = {"type": "object", "properties": {"hour": {"type": "integer"}}, "required": ["hour"]}
    assert simple("start", inner) == {"type": "object", "description": "{hour: whole number}"}
    (hour,) = simple("slots", {"type": "array", "items": inner})["items"]["properties"].items()
    assert hour[0] == "hour"


def test_numbers_that_are_codes_get_bounds_and_are_named() -> None:
    assert simple("type", {"type": "integer", "enum": [1, 2, 9]}) == {
        "type": "integer",
        "minimum": 1,
        "maximum": 9,
        "description": "One of 1, 2, 9.",
    }


def test_a_description_that_is_too_long_shows_that_it_was_cut() -> None:
    said = simple("x", {"type": "string", "description": "y" * 500})["description"]
    assert len(said) == 200
    assert said.endswith("…")
