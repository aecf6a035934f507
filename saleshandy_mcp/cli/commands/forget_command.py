"""``forget``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by


@click.command("forget")
@click.argument("email")
@click.option("--dry-run", is_flag=True, help="Tell what there is, and delete nothing.")
@click.option("--yes", is_flag=True, help="Go ahead without asking.")
@done_by("forget.run")
def command() -> None:
    """Delete what this machine keeps of the person with the address EMAIL, for all accounts.

    Nothing changes in Saleshandy or in the CRM: it tells what stays there, and why. It may be run again at any time.
    """
