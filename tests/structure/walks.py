"""Six walks through the code: which files a call enters on its way from the tool to the answer.

``python -m tests.structure.walks`` prints them. A file counts when one of its functions runs. What answers or mends a
message of the protocol before a tool is called does not count. Nor does the sandbox, or what runs while a module is
loaded.
"""

import gc
import sys
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

import anyio
from mcp import Client
from mcp.types import CallToolResult, TextContent

import saleshandy_mcp
from saleshandy_mcp.server.app import build_server
from tests.kit import App, context_over, faulty, new_box, says

PACKAGE = Path(saleshandy_mcp.__file__).parent
_MODULE = "<module>"


class Walk(NamedTuple):
    """One call, and how many files it should enter at most."""

    name: str
    tool: str
    arguments: dict[str, Any]
    goal: int
    before: int
    """What a like count gave on 2026-11-21, before the structure was made anew."""
    confirmed: bool = False
    """Whether the call is made again with the token of its preview; only the second call counts."""
    failing: str = ""
    """A call of the API that is turned away with 429 once, such as ``POST /sequences``."""
    short_of_goal: int = 0
    """How many files more than its goal the walk may enter for now; why: decisions 0014, 0023 and 0024."""


_PROTOCOL = {
    "server/protocol_errors.py",
    "server/log_messages.py",
    "server/messages.py",
    "server/stdio.py",
    "server/apps/announcement.py",
    "server/change_notices.py",
}
"""What stands around every message of the protocol, whatever it asks for."""

WALKS = (
    Walk("title", "list_sequences", {"query": "founders"}, 9, 17, short_of_goal=13),
    Walk("csv row", "import_prospects", {"sequence": "SaaS founders", "file": "one.csv"}, 25, 46, short_of_goal=51),
    Walk(
        "confirm preview",
        "set_sequence_status",
        {"sequence": "SaaS founders", "status": "active"},
        12,
        22,
        short_of_goal=30,
    ),
    Walk(
        "confirm token",
        "set_sequence_status",
        {"sequence": "SaaS founders", "status": "active"},
        14,
        25,
        confirmed=True,
        short_of_goal=28,
    ),
    Walk("html mail", "read_thread", {"thread": "anton.brandt@marrowby.example.com"}, 12, 23, short_of_goal=6),
    Walk(
        "429 on a write",
        "run_write_operation",
        {"operation": "create_field", "arguments": {"label": "Score", "field_type": "text"}},
        10,
        17,
        failing="POST /fields$",
        short_of_goal=7,
    ),
)


def entered(walk: Walk, folder: Path) -> list[str]:
    """The files that a walk enters, in the order in which it comes to them."""
    for place in ("first", "second"):
        (folder / place).mkdir(parents=True)
        (folder / place / "one.csv").write_text("Email,First Name\nada@harbour.example,Ada\n", encoding="utf-8")
    # The first time modules are loaded and caches filled, which is no part of the walk.
    anyio.run(_call, walk, folder / "first", _Watch())
    gc.collect()  # generators of other tests that were never ended end now, and not in the walk
    watch = _Watch()
    threading.setprofile(watch)  # the threads of the second run start with it
    try:
        anyio.run(_call, walk, folder / "second", watch)
    finally:
        threading.setprofile(None)
    return list(watch.seen)


async def _call(walk: Walk, folder: Path, watch: "_Watch") -> None:
    async with _client(walk, folder) as client:
        arguments = dict(walk.arguments)
        if walk.confirmed:
            preview = await client.call_tool(walk.tool, arguments)
            assert preview.structured_content is not None
            arguments["confirm"] = preview.structured_content["confirm"]
        with watch.looking():
            result = await client.call_tool(walk.tool, arguments)
        assert not result.is_error, _text(result)


@asynccontextmanager
async def _client(walk: Walk, folder: Path) -> AsyncGenerator[Client]:
    box = new_box()
    app: App | None = None
    if walk.failing:
        app = faulty(box, walk.failing, says(429, {"message": "Too many requests"}), times=1)
    async with (
        context_over(box, folder=folder, app=app, ledger=folder / "imports.sqlite3") as context,
        Client(build_server(context)) as client,
    ):
        yield client


class _Watch:
    """Notes the files of ours whose functions run, on every thread, as long as it is looking."""

    def __init__(self) -> None:
        self.seen: dict[str, None] = {}
        self._known: dict[CodeType, str | None] = {}
        self._on = False

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or not self._on:
            return
        code = frame.f_code
        if code not in self._known:
            self._known[code] = _ours(code)
        if name := self._known[code]:
            self.seen.setdefault(name)

    @contextmanager
    def looking(self) -> Generator[None]:
        self._on = True
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)
            self._on = False


def _ours(code: CodeType) -> str | None:
    path = Path(code.co_filename)
    if code.co_name == _MODULE or not path.is_relative_to(PACKAGE):
        return None
    name = path.relative_to(PACKAGE).as_posix()
    return None if name.startswith("sandbox/") or name in _PROTOCOL else name


def _text(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))


def listed(walk: Walk, files: list[str]) -> str:
    """The line of the map for a walk."""
    return f"- **{walk.name}** ({len(files)} files, {walk.before} before): {', '.join(f'`{file}`' for file in files)}"


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    for it in WALKS:
        with TemporaryDirectory() as place:
            files = entered(it, Path(place))
        print(listed(it, files))  # noqa: T201 - a script
