"""Two processes with one key keep to the limits of the API together: the sandbox counts, in a third process."""

import sys
from pathlib import Path

import anyio
import httpx2

from saleshandy_mcp.api.http.chain import ENDPOINT_LIMIT
from tests.e2e.kit import PATIENCE, Program, environment

CALLS = 15
CALLER = f"""
import anyio
from saleshandy_mcp.api.resources.sequences import ListSequences
from saleshandy_mcp.cli.support.connection import connected
from saleshandy_mcp.core.errors import Throttled
from saleshandy_mcp.core.settings import Settings

async def main():
    held, refused = 0, 0
    async with connected(Settings.from_env()) as api:
        for _ in range({CALLS}):
            try:
                await api.send(ListSequences(), api.clock() + 10)
            except Throttled as error:
                held, refused = held + (error.status == 0), refused + (error.status != 0)
    print(held, refused)

anyio.run(main)
"""


async def test_two_processes_make_no_more_calls_a_minute_than_one_may(
    sandbox: tuple[Program, str], tmp_path: Path
) -> None:
    settings = {
        "SALESHANDY_BASE_URL": f"{sandbox[1]}/v1",
        "SALESHANDY_API_KEY": "sandbox-key",
        "SALESHANDY_DATA": str(tmp_path),
    }
    told: list[list[int]] = []

    async def caller() -> None:
        process = await anyio.run_process(
            [sys.executable, "-c", CALLER], env=environment(**settings), stderr=sys.stderr
        )
        told.append([int(word) for word in process.stdout.split()])

    with anyio.fail_after(PATIENCE):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(caller)
            tasks.start_soon(caller)
        async with httpx2.AsyncClient(trust_env=False) as http:
            state = (await http.get(f"{sandbox[1]}/sandbox/state")).json()
    assert state["requests"] == {"GET /sequences": ENDPOINT_LIMIT}
    assert [sum(column) for column in zip(*told, strict=True)] == [2 * CALLS - ENDPOINT_LIMIT, 0]
