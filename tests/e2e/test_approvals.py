"""A person's yes outside of the client, between real processes: a server for each call, a terminal, a browser."""

import os
import subprocess
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult

from tests.e2e.kit import PATIENCE, PROGRAM, Program, environment, over_stdio, text_of

START = {"sequence": "SaaS founders", "status": "active"}


def at_a_terminal(typed: str, **extra: str) -> str:
    """``approvals`` in a terminal at which somebody types; what it prints."""
    far, near = os.openpty()
    os.write(far, typed.encode())
    with os.fdopen(near) as keyboard:
        ran = subprocess.run(  # noqa: S603 - our own program
            [*PROGRAM, "approvals"],
            stdin=keyboard,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
            env=environment(**extra),
        )
    os.close(far)
    return ran.stdout


async def test_a_process_for_each_call_waits_for_the_terminal_and_one_starts(
    sandbox: tuple[Program, str], tmp_path: Path
) -> None:
    place = {"SALESHANDY_DATA": str(tmp_path)}
    settings = {**place, "SALESHANDY_API_KEY": "sandbox-key", "SALESHANDY_BASE_URL": f"{sandbox[1]}/v1"}

    async def call() -> CallToolResult:
        async with Client(stdio_client(over_stdio("--approval", "person", **settings))) as client:
            return await client.call_tool("set_sequence_status", START)

    with anyio.fail_after(PATIENCE):
        first = await call()
        assert f"`saleshandy-mcp approvals --data {tmp_path}`" in text_of(first)
        facts: dict[str, Any] = first.structured_content or {}
        printed = await anyio.to_thread.run_sync(lambda: at_a_terminal("yes\n", **place))
        assert "- people in it: " in printed
        assert "Agreed. It is done when" in printed
        assert facts["plan"].splitlines()[0] in printed
        assert "Agreed to by a person, at a terminal of this machine." in text_of(await call())
        async with httpx2.AsyncClient(trust_env=False) as http:
            state = (await http.get(f"{sandbox[1]}/sandbox/state")).json()
    assert state["requests"]["POST /sequences/status"] == 1


@pytest.mark.parametrize("word", ["--approval=page", "SALESHANDY_APPROVAL"])
async def test_the_page_is_served_beside_stdio_and_takes_the_answer(word: str) -> None:
    chosen = over_stdio("--sandbox", word) if word.startswith("--") else over_stdio("--sandbox", **{word: "page"})
    with anyio.fail_after(PATIENCE):
        async with Client(stdio_client(chosen)) as client, httpx2.AsyncClient(trust_env=False) as browser:
            asked: dict[str, Any] = (await client.call_tool("set_sequence_status", START)).structured_content or {}
            page = await browser.get(asked["link"])
            assert "people in it" in page.text
            key = page.text.split('name="key" value="')[1].split('"')[0]
            answer = await browser.post(asked["link"], data={"key": key, "answer": "yes"})
            assert "You agreed." in answer.text
            done = await client.call_tool("set_sequence_status", START)
    assert "Agreed to on the page of this server." in text_of(done)


def test_a_word_that_is_none_is_refused_with_those_that_are() -> None:
    ran = subprocess.run(  # noqa: S603 - our own program
        [*PROGRAM, "serve"], capture_output=True, text=True, check=False, env=environment(SALESHANDY_APPROVAL="often")
    )
    assert ran.returncode == 2
    assert "SALESHANDY_APPROVAL has to be one of auto, person, terminal, page, token, deny" in ran.stderr
