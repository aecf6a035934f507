"""Writing a sequence: add a step, change a variant."""

from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.action import Action, Api, Desk, Effect
from saleshandy_mcp.api.errors import Mistake
from saleshandy_mcp.api.fields import ListFields
from saleshandy_mcp.api.model import Channel, Priority
from saleshandy_mcp.api.steps import CreateSequenceStep, Step, Variant
from saleshandy_mcp.api.steps import UpdateStepVariant as UpdateStepVariantCall
from saleshandy_mcp.workflows import channels, copywriting
from saleshandy_mcp.workflows.channels import ChannelWord, VariantText
from saleshandy_mcp.workflows.lookup import find_sequence, find_step, steps_of
from saleshandy_mcp.workflows.sequences import VariantView, variant_view
from saleshandy_mcp.workflows.view import SequenceName, StepName, View, call


class CreatedStep(View):
    id: str
    number: int | None
    sequence: str
    type: str
    day: int
    variants: int
    doubts: list[str]
    next: str


class ChangedVariant(View):
    sequence: str
    active: bool
    step: str
    variant: VariantView
    changed: list[str]
    doubts: list[str]


class CreateStep(Action[CreatedStep]):
    """Add a step to a sequence: one email, LinkedIn, call, WhatsApp or task step, on a day of the sequence.
    Emails take 1-26 A/B variants and one email a day; other types one variant. Sends nothing by itself.
    """

    effect = Effect.WRITE
    sequence: SequenceName
    type: Annotated[ChannelWord, Field(description="What the step does.")]
    day: Annotated[int, Field(ge=1, le=999, description="1 is the first day.")]
    variants: Annotated[
        list[VariantText],
        Field(min_length=1, description="Texts; merge tags are field labels: {{First Name|'there'}}."),
    ]
    priority: Annotated[
        Literal["urgent", "high", "normal", "low"] | None, Field(description="Of its tasks; not for email.")
    ] = None
    assignee_id: Annotated[str | None, Field(description="User id for its tasks; default: the owner.")] = None

    async def run(self, desk: Desk) -> CreatedStep:
        channel = Channel[self.type.upper()]
        self._refuse_task_arguments(channel)
        # First what needs nobody to be asked, so that a slip costs no call.
        variants = channels.wire_variants(channel, self.variants, opens_thread=False)
        sequence = await find_sequence(desk.api, self.sequence)
        steps = await steps_of(desk.api, sequence)
        if channel is Channel.EMAIL:
            _refuse_second_email(steps, self.day)
            first = not any(step.type == Channel.EMAIL and (step.absolute_days or 0) < self.day for step in steps)
            variants = channels.wire_variants(channel, self.variants, opens_thread=first)
        doubts = await _doubts(desk.api, self.variants)
        created = await desk.api.send(
            CreateSequenceStep(
                sequence_id=sequence.id,
                type=channel,
                absolute_days=self.day,
                variants=variants,
                priority=Priority[self.priority.upper()] if self.priority else None,
                assignee_id=self.assignee_id,
            )
        )
        return CreatedStep(
            id=created.id,
            number=created.number,
            sequence=sequence.title,
            type=self.type,
            day=self.day,
            variants=len(variants),
            doubts=doubts,
            next=call("get_sequence", sequence=sequence.title),
        )

    def _refuse_task_arguments(self, channel: Channel) -> None:
        for name in ("priority", "assignee_id"):
            if channel is Channel.EMAIL and getattr(self, name):
                raise Mistake(f"{name} is not allowed on email: it is for steps that make a task", "Leave it out.")


