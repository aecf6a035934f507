"""Asking a person before something of consequence: the question, the answer, and that each answer counts once.

A client that can ask its user gets the question (inside the result since 2026-07-28, as a live request before); for any
other the answer is a preview with a token. The token stops slips; it does not stop a model that is set on going on.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mcp.server.mcpserver import Context as McpContext
from mcp.types import CallToolResult, ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.plan import Plan
from saleshandy_mcp.server.tools.result import text_result

LIFETIME = 600.0
"""Seconds in which an agreement has to be used."""

_QUESTION = "confirm"
_YES = {
    "type": "object",
    "properties": {"confirm": {"type": "boolean", "title": "Go ahead", "description": "Yes, do it."}},
    "required": ["confirm"],
}
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class Said(Exception):
    """The call ends here with this result: a question, a preview or a no."""

    def __init__(self, result: CallToolResult | InputRequiredResult) -> None:
        super().__init__()
        self.result = result


@dataclass
class Approvals:
    """Tickets that were given out and not yet used. Each is bound to one plan, to the letter.

    They live in this process: behind several workers an answer may reach one that never asked.
    """

    clock: Callable[[], float] = time.monotonic
    _open: dict[str, tuple[str, float]] = field(default_factory=dict[str, tuple[str, float]])

    def issue(self, digest: str) -> str:
        now = self.clock()
        self._open = {ticket: bound for ticket, bound in self._open.items() if bound[1] > now}
        letters = "".join(secrets.choice(_ALPHABET) for _ in range(10))
        ticket = f"{letters[:5]}-{letters[5:]}"
        self._open[ticket] = (digest, now + LIFETIME)
        return ticket

    def redeem(self, ticket: str, digest: str) -> None:
        """Use a ticket up.

        Raises:
            Mistake: if it was never given out, was used, is too old, or what it was for has changed since.
        """
        bound, until = self._open.pop(ticket, ("", 0.0))
        again = "Call again without it to see what would happen now."
        if not bound or until <= self.clock():
            raise Mistake("confirm: this token is unknown, used up, or older than 10 minutes", again)
        if bound != digest:
            raise Mistake("confirm: what was agreed to has changed meanwhile, or the arguments have", again)


def digest(tool: str, arguments: dict[str, Any], plan: Plan) -> str:
    """What an agreement is bound to: the call and everything its plan is about."""
    bound = json.dumps([tool, arguments, plan.facts], sort_keys=True, default=str)
    return hashlib.sha256(bound.encode()).hexdigest()


async def agree(
    client: McpContext[Any, Any], approvals: Approvals, *, tool: str, plan: Plan, bound: str, token: str
) -> bool:
    """Return when somebody agreed. True says that time passed while a person was thinking: look again before acting.

    Raises:
        Said: with the question, the preview or the refusal that the call has to answer with.
        Mistake: when a token or an answer does not fit.
    """
    if not _can_ask(client):
        if token:
            approvals.redeem(token, bound)
            return False
        raise Said(_preview(tool, plan, approvals.issue(bound)))
    if not _asks_in_result(client):
        answer = await client.session.elicit_form(plan.text, _YES, related_request_id=client.request_id)
        _heed(answer)
        return True
    answer = (client.input_responses or {}).get(_QUESTION)
    if answer is None:
        question = ElicitRequest(params=ElicitRequestFormParams(message=plan.text, requested_schema=_YES))
        raise Said(InputRequiredResult(input_requests={_QUESTION: question}, request_state=approvals.issue(bound)))
    # The state that came back is ours (the SDK seals it), and it is used up whatever the answer is.
    approvals.redeem(client.request_state or "", bound)
    _heed(answer)
    return False


def _can_ask(client: McpContext[Any, Any]) -> bool:
    capabilities = client.client_capabilities
    if capabilities is None or capabilities.elicitation is None:
        return False
    return _asks_in_result(client) or client.session.can_send_request


def _asks_in_result(client: McpContext[Any, Any]) -> bool:
    return (client.protocol_version or "") >= "2026-07-28"


def _heed(answer: Any) -> None:
    agreed = (
        isinstance(answer, ElicitResult) and answer.action == "accept" and (answer.content or {}).get("confirm") is True
    )
    if not agreed:
        raise Said(text_result("Not done: the user said no. Nothing was changed.", {"done": False}))


def _preview(tool: str, plan: Plan, ticket: str) -> CallToolResult:
    text = (
        f"Not done yet. {plan.text}\n"
        "Show this to the user. If they agree, call "
        f'{tool} again with the same arguments and confirm="{ticket}" within 10 minutes; it works once.'
    )
    return text_result(text, {"done": False, "plan": plan.text, "confirm": ticket})
