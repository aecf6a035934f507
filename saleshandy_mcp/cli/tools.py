"""``tools``: which tools a model sees, and how many tokens they cost."""

from collections.abc import Iterable
from typing import Any

import anyio
import click

from saleshandy_mcp.cli.support.connection import settings
from saleshandy_mcp.cli.support.listing import effect_of, listing, tokens
from saleshandy_mcp.cli.support.manual import page
from saleshandy_mcp.cli.support.output_forms.output import Format, OutputChoice, write
from saleshandy_mcp.cli.support.selection_options import crm_settings, selection
from saleshandy_mcp.cli.support.tokens import report
from saleshandy_mcp.core.view import counted

_CANNOT_COUNT = "tokens cannot be counted without the package rs-bpe: pip install rs-bpe"


def run(
    *,
    form: Format | None,
    columns: str,
    as_json: bool,
    markdown: bool,
    counts: bool,
    crm: bool,
    **choice: Any,
) -> None:
    output = OutputChoice.of(form, columns, as_json=as_json)
    if counts:
        if tokens({}) is None:
            raise click.ClickException(f"{_CANNOT_COUNT}.")
        click.echo(anyio.run(report), nl=False)
        return
    listed = anyio.run(listing, selection(crm_settings(settings(sandbox=True), crm=crm, crm_write=False), **choice))
    if markdown:
        click.echo(page(listed), nl=False)
    elif output.form in {"json", "yaml"} and not output.columns:
        write(listed, output)
    else:
        _rows(listed, output)


def _rows(listed: list[dict[str, Any]], output: OutputChoice) -> None:
    counts = [tokens(tool) for tool in listed]
    rows = [
        {
            "tool": tool["name"],
            "tokens": "?" if count is None else count,
            "effect": effect_of(tool),
            "description": tool["description"],
            "arguments": ", ".join(_arguments(tool["inputSchema"])),
        }
        for tool, count in zip(listed, counts, strict=True)
    ]
    write(rows, output)
    known = [count for count in counts if count is not None]
    cost = f"{sum(known):,} tokens (o200k_base)" if known else _CANNOT_COUNT
    click.echo(f"{counted(len(listed), 'tool')}, {cost}", err=output.chosen)


def _arguments(schema: dict[str, Any]) -> Iterable[str]:
    """The names; those that may be left out with a question mark."""
    required = schema.get("required", [])
    return (name if name in required else f"{name}?" for name in schema["properties"])
