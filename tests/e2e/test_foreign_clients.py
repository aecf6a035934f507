"""Clients that are not ours: the TypeScript SDK, old and new, over every transport it has."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.e2e.conftest import Start, serving
from tests.e2e.kit import PATIENCE, PROGRAM, TOOLS, environment

HERE = Path(__file__).parent / "foreign"
OLDEST_NODE = 20

pytestmark = pytest.mark.foreign


@pytest.fixture(scope="module")
def node() -> str:
    """Node.js with the client's packages installed; without them these tests cannot be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js and npm are needed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - found above
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        pytest.skip(f"Node.js {OLDEST_NODE} or newer is needed, this is {version}")
    if not _installed():
        install = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--fetch-retries=1"]
        try:
            subprocess.run(install, cwd=HERE, capture_output=True, check=True, timeout=180)  # noqa: S603 - found above
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            pytest.skip("npm install failed in tests/e2e/foreign")
    return node


def _installed() -> bool:
    wanted: dict[str, str] = json.loads((HERE / "package.json").read_text())["dependencies"]
    packages = {name: HERE / "node_modules" / name / "package.json" for name in wanted}
    return all(
        packages[name].exists() and json.loads(packages[name].read_text())["version"] == version
        for name, version in wanted.items()
    )


async def seen_by(node: str, release: str, transport: str, *target: str) -> dict[str, Any]:
    """What the client saw of the server."""
    with anyio.fail_after(PATIENCE):
        done = await anyio.run_process(
            [node, "client.mjs", release, transport, *target], cwd=HERE, env=environment(), check=False
        )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def assert_all_is_well(seen: dict[str, Any]) -> None:
    assert seen["server"]["name"] == "saleshandy"
    assert len(seen["tools"]) == TOOLS
    assert "Q3 launch [" in seen["good"]["content"][0]["text"]
    assert seen["good"]["structuredContent"]["sequences"][0]["title"] == "Q3 launch"
    assert not seen["good"].get("isError")
    assert seen["bad"]["isError"] is True
    assert "pages is no argument of list_sequences" in seen["bad"]["content"][0]["text"]


@pytest.mark.parametrize(("release", "version"), [("v1", None), ("v2", "2025-11-25"), ("v2-auto", "2026-07-28")])
async def test_a_foreign_client_works_over_stdio(node: str, release: str, version: str | None) -> None:
    seen = await seen_by(node, release, "stdio", *PROGRAM, "serve", "--sandbox")
    assert_all_is_well(seen)
    assert seen["version"] == version


@pytest.mark.parametrize(("release", "version"), [("v1", None), ("v2", "2025-11-25"), ("v2-auto", "2026-07-28")])
async def test_a_foreign_client_works_over_streamable_http(
    node: str, start: Start, release: str, version: str | None
) -> None:
    _, address = await serving(start)
    seen = await seen_by(node, release, "http", f"{address}/mcp")
    assert_all_is_well(seen)
    assert seen["version"] == version


async def test_an_old_foreign_client_works_over_sse(node: str, start: Start) -> None:
    _, address = await serving(start)
    assert_all_is_well(await seen_by(node, "v1", "sse", f"{address}/sse"))
