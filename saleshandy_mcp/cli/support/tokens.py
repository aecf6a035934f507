"""The page ``docs/tokens.md``: what a listing costs a model, for each choice that an operator has."""

from typing import Any

from saleshandy_mcp.cli.support.listing import host_tokens, listing, tokens
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.server.tools.selection import TOOLSETS, Selection

_INTRODUCTION = """\
# Tokens

Written by `saleshandy-mcp tools --tokens`; a test keeps it true. Counted in o200k_base over what goes over the wire:
name, title, description, input schema and hints of each tool. Other models count a little differently.
`show_approval` and `answer_approval` belong to the card on which a person agrees. They are left out with `--approval`
`terminal`, `page`, `token` and `deny`.
"""
_FOR_HOSTS = """\
Not counted: `_meta`, in which {tools} name the pages of their cards. Hosts read that, and hand their model the rest.
For a client that hands it on, too, the default list has {tokens} tokens more.
"""


async def report() -> str:
    """The page."""
    choices = {
        "default": Selection(),
        "`--read-only`": Selection.read_only(),
        "`--effects read,write`": Selection(effects=frozenset({Effect.READ, Effect.WRITE})),
        "`--toolsets all`": Selection(toolsets=("all",)),
        "`--toolsets all --read-only`": Selection(toolsets=("all",), effects=frozenset({Effect.READ})),
    }
    default = await listing(Selection())
    beside = [cost for tool in default if (cost := host_tokens(tool))]
    resources = {f"`--toolsets {name}`": Selection(toolsets=(name,)) for name in TOOLSETS[2:]}
    return "\n".join(
        [
            _INTRODUCTION + _FOR_HOSTS.format(tools=counted(len(beside), "tool"), tokens=sum(beside)),
            "## By choice",
            "",
            "| choice | tools | tokens |",
            "|---|---:|---:|",
            *[_row(name, await listing(choice)) for name, choice in (choices | resources).items()],
            "",
            "## The default tools",
            "",
            "| tool | tokens |",
            "|---|---:|",
            *(f"| `{tool['name']}` | {tokens(tool)} |" for tool in default),
            "",
        ]
    )


def _row(name: str, listed: list[dict[str, Any]]) -> str:
    return f"| {name} | {len(listed)} | {sum(tokens(tool) or 0 for tool in listed):,} |"
