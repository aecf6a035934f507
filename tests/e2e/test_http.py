"""The server on a port: both HTTP transports, who is let in, and how it ends."""

import signal
import socket
from itertools import product
from typing import Any

import anyio
import httpx2
import pytest
from click.testing import CliRunner
from mcp import Client
from mcp.client.sse import sse_client
from mcp.types import CallToolResult

from saleshandy_mcp.cli import cli
from tests.e2e.conftest import Start, serving
from tests.e2e.kit import BOTH_ERAS, PATIENCE, TOOLS, Agreeing, Mode, Program, text_of

TO_START = {"sequence": "SaaS founders", "status": "active"}
FROM_ELSEWHERE = [
    ("host", "evil.example.com", 421),
    ("host", "127.0.0.1.evil.example.com", 421),
    ("host", "127.0.0.1:1", 421),
    ("origin", "https://evil.example.com", 403),
    ("origin", "null", 403),
]
DOORS = [("POST", "/mcp"), ("GET", "/mcp"), ("DELETE", "/mcp"), ("GET", "/sse"), ("POST", "/messages/")]


@pytest.fixture
async def server(start: Start) -> tuple[Program, str]:
    return await serving(start)


@pytest.fixture
def address(server: tuple[Program, str]) -> str:
    return server[1]


@pytest.mark.parametrize("mode", BOTH_ERAS)
async def test_streamable_http_lists_the_tools_and_calls_one(address: str, mode: Mode) -> None:
    with anyio.fail_after(PATIENCE):
        async with Client(f"{address}/mcp", mode=mode) as client:
            assert (client.protocol_version >= "2026-07-28") == (mode == "auto")
            assert len((await client.list_tools()).tools) == TOOLS
            result = await client.call_tool("list_sequences", {})
            assert "Q3 launch [" in text_of(result)
            assert result.structured_content is not None
            assert result.structured_content["sequences"][0]["title"] == "Q3 launch"


@pytest.mark.parametrize("mode", BOTH_ERAS)
@pytest.mark.parametrize("transport", ["http", "sse"])
async def test_old_clients_find_the_same_server_at_sse(start: Start, transport: str, mode: Mode) -> None:
    _, address = await serving(start, transport)
    with anyio.fail_after(PATIENCE):
        async with Client(sse_client(f"{address}/sse"), mode=mode) as client:
            assert len((await client.list_tools()).tools) == TOOLS
            created = await client.call_tool("create_sequence", {"title": "Made over SSE"})
            assert not created.is_error
        async with Client(f"{address}/mcp") as client:
            assert "Made over SSE [" in text_of(await client.call_tool("list_sequences", {}))


async def test_a_token_counts_in_its_session_and_for_a_client_that_opens_one_for_each_call(address: str) -> None:
    async def call(client: Client, **more: str) -> CallToolResult:
        return await client.call_tool("set_sequence_status", {**TO_START, **more})

    async def preview(client: Client) -> str:
        facts: dict[str, Any] = (await call(client)).structured_content or {}
        return facts["confirm"]

    def session() -> Client:
        return Client(f"{address}/mcp", mode="legacy")

    with anyio.fail_after(PATIENCE):
        async with session() as one, session() as other:
            token = await preview(one)
            await other.call_tool("list_sequences", {})
            assert "given out in another session" in text_of(await call(other, confirm=token))
            token = await preview(one)
            async with session() as new:
                assert "is active now" in text_of(await call(new, confirm=token))


@pytest.mark.parametrize("mode", BOTH_ERAS)
async def test_a_person_is_asked_over_streamable_http(address: str, mode: Mode) -> None:
    person = Agreeing()
    with anyio.fail_after(PATIENCE):
        async with Client(f"{address}/mcp", mode=mode, elicitation_callback=person) as client:
            assert "is active now" in text_of(await client.call_tool("set_sequence_status", TO_START))
            found = await client.call_tool("list_sequences", {"query": "SaaS founders"})
    assert len(person.asked) == 1
    assert "] active" in text_of(found)


