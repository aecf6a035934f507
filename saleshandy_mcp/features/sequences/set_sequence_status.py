"""``set_sequence_status``: starts or pauses a sequence. Starting is what makes mails go out."""

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.sequences import Sequence, UpdateSequenceStatus
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import Interrupted, Mistake, Rejected, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Bound, Item, Question, Value, Words
from saleshandy_mcp.core.running_imports import ImportsInto, RunningImport
from saleshandy_mcp.core.uses import Uses
from saleshandy_mcp.core.view import NextCall, Say, View
from saleshandy_mcp.features.crm.crm_opt_outs import crm_opt_outs
from saleshandy_mcp.features.senders.sender_state import state_words
from saleshandy_mcp.features.sequences import sequence_settings as settings
from saleshandy_mcp.features.sequences.checks.sequence_plan import Planned, plan_of
from saleshandy_mcp.features.sequences.checks.start_findings import start_findings
from saleshandy_mcp.features.sequences.question_items import sender_items, sequence_item, text_items
from saleshandy_mcp.features.sequences.sending_hours import schedule_in_words
from saleshandy_mcp.features.sequences.sequence_details import SequenceDetails, Status, letter_of, status_of
from saleshandy_mcp.features.sequences.stop_everything import (
    ALREADY,
    EVERYTHING,
    EverythingStopped,
    pause_one,
    stop_everything,
)
from saleshandy_mcp.lookups.by_name import all_sequences, find_sequence, refuse_no_steps
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.untrusted.one_line import one_line

_FIRST = {
    "follow_ups": "people who wait for a follow-up",
    "balanced": "new people and follow-ups alike",
    "new": "new people",
    "mostly_new": "new people, almost always",
}
_WARNINGS = 15
"""Warnings that the question shows."""


class StatusChange(View):
    """The status of a sequence after the call, the one it had before, and what is sent when."""

    id: str
    title: str
    status: Status
    was: Status
    plan: list[str] = []
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        if self.was == self.status:
            yield f"{one_line(self.title)} [{self.id}] was {self.status} already."
            return
        follow = f"{'To stop it' if self.status == 'active' else 'See it'}: {say(self.next)}"
        yield f"{one_line(self.title)} [{self.id}] is {self.status} now (was {self.was}). {follow}"
        yield from (f"Plan: {one_line(line, 300)}" for line in self.plan)


class SetSequenceStatus(Action[StatusChange | EverythingStopped]):
    """Start or pause (stop) a sequence. Starting mails real people, so the user is asked first; pausing is done at
    once.
    """

    effects = frozenset({Effect.WRITE, Effect.SEND})
    idempotent = True
    sequence: Annotated[str, Field(min_length=1, description='Title or id; "all" stops everything that sends.')]
    status: Annotated[
        Literal["active", "paused", "held"],
        Field(description="active starts, paused stops; held (only all): stops, and a person alone can allow starts."),
    ]

    @property
    def stops_mail(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride] - the arguments decide
        return self.status != "active"

    async def prepare(self, context: Context) -> Prepared[StatusChange | EverythingStopped]:
        if self.sequence.strip().casefold() == EVERYTHING:
            if self.status == "active":
                raise Mistake('sequence: "all" can be stopped, not started', "Start them one by one.")
            return Prepared(partial(stop_everything, context, hold=self.status == "held"), frozenset({Effect.WRITE}))
        if self.status == "held":
            raise Mistake('status: held goes with sequence="all"', "Use paused for one sequence.")
        sequence = await find_sequence(context.api, self.sequence, urgent=self.stops_mail)
        if self.status == "paused":
            return Prepared(partial(_pause, context.api, sequence), frozenset({Effect.WRITE}))
        if sequence.active:
            return Prepared(partial(_start, context.api, sequence), READING)
        question, running, plan = await start_question(context, sequence)
        uses = partial(Uses, starts=(sequence.id,))
        start = partial(_start, context.api, sequence, running, plan)
        return Prepared(start, frozenset({Effect.SEND}), question, uses=uses)


async def _pause(api: Api, sequence: Sequence) -> StatusChange:
    # It is sent even when the sequence looks paused: somebody may have started it since it was read.
    was = status_of(sequence) if await pause_one(api, sequence) else "paused"
    return StatusChange(
        id=sequence.id,
        title=sequence.title,
        status="paused",
        was=was,
        next=NextCall.of("get_sequence", sequence=sequence.title),
    )


async def _start(
    api: Api, sequence: Sequence, running: tuple[RunningImport, ...] = (), plan: Planned | None = None
) -> StatusChange:
    was = status_of(sequence)
    if not sequence.active:
        for job in running:
            job.include()
        try:
            await api.send(UpdateSequenceStatus(sequence_ids=[sequence.id], status="resume"))
        except Rejected as refusal:
            if refusal.code not in ALREADY:
                raise
            was = "active"
        await _look_whether_active(api, sequence)
    return StatusChange(
        id=sequence.id,
        title=sequence.title,
        status="active",
        was=was,
        plan=[*(list(plan.plan.texts())[:1] if plan.plan else []), *plan.notes] if plan else [],
        next=NextCall.of("set_sequence_status", sequence=sequence.title, status="paused"),
    )


