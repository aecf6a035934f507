"""Wrong arguments of every kind, on every tool, in both eras: the answer names the argument, and nothing is done."""

from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import TextContent

from saleshandy_mcp.cli.support.listing import listing
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server

LISTED: list[dict[str, Any]] = anyio.run(listing)
SCHEMAS: dict[str, dict[str, Any]] = {tool["name"]: tool["inputSchema"] for tool in LISTED}

WRONG: dict[str, list[Any]] = {
    "string": [{"a": 1}, ["x"]],
    "integer": ["many", 1.5, []],
    "number": ["many", []],
    "boolean": ["perhaps", 7],
    "array": [7, "not [ a list"],
    "object": [7, "not { an object"],
}


def good(schema: dict[str, Any]) -> Any:
    """A value that the schema allows, whatever it means."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "string":
            return {"date": "2026-11-20", "email": "a@b.example.com"}.get(schema.get("format", ""), "x@y.example.com")
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case "array":
            return [good(schema["items"])]
        case _:
            wanted = schema.get("required", [])
            return {name: good(part) for name, part in schema.get("properties", {}).items() if name in wanted}


def mistakes(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The name that the answer has to hold, and arguments with one mistake in them."""
    fine = {name: good(schema["properties"][name]) for name in schema.get("required", [])}
    yield "bogus", {**fine, "bogus": 1}
    for name in schema.get("required", []):
        yield name, {other: value for other, value in fine.items() if other != name}
    for name, part in schema["properties"].items():
        if name == "confirm":
            continue
        wrong = list(WRONG[part["type"]])
        wrong += ["nonsense"] if "enum" in part else []
        wrong += [part["minimum"] - 1] if "minimum" in part else []
        wrong += [part["maximum"] + 1] if "maximum" in part else []
        wrong += [[{"bogus": 1}]] if "properties" in part.get("items", {}) else []
        wrong += [[["x"]]] if part.get("items", {}).get("type") == "string" else []
        wrong += [[good(part["items"])] * (part["maxItems"] + 1)] if part.get("maxItems", 10**6) < 1000 else []
        for value in wrong:
            yield name, {**fine, name: value}


@pytest.mark.parametrize("name", SCHEMAS)
async def test_each_mistake_is_named_and_nothing_is_sent(name: str, context: Context, box: Sandbox) -> None:
    answers: dict[str, list[str]] = {}
    for era in ("auto", "legacy"):
        async with Client(build_server(context), mode=era) as client:
            for place, arguments in mistakes(SCHEMAS[name]):
                result = await client.call_tool(name, arguments)
                (part,) = result.content
                assert isinstance(part, TextContent)
                assert result.is_error, f"{arguments} was taken: {part.text}"
                assert part.text.startswith(f"{name} did nothing: "), part.text
                assert place in part.text, f"{arguments}: {part.text}"
                assert "It takes: " in part.text or "Give" in part.text, part.text
                answers.setdefault(era, []).append(part.text)
    assert answers["auto"] == answers["legacy"]
    assert box.state()["requests"] == {}
