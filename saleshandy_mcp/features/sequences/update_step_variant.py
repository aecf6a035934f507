"""Rewriting a sequence: change one variant of a step."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.resources.steps import Step, Variant
from saleshandy_mcp.api.resources.steps import UpdateStepVariant as UpdateStepVariantCall
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect, Facts, SequenceActive, TextStored, effects_of
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value, Words
from saleshandy_mcp.core.view import Say, SequenceName, StepName, View
from saleshandy_mcp.features.sequences import channels
from saleshandy_mcp.features.sequences.asking import ON_YES_WHILE_ACTIVE, the_sequence, the_text
from saleshandy_mcp.features.sequences.channels import VariantText
from saleshandy_mcp.features.sequences.create_step import copy_doubts
from saleshandy_mcp.features.sequences.sequence_details import VariantView, variant_view
from saleshandy_mcp.lookups.by_name import find_sequence, find_step, steps_of
from saleshandy_mcp.untrusted.one_line import one_line

_SHOWN = 1_000
"""Characters of a text that was replaced, in the answer."""
_PAYLOAD = ("subject", "content", "preheader")
_CHANGEABLE = (*_PAYLOAD, "task_note", "attachment_ids", "in_use")


class ChangedVariant(View):
    sequence: str
    active: bool
    step: str
    variant: VariantView
    changed: list[str]
    before: dict[str, str]
    """What was replaced, whole, by its name: to put it back."""
    attachments: list[str] | None = None
    doubts: list[str]

    def lines(self, say: Say) -> Iterator[str | None]:
        del say
        yield f"{one_line(self.sequence)}, {one_line(self.step)}: changed {', '.join(self.changed)}."
        yield self.variant.line(whole=False)
        if self.active:
            yield "The sequence is active: mails not yet sent go out with this text."
        for name, was in self.before.items():
            yield f"{name} before, to put it back ({len(was):,} characters):"
            yield was if len(was) <= _SHOWN else f"{was[:_SHOWN]}… (whole in the structured answer)"
        yield from (f"Check: {one_line(doubt, 200)}" for doubt in self.doubts)


class UpdateStepVariant(Action[ChangedVariant]):
    """Rewrite subject or text of one variant of an email or other step, or take it in or out of use.
    What is not given stays. While the sequence is active the user is asked first: mails not yet sent would go out
    changed.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
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

    async def prepare(self, context: Context) -> Prepared[ChangedVariant]:
        changed = [name for name in _CHANGEABLE if getattr(self, name) is not None]
        if not changed:
            raise Mistake("nothing to change was given", f"Give at least one of {', '.join(_CHANGEABLE)}.")
        sequence = await find_sequence(context.api, self.sequence)
        steps = await steps_of(context.api, sequence)
        step = find_step(steps, self.step, sequence)
        place, old = _find_variant(step, self.variant)
        channel = _channel(step)
        channels.refuse_what_is_not_allowed(channel, self._given(), "")
        payload = None
        if set(_PAYLOAD) & set(changed):
            payload = self._merged(channel, old, opens_thread=_opens_thread(steps, step))
        stored = self._stored(old, payload)
        operation = UpdateStepVariantCall(
            sequence_id=sequence.id,
            step_id=step.id,
            variant_id=old.id,
            payload=payload,
            status=None if self.in_use is None else int(self.in_use),
            task_note=self.task_note,
            attachment_ids=self.attachment_ids,
        )
        view = ChangedVariant(
            sequence=sequence.title,
            active=sequence.active,
            step=f"{step.name or step.number} [{step.id}]",
            variant=variant_view(channel, stored, place, whole=False),
            changed=changed,
            before=self._replaced(channel, old),
            attachments=self.attachment_ids,
            doubts=await copy_doubts(context.api, [VariantText(subject=self.subject, content=self.content)]),
        )
        # The answer shows the text that was replaced, so that it can be put back.
        facts: Facts = {SequenceActive(sequence.id): sequence.active, TextStored(): False}
        effects = effects_of(operation.causes(), facts)
        question = _question(sequence, view, channel, old, stored) if Effect.SEND in effects else None
        return Prepared(partial(_change, context.api, operation, view), effects, question)

    def _given(self) -> VariantText:
        return VariantText(
            subject=self.subject,
            content=self.content,
            preheader=self.preheader,
            attachment_ids=self.attachment_ids,
            task_note=self.task_note,
        )

    def _merged(self, channel: Channel, old: Variant, *, opens_thread: bool) -> dict[str, Any]:
        """The whole payload after the change, for the API replaces it as a whole."""
        subject, text = channels.texts(channel, old.payload)
        merged = VariantText(
            subject=self.subject if self.subject is not None else subject,
            content=self.content if self.content is not None else text or None,
            preheader=self.preheader if self.preheader is not None else old.payload.get("preheader"),
        )
        payload = channels.wire_variant(channel, merged, "", opens_thread=opens_thread).payload
        key = channels.rules(channel).text
        # A stored text stays to the letter, even where a new one would be made HTML.
        return payload if self.content is not None or not key else {**payload, key: text}

    def _replaced(self, channel: Channel, old: Variant) -> dict[str, str]:
        """The texts that give way to others."""
        subject, text = channels.texts(channel, old.payload)
        now = {
            "subject": subject,
            "content": text,
            "preheader": old.payload.get("preheader"),
            "task_note": old.task_note,
        }
        return {name: was for name, was in now.items() if was and getattr(self, name) not in (None, was)}

    def _stored(self, old: Variant, payload: dict[str, Any] | None) -> Variant:
        return old.model_copy(
            update={
                "payload": old.payload if payload is None else payload,
                "status": old.status if self.in_use is None else int(self.in_use),
                "task_note": old.task_note if self.task_note is None else self.task_note,
            }
        )


