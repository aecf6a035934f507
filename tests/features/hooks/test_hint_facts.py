"""A delivery is a hint: what the APIs do not say themselves is not verified."""

import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.hooks.hint import Hint
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.features.hooks.hint_facts import hint_facts
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import Kind, select
from tests.crm_kit import crm_context_over
from tests.kit import context_over, new_box

OUTREACH, CRM = Service.SALESHANDY, Service.SALESSHEET


@pytest.fixture
def box() -> Sandbox:
    return new_box()


def _email(box: Sandbox, kind: Kind) -> str:
    """Somebody to whom that happened last."""
    event = list(select(box.world, kind))[-1]
    return box.world.prospects[event["prospectId"]]["email"].lower()


@pytest.mark.parametrize(
    ("event", "said"),
    [("email-sent", "mail sent 20"), ("reply-received", "replied 20"), ("email-bounced", "bounced 20")],
)
async def test_what_the_statistics_show_is_said_in_their_words(box: Sandbox, event: Kind, said: str) -> None:
    async with context_over(box) as context:
        (fact,) = await hint_facts([Hint(OUTREACH, event, _email(box, event))], context)
    assert fact.startswith(said)


async def test_what_did_not_happen_is_not_verified(box: Sandbox) -> None:
    bounced = _email(box, "email-bounced")
    claims = [
        Hint(OUTREACH, "reply-received", bounced),
        Hint(OUTREACH, "reply-received", "nobody@lake.example.com"),
        Hint(OUTREACH, "reply-received", ""),
        Hint(OUTREACH, "sequence-paused", bounced),
        Hint(OUTREACH, "prospect-unsubscribed", bounced),
    ]
    async with context_over(box) as context:
        assert await hint_facts(claims, context) == [""] * len(claims)


async def crm_facts(context: Context, *subjects: str) -> list[str]:
    return await hint_facts([Hint(CRM, "contact.updated", it) for it in subjects], context)


async def test_a_record_of_the_crm_is_looked_up(box: Sandbox) -> None:
    id_ = next(iter(box.salessheet.crm.contacts))
    async with crm_context_over(box) as context:
        found = await crm_facts(context, f"contacts/{id_}", "contacts/nowhere", "invoices/1", "")
    assert found == [f"contacts/{id_} is there", "", "", ""]


async def test_without_a_crm_nothing_of_it_is_verified(box: Sandbox) -> None:
    async with context_over(box) as context:
        assert await crm_facts(context, "contacts/1") == [""]
