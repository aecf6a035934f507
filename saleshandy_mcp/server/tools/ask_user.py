"""Asking the person behind a call, by the best channel that their client and the operator leave.

A question that is neither agreed to nor declined goes on to the next channel. A token stops slips; it does not stop a
model that is set on going on.
"""

from dataclasses import dataclass, replace
from typing import Any

from anyio import get_cancelled_exc_class
from mcp.types import InputRequiredResult

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Forbidden, Mistake
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.core.waiting import wait_until
from saleshandy_mcp.policy.approval_channels import (
    Answer,
    Channel,
    Choice,
    Reach,
    choose,
    instead,
    instead_of_card,
    remedy,
)
from saleshandy_mcp.policy.approval_store import Approvals, Plan
from saleshandy_mcp.policy.approvals import words_of
from saleshandy_mcp.policy.journal import CallRecord
from saleshandy_mcp.server.tools import dialogue
from saleshandy_mcp.server.tools.asking import Agreement, Asking
from saleshandy_mcp.server.tools.dialogue import Client
from saleshandy_mcp.server.tools.waiting_text import Ways, waiting_text
from saleshandy_mcp.store.audit_file import No

_AGAIN = "Call again to see what would happen now."
MOST_WAITING = 20
"""Questions that may wait for a person at once, so that nobody is tired out until they say yes unread."""
_TIMES = 2
"""Questions for one call that may vanish in a client before it counts as one that cannot ask."""
_WAIT, _WAIT_FOR_CARD, _BETWEEN = 20.0, 40.0, 1.0
"""Seconds that a repeated call waits for a person, those where a card is on the screen, and between two looks."""


class Answered(Exception):
    """The call ends here: with a question for the client, or with a preview or a no, as text and as facts."""

    def __init__(self, question: InputRequiredResult | None = None, text: str = "", **facts: Any) -> None:
        super().__init__()
        self.question, self.text, self.facts = question, text, facts


