"""The same over real transports and in a real terminal: nothing that a reader cannot see comes out."""

import os
import pty
import re
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, stdio_client
from mcp.types import TextContent

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.untrusted.one_line import visible
from tests.e2e.conftest import Start
from tests.e2e.kit import BOTH_ERAS, PATIENCE, PROGRAM, Mode, environment, over_stdio
from tests.served import served

READS: dict[str, dict[str, Any]] = {
    "list_sequences": {},
    "get_sequence": {"sequence": "Q3 launch", "whole_text": True},
    "list_inbox": {},
    "read_thread": {"thread": "anton.brandt@marrowby.example.com"},
    "list_tasks": {},
    "find_prospects": {"query": "keller"},
    "set_sequence_status": {"sequence": "SaaS founders", "status": "active"},
    "update_step_variant": {"sequence": "No such", "step": "1", "subject": "x"},
}
COMMANDS = (
    ("call", "list_inbox"),
    ("call", "get_sequence", "sequence=Q3 launch"),
    ("call", "get_sequence", "sequence=nothing"),
    ("call", "set_sequence_status", "sequence=SaaS founders", "status=active"),
    ("api", "list_prospects", "--page-size", "10"),
    ("api", "list_prospects", "--page-size", "10", "--json"),
    ("api", "list_sequences"),
    ("api", "update_sequence_status", "--sequence-ids", "x", "--status", "resume"),
    ("import", "FILE", "--to", "SaaS founders", "--dry-run"),
    ("import", "FILE", "--to", "SaaS founders"),
    ("import", "FILE", "--to", "nothing"),
    ("jobs", "list"),
)


@pytest.fixture(params=["canary", "lone-surrogate"])
def account(request: pytest.FixtureRequest) -> Generator[dict[str, str]]:
    """Settings for a sandbox in which every text of every answer holds such characters."""
    box = Sandbox(limits=False)
    box.faults.set(request.param)
    with served(box.app) as address:
        yield {"SALESHANDY_BASE_URL": f"{address}/v1", "SALESHANDY_API_KEY": "sandbox-key"}


async def look(client: Client) -> None:
    for tool, arguments in READS.items():
        result = await client.call_tool(tool, arguments)
        for part in result.content:
            assert isinstance(part, TextContent)
            assert ascii(visible(part.text)) == ascii(part.text)


@pytest.mark.parametrize("mode", BOTH_ERAS)
async def test_over_stdio(account: dict[str, str], mode: Mode) -> None:
    with anyio.fail_after(PATIENCE):
        async with Client(stdio_client(over_stdio(**account)), mode=mode) as client:
            await look(client)


async def test_over_http(account: dict[str, str], start: Start) -> None:
    with anyio.fail_after(PATIENCE):
        program = await start("serve", "--transport", "http", "--port", "0", **account)
        line = await program.err.line(lambda line: line.startswith("MCP at "))
        async with Client(line.split()[2].rstrip(",")) as client:
            await look(client)


@pytest.mark.parametrize("account", ["canary"], indirect=True)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[:2]))
async def test_in_a_terminal(account: dict[str, str], command: tuple[str, ...], tmp_path: Path) -> None:
    leads = anyio.Path(tmp_path / "le\u202eads\u200b.csv")
    await leads.write_text("Email,First Name\nann@lake.example.com,A\u202enn\u200b\x1b[31m\n", encoding="utf-8")
    command = tuple(str(leads) if word == "FILE" else word for word in command)
    shown = await anyio.to_thread.run_sync(in_a_terminal, command, account)
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown).replace("\r", "")  # colours and cursors of our own
    assert ascii(visible(plain)) == ascii(plain)


def in_a_terminal(command: tuple[str, ...], account: dict[str, str]) -> str:
    """What a person sees of a command, who answers no to whatever is asked."""
    ours, theirs = pty.openpty()
    env = environment(**account, TERM="dumb", NO_COLOR="1", COLUMNS="100")
    with subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, *command], stdin=theirs, stdout=theirs, stderr=theirs, env=env, close_fds=True
    ) as process:
        os.close(theirs)
        os.write(ours, b"n\n")
        shown = b""
        while True:
            try:
                some = os.read(ours, 65536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not some:
                break
            shown += some
        process.wait(PATIENCE)
    os.close(ours)
    return shown.decode(errors="surrogateescape")