class UpdateStepVariant(Action[ChangedVariant]):
    """Change the text of one variant, or take it in or out of use. What is not given stays.
    In an active sequence the change holds for all mails not yet sent.
    """

    effect = Effect.WRITE
    idempotent = True
    sequence: SequenceName
    step: StepName
    variant: Annotated[str, Field(min_length=1, description="Letter (A, B …) or id.")] = "A"
    subject: Annotated[str | None, Field(description="Email, InMail.")] = None
    content: Annotated[str | None, Field(description="Body, note or message.")] = None
    preheader: Annotated[str | None, Field(description="Email only.")] = None
    task_note: Annotated[str | None, Field(description="Not on email.")] = None
    attachment_ids: Annotated[list[str] | None, Field(description="Replaces all; [] removes them.")] = None
    in_use: Annotated[bool | None, Field(description="false stops using it.")] = None

    async def run(self, desk: Desk) -> ChangedVariant:
        texts = ("subject", "content", "preheader", "task_note", "attachment_ids", "in_use")
        changed = [name for name in texts if getattr(self, name) is not None]
        if not changed:
            raise Mistake("nothing to change was given", f"Give at least one of {', '.join(texts)}.")
        sequence = await find_sequence(desk.api, self.sequence)
        steps = await steps_of(desk.api, sequence)
        step = find_step(steps, self.step, sequence)
        place, old = _find_variant(step, self.variant)
        channel = Channel(step.type or 0)
        new = self._merged(channel, old, opens_thread=_opens_thread(steps, step))
        payload = new.payload if {"subject", "content", "preheader"} & set(changed) else None
        status = None if self.in_use is None else int(self.in_use)
        doubts = await _doubts(desk.api, [VariantText(subject=self.subject, content=self.content)])
        await desk.api.send(
            UpdateStepVariantCall(
                sequence_id=sequence.id,
                step_id=step.id,
                variant_id=old.id,
                payload=payload,
                status=status,
                task_note=self.task_note,
                attachment_ids=self.attachment_ids,
            )
        )
        stored = old.model_copy(
            update={
                "payload": payload or old.payload,
                "status": old.status if status is None else status,
                "task_note": self.task_note or old.task_note,
            }
        )
        return ChangedVariant(
            sequence=sequence.title,
            active=sequence.active,
            step=f"{step.name or step.number} [{step.id}]",
            variant=variant_view(channel, stored, place, whole=False),
            changed=changed,
            doubts=doubts,
        )

    def _merged(self, channel: Channel, old: Variant, *, opens_thread: bool) -> channels.VariantInput:
        """The whole variant after the change: the API replaces a payload as a whole."""
        subject, text = channels.texts(channel, old.payload)
        merged = VariantText(
            subject=self.subject if self.subject is not None else subject,
            content=self.content if self.content is not None else text or None,
            preheader=self.preheader if self.preheader is not None else old.payload.get("preheader"),
            attachment_ids=self.attachment_ids,
            task_note=self.task_note,
        )
        return channels.wire_variant(channel, merged, "", opens_thread=opens_thread)


def _find_variant(step: Step, name: str) -> tuple[int, Variant]:
    for place, variant in enumerate(step.variants):
        if name in (variant.id, chr(ord("A") + place), chr(ord("a") + place)):
            return place, variant
    there = ", ".join(f"{chr(ord('A') + place)} [{it.id}]" for place, it in enumerate(step.variants))
    raise Mistake(f'variant: step {step.number} has no variant "{name}"', f"There is: {there}.")


def _refuse_second_email(steps: list[Step], day: int) -> None:
    taken = sorted({step.absolute_days or 0 for step in steps if step.type == Channel.EMAIL})
    if day in taken:
        free = next(number for number in range(day + 1, 1000) if number not in taken)
        raise Mistake(f"day: day {day} already has an email step, and a day holds one", f"The next free day is {free}.")


def _opens_thread(steps: list[Step], step: Step) -> bool:
    emails = [it for it in steps if it.type == Channel.EMAIL]
    return bool(emails) and emails[0].id == step.id


async def _doubts(api: Api, variants: list[VariantText]) -> list[str]:
    """What in the texts may not come out as meant; costs a call only when there is something to check."""
    text = "\n".join(part for variant in variants for part in (variant.subject, variant.content) if part)
    if "{" not in text:
        return []
    labels = [field.label for field in await api.send(ListFields())]
    return copywriting.doubts(text, labels)
