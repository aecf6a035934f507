"""The server as the process that an MCP client starts: its pipes, its end, and what it says when something is wrong."""

import json
import os
import signal
from pathlib import Path
from subprocess import PIPE

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import stdio_client

from tests.e2e.conftest import Start
from tests.e2e.kit import (
    BOTH_ERAS,
    HANDSHAKE,
    PATIENCE,
    PROGRAM,
    TOOLS,
    Agreeing,
    Mode,
    Program,
    environment,
    over_stdio,
    text_of,
)

CANARY = "canary-7c1f9e2b"


@pytest.mark.parametrize("mode", BOTH_ERAS)
async def test_a_client_lists_the_tools_and_calls_one(mode: Mode, tmp_path: Path) -> None:
    with (tmp_path / "stderr").open("w") as aside, anyio.fail_after(PATIENCE):
        async with Client(stdio_client(over_stdio("--sandbox"), errlog=aside), mode=mode) as client:
            assert (client.protocol_version >= "2026-07-28") == (mode == "auto")
            assert len((await client.list_tools()).tools) == TOOLS
            result = await client.call_tool("list_sequences", {"query": "launch"})
            assert not result.is_error
            assert text_of(result).splitlines()[1].startswith("Q3 launch [")
            assert result.structured_content is not None
            assert result.structured_content["sequences"][0]["title"] == "Q3 launch"


@pytest.mark.parametrize("mode", BOTH_ERAS)
async def test_a_client_that_can_ask_is_asked_before_mail_goes_out(mode: Mode, tmp_path: Path) -> None:
    person = Agreeing()
    with (tmp_path / "stderr").open("w") as aside, anyio.fail_after(PATIENCE):
        server = stdio_client(over_stdio("--sandbox"), errlog=aside)
        async with Client(server, mode=mode, elicitation_callback=person) as client:
            wanted = {"sequence": "SaaS founders", "status": "active"}
            result = await client.call_tool("set_sequence_status", wanted)
            assert "is active now" in text_of(result)
    assert len(person.asked) == 1
    assert person.asked[0].startswith('Start this sequence? It mails real people.\n- sequence: "SaaS founders [')


async def test_a_client_of_2025_reads_on_the_wire_that_there_are_cards(start: Start) -> None:
    server = await start("serve", "--sandbox")
    answer = await server.ask("initialize", HANDSHAKE)
    assert answer["result"]["protocolVersion"] == "2025-11-25"
    offered = answer["result"]["capabilities"]["extensions"]
    assert offered == {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}}


async def test_the_newest_protocol_needs_no_handshake(start: Start) -> None:
    server = await start("serve", "--sandbox")
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "pipes", "version": "1"},
    }
    answer = await server.ask("tools/list", {"_meta": meta})
    assert len(answer["result"]["tools"]) == TOOLS


async def test_stdout_carries_json_rpc_and_nothing_else_whatever_comes_in(start: Start) -> None:
    server = await start("serve", "--sandbox")
    for rubbish in ("{bad", "", "[]", "7", "null", '"text"', "{}", '{"jsonrpc": "1.0"}', b"\xff\xfe\x00"):
        await server.send(rubbish)
    await server.shake_hands()
    unknown = await server.ask("no/such/method")
    assert unknown["error"]["code"] == -32601
    text, failed = await server.call("list_sequences", bogus=1)
    assert failed
    assert "bogus is no argument of list_sequences" in text
    text, failed = await server.call("no_such_tool")
    assert failed
    assert "no_such_tool" in text
    await server.send("{worse")
    text, failed = await server.call("list_sequences")
    assert not failed
    await server.close_input()
    assert await server.end() == 0
    lines = server.out.lines()
    assert len(lines) == 5 + 9  # each piece of rubbish but the empty line has its answer
    assert all(json.loads(line)["jsonrpc"] == "2.0" for line in lines)


