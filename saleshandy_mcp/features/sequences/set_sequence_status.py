"""Starting and pausing a sequence: the one place where mail begins to go out."""

from collections.abc import Iterator
from functools import partial
from string import ascii_uppercase
from typing import Annotated, Any, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.sequences import Sequence, UpdateSequenceStatus
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, Rejected
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Body, Bound, Item, Question, Value
from saleshandy_mcp.core.running_imports import ImportsInto, RunningImport
from saleshandy_mcp.core.view import NextCall, Say, SequenceName, View, call
from saleshandy_mcp.features.sequences import copywriting
from saleshandy_mcp.features.sequences import sequence_settings as settings
from saleshandy_mcp.features.sequences.asking import the_sender, the_sequence, the_text
from saleshandy_mcp.features.sequences.sending_hours import schedule_in_words
from saleshandy_mcp.features.sequences.sequence_details import SequenceDetails, Status
from saleshandy_mcp.lookups.by_name import find_sequence
from saleshandy_mcp.untrusted.one_line import one_line

_ALREADY = {40101, 40102}
"""The API refuses to pause what is paused and to start what is active: for us that is done."""


class StatusChange(View):
    id: str
    title: str
    status: Status
    was: Status
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        if self.was == self.status:
            yield f"{one_line(self.title)} [{self.id}] was {self.status} already."
            return
        follow = f"{'To stop it' if self.status == 'active' else 'See it'}: {say(self.next)}"
        yield f"{one_line(self.title)} [{self.id}] is {self.status} now (was {self.was}). {follow}"


class SetSequenceStatus(Action[StatusChange]):
    """Start or pause (stop) a sequence. Starting mails real people, so the user is asked first; pausing is done at
    once.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
    idempotent = True
    sequence: SequenceName
    status: Annotated[Literal["active", "paused"], Field(description="active starts, paused stops.")]

    async def prepare(self, context: Context) -> Prepared[StatusChange]:
        sequence = await find_sequence(context.api, self.sequence)
        if self.status == "paused" or sequence.active:
            return Prepared(partial(self._change, context.api, sequence, []), frozenset({Effect.WRITE}))
        question, running = await start_question(context, sequence)
        return Prepared(partial(self._change, context.api, sequence, running), frozenset({Effect.SEND}), question)

    async def _change(self, api: Api, sequence: Sequence, running: list[RunningImport]) -> StatusChange:
        was: Status = "active" if sequence.active else "paused"
        # Pausing is sent even when it looks paused: what we saw may be a moment old, and a pause must not be lost.
        if self.status == "paused" or not sequence.active:
            for job in running:
                job.include()
            word = "pause" if self.status == "paused" else "resume"
            try:
                await api.send(UpdateSequenceStatus(sequence_ids=[sequence.id], status=word))
            except Rejected as refusal:
                if refusal.code not in _ALREADY:
                    raise
                was = self.status
        return StatusChange(
            id=sequence.id,
            title=sequence.title,
            status=self.status,
            was=was,
            next=NextCall.of("set_sequence_status", sequence=sequence.title, status="paused")
            if self.status == "active"
            else NextCall.of("get_sequence", sequence=sequence.title),
        )


async def start_question(context: Context, sequence: Sequence) -> tuple[Question, list[RunningImport]]:
    """What somebody has to agree to before this sequence starts, and the imports that still run into it.

    Raises:
        Mistake: when it could not send anything.
    """
    details = await SequenceDetails.of(context.api, sequence)
    if not details.steps:
        raise Mistake(
            f'sequence: "{sequence.title}" has no steps',
            f"Add one first: {call('create_step', sequence=sequence.title)}.",
        )
    if not any(account.active for account in details.senders):
        raise Mistake(
            f'sequence: "{sequence.title}" has no active email account to send from',
            f"Attach one first: {call('add_email_accounts', sequence=sequence.title)}.",
        )
    labels = [field.label for field in await context.api.recent(ListFields())]
    imports = context.find(ImportsInto)
    running = imports.running(sequence.id) if imports else []
    known = imports.people(sequence.id) if imports else []
    people = "not known" if details.prospects is None else f"{details.prospects:,}"
    items: list[Item] = [
        the_sequence(sequence),
        Value("people in it", people, "they get mail"),
        *([Bound(f"{len(known):,} of them by imports from this machine", known)] if known else []),
        *(
            Value(
                "an import still runs into it", f"{it.source} [{it.job}]", f"{it.open_rows:,} people to come, included"
            )
            for it in running
        ),
        *_when(details),
        *(item for account in details.senders for item in the_sender(account)),
        *(Value("each mail also goes to", copies) for copies in settings.copies_of(details.settings.settings)),
        *(Value("setting", word) for word in settings.in_words(details.settings.settings)),
        *(Value("warning", warning) for warning in _warnings(details, labels)),
        *(item for step in details.steps for item in _step(step, sequence)),
        Bound("all settings, steps and texts with their HTML, as they are stored", _stored(details)),
    ]
    stop = " An import that still runs goes on into the active sequence; to wait or stop it, say no." if running else ""
    return Question(
        "Start this sequence? It mails real people.", tuple(items), f"On yes mails go out by the schedule.{stop}"
    ), running


def _when(details: SequenceDetails) -> list[Item]:
    schedule = details.settings.schedule
    first = next((it.name for it in details.settings.priority_distribution if it.active), "")
    return [
        *([Value("schedule", f"{schedule_in_words(schedule)} [{schedule.id}]")] if schedule else []),
        *([Bound("its hours", schedule.time_slots)] if schedule else []),
        *([Value("sent first", first)] if first else []),
    ]


def _stored(details: SequenceDetails) -> Any:
    return [
        [it.model_dump(mode="json") for it in details.settings.settings],
        [it.model_dump(mode="json") for it in details.steps],
    ]


def _step(step: Step, sequence: Sequence) -> list[Item]:
    channel = Channel(step.type) if step.type in set(Channel) else None
    kind = channel.word if channel else f"type {step.type}"
    read = NextCall.of("get_sequence", sequence=sequence.id, whole_text=True)
    items: list[Item] = [Value(f"step {step.number}", f"day {step.absolute_days}, {kind} [{step.id}]")]
    for letter, variant in zip(ascii_uppercase, step.variants, strict=False):
        label = f"step {step.number} {letter}" + ("" if variant.status != 0 else ", not in use")
        items += the_text(label, channel, variant.payload, read)
        items += [Body(f"{label}, note", variant.task_note, read)] if variant.task_note else []
    return items


def _warnings(details: SequenceDetails, labels: list[str]) -> list[str]:
    """What a careful person would want to know before anything goes out."""
    texts = [
        str(part) for step in details.steps for variant in step.variants for part in variant.payload.values() if part
    ]
    text = "\n".join(texts)
    bare = sorted({label for label, fallback in copywriting.merge_tags(text) if not fallback and label in labels})
    idle = [account.from_email for account in details.senders if not account.active]
    found = copywriting.doubts(text, labels)
    if bare:
        found.append(f"no fallback for {', '.join(bare)}: people without it get a gap")
    if not settings.can_unsubscribe(details.settings.settings):
        found.append("recipients are offered no way to unsubscribe")
    if "goes on after a reply" in settings.in_words(details.settings.settings):
        found.append("it goes on mailing people who have replied")
    if idle:
        found.append(f"attached but not active, so not sending: {', '.join(idle)}")
    if details.prospects == 0:
        found.append("nobody is in it yet")
    return found
