"""A host that shows cards, before a process of the server."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.client.extension import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.types import CallToolResult, ElicitResult

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.server.app import build_server, open_context
from saleshandy_mcp.server.apps.show_approval import KEY as CARD_KEY
from saleshandy_mcp.server.tools.asking import Asking
from tests.kit import pauses

START = {"sequence": "SaaS founders", "status": "active"}
RESUMES = "POST /sequences/status"
SHOWS_CARDS = advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]})


class Host:
    """A client that shows cards: its model calls tools, and its card gets the ``_meta`` of a result."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.key = ""

    async def model(self, tool: str = "set_sequence_status", **arguments: Any) -> CallToolResult:
        return await self.client.call_tool(tool, arguments or START)

    async def plan(self, *call: str, **arguments: Any) -> str:
        """Ask, and return the plan that the answer names."""
        facts: dict[str, str] = (await self.model(*call, **arguments)).structured_content or {}
        return facts["next"].split('plan="')[1].split('"')[0]

    async def show(self, *call: str, **arguments: Any) -> CallToolResult:
        shown = await self.model("show_approval", plan=await self.plan(*call, **arguments))
        self.key = (shown.meta or {})[CARD_KEY]
        return shown

    async def card(self, answer: str, key: str | None = None) -> CallToolResult:
        return await self.client.call_tool("answer_approval", {"key": key or self.key, "answer": answer})


@asynccontextmanager
async def serving(
    box: Sandbox,
    folder: Path,
    era: Any,
    asking: Asking = Asking(),  # noqa: B008 - it cannot be changed
    *,
    account: str = KEY,
    lasting: bool = True,
    cards: bool = True,
    answer: ElicitResult | None = None,
    meanwhile: Callable[[float], Any] | None = None,
) -> AsyncGenerator[Host]:
    """A process of the server, with a host that shows cards; while a call waits, somebody may do something."""

    async def ask(context: Any, params: Any) -> ElicitResult:
        del context, params
        assert answer is not None
        return answer

    wait, start = pauses(box), box.clock.seconds()

    async def pause(seconds: float) -> None:
        if meanwhile:
            await meanwhile(box.clock.seconds() - start)
        await wait(seconds)

    api = Saleshandy(account, base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds, pause=pause)
    state = (lambda: folder / "state.sqlite3") if lasting else None
    async with open_context(api, state=state, now=box.clock.now) as context:
        context.service(Approvals).clock = lambda: 1_800_000_000.0 + box.clock.seconds()
        extensions = [SHOWS_CARDS] if cards else None
        server, asks = build_server(context, asking=asking), ask if answer else None
        async with Client(server, mode=era, extensions=extensions, elicitation_callback=asks) as client:
            yield Host(client)
