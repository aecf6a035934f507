"""Servers as people have them: ours from a wheel, others from their registry. The folders go with the process."""

import atexit
import json
import subprocess
import sys
import venv
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PEERS: dict[str, tuple[str, ...]] = {
    "@modelcontextprotocol/server-everything": (),
    "@modelcontextprotocol/server-filesystem": (".",),
    "@sentry/mcp-server": ("--access-token=none",),
    "@supabase/mcp-server-supabase": ("--access-token=none",),
}
"""Servers on Node and what they need to start; none is called, so the tokens may be wrong."""


@cache
def ours() -> str:
    """The command, installed as a wheel with the versions of the tests: from a checkout it never answers early."""
    folder = _folder("ours")
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--constraint", str(ROOT / "constraints.txt"), str(ROOT)])
    return str(folder / "bin" / "saleshandy-mcp")


@cache
def peers() -> dict[str, list[str]]:
    """The command of each other server, by its name and version."""
    folder = _folder("peers")
    _run(["npm", "install", "--silent", "--prefix", str(folder), *PEERS])
    found: dict[str, list[str]] = {}
    for name, arguments in PEERS.items():
        package = folder / "node_modules" / name
        facts = json.loads((package / "package.json").read_text(encoding="utf-8"))
        (program,) = facts["bin"].values()
        found[f"`{name}` {facts['version']}"] = ["node", str(package / program), *arguments]
    return found


def _folder(name: str) -> Path:
    made = TemporaryDirectory(prefix=f"bench-{name}-")
    atexit.register(made.cleanup)
    return Path(made.name)


def _run(command: list[str]) -> None:
    print(" ".join(command[:6]), "…", file=sys.stderr)  # noqa: T201 - this takes half a minute
    subprocess.run(command, check=True, stdout=sys.stderr, stderr=subprocess.DEVNULL)  # noqa: S603 - our own commands
