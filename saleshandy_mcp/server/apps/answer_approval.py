"""``answer_approval``: takes what a person presses on a card. The key that it needs is known to the card alone."""

import json
from typing import Any, Literal

from mcp.types import CallToolResult
from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_store import Approvals, Plan
from saleshandy_mcp.server.tools.action_tool import text_result
from saleshandy_mcp.server.tools.dialogue import Client


class AnswerApproval(Action[Any]):
    """For the buttons of the approval card alone: it needs the card's key."""

    effects = frozenset({Effect.WRITE})
    idempotent = True
    key: str = Field(description="Of the card.")
    answer: Literal["shown", "yes", "no"] = Field(description="What the card has to say.")


def answer(action: AnswerApproval, approvals: Approvals, _: Client) -> CallToolResult:
    """Take the answer, and say how the question stands. The first answer counts.

    Raises:
        Mistake: when the key is not that of the newest card of a question.
    """
    plan = approvals.on_card(action.key)
    if plan is None:
        raise Mistake(
            "only the newest card of a question that waits can answer it",
            "Ask the user to press a button on the card. To ask anew, make the call that needs a yes again.",
        )
    if action.answer == "shown":
        approvals.card_is_shown(plan)
    else:
        approvals.answer(plan.id, agreed=action.answer == "yes", channel="card")
    return _standing(approvals.plan(plan.id) or plan)


def _standing(plan: Plan) -> CallToolResult:
    """How a question stands, for the card. As text, too: some hosts hand on nothing else."""
    facts = {"state": plan.state, "channel": plan.channel, "tool": plan.tool, "words": plan.words, "until": plan.until}
    return text_result(json.dumps(facts), facts, untrusted=True)
