"""From nothing to a call that works: ``make stopwatch`` measures it with clients from the registries, and writes
docs/stopwatch.md. A scripted model on this machine stands in for the vendor's.
"""

# T201: what it says on stdout is what it is for.
# ruff: noqa: T201

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.clients.installing import Npm, install
from tests.clients.model.endpoint import Endpoint, endpoint
from tests.clients.place import clean
from tests.clients.programs import CLIENTS, NODE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "stopwatch.md"
MOST_SECONDS = 60
MOST_COMMANDS = 3
TOOL = "list_sequences"
WORKS = "Q3 launch"
"""A sequence of the sandbox's demo workspace: whoever sees it has made the call."""
_PATIENCE = 300
_HEAD = f"""# From nothing to a call that works

`make stopwatch` wrote this on {{day}}, on a machine with {os.cpu_count()} processors. Each began with an empty home and
empty caches, with the wheel on disk, and with `uv`, Node.js and the client installed, except for the Inspector, which
`npx` fetches. A scripted model on the same machine answered at once, so the time of a real one comes on top. The target
is at most {MOST_COMMANDS} commands and {MOST_SECONDS} seconds.

| client | commands | seconds | installing the client took, not counted |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Way:
    """How somebody gets from nothing to a call: what is typed after the program is there.

    Attributes:
        client: as in the table of clients.
        typed: the commands; the last one makes the call, and shows its answer or has the model see it.
        npm: what is installed before the clock starts.
    """

    client: str
    typed: Callable[[Path, str], list[list[str]]]
    npm: Npm | None
    env: Callable[[str], dict[str, str]] = lambda _: {}


def _packages(name: str) -> Npm:
    return next(it.install for it in CLIENTS if it.name.startswith(name) and isinstance(it.install, Npm))


def _inspector(_: Path, __: str) -> list[list[str]]:
    server = ["saleshandy-mcp", "serve", "--sandbox"]
    call = ["--method", "tools/call", "--tool-name", TOOL]
    return [["npx", "--yes", *_packages("MCP Inspector").packages, "--cli", *server, *call]]


def _claude_code(bin_folder: Path, _: str) -> list[list[str]]:
    asked = ["-p", "Which sequences are there?", "--model", "scripted", "--allowedTools", f"mcp__saleshandy__{TOOL}"]
    return [["saleshandy-mcp", "install", "claude-code", "--sandbox", "--yes"], [str(bin_folder / "claude"), *asked]]


def _codex(bin_folder: Path, model: str) -> list[list[str]]:
    scripted = {
        "model": "scripted",
        "model_provider": "scripted",
        "model_providers.scripted.name": "scripted",
        "model_providers.scripted.base_url": f"{model}/v1",
        "model_providers.scripted.wire_api": "responses",
        "mcp_servers.saleshandy.default_tools_approval_mode": "approve",
        "mcp_servers.saleshandy.required": True,
    }
    options = [word for name, value in scripted.items() for word in ("-c", f"{name}={_toml(value)}")]
    asked = ["exec", "--skip-git-repo-check", *options, "Which sequences are there?"]
    return [["saleshandy-mcp", "install", "codex", "--sandbox", "--yes"], [str(bin_folder / "codex"), *asked]]


def _toml(value: object) -> str:
    return "true" if value is True else f'"{value}"'


def _anthropic(model: str) -> dict[str, str]:
    return {
        "ANTHROPIC_BASE_URL": model,
        "ANTHROPIC_API_KEY": "no-key-is-needed-by-a-scripted-model",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "ENABLE_TOOL_SEARCH": "false",
    }


WAYS = (
    Way("MCP Inspector", _inspector, None),
    Way("Claude Code", _claude_code, _packages("Claude Code"), _anthropic),
    Way("Codex", _codex, _packages("Codex")),
)


@dataclass(frozen=True)
class Time:
    """What was measured; trouble is empty when it worked."""

    commands: int
    seconds: float
    before: float
    trouble: str


def measure(way: Way, wheel: Path, folder: Path, model: Endpoint) -> Time:
    began = time.monotonic()
    trouble = install(way.npm, folder / "client") if way.npm else ""
    before = time.monotonic() - began
    if trouble:
        return Time(0, 0, before, trouble)
    env = _environment(folder) | way.env(model.address)
    commands = [["uv", "tool", "install", "--compile-bytecode", str(wheel)]]
    commands += way.typed(folder / "client" / "node_modules" / ".bin", model.address)
    model.begin(hands_back=False)
    began = time.monotonic()
    said = ""
    for command in commands:
        ran = subprocess.run(  # noqa: S603 - what a newcomer types
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
            cwd=folder,
            env=env,
        )
        said = ran.stdout + ran.stderr
        if ran.returncode != 0:
            return Time(len(commands), time.monotonic() - began, before, f"{command[:3]}: {said[-500:]}")
    seconds = time.monotonic() - began
    works = WORKS in said + model.seen()
    return Time(len(commands), seconds, before, "" if works else f"no answer was seen: {said[-500:]}")


def _environment(folder: Path) -> dict[str, str]:
    env = clean(folder)
    ours, node = Path(env["HOME"]) / ".local" / "bin", folder.parent / "node" / "node_modules" / ".bin"
    # Only uv of this project's own environment, lest its program is taken for the one that was installed.
    tools = folder / "tools"
    tools.mkdir()
    (tools / "uv").symlink_to(Path(sys.executable).parent / "uv")
    env["PATH"] = os.pathsep.join([str(ours), str(node), str(tools), env["PATH"]])
    kept = {name: value for name, value in os.environ.items() if name.startswith(("SSL_", "UV_", "npm_config_"))}
    return env | kept | {"UV_CACHE_DIR": str(folder / "uv"), "npm_config_cache": str(folder / "npm")}


def main() -> int:
    wheel = next((ROOT / "dist").glob("*.whl"))
    times: dict[str, Time] = {}
    with (
        tempfile.TemporaryDirectory(prefix="saleshandy-time-", ignore_cleanup_errors=True) as name,
        endpoint() as model,
    ):
        if trouble := install(NODE, Path(name) / "node"):
            raise SystemExit(trouble)
        model.call = (TOOL, {})
        for number, way in enumerate(WAYS):
            folder = Path(name) / str(number)
            folder.mkdir()
            times[way.client] = told = measure(way, wheel, folder, model)
            print(f"{way.client}: {told.commands} commands, {told.seconds:.1f} s. {told.trouble}", flush=True)
    _write(times)
    fine = all(not it.trouble and it.commands <= MOST_COMMANDS and it.seconds <= MOST_SECONDS for it in times.values())
    return 0 if fine else 1


def _write(times: dict[str, Time]) -> None:
    rows = [
        f"| {client} | {it.commands} | {it.seconds:.0f} | {f'{it.before:.0f} s' if it.before >= 1 else '-'} |\n"
        if not it.trouble
        else f"| {client} | | did not work | |\n"
        for client, it in times.items()
    ]
    PAGE.write_text(_HEAD.format(day=datetime.now(UTC).date()) + "".join(rows), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
