"""A home folder on each of three systems, with settings of clients in every state, for tests of ``install``."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli
from saleshandy_mcp.client_settings.documents.edit import Form
from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client, System
from saleshandy_mcp.client_settings.machine import Machine

PLATFORMS: dict[System, str] = {"linux": "linux", "macos": "darwin", "windows": "win32"}
SLUGS = [client.slug for client in CLIENTS]
FULL: dict[Form, str] = {
    "json": '{\n  "theme": "dark",\n  "SERVERS": {\n    "other": {\n      "command": "x"\n    }\n  }\n}\n',
    "toml": 'model = "x"\n\n[SERVERS.other]\ncommand = "x"\n',
    "yaml": "model: x\nSERVERS:\n  other:\n    command: x\nlast: 1\n",
}
REMARKS: dict[Form, str] = {
    "json": '// mine\n{\n\t"SERVERS": {\n\t\t"other": {"command": "x"}, // kept\n\t\t/* more */\n\t},\n}\n',
    "toml": '# mine\n[SERVERS.other] # kept\ncommand = "x"\n\n# more\n[last]\nn = 1\n',
    "yaml": "# mine\nSERVERS:  # kept\n  other:\n    command: x  # kept\n  # more\nlast: 1\n",
}
BROKEN: dict[Form, str] = {"json": '{\n  "a": 1\n  "b": 2\n}\n', "toml": "a = 1\nb =\n", "yaml": "a: 1\n b: 2\n"}
STATES = ("missing", "empty", "full", "remarks", "broken")


def text_of(client: Client, kind: str) -> str | None:
    """The settings of a client before install."""
    texts = {"full": FULL, "remarks": REMARKS, "broken": BROKEN}
    if kind not in texts:
        return {"missing": None, "empty": ""}[kind]
    text = texts[kind][client.form]
    if client.by:
        text = text.replace("  other:\n    command: x", "  - name: other\n    command: x")
    return text.replace("SERVERS", client.servers[0])


class Home:
    """A home folder on one of the systems, and the commands of a person who has no terminal."""

    def __init__(self, folder: Path, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SALESHANDY_DATA", str(folder / "data"))
        for name in ("XDG_CONFIG_HOME", "APPDATA", "CODEX_HOME", "CLAUDE_CONFIG_DIR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HOME", str(folder))
        monkeypatch.setattr("sys.platform", PLATFORMS[system])
        self.folder, self.machine = folder, Machine(system, folder)

    def file(self, client: Client, text: str | None) -> Path:
        path = self.machine.file(client)
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_bytes(text.encode())
        return path

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(cli, words)

    def plain(self, text: str) -> str:
        """A text without what differs from machine to machine."""
        return text.replace(str(self.folder), "HOME").replace(sys.executable, "PYTHON")
