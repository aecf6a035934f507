"""Asking the person behind a call, by the best channel that their client and the operator leave.

A question that is neither agreed to nor declined goes on to the next channel. A token stops slips; it does not stop a
model that is set on going on.
"""

from dataclasses import dataclass, replace
from typing import Any

from mcp.types import InputRequiredResult

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.policy.approval_channels import Answer, Approval, Channel, Choice, Reach, choose, instead, remedy
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.policy.approvals import words_of
from saleshandy_mcp.server.tools import dialogue
from saleshandy_mcp.server.tools.dialogue import Client, Tell

AGREED: dict[Channel, str] = {
    "dialogue": "Agreed to by the user, in the dialogue of the client.",
    "token": "Agreed by token; no person was seen.",
}


class Answered(Exception):
    """The call ends here: with a question for the client, or with a preview or a no, as text and as facts."""

    def __init__(self, question: InputRequiredResult | None = None, text: str = "", **facts: Any) -> None:
        super().__init__()
        self.question, self.text, self.facts = question, text, facts


@dataclass(frozen=True)
class Asking:
    """How the operator of this server wants people to be asked."""

    approval: Approval = "auto"


@dataclass(frozen=True)
class Agreement:
    """Somebody has agreed.

    Attributes:
        channel: how.
        later: whether the call has waited for them, so that the world may have changed meanwhile.
    """

    channel: Channel
    later: bool = False


@dataclass
class Person:
    """The person behind one call.

    Attributes:
        client: the client of the call.
        approvals: where questions are kept.
        asking: how the operator wants people to be asked.
        tool: the tool that was called.
        token: the token that came with the call; empty when there is none.
        tell: tells a sentence of progress.
    """

    client: Client
    approvals: Approvals
    asking: Asking
    tool: str
    token: str
    tell: Tell

    async def agree(self, question: Question, bound: str) -> Agreement:
        """Return when somebody agreed.

        Args:
            question: what they are asked.
            bound: its digest, for which alone the agreement counts.

        Raises:
            Answered: with the question, the preview or the refusal that the call has to answer with.
            Mistake: when a token or an answer does not fit, or when nobody can be asked.
        """
        words = words_of(question, NextCall.for_model)
        approval, reach = self.asking.approval, self._reach()
        choice = choose(approval, reach)
        if choice.channel == "dialogue":
            answer = await self._in_dialogue(words, bound)
            if answer.meaning == "yes":
                return Agreement("dialogue", later=not dialogue.asks_in_result(self.client))
            if answer.meaning == "no":
                raise _declined(words)
            choice = instead(answer, approval, reach)
        if self.token and choice.channel == "token":
            self.approvals.redeem(self.token, bound, session=self._session())
            return Agreement("token")
        raise self._not_yet(choice, words, bound)

    async def _in_dialogue(self, words: str, bound: str) -> Answer:
        form, clock = dialogue.form(self.client, words), self.approvals.clock
        if not dialogue.asks_in_result(self.client):
            return await dialogue.ask_live(self.client, form, self.tell, clock)
        answer = dialogue.came_with_call(self.client)
        if answer is None:
            raise Answered(dialogue.in_result(form, self.approvals.issue(bound)))
        # The state that came back is ours (the SDK seals it), and it is used up whatever the answer is.
        asked = self.approvals.redeem(self.client.request_state or "", bound)
        return replace(answer, seconds=clock() - asked)

    def _not_yet(self, choice: Choice, words: str, bound: str) -> Exception:
        if choice.channel is None:
            return Mistake(f"nobody has agreed to this: {choice.why}", remedy(self.asking.approval))
        token = self.approvals.issue(bound, tool=self.tool, words=words, session=self._session())
        return _preview(self.tool, words, token)

    def _reach(self) -> Reach:
        return Reach(form=dialogue.shows_forms(self.client), url=dialogue.opens_addresses(self.client))

    def _session(self) -> str:
        """The id of the client's session over HTTP; empty over stdio, and since 2026-07-28, where there are none."""
        request = self.client.request_context.request
        if request is None:
            return ""
        return request.headers.get("mcp-session-id") or request.query_params.get("session_id") or ""


def _declined(words: str) -> Answered:
    reason = "Not done: the user was asked and did not agree. Nothing was changed."
    todo = "Ask them what they would rather have; the same call asks again."
    return Answered(
        text=f"{reason} {todo} They were asked:\n{words}", done=False, reason=reason, next=todo, asked=words
    )


def _preview(tool: str, words: str, token: str) -> Answered:
    todo = (
        "Show this to the user. Only if they agree, call "
        f'{tool} again with the same arguments and confirm="{token}" within 10 minutes; it works once.'
    )
    return Answered(text=f"Not done yet. {words}\n{todo}", done=False, plan=words, confirm=token, next=todo)
