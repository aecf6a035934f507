"""``uninstall``: take this server out of the settings of an MCP client."""

from pathlib import Path

import click

from saleshandy_mcp.cli.support.setup.client_files import agreed, chosen_client, file_of, told
from saleshandy_mcp.client_settings.changes import is_there, uninstalled
from saleshandy_mcp.client_settings.machine import Machine
from saleshandy_mcp.client_settings.settings_file import load, replace


def run(client: str | None, *, project: bool, file: Path | None, yes: bool) -> None:
    machine = Machine.here()
    chosen = chosen_client(client, machine, configured=True)
    settings = file_of(chosen, machine, project=project, file=file)
    with told(settings.path):
        if not is_there(chosen, settings.text):
            click.echo(f"It is not in the settings of {chosen.name}: {settings.path}")
            return
        backup = load(settings.backup)
        before = None if backup.content is None else backup.text
        after = uninstalled(chosen, settings.text, before)
        question = f"Take it out of the settings of {chosen.name}?"
        if not agreed(settings, after or "", yes=yes, question=question):
            click.echo("Nothing was changed.")
            return
        whole = after == before
        replace(settings, backup.content if whole else settings.encoded(after or ""))
        if whole and backup.content is not None:
            backup.path.unlink()
    left = ", as it was before" if before is not None else " (deleted; install had created it)"
    click.echo(f"Removed from {chosen.name}: {settings.path}{left if whole else ''}.")
    if not whole and before is not None:
        click.echo(f"Other things in it have changed since, so they stay. The file before install: {settings.backup}")
    click.echo(chosen.restart)
