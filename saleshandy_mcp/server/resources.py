"""Resources: what a client can attach to a chat without a tool call."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from importlib.resources import files
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.inbox import ListOutcomes
from saleshandy_mcp.api.resources.schedules import ListSchedules
from saleshandy_mcp.api.resources.tags import ListTags
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.features.reports.get_stats import GetStats
from saleshandy_mcp.features.senders.list_email_accounts import ListEmailAccounts
from saleshandy_mcp.features.sequences.get_sequence import GetSequence
from saleshandy_mcp.features.sequences.list_sequences import ListSequences
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.server.tools import operation_tool as operations
from saleshandy_mcp.server.tools.action_tool import text_of
from saleshandy_mcp.server.tools.error_text import failure
from saleshandy_mcp.untrusted.one_line import visible

SEQUENCE = "saleshandy://sequences/{id}"

_LISTS: dict[str, tuple[str, tuple[Operation[Any], ...]]] = {
    "fields": ("Labels of the prospect fields, as imports and merge tags spell them.", (ListFields(),)),
    "tags": ("Tags that prospects can have.", (ListTags(),)),
    "outcomes": (
        "Outcomes that conversations are sorted into, the account's own ones included.",
        (ListOutcomes(), ListOutcomes(category="custom")),
    ),
    "schedules": ("Sending schedules: days, hours and time zones.", (ListSchedules(),)),
}


_VIEWS: dict[str, tuple[str, Action[Any]]] = {
    "today": ("Mails sent today, by sequence, and what has come of them.", GetStats(period="today", by="sequence")),
    "running": ("Active sequences: people, senders, rates, why one sends nothing.", ListSequences(status="active")),
    "senders": ("Email accounts: whether each can send and why not, mails left today, health.", ListEmailAccounts()),
}
"""Answers of tools that people look at every day; offered where the tool is."""


def changing_resources(offered: Collection[str]) -> list[str]:
    """The addresses of those that are offered and change with what is done."""
    return [f"saleshandy://{name}" for name, (_, action) in _VIEWS.items() if action.slug in offered]


def add_resources(server: MCPServer[Any], context: Context, offered: Collection[str]) -> None:
    """Give a server its resources, as far as the operator lets their content be read at all.

    Args:
        server: which one.
        context: what they read with.
        offered: names of the tools and operations that may be used.
    """
    guide = files("saleshandy_mcp.server").joinpath("guide.md")

    @server.resource(
        "saleshandy://guide/copy",
        name="copy guide",
        description="How to write merge tags, fallbacks and spintax.",
        mime_type="text/markdown",
    )
    def _() -> str:
        return guide.read_text(encoding="utf-8")

    for name, (says, reads) in _LISTS.items():
        if all(operation.slug in offered for operation in reads):
            server.resource(f"saleshandy://{name}", name=name, description=says, mime_type="text/plain")(
                _listing(context, *reads)
            )
    for name, (says, action) in _VIEWS.items():
        if action.slug in offered:
            server.resource(f"saleshandy://{name}", name=name, description=says, mime_type="text/plain")(
                _listing(context, action)
            )
    if GetSequence.slug not in offered:
        return

    @server.resource(
        SEQUENCE,
        name="sequence",
        description="One sequence whole, by id or title: steps, texts, senders, settings.",
        mime_type="text/plain",
    )
    async def _(id: str) -> str:  # noqa: A002 - the name in the address
        return await _told(GetSequence(sequence=id, whole_text=True), context)


def _listing(context: Context, *reads: Action[Any]) -> Callable[[], Awaitable[str]]:
    async def read() -> str:
        found = [await _told(operation, context) for operation in reads]
        return "\n".join(found)

    return read


async def _told(action: Action[Any], context: Context) -> str:
    """The text that the tool of the same name would answer with."""
    gate = Gate(context.api, READING, clock=context.clock)
    gate.begin(context.longest)
    try:
        if isinstance(action, Operation):
            return visible(text_of(operations.answer(action, await gate.recent(action), None)))
        return visible(text_of(await action.run(replace(context, api=gate))))
    except (Mistake, SaleshandyError) as error:
        raise ResourceError(visible(failure(action.slug, error, gate).words)) from None
