"""``send_test_email``: mails one variant to colleagues, rendered for somebody, to see how it looks."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.inbox import Address
from saleshandy_mcp.api.resources.sequences import ListSequenceEmailAccounts, Sequence
from saleshandy_mcp.api.resources.sequences import SendTestEmail as SendTestEmailCall
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Question, Value
from saleshandy_mcp.core.view import NextCall, Say, SequenceName, StepName, View
from saleshandy_mcp.features.imports.copy_preview import filled, filled_html
from saleshandy_mcp.features.prospects.stored_people import find_people
from saleshandy_mcp.features.senders.sender_state import signature_of
from saleshandy_mcp.features.sequences.question_items import sequence_item, text_items
from saleshandy_mcp.features.sequences.sequence_details import find_variant, letter_of
from saleshandy_mcp.lookups.by_name import find_sequence, find_step, steps_of
from saleshandy_mcp.untrusted.one_line import one_line

_SIGNATURE = re.compile(r"\{\{\s*signature\s*\}\}", re.IGNORECASE)


class SentTest(View):
    """The test mail that was sent; ``gaps`` are the labels that its text shows as empty."""

    to: list[str]
    sender: str
    subject: str
    variant: str
    gaps: list[str]
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        to = ", ".join(map(one_line, self.to))
        yield f'Test of {one_line(self.variant)} sent to {to} from {one_line(self.sender)}: "{one_line(self.subject)}".'
        yield f"Marked as empty in it: {', '.join(map(one_line, self.gaps))}" if self.gaps else None
        yield f"Check the rest: {say(self.next)}"


class SendTestEmail(Action[SentTest]):
    """Mail a variant to colleagues, filled in for a person. Asks first."""

    effects = frozenset({Effect.SEND})
    sequence: SequenceName
    to: Annotated[list[Address], Field(min_length=1, max_length=5, description="Colleagues.")]
    step: StepName = "1"
    variant: Annotated[str, Field(min_length=1, description="Letter.")] = "A"
    person: Annotated[str | None, Field(description="Address.")] = None

    async def prepare(self, context: Context) -> Prepared[SentTest]:
        api = context.api
        sequence = await find_sequence(api, self.sequence)
        steps = await steps_of(api, sequence)
        step = find_step(steps, self.step, sequence)
        if step.type != Channel.EMAIL:
            raise Mistake(f"step: step {step.number} is no email", "Only emails can be sent as a test.")
        place, variant = find_variant(step, self.variant)
        attached = await api.send(ListSequenceEmailAccounts(sequence_id=sequence.id))
        sender = _sender(sequence, attached.email_account)
        people = await find_people(api, [self.person], need_ids=False, need_values=True) if self.person else []
        fields = await api.recent(ListFields())
        values = {it.label: people[0].value(it.label) if people else "" for it in fields}
        values["Email"] = people[0].email if people else "somebody@example.com"
        fallbacks = {it.label: it.fallback_text or "" for it in fields}
        subject = filled(str(variant.payload.get("subject") or "") or _thread_subject(steps, step), values, fallbacks)
        content = filled_html(str(variant.payload.get("content") or ""), values, fallbacks)
        operation = SendTestEmailCall(
            sequence_id=sequence.id,
            to=list(self.to),
            from_email_account_id=sender.id,
            subject=subject,
            content=_SIGNATURE.sub(lambda _: signature_of(sender), content),
            preheader=filled(str(variant.payload.get("preheader") or ""), values, fallbacks) or None,
        )
        view = SentTest(
            to=list(self.to),
            sender=sender.from_email,
            subject=subject,
            variant=f"step {step.number} {letter_of(place)}",
            gaps=[label for label in values if f"[{label}: empty]" in f"{subject} {content}"],
            next=NextCall.of("check_sequence", sequence=sequence.title),
        )
        return Prepared(
            partial(_send, api, operation, view),
            self.effects,
            self._question(sequence, sender, view, operation),
            uses=operation.uses,
        )

    def _question(
        self, sequence: Sequence, sender: EmailAccount, view: SentTest, operation: SendTestEmailCall
    ) -> Question:
        payload = {"subject": operation.subject, "content": operation.content, "preheader": operation.preheader}
        items = (
            sequence_item(sequence),
            *(Value("to", address) for address in self.to),
            Value("from", f"{sender.from_name} <{sender.from_email}> [{sender.id}]".lstrip()),
            Value("filled in for", self.person or "nobody: fallbacks are shown"),
            *text_items(view.variant, Channel.EMAIL, payload),
            Bound("the whole mail with its HTML", operation.model_dump(mode="json")),
        )
        return Question("Send this test mail?", items, "On yes the mail goes out at once. Statistics do not count it.")


def _sender(sequence: Sequence, attached: list[EmailAccount]) -> EmailAccount:
    active = next((it for it in attached if it.active), None)
    if active is None:
        raise Mistake(
            f'sequence: "{sequence.title}" has no active email account to send from',
            "Attach one first",
            next=NextCall.of("add_email_accounts", sequence=sequence.title),
        )
    return active


def _thread_subject(steps: list[Step], step: Step) -> str:
    """The subject of the thread that a mail without a subject continues."""
    before = [it for it in steps if it.type == Channel.EMAIL and (it.number or 0) < (step.number or 0)]
    subjects = [str(it.variants[0].payload.get("subject") or "") for it in before if it.variants]
    last = next((subject for subject in reversed(subjects) if subject), "")
    return f"Re: {last}" if last else ""


async def _send(api: Api, operation: SendTestEmailCall, view: SentTest) -> SentTest:
    await api.send(operation)
    return view
