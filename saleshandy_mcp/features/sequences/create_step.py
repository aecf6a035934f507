"""``create_step``: adds a step with its texts to a sequence."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import CreateSequenceStep, Step, VariantInput
from saleshandy_mcp.api.types import Channel, Priority
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect, SequenceActive, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Item, Question, Value, listing
from saleshandy_mcp.core.view import NextCall, Say, SequenceName, View, counted
from saleshandy_mcp.features.sequences import channels
from saleshandy_mcp.features.sequences.channels import ChannelWord, VariantText
from saleshandy_mcp.features.sequences.question_items import (
    ON_YES_WHILE_ACTIVE,
    PAUSE_FIRST,
    sequence_item,
    text_items,
)
from saleshandy_mcp.features.sequences.sequence_details import letter_of
from saleshandy_mcp.features.sequences.variant_warnings import variant_warnings
from saleshandy_mcp.lookups.by_name import find_sequence, steps_of
from saleshandy_mcp.untrusted.one_line import one_line


class CreatedStep(View):
    """The new step.

    Attributes:
        number: its place in the sequence; None where the API does not say.
        variants: how many texts it has.
        warnings: what in the texts is probably wrong, a sentence each.
    """

    id: str
    number: int | None
    sequence: str
    type: str
    day: int
    variants: int
    warnings: list[str]
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        number = f"step {self.number}" if self.number else "a step"
        variants = counted(self.variants, "variant")
        yield f"Added {number} [{self.id}] to {one_line(self.sequence)}: day {self.day}, {self.type}, {variants}."
        yield from (f"Note: {one_line(warning, 300)}" for warning in self.warnings)
        yield f"See it: {say(self.next)}"


class CreateStep(Action[CreatedStep]):
    """Add a step to a sequence: one email, LinkedIn, call, WhatsApp or task step, on a day of the sequence. Emails
    take 1-26 A/B variants and one email a day; other types one variant. Asks first while the sequence is active.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
    sequence: SequenceName
    type: Annotated[ChannelWord, Field(description="What the step does.")]
    day: Annotated[int, Field(ge=1, le=999, description="1 is the first day.")]
    variants: Annotated[
        list[VariantText],
        Field(min_length=1, description="Merge tags are field labels, with a fallback: {{First Name|'there'}}."),
    ]
    priority: Annotated[
        Literal["urgent", "high", "normal", "low"] | None, Field(description="Of its tasks; not for email.")
    ] = None
    assignee_id: Annotated[str | None, Field(description="User id; default: the owner.")] = None

    async def prepare(self, context: Context) -> Prepared[CreatedStep]:
        channel = Channel[self.type.upper()]
        self._refuse_task_arguments(channel)
        # Checks that need no call come first.
        channels.wire_variants(channel, self.variants, opens_thread=False)
        sequence = await find_sequence(context.api, self.sequence)
        steps = await steps_of(context.api, sequence)
        if channel is Channel.EMAIL:
            _refuse_second_email(steps, self.day)
        first = not any(step.type == Channel.EMAIL and (step.absolute_days or 0) < self.day for step in steps)
        variants = channels.wire_variants(channel, self.variants, opens_thread=first)
        operation = self._operation(channel, sequence, variants)
        warnings = await variant_warnings(context.api, channel, [it.payload for it in variants], opens_thread=first)
        effects = effects_of(operation.causes(), {SequenceActive(sequence.id): sequence.active})
        return Prepared(
            partial(self._create, context.api, sequence, operation, warnings),
            effects,
            self._question(sequence, channel, operation, warnings) if Effect.SEND in effects else None,
            milder=PAUSE_FIRST,
        )

    def _question(
        self, sequence: Sequence, channel: Channel, operation: CreateSequenceStep, warnings: list[str]
    ) -> Question:
        items: list[Item] = [sequence_item(sequence), Value("new step", f"day {self.day}, {self.type}")]
        items += [Value("warning", warning) for warning in warnings]
        for place, variant in enumerate(operation.variants):
            label = f"variant {letter_of(place)}"
            items += text_items(label, channel, variant.payload, variant.task_note)
            if variant.attachment_ids:
                items.append(listing(f"{label}, attachments", variant.attachment_ids))
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
        self, api: Api, sequence: Sequence, operation: CreateSequenceStep, warnings: list[str]
    ) -> CreatedStep:
        created = await api.send(operation)
        return CreatedStep(
            id=created.id,
            number=created.number,
            sequence=sequence.title,
            type=self.type,
            day=self.day,
            variants=len(self.variants),
            warnings=warnings,
            next=NextCall.of("get_sequence", sequence=sequence.title),
        )

    def _refuse_task_arguments(self, channel: Channel) -> None:
        for name in ("priority", "assignee_id"):
            if channel is Channel.EMAIL and getattr(self, name):
                raise Mistake(f"{name} is not allowed on email: it is for steps that make a task", "Leave it out.")


def _refuse_second_email(steps: list[Step], day: int) -> None:
    taken = {step.absolute_days or 0 for step in steps if step.type == Channel.EMAIL}
    if day in taken:
        free = next((number for number in range(day + 1, 1000) if number not in taken), None)
        remedy = f"The next free day is {free}." if free else ""
        raise Mistake(f"day: day {day} already has an email step, and a day holds one", remedy)
