"""``deliverability``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.output_choices import with_output
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox


@click.command("deliverability")
@click.option("--domain", metavar="NAME", help="Only this domain of the account's senders.")
@click.option("--selector", metavar="NAME", help="Selector of its DKIM key, where it is not a usual one.")
@click.option("--all", "everything", is_flag=True, help="All findings, the records, and the numbers of senders.")
@with_output
@with_sandbox
@done_by("deliverability.run")
def command() -> None:
    """Tell whether mail of the account's own domains arrives: by DNS, bounces, scores, quotas and running copy.

    It is the tool audit_deliverability. Nothing is changed.
    """