@dataclass
class Person:
    """The person behind one call.

    Attributes:
        client: the client of the call.
        context: of the call; questions are kept in its ``Approvals``.
        asking: how the operator wants people to be asked.
        record: of the call; a no is written down there.
        call: the keyed digest of the tool and its arguments.
        token: the token that came with the call; empty when there is none.
        session: the session of the client.
        new: whether this is its first call.
    """

    client: Client
    context: Context
    asking: Asking
    record: CallRecord
    call: str
    token: str
    session: str
    new: bool
    _agreed: Plan | None = None

    @property
    def tool(self) -> str:
        return self.record.tool

    async def hear(self, plan: Plan) -> None:
        """Hear what a person has said elsewhere to the same call, before anything else is looked at.

        Where they are asked elsewhere, a call that is made again waits for them a while: asking again costs little.

        Raises:
            Answered: when they said no, or have said nothing yet.
        """
        reach = self._reach()
        choice = self._or_next(choose(self.asking.approval, reach), plan)._replace(why="")
        if self.asking.approval == "deny":
            return
        if plan.state == "waiting" and choice.channel in ("terminal", "page", "card"):
            answer = dialogue.came_with_call(self.client)
            self._heed_refusal(plan, answer)
            plan = await self._wait(plan, choice.channel)
            if plan.state == "waiting":
                opened = answer.action == "accept" if answer else reach.url
                raise self._waiting(plan, choice, shown=choice.channel == "page" and opened)
        if plan.state != "waiting":
            self._agreed = self._heed(plan)

    async def agree(self, question: Question, bound: str) -> Agreement:
        """Return when somebody agreed.

        Args:
            question: what they are asked.
            bound: its digest, for which alone the agreement counts.

        Raises:
            Answered: with the question, the preview or the refusal that the call has to answer with.
            Mistake: when a token or an answer does not fit, or when nobody can be asked.
        """
        if self._agreed:
            return self._use(self._agreed, bound)
        agreement = await self._agree(question, bound)
        self._approvals.withdraw(self.call)
        return agreement

    async def _agree(self, question: Question, bound: str) -> Agreement:
        words = words_of(question, NextCall.for_model)
        approval, reach = self.asking.approval, self._reach()
        choice = choose(approval, reach)
        if choice.channel == "dialogue":
            answer = await self._in_dialogue(words, bound)
            if answer.meaning == "yes":
                return Agreement("dialogue", later=not dialogue.asks_in_result(self.client))
            if answer.meaning == "no":
                self._no_in_dialogue("declined", bound)
                raise _declined(words)
            if answer.action == "cancel":
                self._no_in_dialogue("cancelled", bound)
            choice = instead(answer, approval, reach)
        choice = self._or_next(choice, self._approvals.asked(self.call))
        match choice.channel:
            case "terminal" | "page" | "card":
                return await self._elsewhere(choice, words, bound)
            case "token" if self.token:
                plan = self._approvals.redeem(self.token, bound, session=self.session, new=self.new)
                return Agreement(plan.channel or "token")
            case "token":
                raise self._preview(words, bound)
            case _:
                raise self._refusal(choice)

    async def _in_dialogue(self, words: str, bound: str) -> Answer:
        form = dialogue.form(self.client, words, elsewhere=self.asking.command if self._reach().terminal else "")
        clock = self._approvals.clock
        if not dialogue.asks_in_result(self.client):
            try:
                return await dialogue.ask_live(self.client, form, self.context.tell, clock)
            except get_cancelled_exc_class():
                self._no_in_dialogue("cancelled", bound)
                raise
        answer = dialogue.came_with_call(self.client)
        if answer is None and self._approvals.unanswered(self.call) >= _TIMES:
            return Answer("vanished")
        if answer is None:
            raise Answered(dialogue.in_result(form, self._approvals.issue(bound, call=self.call, tool=self.tool)))
        # The state that came back is ours (the SDK seals it), and it is used up whatever the answer is.
        asked = self._approvals.redeem(self.client.request_state or "", bound)
        return replace(answer, seconds=clock() - asked.made)

    def _no_in_dialogue(self, no: No, bound: str) -> None:
        self.record.said_no(no, channel="dialogue", plan=bound)

    async def _elsewhere(self, choice: Choice, words: str, bound: str) -> Agreement:
        """Ask on a card, at the terminal, or on the page, which the client opens if it can."""
        before = self._approvals.asked(self.call)
        if before is None and len(self._approvals.waiting()) >= MOST_WAITING:
            wrong = f"{MOST_WAITING} questions wait for a person's answer already"
            raise Mistake(wrong, "Ask the user to answer those first; a question is over after 10 minutes.")
        plan = self._approvals.ask(bound, call=self.call, tool=self.tool, words=words)
        shown = choice.channel == "page" and self._reach().url and await self._open_page(plan)
        if shown or (before and before.id == plan.id):
            plan = await self._wait(plan, choice.channel)
        if plan.state != "waiting":
            return replace(self._use(self._heed(plan), bound), later=True)
        raise self._waiting(plan, choice, shown=shown)

    async def _open_page(self, plan: Plan) -> bool:
        """Have the client open the page. Whether it said that it does."""
        assert self.asking.page  # noqa: S101 - the channel is chosen only where there is one
        link = dialogue.link(f"{self.tool} needs your yes. The page shows all of it.", self.asking.page(plan), plan.id)
        if dialogue.asks_in_result(self.client):
            raise Answered(dialogue.in_result(link, plan.id))
        answer = await dialogue.ask_live(self.client, link, self.context.tell, self._approvals.clock)
        self._heed_refusal(plan, answer)
        return answer.action == "accept"

    def _heed_refusal(self, plan: Plan, answer: Answer | None) -> None:
        """Somebody who does not want to open the page has said no."""
        if answer and replace(answer, seconds=self._approvals.clock() - plan.made).meaning == "no":
            self._approvals.answer(plan.id, agreed=False, channel="dialogue")
            self._heed(replace(plan, state="declined"))

    async def _wait(self, plan: Plan, channel: Channel | None) -> Plan:
        """The plan as it is when somebody has answered, when no card comes up, or when there is no more time."""
        by_card = channel == "card"

        async def look(_: float) -> Plan | None:
            found = self._approvals.plan(plan.id)
            no_card = by_card and found and found.card_at(self._approvals.clock()) in ("none", "missing")
            return found if found and (found.state != "waiting" or no_card) else None

        await self.context.tell("Waiting for a person's answer.")
        patience = self.context.patience(_WAIT_FOR_CARD if by_card else _WAIT)
        await wait_until(look, pause=self.context.pause, between=(_BETWEEN,), patience=patience)
        return self._approvals.plan(plan.id) or plan

    def _heed(self, plan: Plan) -> Plan:
        """A plan that somebody agreed to; a no is used up, and told."""
        if plan.state == "declined":
            self._approvals.take(plan.id)
            raise _declined(plan.words)
        return plan

    def _use(self, plan: Plan, bound: str) -> Agreement:
        taken = self._approvals.take(plan.id)
        if taken is None or not taken.channel:
            raise Mistake("this agreement was used by another call", _AGAIN)
        if taken.digest != bound:
            raise Mistake("what was agreed to has changed meanwhile", _AGAIN)
        return Agreement(taken.channel)

    def _or_next(self, choice: Choice, plan: Plan | None) -> Choice:
        """The next way where a card was chosen and did not come up."""
        if choice.channel == "card" and plan and plan.card_at(self._approvals.clock()) == "missing":
            return instead_of_card(self._reach())
        return choice

    def _waiting(self, plan: Plan, choice: Choice, *, shown: bool = False) -> Answered | Mistake:
        """What the call ends with, for nobody has answered yet."""
        choice = self._or_next(choice, plan)
        if choice.channel is None:
            return self._refusal(choice)
        command = self.asking.command if self._approvals.state.lasts else ""
        link = self.asking.page(plan) if self.asking.page and not shown else ""
        ways = Ways(command, link, plan.card_at(self._approvals.clock()))
        text, facts = waiting_text(plan, choice, ways)
        return Answered(text=text, **facts)

    def _refusal(self, choice: Choice) -> Forbidden:
        return Forbidden(f"nobody has agreed to this: {choice.why}", remedy(self.asking.approval))

    def _preview(self, words: str, bound: str) -> Answered:
        token = self._approvals.issue(bound, call=self.call, tool=self.tool, words=words, session=self.session)
        todo = (
            "Show this to the user. Only if they agree, call "
            f'{self.tool} again with the same arguments and confirm="{token}" within 10 minutes; it works once.'
        )
        if self._approvals.state.lasts:
            todo += f" They can also answer it themselves, with `{self.asking.command}` in a terminal."
        return Answered(text=f"Not done yet. {words}\n{todo}", done=False, plan=words, confirm=token, next=todo)

    @property
    def _approvals(self) -> Approvals:
        return self.context.service(Approvals)

    def _reach(self) -> Reach:
        return Reach(
            form=dialogue.shows_forms(self.client),
            card=dialogue.shows_cards(self.client),
            url=dialogue.opens_addresses(self.client),
            terminal=self._approvals.state.lasts,
            page=self.asking.page is not None,
        )


def _declined(words: str) -> Answered:
    reason = "Not done: the user was asked and did not agree. Nothing was changed."
    todo = "Ask them what they would rather have; the same call asks again."
    return Answered(
        text=f"{reason} {todo} They were asked:\n{words}", done=False, reason=reason, next=todo, asked=words
    )
