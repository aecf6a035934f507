"""Writing a sequence: add a step."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import CreateSequenceStep, Step, VariantInput
from saleshandy_mcp.api.types import Channel, Priority
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.plan import Prepared
from saleshandy_mcp.core.view import SequenceName, View, call, counted
from saleshandy_mcp.features.sequences import channels, copywriting
from saleshandy_mcp.features.sequences.channels import ChannelWord, VariantText
from saleshandy_mcp.features.sequences.while_active import while_active
from saleshandy_mcp.lookups.by_name import find_sequence, steps_of

SHOWN = 400
"""Characters of a text in a question; the client shows the whole of it among the arguments."""


class CreatedStep(View):
    id: str
    number: int | None
    sequence: str
    type: str
    day: int
    variants: int
    doubts: list[str]
    next: str


class CreateStep(Action[CreatedStep]):
    """Add a step to a sequence: one email, LinkedIn, call, WhatsApp or task step, on a day of the sequence.
    Emails take 1-26 A/B variants and one email a day; other types one variant.
    While the sequence is active the user is asked first.
    """

    effect = Effect.SEND
    mildest = Effect.WRITE
    asks = True
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
        would = [
            f"It would get a new step on day {self.day}: {self.type}, {counted(len(variants), 'variant')}.",
            *(in_short(variant.model_dump(exclude_none=True)) for variant in self.variants),
            *doubts,
        ]
        return Prepared(
            partial(self._create, context.api, sequence, operation, doubts),
            while_active(sequence, would, operation.wire().body or {}),
        )

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
            next=call("get_sequence", sequence=sequence.title),
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


def in_short(texts: Mapping[str, object]) -> str:
    """Texts on one line, for somebody who has to agree to them."""
    parts = (f"{name}: {copywriting.as_text(str(text))}" for name, text in texts.items() if text)
    whole = "; ".join(parts)
    return whole if len(whole) <= SHOWN else f"{whole[:SHOWN]}… ({len(whole)} characters)"


def _refuse_second_email(steps: list[Step], day: int) -> None:
    taken = {step.absolute_days or 0 for step in steps if step.type == Channel.EMAIL}
    if day in taken:
        free = next((number for number in range(day + 1, 1000) if number not in taken), None)
        remedy = f"The next free day is {free}." if free else ""
        raise Mistake(f"day: day {day} already has an email step, and a day holds one", remedy)
