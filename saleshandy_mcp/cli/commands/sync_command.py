"""``sync``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.selection_choices import with_crm_write
from saleshandy_mcp.cli.completion.offers import offer_sequence


@click.command("sync")
@click.argument("sequence", required=False, default="", shell_complete=offer_sequence)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day, such as 2026-11-02; default: 90 days ago.")
@click.option("--opened", is_flag=True, help="Also write back opened mails.")
@click.option(
    "--stage",
    multiple=True,
    metavar="EVENT=STAGE",
    help='Move the open deal of a contact forward, such as "interested=Qualified". Repeatable.',
)
@click.option("--dry-run", is_flag=True, help="Show the plan and write nothing.")
@click.option("--watch", is_flag=True, help="Keep running: look when a webhook arrives, and at regular intervals.")
@click.option(
    "--every",
    default=15,
    show_default=True,
    type=click.IntRange(1, 1440),
    help="With --watch: minutes between two looks without a webhook.",
)
@click.option("--yes", is_flag=True, help="Write without asking.")
@with_crm_write
@done_by("sync.run")
def command() -> None:
    """Write back to the CRM what happened to its contacts.

    SEQUENCE is a title or an id. Without it, only opt-outs of people on a do-not-contact list are written.

    It is the tool sync_to_crm: each event is written once. With --watch a yes to the first plan holds until you stop it
    with Ctrl-C. docs/hooks.md explains how to receive webhooks.
    """
