"""The other form of SalesSheet, when a model, a proxy or the endpoint itself means harm."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.server.mcpserver import MCPServer
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.integrations.crm import Query
from saleshandy_mcp.integrations.salessheet import mcp_endpoint
from saleshandy_mcp.integrations.salessheet.mcp_crm import McpCrm
from saleshandy_mcp.integrations.salessheet.mcp_endpoint import McpEndpoint, endpoint_client
from saleshandy_mcp.integrations.salessheet.mcp_mapping import McpMapping
from tests.served import served

READING = '[contacts]\nlist = {tool = "read"}\n'
WRITING = READING + (
    'create = {tool = "act", also = {action = "create"}}\n'
    'change = {tool = "act", id = "number", also = {action = "change"}}\n'
)


def mapped(tmp_path: Path, text: str) -> McpMapping:
    (tmp_path / "crm.toml").write_text(text, encoding="utf-8")
    return McpMapping.read(tmp_path / "crm.toml")


async def refused_by(app: ASGIApp, tmp_path: Path) -> str:
    with served(app) as address:
        mapping = mapped(tmp_path, f'endpoint = "{address}/mcp"\n{READING}')
        crm = McpCrm(McpEndpoint(mapping, endpoint_client(mapping, SecretStr("ss_live_x"))), writable=False)
        with pytest.raises(Mistake) as refused:
            await crm.page("contacts", Query())
    return refused.value.what


def answering(*headers: tuple[bytes, bytes], part: bytes, times: int) -> ASGIApp:
    """Answers everything with so many times the same bytes."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        del receive
        given = [(b"content-type", b"application/json"), *headers]
        await send({"type": "http.response.start", "status": 200, "headers": given})
        for _ in range(times):
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return app


@pytest.mark.parametrize("name", ["action", "number"])
@pytest.mark.parametrize("id_", [None, "7"])
async def test_no_field_of_a_record_changes_what_the_tool_does_or_to_whom(
    tmp_path: Path, name: str, id_: str | None
) -> None:
    done: list[tuple[str, str]] = []
    server: MCPServer[Any] = MCPServer("crm")

    @server.tool()
    def act(action: str, number: str = "", email: str = "") -> dict[str, Any]:
        done.append((action, number))
        return {"id": number or "8", "email": email}

    @server.tool()
    def read() -> list[Any]:
        return []

    crm = McpCrm(McpEndpoint(mapped(tmp_path, WRITING), lambda: Client(server)), writable=True)
    record = {"email": "a@x.example.com", name: "delete"} | ({"id": id_} if id_ else {})
    (result,) = await crm.save("contacts", [record], email="email")
    (ordinary,) = await crm.save("contacts", [{"email": "b@x.example.com"}], email="email")
    if (name, id_) == ("number", None):
        # To make a record no number is given, so this is a field like others.
        assert done == [("create", "delete"), ("create", "")]
    else:
        assert result.outcome == "not sent"
        assert f'"{name}" is set by the file' in result.reasons[0]
        assert done == [("create", "")]
    assert ordinary.outcome == "created"


async def test_a_proxy_of_the_environment_gets_no_key_in_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    async def proxy(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            seen.append(dict(scope["headers"]).get(b"authorization"))
        await answering(part=b"{}", times=1)(scope, receive, send)

    with served(proxy) as address:
        monkeypatch.setenv("HTTP_PROXY", address)
        monkeypatch.setenv("http_proxy", address)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        await refused_by(answering(part=b"{}", times=1), tmp_path)
    assert seen == []


async def test_an_answer_that_is_too_long_breaks_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_endpoint, "MOST_BYTES", 1_000_000)
    said = await refused_by(answering(part=b" " * 100_000, times=30), tmp_path)
    assert said.startswith("an answer of SalesSheet's MCP endpoint is longer than 1 MB")


async def test_a_compressed_answer_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(b" " * 1_000_000)
    said = await refused_by(answering((b"content-encoding", b"gzip"), part=bomb, times=1), tmp_path)
    assert said.startswith("SalesSheet's MCP endpoint answers compressed")
