"""Calls of tools at an MCP endpoint, by the SDK's own client. The only file beside the server that knows MCP."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import httpx2
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent, Tool
from pydantic import SecretStr

from saleshandy_mcp.api.client import in_clear_on_loopback
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.variables import CRM_KEY, CRM_MCP
from saleshandy_mcp.integrations.salessheet.mcp_mapping import McpMapping

SECONDS = 30.0
"""What one call may take."""
MOST_BYTES = 64_000_000
"""Of one answer. Compressed answers are refused: their size shows only when they are unpacked."""
_MOST_TOOLS = 30
_MOST_PAGES = 20

T = TypeVar("T")
Opened = Callable[[], AbstractAsyncContextManager[Client]]
Call = Callable[[str, dict[str, Any]], Awaitable[Any]]


class ToolFailed(Exception):
    """The tool answered that something went wrong. Whether it did anything is not certain."""


class _Bounded(httpx2.AsyncByteStream):
    """A body that breaks off when it is too long."""

    def __init__(self, body: httpx2.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        length = 0
        async for part in self._body:
            length += len(part)
            if length > MOST_BYTES:
                raise Mistake(f"an answer of SalesSheet's MCP endpoint is longer than {MOST_BYTES // 1_000_000} MB")
            yield part

    async def aclose(self) -> None:
        await self._body.aclose()


class McpEndpoint:
    """An endpoint and the tools of it that are used.

    Args:
        mapping: which tools those are. They are compared with the endpoint's list before the first call.
        opened: opens a session.
    """

    def __init__(self, mapping: McpMapping, opened: Opened) -> None:
        self.mapping = mapping
        self._opened = opened
        self._compared = False

    async def run(self, work: Callable[[Call], Awaitable[T]]) -> T:
        """Do some work within one session, and return its result.

        Args:
            work: is given a function that calls a tool, and returns its answer as JSON holds it.

        Raises:
            ToolFailed: when a tool says that something went wrong, and ``work`` lets it pass.
            Mistake: when the endpoint cannot be reached, does not take the key, or has not the tools of the mapping.
        """
        done: list[T] = []
        failed: Exception | None = None
        try:
            async with self._opened() as client:
                # Here, for the tasks of the session would put it into a group.
                try:
                    if not self._compared:
                        compare(self.mapping, await _tools(client))
                        self._compared = True
                    done.append(await work(partial(_called, client)))
                except (Mistake, ToolFailed) as error:
                    failed = error
        except Exception as error:  # noqa: BLE001 - whatever the transport raises
            failed = _unreachable(error)
        if failed:
            raise failed
        return done[0]


def endpoint_client(mapping: McpMapping, key: SecretStr | None) -> Opened:
    """Opens sessions over HTTP, with a key.

    Raises:
        Mistake: when a session is opened without one.
    """

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Client]:
        if key is None:
            raise Mistake("no API key of SalesSheet is set", f"Set {CRM_KEY} (in SalesSheet: Settings, API & MCP).")
        headers = {"authorization": f"Bearer {key.get_secret_value()}", "accept-encoding": "identity"}
        turned_away: list[int] = []
        http = httpx2.AsyncClient(
            headers=headers,
            timeout=SECONDS,
            event_hooks={"response": [partial(_note, turned_away)]},
            trust_env=not in_clear_on_loopback(mapping.endpoint),
        )
        try:
            async with (
                http,
                Client(
                    streamable_http_client(mapping.endpoint, http_client=http), read_timeout_seconds=SECONDS
                ) as made,
            ):
                yield made
        except Exception:
            # The SDK's own error does not tell the status.
            if turned_away:
                raise Mistake(
                    f"SalesSheet's MCP endpoint did not accept the key (HTTP {turned_away[0]})", f"Check {CRM_KEY}."
                ) from None
            raise

    return opened


async def _note(turned_away: list[int], response: httpx2.Response) -> None:
    """Keep a status that says that the key does not do, and bound the body."""
    if response.status_code in (401, 403):
        turned_away.append(response.status_code)
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Mistake("SalesSheet's MCP endpoint answers compressed although it was asked not to")
    if isinstance(response.stream, httpx2.AsyncByteStream):
        response.stream = _Bounded(response.stream)


def compare(mapping: McpMapping, tools: list[Tool]) -> None:
    """See that the endpoint has what the mapping names.

    Raises:
        Mistake: naming what is missing, and what there is.
    """
    there = {it.name: set(it.input_schema.get("properties", {})) for it in tools}
    for wanted in mapping.tools():
        if wanted.tool not in there:
            listed = "; ".join(_line(it, there[it]) for it in list(there)[:_MOST_TOOLS])
            raise Mistake(f'{CRM_MCP}: the endpoint has no tool "{wanted.tool}"', f"It has: {listed or 'none'}.")
        if unknown := wanted.arguments() - there[wanted.tool]:
            raise Mistake(
                f'{CRM_MCP}: the tool "{wanted.tool}" has no argument "{min(unknown)}"',
                f"It has: {_line(wanted.tool, there[wanted.tool])}.",
            )


def at(answer: Any, place: str) -> Any:
    """What stands at a place with dots in an answer; None when nothing does."""
    for name in filter(None, place.split(".")):
        answer = answer.get(name) if isinstance(answer, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - JSON
    return answer  # pyright: ignore[reportUnknownVariableType] - JSON


async def _tools(client: Client) -> list[Tool]:
    found: list[Tool] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        listed = await client.list_tools(cursor=cursor)
        found += listed.tools
        cursor = listed.next_cursor
        if not cursor:
            break
    return found


async def _called(client: Client, tool: str, arguments: dict[str, Any]) -> Any:
    try:
        result = await client.call_tool(tool, arguments)
    except MCPError as error:
        raise ToolFailed(_short(str(error))) from None
    if result.is_error:
        raise ToolFailed(_short(_text(result)) or f"{tool} failed without a word")
    if result.structured_content is not None:
        return result.structured_content
    try:
        return json.loads(_text(result))
    except (ValueError, RecursionError):
        raise ToolFailed(f"the answer of {tool} is not JSON") from None


def _text(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 200 else f"{words[:199]}…"


def _line(name: str, arguments: set[str]) -> str:
    return _short(f"{name}({', '.join(sorted(arguments))})")


def _unreachable(error: BaseException) -> Mistake:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - of any kind
    if isinstance(error, Mistake):
        return error
    kind = type(error).__name__  # pyright: ignore[reportUnknownArgumentType] - the same
    return Mistake(
        f"SalesSheet's MCP endpoint could not be used ({kind})",
        f"Check the network, and endpoint in the file of {CRM_MCP}.",
    )
