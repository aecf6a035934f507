"""``update_step_variant``: rewrites one variant of a step, takes it in or out of use, or adds one."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import Step, Variant
from saleshandy_mcp.api.resources.steps import UpdateStepVariant as UpdateStepVariantCall
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import EMPTY, Action, ClearableText
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import CONSEQUENCES, Effect, Facts, SequenceActive, TextStored, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Item, Question, Value, Words
from saleshandy_mcp.core.view import NextCall, Say, SequenceName, StepName, View
from saleshandy_mcp.features.sequences import channels
from saleshandy_mcp.features.sequences.channels import VariantText
from saleshandy_mcp.features.sequences.new_variant import NEW, AddedVariant, prepare_new_variant
from saleshandy_mcp.features.sequences.question_items import (
    ON_YES_WHILE_ACTIVE,
    PAUSE_FIRST,
    sequence_item,
    text_items,
)
from saleshandy_mcp.features.sequences.sequence_details import VariantView, find_variant, variant_view
from saleshandy_mcp.features.sequences.variant_warnings import variant_warnings
from saleshandy_mcp.lookups.by_name import find_sequence, find_step, steps_of
from saleshandy_mcp.untrusted.one_line import one_line

_PAYLOAD = ("subject", "content", "preheader")
_TEXTS = (*_PAYLOAD, "task_note")
_CHANGEABLE = (*_TEXTS, "attachment_ids", "in_use")
_ON_YES_WHILE_PAUSED = "On yes they are replaced; no call lists those that are there now, so it cannot be undone here."


class ChangedVariant(View):
    """The variant as it is now.

    Attributes:
        changed: names of the arguments that were given.
        before: the whole of each text that was replaced, by the name of its argument.
        undo: the call that puts the replaced texts and the state back; None when nothing was replaced.
        warnings: what in the new text is probably wrong, a sentence each.
    """

    sequence: str
    active: bool
    step: str
    variant: VariantView
    changed: list[str]
    before: dict[str, str]
    undo: NextCall | None = None
    warnings: list[str]

    def lines(self, say: Say) -> Iterator[str | None]:
        yield f"{one_line(self.sequence)}, {one_line(self.step)}: changed {', '.join(self.changed)}."
        yield self.variant.line(whole=False)
        yield "The sequence is active: mails not yet sent go out with this text." if self.active else None
        yield from (f"Note: {one_line(warning, 300)}" for warning in self.warnings)
        yield f"To put back what was there: {say(self.undo)}" if self.undo else None


class UpdateStepVariant(Action[ChangedVariant | AddedVariant]):
    """Rewrite one variant of a step, take it in or out of use, or add one (variant="new"). What is not given stays.
    Asks first while the sequence is active, and for attachments.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND, Effect.DELETE})
    sequence: SequenceName
    step: StepName
    variant: Annotated[str, Field(min_length=1, description="Letter (A, B …), id or new.")] = "A"
    subject: Annotated[ClearableText, Field(description="Email, InMail. None: same thread.")] = None
    content: Annotated[ClearableText, Field(description="Body, note or message.")] = None
    preheader: Annotated[ClearableText, Field(description="Email only.")] = None
    task_note: Annotated[ClearableText, Field(description="Not on email.")] = None
    attachment_ids: Annotated[list[str] | None, Field(description="Replaces all; [] removes them.")] = None
    in_use: Annotated[bool | None, Field(description="false stops using it.")] = None

    async def prepare(self, context: Context) -> Prepared[ChangedVariant] | Prepared[AddedVariant]:
        changed = [name for name in _CHANGEABLE if getattr(self, name) is not None]
        if not changed:
            raise Mistake("nothing to change was given", f"Give at least one of {', '.join(_CHANGEABLE)}.")
        sequence = await find_sequence(context.api, self.sequence)
        steps = await steps_of(context.api, sequence)
        step = find_step(steps, self.step, sequence)
        channel, opens_thread = _channel(step), _opens_thread(steps, step)
        if self.variant.strip().casefold() == NEW:
            return await self._new(context, sequence, step, channel, opens_thread=opens_thread)
        place, old = find_variant(step, self.variant)
        channels.refuse_what_is_not_allowed(channel, self._given(), "")
        payload = None
        if set(_PAYLOAD) & set(changed):
            payload = self._merged(channel, old, opens_thread=opens_thread)
        new = self._changed(old, payload)
        operation = UpdateStepVariantCall(
            sequence_id=sequence.id,
            step_id=step.id,
            variant_id=old.id,
            payload=payload,
            status=None if self.in_use is None else int(self.in_use),
            task_note=self.task_note,
            attachment_ids=self.attachment_ids,
        )
        replaced = self._replaced(channel, old)
        view = ChangedVariant(
            sequence=sequence.title,
            active=sequence.active,
            step=f"{step.name or step.number} [{step.id}]",
            variant=variant_view(channel, new, place, whole=False),
            changed=changed,
            before={name: text for name, text in replaced.items() if text},
            undo=self._undo(sequence, step, old, replaced),
            warnings=await variant_warnings(context.api, channel, [payload] if payload else []),
        )
        # The answer holds the replaced texts, so they are not lost. No call tells which attachments there were.
        lost = None if self.attachment_ids is not None else False
        facts: Facts = {SequenceActive(sequence.id): sequence.active, TextStored(): lost}
        effects = effects_of(operation.causes(), facts)
        question = self._question(sequence, view, channel, old, new) if effects & CONSEQUENCES else None
        return Prepared(
            partial(_change, context.api, operation, view),
            effects,
            question,
            milder=PAUSE_FIRST if sequence.active else "Leave attachment_ids out.",
        )

    async def _new(
        self, context: Context, sequence: Sequence, step: Step, channel: Channel, *, opens_thread: bool
    ) -> Prepared[AddedVariant]:
        if self.in_use is False:
            raise Mistake("in_use: a new variant is in use", "Add it while the sequence is paused, then take it out.")
        return await prepare_new_variant(context.api, sequence, step, channel, self._given(), opens_thread=opens_thread)

    def _given(self) -> VariantText:
        return VariantText(
            subject=self.subject,
            content=self.content,
            preheader=self.preheader,
            attachment_ids=self.attachment_ids,
            task_note=self.task_note,
        )

    def _merged(self, channel: Channel, old: Variant, *, opens_thread: bool) -> dict[str, Any]:
        """The whole payload after the change: the API replaces all of it."""
        subject, text = channels.texts(channel, old.payload)
        merged = VariantText(
            subject=self.subject if self.subject is not None else subject,
            content=self.content if self.content is not None else text or None,
            preheader=self.preheader if self.preheader is not None else old.payload.get("preheader"),
        )
        payload = channels.wire_variant(channel, merged, "", opens_thread=opens_thread).payload
        key = channels.rules(channel).text
        # A text that does not change is sent exactly as it is stored; only a new one is made HTML.
        return payload if self.content is not None or not key else {**payload, key: text}

    def _changed(self, old: Variant, payload: dict[str, Any] | None) -> Variant:
        """The variant after the change."""
        return old.model_copy(
            update={
                "payload": old.payload if payload is None else payload,
                "status": old.status if self.in_use is None else int(self.in_use),
                "task_note": old.task_note if self.task_note is None else self.task_note,
            }
        )

    def _replaced(self, channel: Channel, old: Variant) -> dict[str, str]:
        """The texts that are replaced by others, by the name of the argument."""
        subject, text = channels.texts(channel, old.payload)
        now = {
            "subject": subject or "",
            "content": text,
            "preheader": str(old.payload.get("preheader") or ""),
            "task_note": old.task_note or "",
        }
        return {name: now[name] for name in _TEXTS if getattr(self, name) not in (None, now[name])}

    def _undo(self, sequence: Sequence, step: Step, old: Variant, replaced: dict[str, str]) -> NextCall | None:
        was_in_use = old.status != 0
        state = {} if self.in_use in (None, was_in_use) else {"in_use": was_in_use}
        if not replaced and not state:
            return None
        texts = {name: text or EMPTY for name, text in replaced.items()}
        return NextCall.of("update_step_variant", sequence=sequence.id, step=step.id, variant=old.id, **texts, **state)

    def _question(
        self, sequence: Sequence, view: ChangedVariant, channel: Channel, old: Variant, new: Variant
    ) -> Question:
        """Shows the lines that differ, before and after; all of both variants is bound."""
        read = NextCall.of("get_sequence", sequence=sequence.id, whole_text=True)
        items: list[Item] = [
            sequence_item(sequence),
            Value("step", view.step),
            Value("variant", f"{view.variant.letter} [{old.id}]", f"changes: {', '.join(view.changed)}"),
            *(Value("warning", warning) for warning in view.warnings),
            *_differences("now", channel, old, new, read),
            *_differences("then", channel, new, old, None),
        ]
        if self.attachment_ids is not None:
            items.append(Value("then, attachments", ", ".join(self.attachment_ids), "instead of those it has now"))
        items.append(
            Bound("the variant with its HTML, now and then", [it.model_dump(mode="json") for it in (old, new)])
        )
        if sequence.active:
            return Question("Change a text of this active sequence?", tuple(items), ON_YES_WHILE_ACTIVE)
        return Question("Replace the attachments of this text?", tuple(items), _ON_YES_WHILE_PAUSED)


def _differences(
    label: str, channel: Channel, variant: Variant, other: Variant, read: NextCall | None
) -> Iterator[Item]:
    """The lines of a variant that the other does not have."""
    kept = _lines("", channel, other, None)
    labelled, bare = _lines(label, channel, variant, read), _lines("", channel, variant, None)
    return (item for item, unlabelled in zip(labelled, bare, strict=True) if unlabelled not in kept)


def _lines(label: str, channel: Channel, variant: Variant, read: NextCall | None) -> list[Item]:
    return [
        *text_items(label, channel, variant.payload, variant.task_note, read),
        Words(f"{label}: {'in use' if variant.status != 0 else 'not in use'}"),
    ]


async def _change(api: Api, operation: UpdateStepVariantCall, view: ChangedVariant) -> ChangedVariant:
    await api.send(operation)
    return view


def _channel(step: Step) -> Channel:
    if step.type not in set(Channel):
        raise Mistake(f"step: its type {step.type} is not known to this server", "Change it in the web app.")
    return Channel(step.type)


def _opens_thread(steps: list[Step], step: Step) -> bool:
    """Whether the step is the first email of its sequence."""
    emails = [it for it in steps if it.type == Channel.EMAIL]
    return bool(emails) and emails[0].id == step.id
