"""The commands of imports over a sandbox whose time only moves when somebody waits; the ledger is the test's own."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.support.session import Session
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.sandbox import KEY
from tests.kit import App, new_box, pauses

TWO = "Email,First Name\nann@lake.example.com,Ann\nbob@hill.example.com,Bob\n"
REFUSED = {"error": True, "message": "The step is locked"}


class Bench:
    """A folder with files, a sandbox, and the commands over both.

    Attributes:
        app: what answers; a test puts a fault in front of the sandbox.
        allowed: what the operator lets through.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.box = folder, new_box()
        self.app: App = self.box.app
        self.allowed = frozenset(Effect)

    def session(self, *, sandbox: bool = False) -> Session:
        del sandbox
        ledger = self.folder / "data" / "imports.sqlite3"
        return Session(self._connect, lambda: ledger, self.box.clock.now, self.allowed)

    def file(self, text: str = TWO, name: str = "leads.csv") -> str:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, *words: str, typed: str = "") -> Result:
        """A command; nobody is at a terminal."""
        return CliRunner().invoke(cli, words, input=typed)

    def job(self, *words: str) -> str:
        """The job of an import that these words start or plan, whatever becomes of it."""
        self.run("import", *words)
        return self.newest()

    def newest(self) -> str:
        (line,) = [it for it in self.run("jobs", "list").stdout.splitlines() if it.startswith("One of them")]
        return line.split()[-1]

    def _connect(self) -> Saleshandy:
        clock = self.box.clock.seconds
        return Saleshandy(KEY, base_url="http://sandbox/v1", app=self.app, clock=clock, pause=pauses(self.box))


@dataclass
class Terminal:
    """The far end of a terminal that a person sits at."""

    far: int

    def run(self, answer: str, *words: str) -> int:
        """A command of ours; the person types an answer. Its code."""
        os.write(self.far, answer.encode())
        return cli.main(list(words), standalone_mode=False) or 0


@contextmanager
def sat_at(monkeypatch: pytest.MonkeyPatch) -> Generator[Terminal]:
    far, near = os.openpty()
    with os.fdopen(near, "r", encoding="utf-8") as keyboard:
        monkeypatch.setattr("sys.stdin", keyboard)
        yield Terminal(far)
    os.close(far)
