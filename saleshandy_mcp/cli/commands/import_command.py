"""``import``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.completion.index import index
from saleshandy_mcp.cli.completion.offers import offer_sequence
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox


@click.command("import")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--to",
    "sequence",
    metavar="SEQUENCE",
    default="",
    shell_complete=offer_sequence,
    help="Title or id; without it, people are stored and not enrolled.",
)
@click.option("--step", metavar="STEP", help="Number or id of the step for these people.  [default: 1]")
@click.option("--map", "columns", metavar="COLUMN=FIELD", multiple=True, help='"Score=" leaves one out. Repeatable.')
@click.option("--header-row", "header", metavar="N", default="", help="Line or row of the header; 0 means no header.")
@click.option("--sheet", metavar="NAME", default="", help="Name or number of the sheet of a workbook.")
@click.option("--encoding", metavar="NAME", default="", help='Encoding of a text file, such as "Windows-1250".')
@click.option("--delimiter", metavar="SIGN", default="", help="Delimiter of a text file; also: tab, semicolon.")
@click.option("--hidden", is_flag=True, help="Include rows that are hidden in the sheet.")
@click.option("--only", metavar="COLUMN=VALUE", multiple=True, help="Only rows with this value. Repeatable.")
@click.option(
    "--except", "excluded", metavar="COLUMN=VALUE", multiple=True, help="No rows with this value. Repeatable."
)
@click.option(
    "--ignore-opt-out",
    "ignored",
    metavar="COLUMN",
    multiple=True,
    help="Import people although this column says that they opted out.",
)
@click.option("--tags", metavar="NAMES", default="", help="Tags for every row, separated by commas.")
@click.option(
    "--conflict",
    type=click.Choice(index().conflict_actions),
    default="addMissingFields",
    show_default=True,
    help="What happens to people who are stored already.",
)
@click.option("--verify", is_flag=True, help="Verify addresses; this may use verification credits.")
@click.option("--again", is_flag=True, help="Include rows that were imported before.")
@click.option("--dry-run", is_flag=True, help="Show the plan and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask, even if the sequence is active and mails people.")
@with_sandbox
@click.option("--json", "as_json", is_flag=True, help="Print the plan or the report as JSON.")
@done_by("import_.run")
def command() -> None:
    """Import the people of FILE.

    FILE is CSV, a workbook (.xlsx, .xls, .xlsb, .ods), JSON or vCard; `-` reads standard input.

    The command shows a plan and, in a terminal, asks. At the end it names each row that was not imported. Ctrl-C stops
    an import, and `saleshandy-mcp jobs resume` continues it. The code is 0 when it finished and no row's outcome is
    unknown.
    """
