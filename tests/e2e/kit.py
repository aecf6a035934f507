"""The product as real processes: started, spoken to over pipes, and read line by line."""

import json
import os
import sys
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any, Literal

import anyio
from anyio.abc import Process
from mcp import StdioServerParameters
from mcp.client import ClientRequestContext
from mcp.types import CallToolResult, ElicitRequestParams, ElicitResult, TextContent

from saleshandy_mcp.server.apps.approval_card import CARD_TOOLS
from saleshandy_mcp.server.tools.selection import Selection

Mode = Literal["auto", "legacy"]

BOTH_ERAS: tuple[Mode, Mode] = ("auto", "legacy")
PATIENCE = 30.0
"""Seconds after which a test gives up; nothing here takes more than a few."""

TOOLS = len(Selection().actions()) + len(CARD_TOOLS)
PROGRAM = [sys.executable, "-m", "saleshandy_mcp"]
_DATA = TemporaryDirectory()
"""Where imports are written down: never in the folder of whoever runs the tests."""
HANDSHAKE: dict[str, Any] = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "pipes", "version": "1"},
}


def environment(**extra: str) -> dict[str, str]:
    """Our own environment without what would configure the product, and what the test adds."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SALESHANDY_")}
    return bare | {"SALESHANDY_DATA": _DATA.name} | extra


def over_stdio(*arguments: str, **extra: str) -> StdioServerParameters:
    """How an MCP client starts the server."""
    command, *rest = [*PROGRAM, "serve", *arguments]
    return StdioServerParameters(command=command, args=rest, env={"SALESHANDY_DATA": _DATA.name} | extra)


def text_of(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


@dataclass
class Agreeing:
    """A person who says yes and remembers what was asked."""

    asked: list[str] = field(default_factory=list[str])

    async def __call__(self, context: ClientRequestContext, params: ElicitRequestParams) -> ElicitResult:
        del context
        self.asked.append(params.message)
        return ElicitResult(action="accept", content={"confirm": True})


@dataclass
class Output:
    """One output of a process, kept whole, and waited for by line."""

    said: str = ""
    ended: bool = False
    _news: anyio.Event = field(default_factory=anyio.Event)

    async def collect(self, stream: AsyncIterable[bytes]) -> None:
        rest = b""
        async for chunk in stream:
            whole, newline, rest = (rest + chunk).rpartition(b"\n")
            self._add((whole + newline).decode())
        self.ended = True
        self._add(rest.decode())

    def lines(self) -> list[str]:
        return self.said.splitlines()

    async def line(self, fits: Callable[[str], bool]) -> str:
        """The first line that fits, as soon as it is there."""
        with anyio.fail_after(PATIENCE):
            while not (found := [line for line in self.lines() if fits(line)]):
                assert not self.ended, f"it ended without such a line: {self.said}"
                await self._news.wait()
        return found[0]

    async def all(self) -> str:
        """Everything, once there is no more to come."""
        while not self.ended:
            await self._news.wait()
        return self.said

    def _add(self, text: str) -> None:
        self.said += text
        self._news.set()
        self._news = anyio.Event()


@dataclass
class Program:
    """A running process of ours."""

    process: Process
    out: Output = field(default_factory=Output)
    err: Output = field(default_factory=Output)
    _asked: int = 0

    async def send(self, line: str | bytes) -> None:
        assert self.process.stdin
        await self.process.stdin.send((line.encode() if isinstance(line, str) else line) + b"\n")

    async def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """A JSON-RPC request and its answer."""
        self._asked += 1
        number = self._asked
        await self.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params or {}}))
        return json.loads(await self.out.line(lambda line: json.loads(line).get("id") == number))

    async def shake_hands(self) -> dict[str, Any]:
        answer = await self.ask("initialize", HANDSHAKE)
        await self.send(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        return answer["result"]

    async def call(self, tool: str, **arguments: Any) -> tuple[str, bool]:
        """The text of a tool's result and whether it is an error."""
        result = (await self.ask("tools/call", {"name": tool, "arguments": arguments}))["result"]
        return "\n".join(part["text"] for part in result["content"]), result.get("isError", False)

    async def close_input(self) -> None:
        assert self.process.stdin
        await self.process.stdin.aclose()

    async def end(self) -> int:
        """The exit code, all output read."""
        with anyio.fail_after(PATIENCE):
            code = await self.process.wait()
            await self.out.all()
            await self.err.all()
        return code
