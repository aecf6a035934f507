"""Steps of a sequence and their variants. In an active sequence they decide what people get: changing them is SEND."""

from typing import Annotated, Any

from pydantic import Field

from saleshandy_mcp.api.operation import Command, Operation, get, patch, post
from saleshandy_mcp.api.types import ApiModel, Channel, Priority, SequenceId, StepId
from saleshandy_mcp.core.action import Clearing
from saleshandy_mcp.core.effects import Cause, Effect, SequenceActive, TextStored


class Variant(ApiModel):
    """One text of a step. ``payload`` depends on the channel; stepStatus and executionType are not documented."""

    id: str
    step_id: str | None = None
    type: int | None = None
    payload: dict[str, Any] = {}
    status: int | None = None
    step_status: int | None = None
    execution_type: int | None = None
    task_note: str | None = None


class Step(ApiModel):
    id: str
    number: int | None = None
    name: str = ""
    type: int | None = None
    status: str | None = None
    absolute_days: int | None = None
    variants: list[Variant] = []


class NewStep(ApiModel):
    id: str
    number: int | None = None
    sequence_id: str | None = None
    sequence: dict[str, Any] | None = None
    variants: list[Variant] = []


class NewVariant(ApiModel):
    id: str


class VariantInput(ApiModel):
    """One text of a step; the keys of ``payload`` depend on the channel."""

    payload: dict[str, Any]
    attachment_ids: list[str] | None = None
    task_note: Annotated[str | None, Field(max_length=3000)] = None


Day = Annotated[int, Field(ge=1, le=999, description="Day of the sequence, from 1.")]


class ListSequenceSteps(Operation[list[Step]]):
    """List the steps of a sequence with their variants."""

    route = get("/sequences/{sequenceId}/steps")
    sequence_id: SequenceId


class GetSequenceStep(Operation[list[Variant]]):
    """List the variants of a step."""

    route = get("/sequences/{sequenceId}/steps/{stepId}")
    sequence_id: SequenceId
    step_id: StepId


class CreateSequenceStep(Operation[NewStep]):
    """Add a step with its first variants: up to 26 for email, one for any other channel; one email step a day."""

    route = post("/sequences/{sequenceId}/steps", Effect.WRITE, Effect.SEND, why="an active sequence mails the step")
    sequence_id: SequenceId
    type: Channel
    absolute_days: Day
    variants: Annotated[list[VariantInput], Field(min_length=1, max_length=26)]
    priority: Priority | None = None
    assignee_id: str | None = None

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SequenceActive(self.sequence_id)))


class CreateStepVariant(Operation[NewVariant]):
    """Add a variant to a step; its type has to be the step's."""

    route = post(
        "/sequences/{sequenceId}/steps/{stepId}/variants",
        Effect.WRITE,
        Effect.SEND,
        why="an active sequence mails the text",
    )
    sequence_id: SequenceId
    step_id: StepId
    type: Channel
    payload: dict[str, Any]
    attachment_ids: list[str] | None = None
    task_note: Annotated[str | None, Field(max_length=3000)] = None
    absolute_days: Day | None = None
    assignee_id: str | None = None
    priority: Priority | None = None

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SequenceActive(self.sequence_id)))


class UpdateStepVariant(Command):
    """Change a variant.

    ``payload`` and ``attachment_ids`` are replaced as a whole; an empty list clears the attachments.
    """

    route = patch(
        "/sequences/{sequenceId}/steps/{stepId}/variants/{variantId}",
        Effect.WRITE,
        Effect.SEND,
        Effect.DELETE,
        why="an active sequence mails the text; the old one is replaced",
    )
    sequence_id: SequenceId
    step_id: StepId
    variant_id: str
    type: Channel | None = None
    status: Annotated[int | None, Field(ge=0, le=1, description="1 in use, 0 not.")] = None
    payload: dict[str, Any] | None = None
    attachment_ids: list[str] | None = None
    task_note: Annotated[str | None, Field(max_length=3000), Clearing] = None
    absolute_days: Day | None = None
    assignee_id: str | None = None
    priority: Priority | None = None

    def causes(self) -> tuple[Cause, ...]:
        texts = any(part is not None for part in (self.payload, self.task_note, self.attachment_ids))
        return (
            Cause(Effect.WRITE),
            Cause(Effect.SEND, SequenceActive(self.sequence_id)),
            *([Cause(Effect.DELETE, TextStored())] if texts else []),
        )