@pytest.mark.parametrize("mode", BOTH_ERAS)
async def test_a_person_is_asked_over_sse(address: str, mode: Mode) -> None:
    person = Agreeing()
    with anyio.fail_after(PATIENCE):
        async with Client(sse_client(f"{address}/sse"), mode=mode, elicitation_callback=person) as client:
            assert "is active now" in text_of(await client.call_tool("set_sequence_status", TO_START))
    assert len(person.asked) == 1


@pytest.mark.parametrize("mode", BOTH_ERAS)
async def test_a_client_that_cannot_ask_gets_a_preview_to_show(address: str, mode: Mode) -> None:
    with anyio.fail_after(PATIENCE):
        async with Client(f"{address}/mcp", mode=mode) as client:
            preview = await client.call_tool("set_sequence_status", TO_START)
            assert text_of(preview).startswith("Not done yet.")
            assert preview.structured_content is not None
            agreed = TO_START | {"confirm": preview.structured_content["confirm"]}
            assert "is active now" in text_of(await client.call_tool("set_sequence_status", agreed))


async def test_files_of_the_machine_are_not_read_for_whoever_reaches_the_port(
    start: Start, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("leads")
    (folder / "leads.csv").write_text("Email\nsecret.person@example.com\n")
    program = await start("serve", "--transport", "http", "--port", "0", "--sandbox", SALESHANDY_FILES=str(folder))
    told = await program.err.line(lambda line: line.startswith("MCP at http://"))
    with anyio.fail_after(PATIENCE):
        async with Client(told.split()[2].removesuffix(",")) as client:
            wanted = {"sequence": "SaaS founders", "step": "1", "file": "leads.csv"}
            result = await client.call_tool("import_prospects", wanted)
    assert result.is_error
    assert text_of(result).startswith("import_prospects did nothing: file")
    assert "secret.person" not in text_of(result)


async def test_healthz_says_ok_and_no_more(address: str) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{address}/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


async def test_a_page_from_elsewhere_is_turned_away_at_every_door(server: tuple[Program, str]) -> None:
    program, address = server
    usual = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    async with httpx2.AsyncClient(trust_env=False) as http:
        for (header, value, status), (method, path) in product(FROM_ELSEWHERE, DOORS):
            answer = await http.request(method, address + path, headers={**usual, header: value})
            assert (value, path, answer.status_code) == (value, path, status)
        assert (await http.get(f"{address}/healthz")).status_code == 200
    program.process.send_signal(signal.SIGTERM)
    await program.end()
    assert "Traceback" not in program.err.said


def words_for(host: str) -> tuple[str, ...]:
    return ("serve", "--transport", "http", "--host", host, "--port", "0", "--sandbox")


async def test_an_address_that_others_reach_is_refused(start: Start) -> None:
    program = await start(*words_for("0.0.0.0"))  # noqa: S104 - to see it refused
    assert await program.end() != 0
    assert "--host 0.0.0.0 would open this server, and the key behind it, to others" in program.err.said
    assert "Traceback" not in program.err.said
    assert program.out.said == ""


@pytest.mark.parametrize("host", ["::", "192.0.2.1", "example.com"])
def test_an_address_that_others_reach_is_refused_however_it_is_written(host: str) -> None:
    refused = CliRunner().invoke(cli, words_for(host))
    assert refused.exit_code != 0
    assert f"--host {host} would open this server, and the key behind it, to others" in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("command", [("serve", "--transport", "http", "--sandbox"), ("sandbox",)])
async def test_a_port_in_use_is_refused(start: Start, command: tuple[str, ...]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        program = await start(*command, "--port", str(port))
        assert await program.end() != 0
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use. Choose another --port." in program.err.said
    assert "Traceback" not in program.err.said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_also_with_a_stream_open(server: tuple[Program, str], number: signal.Signals) -> None:
    program, address = server
    async with httpx2.AsyncClient(trust_env=False) as http, http.stream("GET", f"{address}/sse") as stream:
        first = await anext(stream.aiter_lines())
        assert first == "event: endpoint"
        program.process.send_signal(number)
        await program.end()
    assert "Traceback" not in program.err.said
