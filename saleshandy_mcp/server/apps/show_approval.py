"""``show_approval``: shows the card of a question that waits."""

from typing import Any

from mcp.types import CallToolResult
from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.server.tools.action_tool import text_result
from saleshandy_mcp.server.tools.dialogue import Client, shows_cards

KEY = "saleshandy-mcp/card-key"
"""Where in the ``_meta`` of a result the key of a card stands: hosts give that to the card, and not to the model."""


class ShowApproval(Action[Any]):
    """Show the user a card with the question of a call that waits for their yes, when its answer says so."""

    plan: str = Field(description="From that answer.")


def show(action: ShowApproval, approvals: Approvals, client: Client) -> CallToolResult:
    """The answer that makes a host show the card, with the key that the card alone gets.

    Raises:
        Mistake: when the client shows no cards, or nothing waits under that name.
    """
    if not shows_cards(client):
        raise Mistake("this client shows no cards", "The answer of the call that waits says how the user can agree.")
    plan = approvals.plan(action.plan)
    key = approvals.offer_card(action.plan)
    if plan is None or key is None:
        raise Mistake(
            "no question waits under that name: it was answered, has changed, or is older than 10 minutes",
            "Make the call that needs a yes again; its answer names the plan.",
        )
    todo = (
        f"The card is on its way to the user; nothing is done yet. Call {plan.tool} again with the same arguments: "
        "it waits for their answer."
    )
    result = text_result(todo, {"done": False, "waiting": "card", "next": todo})
    result.meta = {KEY: key}
    return result
