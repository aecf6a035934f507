"""What is tried in a bare environment, and what came of it."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client
from saleshandy_mcp.client_settings.machine import Machine
from tests.client_settings.kit import STATES, text_of
from tests.e2e.kit import HANDSHAKE, TOOLS
from tests.packages.environments import Environment

_PATIENCE = 300
_STARTED = "\n".join(
    json.dumps({"jsonrpc": "2.0", **message})
    for message in (
        {"id": 1, "method": "initialize", "params": HANDSHAKE},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/list"},
    )
)
"""What a client says first."""


@dataclass
class Look:
    """What came of an environment: words for the table, and what is wrong."""

    environment: Environment
    cells: list[str] = field(default_factory=list[str])
    wrong: list[str] = field(default_factory=list[str])

    def note(self, what: str, trouble: str) -> None:
        self.cells.append("wrong" if trouble else what)
        if trouble:
            self.wrong.append(f"{self.environment.name}: {trouble}")


def look(environment: Environment, folder: Path, *, clients: tuple[Client, ...] = CLIENTS) -> Look:
    """Start it, list its tools, call one on the sandbox, and put it into settings and out of them.

    Args:
        environment: how it is started.
        folder: an empty folder for homes.
        clients: whose settings are tried.
    """
    told = Look(environment)
    home = folder / "home"
    home.mkdir(parents=True)
    folder.chmod(0o755)
    told.note("yes", _start(environment, home))
    told.note("yes", _command(environment, home, "tools"))
    told.note("yes", _command(environment, home, "call", "list_sequences", "--sandbox"))
    if not environment.home:
        told.note("not tried: there is no home", "")
        return told
    states = STATES if environment.every_state else ("remarks",)
    tried = [(client, state) for client in clients for state in states]
    troubles = [it for client, state in tried if (it := _settings(environment, folder, client, state))]
    what = "restored" if environment.writable else "refused, unchanged"
    told.note(f"{what}: {len(tried)} of {len(tried)}", "; ".join(troubles))
    return told


def _run(environment: Environment, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        environment.command(*words),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        check=False,
        timeout=_PATIENCE,
        cwd=home,
        env=environment.env(home),
    )


def _start(environment: Environment, home: Path) -> str:
    """Start the server and list its tools; what is wrong. Its input stays open until it has answered."""
    with subprocess.Popen(  # noqa: S603 - our own program
        environment.command("serve", "--sandbox", "--quiet"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=home,
        env=environment.env(home),
    ) as server:
        assert server.stdin
        assert server.stdout
        assert server.stderr
        try:
            server.stdin.write(_STARTED + "\n")
            server.stdin.flush()
        except BrokenPipeError:
            return f"serve: {server.stderr.read()[-300:]}"
        answers: Iterator[Any] = (json.loads(line) for line in server.stdout)
        listed = sum(len(it["result"]["tools"]) for it in islice((it for it in answers if it.get("id") == 2), 1))
        server.stdin.close()
        return "" if 0 < listed <= TOOLS else f"serve: {server.stderr.read()[-300:]}"


def _command(environment: Environment, home: Path, *words: str) -> str:
    ran = _run(environment, home, *words)
    fine = ran.returncode == 0 and ran.stdout and "Traceback" not in ran.stderr
    return "" if fine else f"{words[0]}: code {ran.returncode}, {ran.stderr[-300:]}"


def _settings(environment: Environment, folder: Path, client: Client, state: str) -> str:
    """Install and uninstall; what is wrong, or nothing. A broken file, and a read-only one, is left alone."""
    home = folder / f"{client.slug}-{state}"
    home.mkdir()
    path = Machine("linux", home).file(client)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = text_of(client, state)
    if before is not None:
        path.write_bytes(before.encode())
    ran = _run(environment, home, "install", client.slug, "--sandbox", "--yes")
    refuses = state == "broken" or not environment.writable
    if (ran.returncode != 0) != refuses or "Traceback" in ran.stderr:
        return f"install {client.slug}, {state}: code {ran.returncode}, {ran.stderr[-300:]}"
    if not refuses:
        if b"saleshandy" not in path.read_bytes():
            return f"install {client.slug}, {state}: nothing was written"
        ran = _run(environment, home, "uninstall", client.slug, "--yes")
    after = path.read_bytes() if path.exists() else None
    same = after == (None if before is None else before.encode())
    return (
        "" if same else f"uninstall {client.slug}, {state}: not as before, code {ran.returncode}, {ran.stderr[-300:]}"
    )
