"""What a tool takes, for ``call TOOL --help``: from the schema that a model gets. The MCP SDK is not loaded."""

from typing import Any, NamedTuple

from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.server.schema.input_schema import CONFIRM, description, input_schema
from saleshandy_mcp.server.tools.selection import Selection


class ToolHelp(NamedTuple):
    """A tool in words.

    Attributes:
        about: what it does.
        arguments: each with its type, and its meaning with what is taken when it is left out.
    """

    about: str
    arguments: list[tuple[str, str]]


def tool_help(name: str) -> ToolHelp | None:
    """The help of a tool or operation; None when there is none of that name."""
    actions: dict[str, type[Action[Any]]] = {it.slug: it for it in (*OPERATIONS, *Selection(crm=True).actions())}
    return _help(actions[name]) if name in actions else None


def _help(action: type[Action[Any]]) -> ToolHelp:
    schema = input_schema(action)
    required = schema.get("required", [])
    # A person at a terminal is asked, and has no token of a preview.
    properties = {name: it for name, it in schema["properties"].items() if it is not CONFIRM}
    arguments = [
        (f"{name}={_type(it)}", _meaning(it, required=name in required))
        for name, it in sorted(properties.items(), key=lambda item: item[0] not in required)
    ]
    return ToolHelp(description(action), arguments)


def _type(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "|".join(map(str, schema["enum"]))
    match schema["type"]:
        case "array":
            return f"[{_type(schema['items'])}, …]"
        case "object":
            return "{…}"
        case "boolean":
            return "true|false"
        case "integer" | "number":
            return "NUMBER"
        case _:
            return "TEXT"


def _meaning(schema: dict[str, Any], *, required: bool) -> str:
    default = schema.get("default")
    facts = "[required]" if required else "" if default in (None, "", [], {}) else f"[default: {_shown(default)}]"
    return " ".join(filter(None, (schema.get("description", ""), facts)))


def _shown(default: Any) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)
