"""Writing a sequence: add a step."""

from collections.abc import Iterator
from functools import partial
from string import ascii_uppercase
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import CreateSequenceStep, Step, VariantInput
from saleshandy_mcp.api.types import Channel, Priority
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect, SequenceActive, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value
from saleshandy_mcp.core.view import NextCall, Say, SequenceName, View, counted
from saleshandy_mcp.features.sequences import channels, copywriting
from saleshandy_mcp.features.sequences.asking import ON_YES_WHILE_ACTIVE, the_sequence, the_text
from saleshandy_mcp.features.sequences.channels import ChannelWord, VariantText
from saleshandy_mcp.lookups.by_name import find_sequence, steps_of
from saleshandy_mcp.untrusted.one_line import one_line


class CreatedStep(View):
    id: str
    number: int | None
    sequence: str
    type: str
    day: int
    variants: int
    doubts: list[str]
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        number = f"step {self.number}" if self.number else "a step"
        variants = counted(self.variants, "variant")
        yield f"Added {number} [{self.id}] to {one_line(self.sequence)}: day {self.day}, {self.type}, {variants}."
        yield from (f"Check: {one_line(doubt, 200)}" for doubt in self.doubts)
        yield f"See it: {say(self.next)}"


class CreateStep(Action[CreatedStep]):
    """Add a step to a sequence: one email, LinkedIn, call, WhatsApp or task step, on a day of the sequence.
    Emails take 1-26 A/B variants and one email a day; other types one variant.
    While the sequence is active the user is asked first.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
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

    async def prepare(self, context: Context) -> Prepared[CreatedStep]:
        channel = Channel[self.type.upper()]
        self._refuse_task_arguments(channel)
        # First what needs no look at the account, so that a slip costs no call.
        channels.wire_variants(channel, self.variants, opens_thread=False)
        sequence = await find_sequence(context.api, self.sequence)
        steps = await steps_of(context.api, sequence)
        if channel is Channel.EMAIL:
            _refuse_second_email(steps, self.day)
        first = not any(step.type == Channel.EMAIL and (step.absolute_days or 0) < self.day for step in steps)
        variants = channels.wire_variants(channel, self.variants, opens_thread=first)
        operation = self._operation(channel, sequence, variants)
        doubts = await copy_doubts(context.api, self.variants)
        effects = effects_of(operation.causes(), {SequenceActive(sequence.id): sequence.active})
        return Prepared(
            partial(self._create, context.api, sequence, operation, doubts),
            effects,
            self._question(sequence, channel, operation, doubts) if Effect.SEND in effects else None,
        )

    def _question(
        self, sequence: Sequence, channel: Channel, operation: CreateSequenceStep, doubts: list[str]
    ) -> Question:
        items: list[Item] = [the_sequence(sequence), Value("new step", f"day {self.day}, {self.type}")]
        for letter, variant in zip(ascii_uppercase, operation.variants, strict=False):
            items += the_text(f"variant {letter}", channel, variant.payload)
            items += [Body(f"variant {letter}, note", variant.task_note)] if variant.task_note else []
            items += [Value(f"variant {letter}, attachments", ", ".join(variant.attachment_ids or []))] * bool(
                variant.attachment_ids
            )
        items += [Value("check", doubt) for doubt in doubts]
        items.append(Bound("the whole step with its HTML", operation.model_dump(mode="json")))
        return Question("Add a step to this active sequence?", tuple(items), ON_YES_WHILE_ACTIVE)

    def _operation(self, channel: Channel, sequence: Sequence, variants: list[VariantInput]) -> CreateSequenceStep:
        return CreateSequenceStep(
            sequence_id=sequence.id,
            type=channel,
            absolute_days=self.day,
            variants=variants,
            priority=Priority[self.priority.upper()] if self.priority else None,
            assignee_id=self.assignee_id,
        )

    async def _create(
        self, api: Api, sequence: Sequence, operation: CreateSequenceStep, doubts: list[str]
    ) -> CreatedStep:
        created = await api.send(operation)
        return CreatedStep(
            id=created.id,
            number=created.number,
            sequence=sequence.title,
            type=self.type,
            day=self.day,
            variants=len(self.variants),
            doubts=doubts,
            next=NextCall.of("get_sequence", sequence=sequence.title),
        )

    def _refuse_task_arguments(self, channel: Channel) -> None:
        for name in ("priority", "assignee_id"):
            if channel is Channel.EMAIL and getattr(self, name):
                raise Mistake(f"{name} is not allowed on email: it is for steps that make a task", "Leave it out.")


async def copy_doubts(api: Api, variants: list[VariantText]) -> list[str]:
    """What in the texts may not come out as meant; costs a call only when there is something to check."""
    text = "\n".join(part for variant in variants for part in (variant.subject, variant.content) if part)
    if "{" not in text:
        return []
    labels = [field.label for field in await api.recent(ListFields())]
    return copywriting.doubts(text, labels)


def _refuse_second_email(steps: list[Step], day: int) -> None:
    taken = {step.absolute_days or 0 for step in steps if step.type == Channel.EMAIL}
    if day in taken:
        free = next((number for number in range(day + 1, 1000) if number not in taken), None)
        remedy = f"The next free day is {free}." if free else ""
        raise Mistake(f"day: day {day} already has an email step, and a day holds one", remedy)