async def _look_whether_active(api: Api, sequence: Sequence) -> None:
    """The answer to a start proves nothing, so it is looked for.

    Raises:
        Interrupted: when the sequence is not active, or cannot be seen.
    """
    try:
        seen = next((it for it in await all_sequences(api) if it.id == sequence.id), sequence)
    except SaleshandyError as error:
        raise Interrupted(f"the start was accepted, and could not be seen to be carried out ({error})") from None
    if not seen.active:
        raise Interrupted("the API accepted the start, and the sequence is not active")


async def start_question(context: Context, sequence: Sequence) -> tuple[Question, tuple[RunningImport, ...], Planned]:
    """What somebody has to agree to before this sequence starts, the imports that still run into it, and the plan.

    The plan is told with the answer: no agreement is bound to what is left of a day.

    Raises:
        Mistake: when starts are held, or it has no steps, or no sender that is active.
    """
    if hold := context.find(Hold):
        hold.refuse_start()
    details = await SequenceDetails.of(context.api, sequence)
    refuse_no_steps(details.steps, sequence)
    if not any(account.active for account in details.senders):
        idle = ", ".join(f"{it.from_email} is {state_words(it)}" for it in details.senders[:5])
        raise Mistake(
            f'sequence: "{sequence.title}" has no active email account to send from' + (f": {idle}" if idle else ""),
            "Attach one first",
            next=NextCall.of("add_email_accounts", sequence=sequence.title),
        )
    fields = await context.api.recent(ListFields())
    imports = context.find(ImportsInto)
    running = tuple(imports.running(sequence.id)) if imports else ()
    known = imports.people(sequence.id) if imports else []
    words = settings.in_words(details.settings.settings)
    warnings = [*await _opted_out(context, known), *(it.brief() for it in start_findings(details, fields))]
    items: list[Item] = [
        sequence_item(sequence),
        *_people(details, running, known),
        *_warned(warnings),
        *_when(details),
        *(Value("each mail also goes to", copies) for copies in settings.copies_of(details.settings.settings)),
        *sender_items(details.senders),
        *([Value("settings", ", ".join(words))] if words else []),
        *(item for step in details.steps for item in _step(step, sequence)),
        Bound("all settings, the schedule, steps and texts with their HTML, as they are stored", _stored(details)),
    ]
    stop = " To wait for the import that still runs, or to stop it first, say no." if running else ""
    question = Question(
        "Start this sequence? It mails real people.", tuple(items), f"On yes mails go out by the schedule.{stop}"
    )
    return question, running, plan_of(details, context.now_there())


def _warned(warnings: list[str]) -> list[Item]:
    """A long list would take the place of the texts; the agreement is bound to all of it."""
    shown: list[Item] = [Value("warning", warning) for warning in warnings[:_WARNINGS]]
    rest = warnings[_WARNINGS:]
    return [*shown, *([Bound(f"{len(rest):,} more warnings, which check_sequence lists", rest)] if rest else [])]


async def _opted_out(context: Context, known: list[str]) -> list[str]:
    """Who of the people that were imported from this machine opted out in the CRM."""
    if not known:
        return []
    try:
        found = await crm_opt_outs(context)
    except SaleshandyError as error:
        return [f"who opted out in the CRM could not be read: {error}"]
    return [found.told_among(known)] if found and found.told_among(known) else []


def _people(details: SequenceDetails, running: tuple[RunningImport, ...], known: list[str]) -> list[Item]:
    """Who gets mail. While an import runs the number changes, so its whole list is named instead."""
    if running:
        return [
            Words("the people who are in it now get mail, and those of the import that still runs"),
            *(
                Value("still running", f"{it.source} [{it.job}]", f"{it.rows:,} people in all, included")
                for it in running
            ),
        ]
    people = "not known" if details.prospects is None else f"{details.prospects:,}"
    return [
        Value("people in it", people, "they get mail"),
        *([Bound(f"{len(known):,} of them by imports from this machine", known)] if known else []),
    ]


def _when(details: SequenceDetails) -> list[Item]:
    """When it sends, and to whom first."""
    schedule = details.settings.schedule
    first = next((settings.priority(it.id) for it in details.settings.priority_distribution if it.active), "")
    return [
        *([Value("schedule", f"{schedule_in_words(schedule)} [{schedule.id}]")] if schedule else []),
        *([Value("mailed first", _FIRST.get(first, first))] if first else []),
    ]


def _stored(details: SequenceDetails) -> Any:
    return [details.settings.model_dump(mode="json"), [it.model_dump(mode="json") for it in details.steps]]


def _step(step: Step, sequence: Sequence) -> list[Item]:
    channel = Channel(step.type) if step.type in set(Channel) else None
    kind = channel.word if channel else f"type {step.type}"
    read = NextCall.of("get_sequence", sequence=sequence.id, whole_text=True)
    items: list[Item] = [Value(f"step {step.number}", f"day {step.absolute_days}, {kind} [{step.id}]")]
    for place, variant in enumerate(step.variants):
        label = f"step {step.number} {letter_of(place)}" + ("" if variant.status != 0 else ", not in use")
        items += text_items(label, channel, variant.payload, variant.task_note, read)
    return items
