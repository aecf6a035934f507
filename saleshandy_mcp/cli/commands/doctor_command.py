"""``doctor``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Call no API.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--contract", is_flag=True, help="Compare the API with what this program expects; only reading calls.")
@with_sandbox
@done_by("doctor.run")
def command() -> None:
    """Check whether this program is set up well. Keys are not shown, and nothing is changed.

    With --contract, check instead whether the API answers as this program expects. The report has names of fields and
    types, and no values of your account. The code is 1 when something has to be mended, or differs.
    """
