"""Clients are installed from the registries into a folder that can be thrown away."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.clients.place import clean

TIME = 600
"""Seconds that an installation may take."""


@dataclass(frozen=True)
class Npm:
    """Packages of npm, each with its version."""

    packages: tuple[str, ...]

    def commands(self, folder: Path) -> list[list[str]]:
        npm = shutil.which("npm") or "npm"
        return [
            [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error", *self.packages]
        ]


@dataclass(frozen=True)
class Pip:
    """Packages of PyPI, each with its version, in an environment of their own."""

    packages: tuple[str, ...]

    def commands(self, folder: Path) -> list[list[str]]:
        pip = str(folder / "venv" / "bin" / "pip")
        return [[sys.executable, "-m", "venv", str(folder / "venv")], [pip, "install", "--quiet", *self.packages]]


def install(what: Npm | Pip, folder: Path) -> str:
    """Install it where it is not yet; what is in the way, or nothing."""
    done = folder / "installed"
    if done.exists() and done.read_text() == repr(what):
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    for command in what.commands(folder):
        try:
            ran = subprocess.run(  # noqa: S603 - a package manager
                command, capture_output=True, text=True, check=False, timeout=TIME, env=clean(folder)
            )
        except (OSError, subprocess.TimeoutExpired) as trouble:
            return f"{Path(command[0]).name} did not run: {trouble}"
        if ran.returncode != 0:
            return f"{Path(command[0]).name} install failed: {(ran.stderr or ran.stdout).strip()[-300:]}"
    done.write_text(repr(what))
    return ""
