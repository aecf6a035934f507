"""What ``install`` and ``uninstall`` share: the client that is meant, its file, and a change that is shown first."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from saleshandy_mcp.cli.support.at_terminal.yes_or_no import agrees
from saleshandy_mcp.client_settings.changes import difference, is_there
from saleshandy_mcp.client_settings.documents.placement import Broken
from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client
from saleshandy_mcp.client_settings.machine import Machine, NoProgram
from saleshandy_mcp.client_settings.settings_file import SettingsFile, Unusable, load

SLUGS = [client.slug for client in CLIENTS]


@contextmanager
def told(path: Path | None = None) -> Generator[None]:
    """Turn what is wrong with a file or with this machine into an error for a person."""
    try:
        yield
    except Broken as error:
        place = f"{path}, line {error.line}" if error.line else str(path)
        raise click.ClickException(f"{place}: {error.what}. Nothing was changed; correct the file first.") from None
    except (Unusable, NoProgram, ValueError) as error:
        raise click.ClickException(str(error)) from None


def chosen_client(slug: str | None, machine: Machine, *, configured: bool = False) -> Client:
    """The client that is named, or that a person at the terminal picks from those that are here.

    Raises:
        click.UsageError: when none is named and nobody can be asked.
    """
    if slug:
        return next(client for client in CLIENTS if client.slug == slug)
    here = [
        client for client in CLIENTS if (state(client, machine) == "installed" if configured else machine.has(client))
    ]
    if not sys.stdin.isatty():
        raise click.UsageError(f"name a client: {', '.join(SLUGS)}")
    if not here:
        raise click.ClickException(
            "It is in no settings." if configured else f"No client was found here. Name one: {', '.join(SLUGS)}"
        )
    for number, client in enumerate(here, 1):
        click.echo(f"{number}  {client.name}  ({machine.file(client)})")
    picked: int = click.prompt("Which client? Its number", type=click.IntRange(1, len(here)))
    return here[picked - 1]


def file_of(client: Client, machine: Machine, *, project: bool, file: Path | None) -> SettingsFile:
    """The settings file that is meant: a named one, that of the project in this folder, or that of the person."""
    if project and client.project is None:
        raise click.UsageError(f"{client.name} has no project settings; leave --project out.")
    path = file or (Path.cwd() / client.project if project and client.project else machine.file(client))
    with told(path):
        return load(path)


def state(client: Client, machine: Machine) -> str:
    """Whether this server is installed in a client, in a word or in the words of what is wrong with the file."""
    path = machine.file(client)
    try:
        if is_there(client, load(path).text):
            return "installed"
    except Broken as error:
        return f"broken file: {error}"
    except Unusable as error:
        return str(error)
    return "found" if machine.has(client) else "-"


def agreed(file: SettingsFile, after: str, *, yes: bool, question: str) -> bool:
    """Show a change, and ask whether to make it.

    Raises:
        click.UsageError: when nobody can be asked and ``--yes`` is missing.
    """
    for line in difference(file.text, after, str(file.path)):
        click.secho(line, fg={"+": "green", "-": "red"}.get(line[0]))
    if yes:
        return True
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here, so nothing was changed. Add --yes to change it.")
    return agrees(question)
