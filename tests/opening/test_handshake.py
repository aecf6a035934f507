"""Whatever a client begins with: an answer that comes early is that of the real server."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.opening.answers import answers, recorded
from saleshandy_mcp.opening.handshake import Handshake, Unusual
from saleshandy_mcp.server.app import build_server
from tests.opening.recording import CLIENT, META, Request, answered, kept, legacy, line_of, modern, request, world

NAME = next(iter(kept()))
KNOWN = answers(recorded(), NAME)

Hear = Callable[[list[str]], list[list[str]]]


@pytest.fixture(scope="module")
def real() -> Iterator[Hear]:
    """What the real server answers to the lines of a new connection."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(world()) as context:
        server = build_server(context, *kept()[NAME])
        yield lambda lines: portal.call(answered, server, lines)


def early(lines: list[str]) -> list[list[str]]:
    """What is answered early: to the lines until the first that is for the real server."""
    handshake, told = Handshake(KNOWN), list[list[str]]()
    for line in lines:
        try:
            _, answer = handshake.hear(line.encode("utf-8", "surrogatepass"))
        except Unusual:
            break
        told.append(answer.decode().splitlines())
    return told


json_values = st.recursive(
    st.sampled_from(
        [None, True, 0, 1, -1, 1.5, 2**60, "", "x", "2025-11-25", "2026-07-28", "2099-01-01", "é", "\ud800"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["name", "version", "listChanged", "form", "x", "cursor", "_meta"]), inner),
    ),
    max_leaves=3,
)
requests = st.sampled_from(
    [
        *(it for protocol in ("2024-11-05", "2025-06-18", "2025-11-25", "2020-01-01") for it in legacy(protocol)),
        *modern(),
        request(1, "tools/list", {"cursor": "x"}),
        request(1, "tools/list", {"_meta": {"progressToken": 7}}),
        request(1, "tools/list", {"_meta": {**META, "io.modelcontextprotocol/logLevel": "debug"}}),
        request(1, "logging/setLevel", {"level": "debug"}),
        request(1, "tools/call", {"name": "find_operations", "arguments": {}}),
        request(1, "no/such"),
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
    ]
)


def places(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for name, held in value.items():  # pyright: ignore[reportUnknownVariableType] - any JSON
            yield (*path, str(name))  # pyright: ignore[reportUnknownArgumentType] - the same
            yield from places(held, (*path, str(name)))  # pyright: ignore[reportUnknownArgumentType] - the same


@st.composite
def changed(draw: st.DrawFn, message: Request) -> Request:
    """A message with one thing in it that is other, missing or new."""
    message = deepcopy(message)
    *way, last = draw(
        st.sampled_from([*places(message), ("id",), ("x",), ("params",), ("params", "x"), ("params", "_meta")])
    )
    place: Any = message
    for name in way:
        place = place.setdefault(name, {})
    if draw(st.integers(0, 3)) == 0:
        place.pop(last, None)
    else:
        place[last] = draw(json_values)
    return message


BEFORE, AFTER = ["", "", "", "", "\ufeff", " "], ["\n", "\n", "\n", "\r\n", ""]
"""What stands around a message; mostly nothing but the end of the line."""


@st.composite
def openings(draw: st.DrawFn) -> list[str]:
    """The lines of a client that begins as usual, or nearly so, or not at all."""
    usual = draw(st.sampled_from([legacy(), legacy("2025-06-18"), modern()]))
    messages = [*usual[: draw(st.integers(0, len(usual)))], *draw(st.lists(requests, max_size=4))]
    messages = draw(st.permutations(messages)) if draw(st.integers(0, 3)) == 0 else messages
    new_ids = draw(st.booleans())
    lines: list[str] = []
    for number, message in enumerate(messages):
        sent = {**message, "id": number} if new_ids and "id" in message else message
        sent = draw(changed(sent)) if draw(st.integers(0, 4)) == 0 else sent
        text = json.dumps(sent, ensure_ascii=draw(st.booleans()))
        lines.append(
            draw(st.sampled_from(["", "", "", "", "\ufeff", " "]))
            + text
            + draw(st.sampled_from(["\n", "\n", "\r\n", ""]))
        )
    return lines


@given(lines=openings())
def test_what_is_answered_early_is_what_the_real_server_answers(real: Hear, lines: list[str]) -> None:
    told = early(lines)
    # Each line once and with an id of its own: the real server is free in the order of its answers, and so are ids.
    assert told == real(
        [line.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for line in lines[: len(told)]]
    )


@pytest.mark.parametrize(
    "messages", [legacy(), legacy("2024-11-05"), modern()[:-1]], ids=["newest", "oldest", "modern"]
)
def test_usual_openings_are_answered_early(messages: list[Request]) -> None:
    known = [it for it in messages if it["method"] != "prompts/list" or "legacy prompts/list" in KNOWN]
    assert len(early([line_of(it) for it in known])) == len(known)


CLAUDE: dict[str, Any] = {
    "protocolVersion": "2025-11-25",
    "capabilities": {"roots": {}, "elicitation": {}},
    "clientInfo": {**CLIENT, "title": "A client", "description": "An assistant", "websiteUrl": "https://example.com"},
}
CODEX: dict[str, Any] = {
    "protocolVersion": "2025-06-18",
    "capabilities": {"elicitation": {}},
    "clientInfo": {**CLIENT, "title": "Another"},
}
DESKTOP: dict[str, Any] = {
    "protocolVersion": "2025-11-25",
    "capabilities": {"extensions": {"io.modelcontextprotocol/ui": {"mimeTypes": ["text/html;profile=mcp-app"]}}},
    "clientInfo": CLIENT,
}


@pytest.mark.parametrize("hello", [CLAUDE, CODEX, DESKTOP], ids=["roots", "elicitation", "extensions"])
def test_what_clients_say_of_themselves_is_understood(real: Hear, hello: dict[str, Any]) -> None:
    lines = [line_of(it) for it in (request(0, "initialize", hello), *legacy()[1:3])]
    assert len(early(lines)) == len(lines)
    assert early(lines) == real(lines)


@pytest.mark.parametrize(
    "line",
    [
        '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}\n',
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":' + "[" * 50_000 + "]" * 50_000 + "}\n",
        '{"jsonrpc":"2.0","id":NaN,"method":"ping"}\n',
        '[{"jsonrpc":"2.0","id":1,"method":"ping"}]\n',
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"x":"' + "x" * 70_000 + '"}}\n',
        "\n",
        "",
    ],
)
def test_what_could_be_read_in_two_ways_is_for_the_real_server(line: str) -> None:
    assert early([line]) == []
