"""``install``: put this server into the settings of an MCP client."""

import dataclasses
import sys
from pathlib import Path

import click

from saleshandy_mcp.cli.support.connection import data_folder
from saleshandy_mcp.cli.support.output_forms.output import as_text
from saleshandy_mcp.cli.support.setup.client_files import agreed, chosen_client, file_of, state, told
from saleshandy_mcp.cli.support.setup.kept_keys import is_kept
from saleshandy_mcp.client_settings.changes import installed, is_there
from saleshandy_mcp.client_settings.entries import Start, placements
from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client
from saleshandy_mcp.client_settings.machine import Machine, program
from saleshandy_mcp.client_settings.settings_file import SettingsFile, check_writable, replace
from saleshandy_mcp.core.keys.found_key import checked_key, found_key
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.core.variables import KEY, KEY_FILE, whole_path


def run(
    client: str | None,
    *,
    listed: bool,
    sandbox: bool,
    read_only: bool,
    approval: str | None,
    files: Path | None,
    key_file: Path | None,
    url: str | None,
    project: bool,
    file: Path | None,
    yes: bool,
) -> None:
    machine = Machine.here()
    if listed:
        click.echo(_table(machine))
        return
    chosen = chosen_client(client, machine)
    settings = file_of(chosen, machine, project=project, file=file)
    options = [*(["--read-only"] if read_only else []), *(["--approval", approval] if approval else [])]
    if url:
        start = _address(chosen, url, alone=not (sandbox or options or files or key_file))
    else:
        with told(settings.path):
            check_writable(settings)
            is_there(chosen, settings.text)  # a broken file is told before anybody types a key
            words = program()
        start = Start(words, tuple(options), _folder(files), sandbox=sandbox)
        start = start if sandbox else _with_key(start, chosen, settings, key_file)
    _write(chosen, settings, start, yes=yes)


def _write(client: Client, settings: SettingsFile, start: Start, *, yes: bool) -> None:
    with told(settings.path):
        before = settings.text
        after = installed(client, before, placements(client, start))
        if after == before and settings.content is not None:
            click.echo(f"{client.name} has these settings already: {settings.path}")
            return
        question = f"Write this into the settings of {client.name}?"
        if not agreed(settings, after, yes=yes, question=question):
            click.echo("Nothing was changed.")
            return
        fresh = not (is_there(client, before) and settings.backup.exists())
        replace(settings, settings.encoded(after), backup=fresh)
    click.echo(f"Installed in {client.name}: {settings.path}")
    if settings.content is not None:
        click.echo(f"The file as it was: {settings.backup}")
    if (
        client.key_way in ("reference", "forwarded")
        and not start.sandbox
        and not start.url
        and client.slug != "continue"
    ):
        click.echo(
            f"{client.name} takes the key from your shell's SALESHANDY_API_KEY: set it where you start {client.name}."
        )
    click.echo(client.restart)
    click.echo(f"To undo it: saleshandy-mcp uninstall {client.slug}")


def _address(client: Client, url: str, *, alone: bool) -> Start:
    if client.remote is None:
        raise click.UsageError(
            f"the settings file of {client.name} takes no addresses: add {url} under Settings, Connectors."
        )
    if not alone:
        raise click.UsageError("--http names a server that is already running; give the other options to that server.")
    if not url.startswith(("http://", "https://")):
        raise click.UsageError("--http has to be an address: http://127.0.0.1:8000/mcp")
    return Start(url=url)


def _folder(files: Path | None) -> str | None:
    if files is None and sys.stdin.isatty():
        typed: str = click.prompt(
            "Folder that imports may read files from (Enter: none)", default="", show_default=False
        )
        files = Path(typed.strip()) if typed.strip() else None
    if files is None:
        return None
    folder = whole_path(files).absolute()
    if not folder.is_dir():
        raise click.UsageError(f"--files is not a folder: {folder}")
    return str(folder)


def _with_key(start: Start, client: Client, settings: SettingsFile, key_file: Path | None) -> Start:
    """The start with the best way to the key: a file that was named, the keyring, the client's own, or in clear."""
    if key_file:
        place = str(whole_path(key_file).absolute())
        with told():
            found = found_key({KEY_FILE: place}, KEY)
        if found.warning:
            click.echo(found.warning, err=True)
        return dataclasses.replace(start, key_file=place)
    if is_kept(data_folder(Settings.from_env(keys=False)), KEY):
        click.echo("The key comes from the keyring of this system, where login stored it.")
        return dataclasses.replace(start, key_kept=True)
    if client.key_way != "clear":
        return start
    if not sys.stdin.isatty():
        raise click.UsageError(
            f"{client.name} keeps the key readable in its settings, so it is asked for in a terminal. Run this in one, "
            "or keep the key elsewhere: `saleshandy-mcp login` first, or --key-file FILE. --sandbox needs none."
        )
    others = " Other people of this machine may read that file." if settings.shared else ""
    click.echo(
        f"{client.name} takes keys only in its settings: yours will be readable in {settings.path}.{others} To keep "
        "it elsewhere, stop here (Ctrl-C), and use `saleshandy-mcp login` first, or --key-file FILE."
    )
    typed: str = click.prompt("Saleshandy API key (Saleshandy: Settings, API Key; it is not shown)", hide_input=True)
    with told():
        key = checked_key("what was typed", typed.strip())
    return dataclasses.replace(start, key=key.get_secret_value())


def _table(machine: Machine) -> str:
    found = [(client, str(machine.file(client))) for client in CLIENTS]
    return as_text([{"client": it.slug, "name": it.name, "state": state(it, machine), "file": at} for it, at in found])
