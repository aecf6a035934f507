"""The server itself: the chosen actions as tools of one MCPServer."""

import logging
from base64 import b64encode
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import replace
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from mcp.server import Server
from mcp.server.caching import CacheableMethod, CacheHint
from mcp.server.mcpserver import MCPServer
from mcp.types import Icon

from saleshandy_mcp import __version__
from saleshandy_mcp.api.by_service import ByService
from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.context import CALL_SECONDS, Api, Context, wall_clock
from saleshandy_mcp.core.dns import Dns
from saleshandy_mcp.core.running_imports import ImportsInto
from saleshandy_mcp.features.leads.seen_leads import SeenLeads
from saleshandy_mcp.features.sequences.get_sequence import GetSequence
from saleshandy_mcp.import_engine.jobs import Jobs, open_jobs
from saleshandy_mcp.import_engine.ledger.deleting import PLANS_KEPT, Keeping
from saleshandy_mcp.integrations.crm import CrmAccess, CrmLink
from saleshandy_mcp.lookups.facts import look_at_sequences
from saleshandy_mcp.policy.allowance import Allowance
from saleshandy_mcp.policy.approval_channels import shows_card
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.policy.journal import Journal
from saleshandy_mcp.policy.rules import Rules
from saleshandy_mcp.server.apps.announcement import Cards, announce_extensions
from saleshandy_mcp.server.apps.approval_card import add_card, card_tools
from saleshandy_mcp.server.apps.tool_views import add_views, view_meta
from saleshandy_mcp.server.change_notices import ChangeNotices
from saleshandy_mcp.server.completions import add_completions
from saleshandy_mcp.server.instructions import instructions
from saleshandy_mcp.server.log_messages import announce_log, send_log
from saleshandy_mcp.server.prompts.job import jobs
from saleshandy_mcp.server.prompts.prompt_handlers import serve_prompts
from saleshandy_mcp.server.protocol_errors import in_words
from saleshandy_mcp.server.resources import add_resources, changing_resources
from saleshandy_mcp.server.tools.action_tool import ActionTool
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.server.tools.selection import Selection
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.store.selections import Selections
from saleshandy_mcp.store.state import State, StateTrouble

logger = logging.getLogger(__name__)

_HOUR, _MINUTE = 3_600_000, 60_000
CACHING: dict[CacheableMethod, CacheHint] = {
    # What is offered follows from how the server was started, and is the same for everybody who asks.
    "tools/list": CacheHint(ttl_ms=_HOUR, scope="public"),
    "prompts/list": CacheHint(ttl_ms=_HOUR, scope="public"),
    "resources/list": CacheHint(ttl_ms=_HOUR, scope="public"),
    "resources/templates/list": CacheHint(ttl_ms=_HOUR, scope="public"),
    "resources/read": CacheHint(ttl_ms=_MINUTE, scope="private"),
}


