"""The tools as a client gets them, and what they cost a model."""

import json
from importlib import import_module
from typing import Any

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.server.tools.selection import Selection


async def listing(selection: Selection | None = None) -> list[dict[str, Any]]:
    """The tools as a client gets them over the wire, in order."""
    async with open_context(Saleshandy(None)) as context:
        tools = await build_server(context, selection).list_tools()
        return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


FOR_HOSTS = "_meta"
"""Where a tool names the page that shows its answers. Hosts read it; it is not among what they hand to their model."""


def tokens(tool: dict[str, Any]) -> int | None:
    """Tokens of what a model gets of a tool, in o200k_base; None without the package rs-bpe (extra ``tokens``)."""
    return _counted({name: part for name, part in tool.items() if name != FOR_HOSTS})


def host_tokens(tool: dict[str, Any]) -> int:
    """Tokens of what hosts alone read of a tool: what it would cost a model whose client hands that on, too."""
    return (_counted(tool) or 0) - (tokens(tool) or 0)


def _counted(tool: dict[str, Any]) -> int | None:
    try:
        encodings: Any = import_module("rs_bpe.bpe").openai
    except ImportError:
        return None
    return int(encodings.o200k_base().count(json.dumps(tool, ensure_ascii=False, separators=(",", ":"))))


def effect_of(tool: dict[str, Any]) -> str:
    """What a tool may do, in words for a person."""
    hints = tool["annotations"]
    if hints["readOnlyHint"]:
        return "reads"
    return "can reach people" if hints["openWorldHint"] else "changes data"
