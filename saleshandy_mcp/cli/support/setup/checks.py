"""What ``doctor`` looks at beside the clients: program, keys, folders, store, rules, sandbox, CRM, proxies."""

import os
import platform
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

import click

from saleshandy_mcp import __version__
from saleshandy_mcp.api.client import Connection, Saleshandy
from saleshandy_mcp.api.resources.sequences import ListSequences
from saleshandy_mcp.cli.support.connection import crm_ledger_path, data_folder, ledger_path, rules_of, state_path
from saleshandy_mcp.cli.support.sandbox_options import faulty_sandbox
from saleshandy_mcp.cli.support.setup.finding import Finding
from saleshandy_mcp.client_settings.machine import Machine, NoProgram, program
from saleshandy_mcp.core.errors import BadKey, NoKey, NotSent, SaleshandyError
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.core.variables import CRM_KEY, FILES, KEY
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.integrations.salessheet.resources.me import GetMe
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.store.sqlite_file import SqliteFile
from saleshandy_mcp.store.state import State


def program_findings(machine: Machine) -> Iterator[Finding]:
    """Python, the version, and the path by which clients start it."""
    yield Finding("Python", f"{platform.python_version()} on {machine.system}")
    try:
        yield Finding("program", f"saleshandy-mcp {__version__}, started by clients as {' '.join(program())}")
    except NoProgram as error:
        yield Finding("program", f"saleshandy-mcp {__version__}", str(error))


def local_findings(chosen: Settings) -> Iterator[Finding]:
    """Folders, store, rules and proxies."""
    if chosen.files:
        yield Finding("files", f"imports read from {chosen.files}")
    else:
        yield Finding("files", f"{FILES} is not set here: a server started from this shell reads no files")
    yield _writable(data_folder(chosen))
    stores: tuple[tuple[str, Path, type[SqliteFile]], ...] = (
        ("store", state_path(chosen), State),
        ("imports", ledger_path(chosen), Ledger),
        ("CRM imports", crm_ledger_path(chosen), CrmLedger),
    )
    for about, path, kind in stores:
        yield _store(about, path, kind.migrations[-1].version)
    try:
        rules = rules_of(chosen)
        caps = [name for name in type(rules).model_fields if getattr(rules, name)] if rules else []
        yield Finding("rules", f"limits on {', '.join(caps)}" if caps else "no limits are set (docs/rules.md)")
    except click.ClickException as error:
        yield Finding("rules", error.message, "correct the file, or remove it; docs/rules.md explains each key")
    found = {
        kind: urlsplit(url).hostname or "?" for kind, url in getproxies().items() if kind in ("http", "https", "all")
    }
    used = ", ".join(f"{kind} by {host}" for kind, host in sorted(found.items()))
    yield Finding("proxy", f"calls go through {used}" if used else "none")


async def account_finding(chosen: Settings, connect: Callable[[], Saleshandy], *, offline: bool) -> Finding:
    """The key of Saleshandy: where it is from, and whether it works. It is never shown."""
    where = _source(chosen.key is not None, KEY)
    if chosen.key is None:
        return Finding(
            "key", "none", f"`saleshandy-mcp login`, or set {KEY} or {KEY}_FILE; without a key use --sandbox"
        )
    if offline:
        return Finding("key", f"{where}; not tried (--offline)")
    shared = "all processes here with this key and data folder share its limits"
    return await _tried("key", where, connect(), ListSequences(page_size=1), shared)


async def crm_finding(chosen: Settings, connect: Callable[[], Connection], *, offline: bool) -> Finding:
    """The key of the CRM, in the same way."""
    if chosen.crm_key is None:
        return Finding("CRM", "not used (docs/crm.md)")
    writes = "may be changed" if chosen.crm_write else "read only"
    where = f"key {_source(present=True, name=CRM_KEY)}, {writes}"
    if offline:
        return Finding("CRM", f"{where}; not tried (--offline)")
    return await _tried("CRM", where, connect(), GetMe(), "")


async def sandbox_finding() -> Finding:
    """Whether the emulator answers in this process."""
    from saleshandy_mcp.sandbox import KEY as INVENTED  # noqa: PLC0415 - other commands do not need it

    box = faulty_sandbox(None)
    api = Saleshandy(INVENTED, base_url="http://sandbox/v1", app=box.app)
    return await _tried("sandbox", "in this process", api, ListSequences(page_size=1), "")


async def _tried(about: str, where: str, connection: Connection, call: Request[object], more: str) -> Finding:
    try:
        async with connection:
            await connection.send(call)
    except (BadKey, NoKey) as error:
        return Finding(about, f"{where}; it is not accepted ({error})", "copy the key again, then saleshandy-mcp login")
    except NotSent as error:
        return Finding(about, f"{where}; not tried: {error}", "check the network and the proxy, or use --offline")
    except SaleshandyError as error:
        return Finding(about, f"{where}; {error}", "try again later; then saleshandy-mcp doctor --contract")
    return Finding(about, f"{where}; it works{f'; {more}' if more else ''}")


def _source(present: bool, name: str) -> str:  # noqa: FBT001 - read as a sentence at its calls
    if not present:
        return "none"
    source = Settings.key_source(name)
    return f"from {source}" if source else "from the keyring of this system"


def _writable(folder: Path) -> Finding:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        return Finding("data", f"{folder} cannot be written", "allow writing to it, or set SALESHANDY_DATA to another")
    return Finding("data", f"{folder}{'' if there == folder else ' (made when it is needed)'}")


def _store(about: str, path: Path, newest: int) -> Finding:
    if not path.exists():
        return Finding(about, "nothing is kept yet")
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            (sound,) = db.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return Finding(about, f"{path} cannot be read ({error})", "move the file away; a new one is made")
    if version > newest:
        return Finding(about, f"version {version}, and this program knows {newest}", "use the newer program again")
    if sound != "ok":
        return Finding(about, f"{path} is damaged ({sound})", "move the file away; a new one is made")
    old = "" if version == newest else f"; it is brought to {newest} when it is next used"
    return Finding(about, f"version {version}{old}")
