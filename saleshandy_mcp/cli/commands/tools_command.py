"""``tools``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.output_choices import with_output
from saleshandy_mcp.cli.commands.shared.selection_choices import choosing


@click.command("tools")
@with_output
@click.option("--markdown", is_flag=True, help="As a page of documentation.")
@click.option("--tokens", "counts", is_flag=True, help="What each choice of tools costs, as a page of documentation.")
@choosing
@click.option("--crm", is_flag=True, help="Those of the CRM, too.")
@done_by("tools.run")
def command() -> None:
    """Show the tools a model is offered, with the tokens each takes of its context.

    --json is the listing as clients get it, and so is --format yaml.
    """
