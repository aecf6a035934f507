"""``tools``: which tools a model sees, and how many tokens they cost."""

import json
from typing import Any

import anyio
import click

from saleshandy_mcp.cli.support.connection import settings
from saleshandy_mcp.cli.support.listing import effect_of, listing, tokens
from saleshandy_mcp.cli.support.manual import page
from saleshandy_mcp.cli.support.selection_options import crm_settings, selection
from saleshandy_mcp.cli.support.tokens import report

_CANNOT_COUNT = "tokens cannot be counted without the package rs-bpe: pip install rs-bpe"


def run(*, as_json: bool, markdown: bool, counts: bool, crm: bool, **choice: Any) -> None:
    if counts:
        if tokens({}) is None:
            raise click.ClickException(f"{_CANNOT_COUNT}.")
        click.echo(anyio.run(report), nl=False)
        return
    listed = anyio.run(listing, selection(crm_settings(settings(), crm=crm, crm_write=False), **choice))
    if as_json:
        click.echo(json.dumps(listed, indent=2, ensure_ascii=False))
    elif markdown:
        click.echo(page(listed), nl=False)
    else:
        _table(listed)


def _table(listed: list[dict[str, Any]]) -> None:
    # PLC0415: rich takes its time to load, and only a person at a terminal sees it.
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    counts = [tokens(tool) for tool in listed]
    table = Table(show_lines=True)
    for heading in ("tool", "tokens", "effect", "what the model reads"):
        table.add_column(heading, justify="right" if heading == "tokens" else "left")
    for tool, count in zip(listed, counts, strict=True):
        arguments = ", ".join(
            name + ("" if name in tool["inputSchema"].get("required", []) else "?")
            for name in tool["inputSchema"]["properties"]
        )
        table.add_row(
            tool["name"], "?" if count is None else str(count), effect_of(tool), f"{tool['description']}\n({arguments})"
        )
    Console(markup=False).print(table)
    known = [count for count in counts if count is not None]
    cost = f"{sum(known):,} tokens (o200k_base)" if known else _CANNOT_COUNT
    click.echo(f"{len(listed)} tools, {cost}")
