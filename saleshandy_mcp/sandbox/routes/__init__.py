"""All routes the sandbox emulates: (method, path of the contract) -> handler."""

from collections.abc import Callable

from saleshandy_mcp.sandbox.message import Reply, Request
from saleshandy_mcp.sandbox.routes import (
    analytics,
    attachments,
    blacklist,
    bulk_tasks,
    clients,
    dnc,
    domains,
    email_accounts,
    enrichment,
    enrolments,
    fields,
    leads,
    leads_to_email,
    mailboxes,
    notes,
    prospect_fields,
    prospects,
    schedules,
    senders,
    sequences,
    settings,
    steps,
    subsequences,
    tags,
    tasks,
    team,
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
    **prospect_fields.ROUTES,
    **enrolments.ROUTES,
    **subsequences.ROUTES,
    **tags.ROUTES,
    **notes.ROUTES,
    **dnc.ROUTES,
    **clients.ROUTES,
    **attachments.ROUTES,
    **team.ROUTES,
    **analytics.ROUTES,
    **tasks.ROUTES,
    **bulk_tasks.ROUTES,
    **mailboxes.ROUTES,
    **blacklist.ROUTES,
    **leads.ROUTES,
    **enrichment.ROUTES,
    **leads_to_email.ROUTES,
    **domains.ROUTES,
}
