"""Records what the real server answers to the first requests of a client, for each selection that is kept."""

import json
import re
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from itertools import chain, combinations, product
from typing import Any

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.shared.message import SessionMessage
from mcp.types import JSONRPCRequest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.opening.start import name_of
from saleshandy_mcp.server.app import build_server, protocol_of
from saleshandy_mcp.server.messages import read_line, written
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.server.tools.selection import DEFAULT, TOOLSETS, Selection
from tests.boxes import frozen_box
from tests.crm_kit import crm_context_over

PACKAGES = ("saleshandy_mcp", "mcp", "mcp_types", "pydantic", "pydantic_core")
PYTHONS = ("3.11", "3.12", "3.13")
"""With which the answers are the same: `make bare` starts each."""

LEGACY, MODERN = "2025-11-25", "2026-07-28"
CLIENT = {"name": "client", "version": "1"}
_META = "io.modelcontextprotocol/"
META: dict[str, Any] = {
    f"{_META}protocolVersion": MODERN,
    f"{_META}clientInfo": CLIENT,
    f"{_META}clientCapabilities": {},
}
_LISTS = ("tools/list", "resources/list", "resources/templates/list", "prompts/list", "ping")
_PIECE = re.compile(r"(?<=\\n)|(?<=},)(?={)|(?<=s\":\[)(?={)|(?=],\"_meta\")")
"""Where texts are cut: after a line of words, and around the objects of a list."""

Request = dict[str, Any]


def line_of(message: Request) -> str:
    return json.dumps(message) + "\n"


def request(id_: int, method: str, params: Any = None) -> Request:
    return {"jsonrpc": "2.0", "id": id_, "method": method} | ({} if params is None else {"params": params})


def legacy(protocol: str = LEGACY) -> list[Request]:
    """What a client says first that knows the protocols up to 2025-11-25."""
    hello = {"protocolVersion": protocol, "capabilities": {}, "clientInfo": CLIENT}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    return [request(0, "initialize", hello), ready, *(request(n, it) for n, it in enumerate(_LISTS, 1))]


def modern() -> list[Request]:
    """The same for 2026-07-28."""
    return [request(n, it, {"_meta": META}) for n, it in enumerate(("server/discover", *_LISTS))]


def kept() -> dict[str, tuple[Selection, Asking]]:
    """The selections whose answers are kept, by name: the default one with each set of effects, toolsets as a whole."""
    every: list[Sequence[Effect]] = [*chain.from_iterable(combinations(Effect, n) for n in range(1, len(Effect) + 1))]
    found: dict[str, tuple[Selection, Asking]] = {}
    for crm, cards in product((False, True), (True, False)):
        sets = [(DEFAULT, effects) for effects in every]
        sets += [(it, effects) for it in (*TOOLSETS, *(["crm"] if crm else [])) for effects in (Effect, READING)]
        for toolset, effects in sets:
            name = name_of(toolset, effects, cards=cards, crm=crm)
            chosen = Selection(toolsets=(toolset,), effects=frozenset(effects), crm=crm)
            found[name] = chosen, Asking("auto" if cards else "token")
    return found


async def answered(server: MCPServer[None], lines: Iterable[str]) -> list[list[str]]:
    """What the real server answers to each line, which is sent when the requests of the one before have answers."""
    protocol = protocol_of(server)
    into, incoming = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    outgoing, answers = anyio.create_memory_object_stream[SessionMessage](0)
    told: list[list[str]] = []
    async with anyio.create_task_group() as tasks, into, answers:
        tasks.start_soon(protocol.run, incoming, outgoing, protocol.create_initialization_options())
        for line in lines:
            read = read_line(line)
            told.append([written(it) for it in read.answers])
            for message in read.messages:
                await into.send(SessionMessage(message))
                if isinstance(message, JSONRPCRequest):
                    with anyio.fail_after(5):
                        told[-1].append(written((await answers.receive()).message))
        tasks.cancel_scope.cancel()
    return told


@asynccontextmanager
async def world() -> AsyncGenerator[Context]:
    """A context with a CRM; a selection without one does not look at it."""
    async with crm_context_over(frozen_box(), writable=True) as context:
        yield context


async def results(server: MCPServer[None]) -> dict[str, str]:
    """The results of the first requests as JSON, by era and method; a method that is refused is left out."""
    found: dict[str, str] = {}
    for era, messages in (("legacy", legacy()), ("modern", modern())):
        told = await answered(server, map(line_of, messages))
        for sent, lines in zip(messages, told, strict=True):
            for line in lines:
                head = f'{{"jsonrpc":"2.0","id":{sent["id"]},"result":'
                if line.startswith(head):
                    found[f"{era} {sent['method']}"] = line.removeprefix(head)[:-1]
    return found


async def record() -> str:
    """The file of answers."""
    pieces: dict[str, int] = {}
    texts: dict[tuple[int, ...], int] = {}
    selections: dict[str, dict[str, int]] = {}
    async with world() as context:
        for name, (chosen, asking) in kept().items():
            found = await results(build_server(context, chosen, asking))
            selections[name] = {}
            for of, text in found.items():
                cut = tuple(pieces.setdefault(piece, len(pieces)) for piece in _PIECE.split(text))
                selections[name][of] = texts.setdefault(cut, len(texts))
    made_with = {"python": PYTHONS, "packages": {name: version(name) for name in PACKAGES}}
    parts = {"made_with": made_with, "selections": selections, "texts": [*texts], "pieces": [*pieces]}
    return "{" + ",\n".join(f"{json.dumps(name)}: {_rows(part)}" for name, part in parts.items()) + "}\n"


def _rows(part: dict[str, Any] | list[Any]) -> str:
    """A part of the file with a line for each thing in it, so that a change is seen where it is."""
    if isinstance(part, dict):
        return "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in part.items()) + "\n}"
    return "[\n" + ",\n".join(json.dumps(value, ensure_ascii=False) for value in part) + "\n]"
