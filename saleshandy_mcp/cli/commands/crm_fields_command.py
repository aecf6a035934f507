"""``crm-fields``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox


@click.command("crm-fields")
@click.argument("pairs", nargs=-1, metavar="[ROLE=FIELD]...")
@click.option("--confirm", is_flag=True, help="Confirm the fields that are shown.")
@click.option("--forget", is_flag=True, help="Forget what was confirmed; the fields are proposed again.")
@with_sandbox
@done_by("crm_fields.run")
def command() -> None:
    """Show or set what the fields of the CRM's contacts hold.

    These are the fields for address, names, company, opt-out and tags.

    The program proposes them from names and values. What you set or confirm is kept for this key; ROLE= means that
    there is no such field.
    """