async def test_odd_messages_of_real_clients_are_mended_or_answered(start: Start) -> None:
    server = await start("serve", "--sandbox")
    await server.send("\ufeff" + json.dumps({"id": "early", "method": "tools/list"}))
    early = json.loads(await server.out.line(lambda line: '"early"' in line))
    assert early["error"] == {"code": -32600, "message": "tools/list came before initialize"}
    odd = await server.ask("initialize", {**HANDSHAKE, "clientInfo": None})
    assert odd["error"]["code"] == -32602
    assert "clientInfo" in odd["error"]["message"]
    assert (await server.shake_hands())["capabilities"]["prompts"] == {"listChanged": False}
    await server.send('{"id": "half", "method": "tools/call", "params": {"name": "list_sequences", "arguments": '
                      '{"query": "\\ud83c"}}}')  # fmt: skip
    half = json.loads(await server.out.line(lambda line: '"half"' in line))
    assert half["result"]["isError"] is False
    await server.send('[{"jsonrpc": "2.0", "id": "a", "method": "ping"}, {"id": "b", "method": "ping", "params": []}]')
    for number in "ab":
        assert json.loads(await server.out.line(lambda line, it=number: f'"{it}"' in line))["result"] == {}
    unknown = await server.ask("prompts/get", {"name": "x"})
    assert unknown["error"]["code"] == -32602
    assert unknown["error"]["message"].startswith("there is no prompt called x; there are: ")
    wrong = await server.ask("tools/call", {"nam": "list_sequences"})
    assert wrong["error"] == {"code": -32602, "message": "tools/call: params.name is missing"}
    await server.close_input()
    assert await server.end() == 0
    assert "Traceback" not in server.err.said
    assert "mended a message: byte order mark, no jsonrpc" in server.err.said


async def test_it_ends_quietly_when_nobody_reads_any_more() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with anyio.fail_after(PATIENCE):
        process = await anyio.open_process(
            [*PROGRAM, "serve", "--sandbox"], stdin=PIPE, stdout=writing, stderr=PIPE, env=environment()
        )
        os.close(writing)
        async with process:
            assert process.stdin
            assert process.stderr
            await process.stdin.send(
                json.dumps({"id": 1, "method": "initialize", "params": HANDSHAKE}).encode() + b"\n"
            )
            said = b"".join([part async for part in process.stderr])
            assert await process.wait() == 0
    assert b"Traceback" not in said


@pytest.mark.parametrize(("flags", "heard"), [((), True), (("--quiet",), False), (("--log-level", "error"), False)])
async def test_what_is_said_aside_can_be_chosen(start: Start, flags: tuple[str, ...], heard: bool) -> None:  # noqa: FBT001
    server = await start("serve", "--sandbox", *flags)
    await server.shake_hands()
    await server.call("list_sequences")
    await server.close_input()
    assert await server.end() == 0
    assert ("list_sequences() ok" in server.err.said) == heard


async def test_a_line_of_a_million_characters_is_read_like_any_other(start: Start) -> None:
    server = await start("serve", "--sandbox")
    await server.shake_hands()
    text, failed = await server.call("list_sequences", query="x" * 1_000_000)
    assert not failed
    assert len(text) < 1_000
    await server.send("x" * 1_000_000)
    text, failed = await server.call("list_sequences")
    assert not failed
    assert "Q3 launch" in text


async def test_it_ends_by_itself_when_stdin_ends(start: Start) -> None:
    server = await start("serve", "--sandbox")
    await server.shake_hands()
    await server.close_input()
    assert await server.end() == 0


async def test_it_ends_by_itself_when_nobody_ever_spoke(start: Start) -> None:
    server = await start("serve")
    await server.close_input()
    assert await server.end() == 0
    assert server.out.said == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it(start: Start, number: signal.Signals) -> None:
    server = await start("serve", "--sandbox")
    await server.shake_hands()
    server.process.send_signal(number)
    await server.end()
    assert len(server.out.lines()) == 1


async def test_a_bare_start_without_a_key_serves_and_says_how_to_set_one(start: Start) -> None:
    server = await start()
    await server.shake_hands()
    assert len((await server.ask("tools/list"))["result"]["tools"]) == TOOLS
    text, failed = await server.call("list_sequences")
    assert failed
    assert text.startswith("list_sequences did nothing: no API key is set.")
    assert text.index("saleshandy-mcp login") < text.index("SALESHANDY_API_KEY") < text.index("SALESHANDY_API_KEY_FILE")
    assert "--sandbox" in text
    await server.err.line(lambda line: "No API key is set" in line)


