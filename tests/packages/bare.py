"""The wheel in bare environments: ``make bare`` tries them and writes docs/bare.md. It installs from the index, and so
it is no part of the tests of every day. ``make bare FEW=1`` tries three clients, one for each form of settings, and
every state of their files with the first Python alone; the page says so.
"""

# T201: what it says on stdout is what it is for.
# ruff: noqa: T201

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from saleshandy_mcp.client_settings.known_clients import CLIENTS
from tests.packages.environments import Environment, conditions, installed, open_to_all, pythons, uvx
from tests.packages.looks import Look, look

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "bare.md"
FEW = bool(os.environ.get("FEW"))
TRIED = tuple(it for it in CLIENTS if not FEW or it.slug in ("claude-desktop", "codex", "continue"))
WANTED = ("3.11", "3.12", "3.13", "3.14")
_HEAD = """# From bare environments

`make bare` wrote this on {day}. The wheel was installed into environments that have nothing else. In each, the server
was started over stdio (initialize, tools/list), `saleshandy-mcp tools` and a call on the sandbox were made, and the
server was put into the settings of {clients} and taken out: missing, empty, full, commented and broken files with
{all_states}, commented files under the other conditions. A broken or read-only file has to be refused and left alone;
all others have to be, byte for byte, what they were.

| environment | starts | `tools` | sandbox call | install and uninstall |
|---|---|---|---|---|
"""


def main() -> int:
    wheel = next((ROOT / "dist").glob("*.whl"))
    found = pythons()
    # Below a folder that other users may enter: one of the conditions is a user without a home.
    with tempfile.TemporaryDirectory(prefix="saleshandy-bare-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        tried = [uvx(wheel, folder / "uv")]
        for version, python in found.items():
            program = installed(python, wheel, folder / version)
            tried.append(Environment(f"Python {version}", program, every_state=not FEW or version == next(iter(found))))
            if version == _conditions_of(found):
                tried += conditions(program, f"Python {version}", for_all=open_to_all(python))
        with ThreadPoolExecutor(2) as pool:
            looks = list(pool.map(_look, tried, [folder / f"look-{number}" for number in range(len(tried))]))
    _write(looks, [it for it in WANTED if it not in found])
    wrong = [trouble for it in looks for trouble in it.wrong]
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def _conditions_of(found: dict[str, Path]) -> str:
    """The Python under which conditions are tried: one that every user may run, or else the first."""
    return next((version for version, python in found.items() if open_to_all(python)), next(iter(found)))


def _look(environment: Environment, folder: Path) -> Look:
    told = look(environment, folder, clients=TRIED)
    print(f"{'FAILED' if told.wrong else 'ok':6} {environment.name}: {', '.join(told.cells)}", flush=True)
    return told


def _names() -> str:
    return ", ".join(it.name for it in TRIED[:-1]) + f" and {TRIED[-1].name}"


def _write(looks: list[Look], missing: list[str]) -> None:
    rows = [f"| {' | '.join([it.environment.name, *it.cells])} |\n" for it in looks]
    told = f"\nNot tried, for this machine does not have them: Python {', '.join(missing)}.\n" if missing else ""
    systems = (
        "\nAll on Linux. The workflow `tests` is for macOS and Windows; the tests of `install` simulate them.\n"
        "\nWithout a home folder, what keeps data needs `SALESHANDY_DATA`: a server for an account, imports, "
        "`approvals`. Where it is not set,\nthey say so and end. The sandbox needs no folder.\n"
    )
    PAGE.write_text(
        _HEAD.format(
            day=datetime.now(UTC).date(), clients=_names(), all_states="the first Python" if FEW else "each Python"
        )
        + "".join(rows)
        + told
        + systems,
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
