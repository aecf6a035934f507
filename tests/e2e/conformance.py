"""The protocol's own conformance suite against our server: the scenarios that any server with tools can be put to.

``make conformance`` runs it. The other scenarios want a server with prepared tools, resources and prompts.
"""

# T201: what it says on stdout is what it is for.
# ruff: noqa: T201

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent / "foreign" / "conformance"
MODULES = HERE / "node_modules"
SUITE = MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"
NODE = MODULES / ".bin" / "node"
"""The suite needs Node.js 22; this one is installed beside it, so that an older one on the machine does no harm."""

SCENARIOS = {
    "2026-07-28": (
        "tools-list",
        "tools-call-error",
        "resources-list",
        "dns-rebinding-protection",
        "caching",
        "http-header-validation",
        "sep-2164-resource-not-found",
        "server-sse-multiple-streams",
        "input-required-result-unsupported-methods",
        "input-required-result-ignore-extra-params",
    ),
    "2025-11-25": (
        "server-initialize",
        "ping",
        "tools-list",
        "resources-list",
        "dns-rebinding-protection",
        "server-session-lifecycle",
        "server-sse-multiple-streams",
    ),
}


def install() -> str | None:
    """Install the suite where it is not yet; what is in the way, if anything."""
    if SUITE.exists() and NODE.exists():
        return None
    npm = shutil.which("npm")
    if npm is None:
        return "npm is needed, and is not here"
    command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"]
    done = subprocess.run(command, cwd=HERE, stdout=sys.stderr, check=False)  # noqa: S603 - found above
    return None if done.returncode == 0 and SUITE.exists() and NODE.exists() else "npm install failed"


@contextmanager
def serving() -> Generator[str]:
    """The server on a free port, with the sandbox behind it; its address."""
    command = [sys.executable, "-m", "saleshandy_mcp", "serve", "--transport", "http", "--port", "0", "--sandbox"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own command
        try:
            assert server.stderr
            told = server.stderr.readline()
            # What it logs from here on has to go somewhere, or it would wait for a reader.
            threading.Thread(target=server.stderr.read, daemon=True).start()
            yield told.split()[2].removesuffix(",")
        finally:
            server.terminate()


def passes(address: str, version: str, scenario: str) -> bool:
    """Run a scenario and say what came of it; all of its words when it fails."""
    with tempfile.TemporaryDirectory() as reports:
        suite = [str(NODE), str(SUITE), "server", "--url", address, "-o", reports]
        done = subprocess.run(  # noqa: S603 - installed above
            [*suite, "--scenario", scenario, "--spec-version", version],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    counted = [line for line in done.stdout.splitlines() if line.startswith("Passed: ")]
    print(f"{'ok' if done.returncode == 0 else 'FAILED':6} {version} {scenario}: {' '.join(counted)}")
    if done.returncode != 0:
        print(done.stdout, done.stderr, sep="\n")
    return done.returncode == 0


def main() -> int:
    if trouble := install():
        print(f"CONFORMANCE NOT TRIED: {trouble}", file=sys.stderr)
        return 1
    with serving() as address:
        results = [passes(address, version, scenario) for version, names in SCENARIOS.items() for scenario in names]
    print(f"{sum(results)} of {len(results)} scenarios passed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
