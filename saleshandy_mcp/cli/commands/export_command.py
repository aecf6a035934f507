"""``export``: what it takes."""

from pathlib import Path

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.completion.offers import offer_sequence
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox


@click.command("export")
@click.argument("kind", type=click.Choice(["people", "events", "numbers", "inbox"]))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file. One that no export has written is never replaced.",
)
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonl"]), help="How rows are written.  [default: by --out, else csv]"
)
@click.option(
    "--since", metavar="DAY", default="", help="From this day, YYYY-MM-DD in UTC; `last`: add what is new to the file."
)
@click.option(
    "--sequence",
    "sequences",
    metavar="SEQUENCE",
    multiple=True,
    shell_complete=offer_sequence,
    help="Only this one, by title or id. Repeatable.",
)
@with_sandbox
@done_by("export.run")
def command() -> None:
    """Write people, events of mails, numbers of sequences or the inbox to a file, for a warehouse.

    It waits within the limits of the API. What was stopped, by Ctrl-C or otherwise, goes on with the same command.
    docs/export.md tells the columns. No text of a mail is read, and nothing is changed.
    """