@asynccontextmanager
async def open_context(
    api: Saleshandy,
    *,
    folder: Path | None = None,
    ledger: Callable[[], Path] | None = None,
    state: Callable[[], Path] | None = None,
    patience: float = 25.0,
    reading: float = 1.0,
    longest: float = CALL_SECONDS,
    now: Callable[[], datetime] = wall_clock,
    keep_plans: timedelta | None = PLANS_KEPT,
    crm: CrmLink | None = None,
    rules: Rules | None = None,
    dns: Dns | None = None,
) -> AsyncGenerator[Context]:
    """All that the tools of one process work with; open as long as the server serves.

    Args:
        api: the connection; closed with the context.
        folder: the only folder that imports may read files from.
        ledger: says in which file imports are written down; left out, one that is gone with the context.
        state: the same for agreements and for what became of calls.
        patience: seconds that an import is waited for within a call.
        reading: seconds that the rows of an import are.
        longest: seconds that a call may take, questions to a person apart.
        now: the moment that "last week" is counted from.
        keep_plans: how long plans of imports are kept that nobody starts; None where all ends with the process.
        crm: the CRM; closed with the context.
        rules: of the operator; None where there are none.
        dns: answers questions about domain names; None where nobody does.
    """
    keeping = Keeping(keep_plans, now)
    async with (
        AsyncExitStack() as stack,
        api,
        open_jobs(api.account, ledger=ledger, patience=patience, reading=reading, keeping=keeping) as jobs,
    ):
        connected: Api = api
        if crm and crm.connection:
            connected = ByService(api, await stack.enter_async_context(crm.connection))
        with closing(State(state)) as kept:
            agreements, journal = Approvals(kept, api.account), Journal(kept, api.account)
            hold, selections = Hold(kept, api.account), Selections(kept, api.account)
            _forget_what_is_over(agreements, journal, selections)
            services: dict[type, Any] = {Jobs: jobs, ImportsInto: jobs, Approvals: agreements, Journal: journal}
            services |= {Hold: hold, Selections: selections, SeenLeads: SeenLeads()}
            of_crm: dict[type, CrmAccess | CrmLedger] = {}
            if crm:
                of_crm = {CrmAccess: crm.access, CrmLedger: stack.enter_context(closing(CrmLedger(crm.ledger)))}
            named = {Dns: dns} if dns else {}
            ruled = {Allowance: Allowance(rules, kept, api.account, look_at_sequences)} if rules else {}
            yield Context(
                api=connected,
                pause=api.pause,
                folder=folder,
                now=now,
                time_there=api.time_there,
                services={**services, **of_crm, **ruled, **named},
                clock=api.clock,
                longest=longest,
            )


def _forget_what_is_over(*kept: Approvals | Journal | Selections) -> None:
    """What earlier processes have left of people's data goes by its time, also when nothing is written any more."""
    try:
        for it in kept:
            it.forget()
    except StateTrouble as trouble:
        logger.warning("what is over could not be deleted: %s", trouble)


def build_server(context: Context, selection: Selection | None = None, asking: Asking | None = None) -> MCPServer[None]:
    """The MCP server over a context. Nothing is asked of the API before the first tool call."""
    chosen, asking = selection or Selection(), asking or Asking()
    access = context.find(CrmAccess)
    if access and not access.operations:
        chosen = replace(chosen, crm_operations=False)
    tools = [ActionTool.of(action, context, chosen.effects, asking) for action in chosen.actions()]
    for tool in tools:
        tool.meta = view_meta(tool.name)
    names = {tool.name for tool in tools}
    # Decided here and not for each client: a list that differs from client to client could not be kept by any.
    cards = shows_card(asking.approval) and chosen.may_ask
    notices = ChangeNotices(
        changing=[tool.name for tool in tools if not (tool.annotations and tool.annotations.read_only_hint)],
        resources=changing_resources(names),
    )
    apps = Cards()
    add_views(apps, names)
    if cards:
        add_card(apps)
    server: MCPServer[None] = MCPServer(
        "saleshandy",
        title="Saleshandy",
        version=__version__,
        instructions=instructions(names, chosen.effects),
        tools=[*tools, *(card_tools(context.service(Approvals)) if cards else [])],
        extensions=[apps],
        icons=[_icon()],
        cache_hints=CACHING,
        log_level="WARNING",
        middleware=[send_log, in_words, announce_extensions, notices.around],
        subscriptions=notices.bus,
    )
    offered = names | {operation.slug for operation in chosen.reach()}
    prompts = [job for job in jobs() if job.fits(names)]
    serve_prompts(protocol_of(server), prompts, names)
    announce_log(protocol_of(server))
    add_resources(server, context, offered)
    if prompts or GetSequence.slug in offered:
        add_completions(server, context, offered, prompts)
    notices.announce(protocol_of(server))
    return server


def protocol_of(server: MCPServer[None]) -> Server[None]:
    """The SDK's handler of requests below the server: what a transport of ours serves."""
    return server._lowlevel_server  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - it has no public name


def _icon() -> Icon:
    drawing = files("saleshandy_mcp.server").joinpath("icon.svg").read_bytes()
    return Icon(
        src=f"data:image/svg+xml;base64,{b64encode(drawing).decode()}", mime_type="image/svg+xml", sizes=["any"]
    )
