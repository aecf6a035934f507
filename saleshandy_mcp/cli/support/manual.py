"""The tools as a page of documentation; ``docs/tools.md`` is this page, which a test checks."""

from typing import Any

from saleshandy_mcp.cli.support.listing import effect_of, tokens

_HEAD = """\
# Tools

What a model is offered, as it reads it. Made by `saleshandy-mcp tools --markdown`; a test keeps it true.
"""


def page(listed: list[dict[str, Any]]) -> str:
    """The page for a listing as ``listing`` gives it."""
    counts = [tokens(tool) or 0 for tool in listed]
    rows = [
        f"| [`{tool['name']}`](#{tool['name']}) | {effect_of(tool)} | {count} |"
        for tool, count in zip(listed, counts, strict=True)
    ]
    table = [
        "| tool | effect | tokens |",
        "|---|---|---|",
        *rows,
        f"| **{len(listed)} tools** | | **{sum(counts):,}** |",
    ]
    return "\n".join([_HEAD, *table, "", *(_section(tool) for tool in listed)]).rstrip() + "\n"


def _section(tool: dict[str, Any]) -> str:
    schema = tool["inputSchema"]
    required = schema.get("required", [])
    arguments = [
        f"- `{name}` ({_kind(part)}{'' if name in required else ', optional'}): {part['description']}"
        for name, part in schema["properties"].items()
    ]
    return "\n".join([f"## {tool['name']}", "", tool["description"], "", *arguments, ""])


def _kind(part: dict[str, Any]) -> str:
    if "enum" in part:
        return "one of " + ", ".join(f"`{word}`" for word in part["enum"])
    if part["type"] == "array":
        return f"list of {part['items']['type']}s"
    return part["type"]
