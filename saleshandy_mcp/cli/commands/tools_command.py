"""``tools``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.output_choices import with_output
from saleshandy_mcp.cli.commands.shared.selection_choices import choosing


@click.command("tools")
@with_output
@click.option("--markdown", is_flag=True, help="Print a page of documentation.")
@click.option("--tokens", "counts", is_flag=True, help="The cost of each choice of tools, as a page of documentation.")
@choosing
@click.option("--crm", is_flag=True, help="Include the tools of the CRM.")
@done_by("tools.run")
def command() -> None:
    """Show the tools that a model is offered, and their tokens.

    --json and --format yaml print the listing as clients get it.
    """
