"""What the API cannot do with the account: team, clients, webhooks, plan and keys."""

from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit

LIMITS = (
    Limit(
        "change, switch off, test or delete a webhook",
        "edit, move the address, url, events of a webhook; it points to the old server, give it the new address; "
        "switch it to a new url; disable, turn off, resend, retry, try again a hook",
        "The web app does. A webhook can be listed, and another one made: create_webhook, an operation.",
        NextCall.of("run_read_operation", operation="list_webhooks"),
        only_with=("change off test delete rename resend retry pause points move again url", "webhook hook"),
    ),
    Limit(
        "know whose key this is",
        "who am i, which user am i working as, is logged in, signed in; current user; whose account is this",
        "A key belongs to one member of the team; list_team_members, an operation, names them all.",
        NextCall.of("run_read_operation", operation="list_team_members"),
        only_with=("key logged signed i current whose",),
    ),
    Limit(
        "invite or remove members of the team, or change roles",
        "add a colleague, user, teammate, seat; get a new SDR a login; she starts, joins next week, left; "
        "deactivate, permission, admin rights",
        "The web app does. list_team_members, an operation, names who is there.",
        NextCall.of("run_read_operation", operation="list_team_members"),
        only_with=("invite delete create change role permission get joins starts left start need rights",),
    ),
    Limit(
        "see or change the plan, buy credits, read invoices",
        "billing, subscription, upgrade, bigger plan, payment, credit card, receipt, top up; what do we pay; out of "
        "credits, need more",
        "The web app does. What is left of the credits is told by get_credits, an operation.",
        NextCall.of("run_read_operation", operation="get_credits"),
        only_with=("plan purchase invoice bill subscription upgrade downgrade pay payment card receipt top",),
    ),
    Limit(
        "change or delete a client of the agency",
        "rename, edit, remove a client; we do not work for them any more; reset their password",
        "The web app does. Sequences and mailboxes are given to a client by assign_client_resources, an operation.",
        NextCall.of("find_operations", query="assign_client_resources"),
        only_with=("change delete rename reset", "client"),
    ),
    Limit(
        "make or withdraw an API key",
        "generate, rotate, revoke, regenerate a key, token; the key leaked",
        "The web app does: Settings, API Key.",
        only_with=("key token", "api key"),
    ),
    Limit(
        "book meetings or read a calendar",
        "calendly, free slots, availability; put a demo, call, appointment in the calendar; when am i free",
        "Put your booking link into a text. Who booked is found by the outcome.",
        NextCall.of("list_inbox", outcome="Meeting Booked"),
    ),
    Limit(
        "notify Slack or my phone",
        "push notification, alert in a channel, ping me, post to slack when somebody replies",
        "A webhook tells an address of events: create_webhook, an operation.",
        NextCall.of("find_operations", query="create_webhook"),
        only_with=("slack notify notification notifications alert ping push",),
    ),
)