async def test_a_wrong_key_is_explained_and_shown_nowhere(start: Start, sandbox: tuple[Program, str]) -> None:
    server = await start("serve", SALESHANDY_API_KEY=CANARY, SALESHANDY_BASE_URL=f"{sandbox[1]}/v1")
    await server.shake_hands()
    await server.ask("tools/list")
    for tool, arguments in (
        ("list_sequences", {}),
        ("create_sequence", {"title": "New"}),
        ("get_sequence", {"sequence": "Q3 launch"}),
        ("find_prospects", {"query": CANARY[:6]}),
    ):
        text, failed = await server.call(tool, **arguments)
        assert failed
        assert text.startswith(f"{tool} did nothing: Saleshandy did not accept the API key")
        assert "Check SALESHANDY_API_KEY" in text
    await server.close_input()
    assert await server.end() == 0
    assert CANARY not in server.out.said
    assert CANARY not in server.err.said
    assert "list_sequences() failed" in server.err.said


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SALESHANDY_BASE_URL", "http://example.com", "SALESHANDY_BASE_URL has to be https://"),
        ("SALESHANDY_FILES", "/no/such/folder", "SALESHANDY_FILES is not a folder"),
        ("SALESHANDY_API_KEY", f"{CANARY} {CANARY}", "SALESHANDY_API_KEY holds characters that no key has"),
    ],
)
async def test_a_wrong_setting_stops_the_start_with_a_sentence(
    start: Start, variable: str, value: str, sentence: str
) -> None:
    server = await start("serve", **{variable: value})
    assert await server.end() != 0
    assert server.out.said == ""
    assert sentence in server.err.said
    assert len(server.err.lines()) == 1
    assert CANARY not in server.err.said


async def test_an_api_that_went_away_is_told_and_outlived(start: Start, sandbox: tuple[Program, str]) -> None:
    emulator, address = sandbox
    server = await start("serve", SALESHANDY_API_KEY="sandbox-key", SALESHANDY_BASE_URL=f"{address}/v1")
    await server.shake_hands()
    _, failed = await server.call("list_sequences")
    assert not failed
    emulator.process.kill()
    await emulator.end()
    for tool, arguments in (("create_sequence", {"title": "Never made"}), ("list_sequences", {})):
        text, failed = await server.call(tool, **arguments)
        assert failed
        assert text.startswith(f"{tool} did nothing: 127.0.0.1:")
        assert "could not be reached" in text
        assert "nothing was sent" in text
    assert len((await server.ask("tools/list"))["result"]["tools"]) == TOOLS
    await server.close_input()
    assert await server.end() == 0


async def test_an_api_that_dies_during_an_import_is_waited_for_and_no_row_is_told_as_done(
    start: Start, sandbox: tuple[Program, str], tmp_path: Path
) -> None:
    emulator, address = sandbox
    settings = {"SALESHANDY_BASE_URL": f"{address}/v1", "SALESHANDY_DATA": str(tmp_path)}
    server = await start("serve", SALESHANDY_API_KEY="sandbox-key", **settings)
    await server.shake_hands()
    rows = [{"Email": f"person{number}@company{number}.example.com"} for number in range(20)]

    async def kill_it_once_it_has_the_rows() -> None:
        async with httpx2.AsyncClient(trust_env=False) as http:
            while not (await http.get(f"{address}/sandbox/state")).json()["imports"]:
                pass
        emulator.process.kill()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(kill_it_once_it_has_the_rows)
        wanted = {"sequence": "SaaS founders", "step": "1", "rows": rows}
        question, _ = await server.call("import_prospects", **wanted)
        token = question.partition('confirm="')[2].partition('"')[0]
        text, failed = await server.call("import_prospects", **wanted, confirm=token)
        assert not failed
        assert "20 in progress" in text
        assert "waiting, and trying again: " in text
        assert "could not be reached" in text
    server.process.kill()
    again = await start("serve", SALESHANDY_API_KEY="sandbox-key", **settings)
    await again.shake_hands()
    text, _ = await again.call("check_import_status")
    assert "stopped · 0 of 20 rows imported · go on: import_prospects(job=" in text
    job = text.partition('job="')[2].partition('"')[0]
    text, _ = await again.call("check_import_status", job=job)
    assert "20 UNKNOWN: sent, outcome not known; do not send again before looking" in text
    assert len((await again.ask("tools/list"))["result"]["tools"]) == TOOLS
