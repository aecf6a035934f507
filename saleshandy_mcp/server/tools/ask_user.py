"""Asking the person behind a client: in its dialogue where it has one, else by a preview with a token.

The question travels inside the result since 2026-07-28, and as a live request before. A token stops slips; it does not
stop a model that is set on going on.
"""

from typing import Any, Literal

from mcp.server.mcpserver import Context as McpContext
from mcp.types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult

from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.policy.approvals import words_of

Agreed = Literal["dialogue", "token"]

AGREED: dict[Agreed, str] = {
    "dialogue": "Agreed to by the user, in the dialogue of the client.",
    "token": "Agreed by token; no person was seen.",
}

_QUESTION = "confirm"
_YES = {
    "type": "object",
    "properties": {"confirm": {"type": "boolean", "title": "Go ahead", "description": "Yes, do it."}},
    "required": ["confirm"],
}


class Answered(Exception):
    """The call ends here: with a question for the client, or with a preview or a no, as text and as facts."""

    def __init__(self, question: InputRequiredResult | None = None, text: str = "", **facts: Any) -> None:
        super().__init__()
        self.question, self.text, self.facts = question, text, facts


async def agree(
    client: McpContext[Any, Any], approvals: Approvals, *, tool: str, question: Question, bound: str, token: str
) -> Agreed:
    """Return when somebody agreed, and how. After a live dialogue the caller has to look at the world again.

    Raises:
        Answered: with the question, the preview or the refusal that the call has to answer with.
        Mistake: when a token or an answer does not fit.
    """
    words = words_of(question, NextCall.for_model)
    session = _session(client)
    if not _can_ask(client):
        if token:
            approvals.redeem(token, bound, session=session)
            return "token"
        raise _preview(tool, words, approvals.issue(bound, tool=tool, words=words, session=session))
    if not asks_in_result(client):
        answer = await client.session.elicit_form(words, _YES, related_request_id=client.request_id)
        _heed(answer, words)
        return "dialogue"
    answer = (client.input_responses or {}).get(_QUESTION)
    if answer is None:
        asked = ElicitRequest(params=ElicitRequestFormParams(message=words, requested_schema=_YES))
        raise Answered(InputRequiredResult(input_requests={_QUESTION: asked}, request_state=approvals.issue(bound)))
    # The state that came back is ours (the SDK seals it), and it is used up whatever the answer is.
    approvals.redeem(client.request_state or "", bound)
    _heed(answer, words)
    return "dialogue"


def asks_in_result(client: McpContext[Any, Any]) -> bool:
    return (client.protocol_version or "") >= "2026-07-28"


def _can_ask(client: McpContext[Any, Any]) -> bool:
    capabilities = client.client_capabilities
    if capabilities is None or capabilities.elicitation is None:
        return False
    return asks_in_result(client) or client.session.can_send_request


def _session(client: McpContext[Any, Any]) -> str:
    """The id of the client's session over HTTP; empty over stdio, and since 2026-07-28, where there are none."""
    request = client.request_context.request
    if request is None:
        return ""
    return request.headers.get("mcp-session-id") or request.query_params.get("session_id") or ""


def _heed(answer: Any, words: str) -> None:
    agreed = (
        isinstance(answer, ElicitResult) and answer.action == "accept" and (answer.content or {}).get("confirm") is True
    )
    if not agreed:
        reason = "Not done: the user was asked and did not agree. Nothing was changed."
        todo = "Ask them what they would rather have; the same call asks again."
        text = f"{reason} {todo} They were asked:\n{words}"
        raise Answered(text=text, done=False, reason=reason, next=todo, asked=words)


def _preview(tool: str, words: str, ticket: str) -> Answered:
    todo = (
        "Show this to the user. Only if they agree, call "
        f'{tool} again with the same arguments and confirm="{ticket}" within 10 minutes; it works once.'
    )
    return Answered(text=f"Not done yet. {words}\n{todo}", done=False, plan=words, confirm=ticket, next=todo)
