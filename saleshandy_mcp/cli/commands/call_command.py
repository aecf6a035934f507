"""``call``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.done_by import done_by
from saleshandy_mcp.cli.commands.selection_choices import choosing, with_crm
from saleshandy_mcp.cli.completion.offers import offer_arguments, offer_tool
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox
from saleshandy_mcp.core.variables import RULES


@click.command("call")
@click.argument("tool", shell_complete=offer_tool)
@click.argument("arguments", nargs=-1, shell_complete=offer_arguments)
@click.option("--json", "as_json", is_flag=True, help="Print the structured result instead of the text.")
@with_sandbox
@click.option("--rules", type=click.Path(path_type=Path), help=f"Limits for every call, a TOML file. [{RULES}]")
@choosing
@with_crm
@click.option("--crm-wait", is_flag=True, help="When the CRM's calls of a day are used up, go on the next day.")
@done_by("call.run")
def command() -> None:
    """Call TOOL with ARGUMENTS: key=value, or one JSON object.

    A value that is JSON (a list, an object, true, 5) is read as JSON. A tool with consequences asks first, in a
    terminal.
    """
