"""Where clients keep their settings on this machine, and how they start this program."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from json import loads
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from saleshandy_mcp.client_settings.known_clients import Client, System
from saleshandy_mcp.client_settings.package import NAME, PUBLISHED
from saleshandy_mcp.core.variables import NoHome, whole_path

_USUAL = {
    "XDG_CONFIG_HOME": "HOME/.config",
    "APPDATA": "HOME/AppData/Roaming",
    "CODEX_HOME": "HOME/.codex",
    "CLAUDE_CONFIG_DIR": "HOME",
}
"""Variables that lead to settings, and what counts where they are not set."""
_PASSING = ("archive-v0", "builds-v0", ".cache/pipx", "pipx/.cache")
"""Parts of folders in which uvx and ``pipx run`` keep a program only for a while."""


class NoProgram(ValueError):
    """This program has no path that stays."""


@dataclass(frozen=True)
class Machine:
    """The system, the home folder if one is known, and the environment: they decide where files are."""

    system: System
    home: Path | None
    environ: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def here(cls) -> Self:
        """This machine."""
        systems: dict[str, System] = {"win32": "windows", "darwin": "macos"}
        try:
            home = Path.home()
        except RuntimeError:
            home = None
        return cls(systems.get(sys.platform, "linux"), home, os.environ)

    def path(self, template: str) -> Path:
        """The path of a template such as ``APPDATA/Code/User/mcp.json``.

        Raises:
            NoHome: when it is in a home folder that is not known.
        """
        root, _, rest = template.partition("/")
        if root == "HOME":
            if self.home is None:
                raise NoHome("no home folder is known: set HOME, or name the settings file with --file")
            return self.home / rest
        value = self.environ.get(root, "").strip()
        return (whole_path(value) if value else self.path(_USUAL[root])) / rest

    def file(self, client: Client) -> Path:
        """The settings file of a client: the first that is there, else the first."""
        paths = [self.path(place) for place in client.places.on(self.system)]
        return next((path for path in paths if path.exists()), paths[0])

    def has(self, client: Client) -> bool:
        """Whether the client seems to be here: its file is, or the folder of it."""
        paths = [self.path(place) for place in client.places.on(self.system)]
        return any(path.exists() or (path.parent != self.home and path.parent.is_dir()) for path in paths)


def program(called: str | None = None) -> tuple[str, ...]:
    """How a client starts this program: with whole paths, for many start with a bare PATH.

    Args:
        called: what this process was called as; None to look.

    Raises:
        NoProgram: when it runs from a cache and nothing says from which package.
    """
    called = called or sys.argv[0]
    found = shutil.which(called) or shutil.which(f"{called}.exe")
    path = Path(found).absolute() if found and Path(called).stem == NAME else None
    home = path.as_posix() if path else Path(sys.prefix).as_posix()
    if not any(part in home for part in _PASSING):
        return (str(path),) if path else (sys.executable, "-m", "saleshandy_mcp")
    uvx, source = shutil.which("uvx"), NAME if PUBLISHED else package_file()
    if not uvx or not source:
        raise NoProgram(
            f"{NAME} runs from a cache here, which is cleared at times, so no client can start it from there. "
            "Install it to stay, with `uv tool install --compile-bytecode PATH` or `pipx install PATH` "
            "(PATH: its wheel or clone)."
        )
    return (str(Path(uvx).absolute()), source) if PUBLISHED else (str(Path(uvx).absolute()), "--from", source, NAME)


def package_file() -> str | None:
    """The wheel or the folder that this package was installed from; None when nothing tells."""
    try:
        told = distribution(NAME).read_text("direct_url.json")
        url = urlsplit(str(loads(told or "{}").get("url", "")))
    except (PackageNotFoundError, ValueError):
        return None
    if url.scheme != "file":
        return None
    path = unquote(url.path)
    return path[1:] if path[2:3] == ":" else path  # /C:/… is C:/…
