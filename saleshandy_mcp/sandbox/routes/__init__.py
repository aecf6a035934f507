"""All routes the sandbox emulates: (method, path of the contract) -> handler."""

from collections.abc import Callable

from saleshandy_mcp.sandbox.message import Reply, Request
from saleshandy_mcp.sandbox.routes import (
    analytics,
    blacklist,
    bulk_tasks,
    email_accounts,
    fields,
    mailboxes,
    prospects,
    schedules,
    senders,
    sequences,
    settings,
    steps,
    tasks,
    variants,
)
from saleshandy_mcp.sandbox.world import World

Handler = Callable[[World, Request], Reply]

ROUTES: dict[tuple[str, str], Handler] = {
    **sequences.ROUTES,
    **settings.ROUTES,
    **steps.ROUTES,
    **variants.ROUTES,
    **senders.ROUTES,
    **email_accounts.ROUTES,
    **schedules.ROUTES,
    **fields.ROUTES,
    **prospects.ROUTES,
    **analytics.ROUTES,
    **tasks.ROUTES,
    **bulk_tasks.ROUTES,
    **mailboxes.ROUTES,
    **blacklist.ROUTES,
}
