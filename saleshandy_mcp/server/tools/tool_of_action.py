"""What the SDK's tool is made of, taken from an action: its name, words, schema and hints."""

from functools import cache
from typing import Any

from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata, func_metadata
from mcp.types import ToolAnnotations

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.effects import CONSEQUENCES, READING, Effect
from saleshandy_mcp.server.schema import input_schema


def parts_of(action: type[Action[Any]], meta: dict[str, Any] | None = None) -> dict[str, Any]:
    """The parts of a tool whose class writes ``run`` itself; ``meta`` is what hosts read beside it."""
    return {
        "fn": _never_called,
        "fn_metadata": _metadata(),
        "is_async": True,
        "context_kwarg": None,
        "name": action.slug,
        "title": action.slug.replace("_", " ").capitalize(),
        "description": input_schema.description(action),
        "parameters": _parameters(action),
        "annotations": _hints(action),
        "meta": meta,
    }


def _never_called() -> None:
    """The SDK wants the metadata of a function; ``run`` takes its place."""


@cache
def _metadata() -> FuncMetadata:
    return func_metadata(_never_called, structured_output=False)


@cache
def _parameters(action: type[Action[Any]]) -> dict[str, Any]:
    """The schema, made once for all servers of a process."""
    return input_schema.input_schema(action)


def _hints(action: type[Action[Any]]) -> ToolAnnotations:
    """What the effects mean in the protocol's words; hosts decide by them what to ask before.

    ``idempotentHint`` has a meaning for writes alone, and false is its default: it is left out then, for its tokens.
    """
    reads = action.effects == READING
    return ToolAnnotations(
        read_only_hint=reads,
        destructive_hint=bool(action.effects & CONSEQUENCES),
        idempotent_hint=True if action.idempotent and not reads else None,
        open_world_hint=bool(action.effects & {Effect.SEND, Effect.SPEND}),
    )
