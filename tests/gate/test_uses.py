"""Every operation that reaches people or costs something says what it uses, or stands here with a reason."""

from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.core.effects import CONSEQUENCES

MONEY = "money, no credits: a person pays at the checkout, or the operator leaves spend out of --effects"
NOTHING_TO_LIMIT = {
    "purchase_domain": MONEY,
    "revoke_domain": MONEY,
    "create_client": "adds a user, whom no rule is about",
    "assign_client_resources": "the same",
    "reconnect_email_accounts": "mailboxes that were connected before, by their id",
    "update_sequence_schedule": "nobody gets mail who did not before",
    "update_sequence_priority_distribution": "the same",
    "add_sequence_email_accounts": "the same people, from more addresses",
    "remove_sequence_email_accounts": "the same people, from fewer addresses",
    "create_sequence_step": "the same people, one mail more",
    "create_step_variant": "the same people, other words",
    "update_step_variant": "the same people, other words",
    "update_field": "the same people, other words",
    "skip_task": "the same people, the next mail",
    "bulk_skip_tasks": "the same people, the next mail",
    "complete_task": "the same people, the next mail",
    "set_prospect_attributes": "the same people, other words",
}
"""Operations with consequences that no rule but the quiet hours is about, and why."""


def test_every_operation_that_reaches_people_or_costs_says_what_it_uses() -> None:
    silent = {
        it.slug
        for it in OPERATIONS
        if it.route.effects & (CONSEQUENCES - {"delete"}) and "uses" not in vars(it) and not it.route.reads
    }
    assert silent == set(NOTHING_TO_LIMIT)
