"""A further A/B variant of an email step: what ``update_step_variant`` adds when it is asked for a new one."""

from collections.abc import Iterator
from functools import partial

from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import CreateStepVariant, Step, VariantInput
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.effects import Effect, SequenceActive, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Item, Question, Value, listing
from saleshandy_mcp.core.view import NextCall, Say, View
from saleshandy_mcp.features.sequences import channels
from saleshandy_mcp.features.sequences.channels import VariantText
from saleshandy_mcp.features.sequences.question_items import (
    ON_YES_WHILE_ACTIVE,
    PAUSE_FIRST,
    sequence_item,
    text_items,
)
from saleshandy_mcp.features.sequences.sequence_details import letter_of
from saleshandy_mcp.features.sequences.variant_warnings import variant_warnings
from saleshandy_mcp.untrusted.one_line import one_line

NEW = "new"


class AddedVariant(View):
    """The variant that was added.

    Attributes:
        warnings: what in its text is probably wrong, a sentence each.
        undo: the call that takes it out of use; no call deletes it.
    """

    sequence: str
    active: bool
    step: str
    letter: str
    id: str
    warnings: list[str]
    undo: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        use = " The sequence is active and uses it." if self.active else ""
        yield f"{one_line(self.sequence)}, {one_line(self.step)}: added variant {self.letter} [{self.id}].{use}"
        yield from (f"Note: {one_line(warning, 300)}" for warning in self.warnings)
        yield f"To take it out of use: {say(self.undo)}"


async def prepare_new_variant(
    api: Api, sequence: Sequence, step: Step, channel: Channel, text: VariantText, *, opens_thread: bool
) -> Prepared[AddedVariant]:
    """The call that adds it.

    Raises:
        Mistake: when the step takes no more variants, or the text is not allowed.
    """
    most = channels.rules(channel).most_variants
    if len(step.variants) >= most:
        takes = "one variant" if most == 1 else f"at most {most} variants"
        raise Mistake(
            f"variant: step {step.number} has {len(step.variants)}, and {channel.word} takes {takes}",
            "Change one that is there.",
        )
    wired = channels.wire_variant(channel, text, "", opens_thread=opens_thread)
    operation = CreateStepVariant(
        sequence_id=sequence.id,
        step_id=step.id,
        type=channel,
        payload=wired.payload,
        attachment_ids=wired.attachment_ids,
        task_note=wired.task_note,
    )
    warnings = await variant_warnings(api, channel, [wired.payload], opens_thread=opens_thread)
    effects = effects_of(operation.causes(), {SequenceActive(sequence.id): sequence.active})
    items = _items(sequence, step, channel, wired, warnings)
    ask = Question("Add a variant to this active sequence?", items, ON_YES_WHILE_ACTIVE)
    question = ask if Effect.SEND in effects else None
    return Prepared(partial(_add, api, sequence, step, operation, warnings), effects, question, milder=PAUSE_FIRST)


def _items(
    sequence: Sequence, step: Step, channel: Channel, wired: VariantInput, warnings: list[str]
) -> tuple[Item, ...]:
    items: list[Item] = [
        sequence_item(sequence),
        Value("step", f"{step.name or step.number} [{step.id}]"),
        *(Value("warning", warning) for warning in warnings),
        *text_items(f"variant {letter_of(len(step.variants))}", channel, wired.payload, wired.task_note),
    ]
    if wired.attachment_ids:
        items.append(listing("attachments", wired.attachment_ids))
    return (*items, Bound("the whole variant with its HTML", wired.model_dump(mode="json")))


async def _add(
    api: Api, sequence: Sequence, step: Step, operation: CreateStepVariant, warnings: list[str]
) -> AddedVariant:
    added = await api.send(operation)
    return AddedVariant(
        sequence=sequence.title,
        active=sequence.active,
        step=f"{step.name or step.number} [{step.id}]",
        letter=letter_of(len(step.variants)),
        id=added.id,
        warnings=warnings,
        undo=NextCall.of("update_step_variant", sequence=sequence.id, step=step.id, variant=added.id, in_use=False),
    )