async def _change(api: Api, operation: UpdateStepVariantCall, view: ChangedVariant) -> ChangedVariant:
    await api.send(operation)
    return view


def _question(sequence: Sequence, view: ChangedVariant, channel: Channel, old: Variant, stored: Variant) -> Question:
    def state(label: str, variant: Variant) -> list[Item]:
        note = variant.task_note
        return [
            *the_text(label, channel, variant.payload),
            *([Body(f"{label}, note", note)] if note else []),
            Words(f"{label}: {'in use' if variant.status != 0 else 'not in use'}"),
        ]

    # What stays as it is needs no reading: only lines that differ are shown, and all are bound.
    kept = {repr(item) for item in state("", old)} & {repr(item) for item in state("", stored)}
    pairs = [("now", old), ("then", stored)]
    shown = [
        item
        for label, variant in pairs
        for item, bare in zip(state(label, variant), state("", variant), strict=True)
        if repr(bare) not in kept
    ]
    items = (
        the_sequence(sequence),
        Value("step", view.step),
        Value("variant", f"{view.variant.letter} [{old.id}]", f"changes: {', '.join(view.changed)}"),
        *shown,
        *((Value("then, attachments", ", ".join(view.attachments)),) if view.attachments is not None else ()),
        *(Value("check", doubt) for doubt in view.doubts),
        Bound("the variant with its HTML, now and then", [it.model_dump(mode="json") for _, it in pairs]),
    )
    return Question("Change a text of this active sequence?", items, ON_YES_WHILE_ACTIVE)


def _find_variant(step: Step, name: str) -> tuple[int, Variant]:
    for place, variant in enumerate(step.variants):
        if name in (variant.id, chr(ord("A") + place), chr(ord("a") + place)):
            return place, variant
    there = ", ".join(f"{chr(ord('A') + place)} [{it.id}]" for place, it in enumerate(step.variants))
    raise Mistake(f'variant: step {step.number} has no variant "{name}"', f"There is: {there}.")


def _channel(step: Step) -> Channel:
    if step.type not in set(Channel):
        raise Mistake(f"step: its type {step.type} is not known to this server", "Change it in the web app.")
    return Channel(step.type)


def _opens_thread(steps: list[Step], step: Step) -> bool:
    emails = [it for it in steps if it.type == Channel.EMAIL]
    return bool(emails) and emails[0].id == step.id
