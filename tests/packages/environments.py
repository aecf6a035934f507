"""Bare environments: the program installed from its wheel, started with as little as possible around it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SYSTEM = {"PATH": "/usr/bin:/bin"}
"""All that a bare environment has, beside a home folder."""
_READ_ONLY = 'mount --bind "$HOME" "$HOME" && mount -o remount,bind,ro "$HOME" && exec "$@"'
_NOBODY = 54_321
"""A number of a user whom no system knows, and who so has no home folder."""


@dataclass(frozen=True)
class Environment:
    """How the program is started.

    Attributes:
        name: for the table.
        program: the command up to the name of the program.
        variables: what is set beside the home folder.
        around: a command that runs it.
        home: whether it has a home folder.
        writable: whether anything may be written there; else ``install`` has to refuse.
        every_state: whether each state of settings is tried, or only the one with comments.
    """

    name: str
    program: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    around: tuple[str, ...] = ()
    home: bool = True
    writable: bool = True
    every_state: bool = False

    def command(self, *words: str) -> list[str]:
        return [*self.around, *self.program, *words]

    def env(self, home: Path) -> dict[str, str]:
        return {**SYSTEM, **({"HOME": str(home)} if self.home else {}), "TMPDIR": str(home.parent), **self.variables}


def open_to_all(python: Path) -> bool:
    """Whether every user of this machine may run it."""
    return all(folder.stat().st_mode & 0o001 for folder in python.resolve().parents)


def conditions(program: tuple[str, ...], version: str, *, for_all: bool) -> list[Environment]:
    """One installation under each condition that this system can make.

    Args:
        program: its command.
        version: its Python.
        for_all: whether every user may run it.
    """
    made = [
        Environment(f"{version}, LANG=C", program, {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}),
        Environment(f"{version}, output in cp1252", program, {"PYTHONUTF8": "0", "PYTHONIOENCODING": "cp1252"}),
        Environment(f"{version}, no time zones of the system", program, {"PYTHONTZPATH": ""}),
    ]
    if os.geteuid() == 0 and shutil.which("unshare") and shutil.which("setpriv"):
        alone = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups")
        if for_all:
            made.append(
                Environment(f"{version}, no HOME, user unknown to the system", program, around=alone, home=False)
            )
        made += [
            Environment(f"{version}, no network", program, around=("unshare", "--net")),
            Environment(
                f"{version}, home read-only",
                program,
                around=("unshare", "--mount", "sh", "-c", _READ_ONLY, "sh"),
                writable=False,
            ),
        ]
    return made


def pythons() -> dict[str, Path]:
    """The Pythons of this machine that the package takes, by version: one for each minor version."""
    # Those of the system first: every user may run them, also one without a home.
    places = [Path("/usr/bin"), *(Path(folder) for folder in os.environ["PATH"].split(os.pathsep))]
    places += sorted(Path.home().glob(".pyenv/versions/*/bin"))
    found: dict[str, Path] = {}
    for place in places:
        for python in sorted(place.glob("python3.[0-9][0-9]")):
            ask = [str(python), "-c", "import sys; print(*sys.version_info[:3], sep='.')"]
            told = subprocess.run(ask, capture_output=True, text=True, check=False)  # noqa: S603 - a Python
            version = told.stdout.strip()
            if told.returncode == 0 and tuple(map(int, version.split("."))) >= (3, 11):
                found.setdefault(version.rpartition(".")[0], python)
    return dict(sorted(found.items()))


def installed(python: Path, wheel: Path, folder: Path) -> tuple[str, ...]:
    """The program of a wheel in a virtual environment that has nothing else."""
    _run(str(python), "-m", "venv", "--copies", str(folder))
    _run(str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", str(wheel))
    return (str(folder / "bin" / "saleshandy-mcp"),)


def uvx(wheel: Path, folder: Path) -> Environment:
    """The wheel as ``uvx`` runs it, without an installation."""
    tool = Path(sys.executable).parent / "uvx"
    kept = ("SSL_CERT_FILE", "SSL_CERT_DIR", "PIP_FIND_LINKS")
    more = {name: os.environ[name] for name in kept if name in os.environ}
    return Environment(
        "uvx --from wheel",
        (str(tool), "--quiet", "--from", str(wheel), "saleshandy-mcp"),
        {
            **more,
            "PATH": f"{SYSTEM['PATH']}:{tool.parent}",
            "UV_CACHE_DIR": str(folder),
            "UV_PYTHON": sys.executable,
            "UV_LINK_MODE": "copy",
        },
    )


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - a Python
