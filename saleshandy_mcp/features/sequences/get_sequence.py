"""``get_sequence``: one sequence with its steps, texts, senders, schedule and settings."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.running_imports import ImportsInto
from saleshandy_mcp.core.view import NextCall, Say, SequenceName, StepName, View, counted, time_words
from saleshandy_mcp.features.crm.crm_opt_outs import known_opt_outs
from saleshandy_mcp.features.sequences import sequence_settings
from saleshandy_mcp.features.sequences.sending_hours import schedule_in_words
from saleshandy_mcp.features.sequences.sequence_details import (
    SenderView,
    SequenceDetails,
    Status,
    StepView,
    sender_view,
    status_of,
    step_view,
)
from saleshandy_mcp.lookups.by_name import find_sequence, find_step
from saleshandy_mcp.untrusted.one_line import one_line


class SequenceView(View):
    """A sequence.

    Attributes:
        prospects: how many people are in it; None where the API does not say.
        schedule: its name, hours and time zone.
        settings: what is set, a phrase each.
        whole_text: whether the texts are whole, not previews.
        steps_in_all: how many steps it has, where one alone was asked for.
        opted_out: who of the people imported from here opted out in the CRM, and when that was read; "" for nobody.
    """

    id: str
    title: str
    status: Status
    prospects: int | None
    steps: list[StepView]
    senders: list[SenderView]
    schedule: str | None
    settings: list[str]
    whole_text: bool
    steps_in_all: int | None = None
    opted_out: str = ""

    def lines(self, say: Say) -> Iterator[str | None]:
        people = "number of people not known" if self.prospects is None else counted(self.prospects, "person", "people")
        schedule = f" · schedule {one_line(self.schedule)}" if self.schedule else ""
        steps = counted(len(self.steps), "step") if self.steps_in_all is None else f"1 of {self.steps_in_all} steps"
        yield f"{one_line(self.title)} [{self.id}] {self.status} · {steps} · {people}{schedule}"
        yield f"Warning: {one_line(self.opted_out)}" if self.opted_out else None
        for step in self.steps:
            yield f"Step {step.number} [{step.id}] day {step.day} {step.type}"
            yield from (variant.line(whole=self.whole_text) for variant in step.variants)
        none = "none, so nothing is sent" if self.status == "active" else "none, so it cannot start"
        yield "Senders: " + ("; ".join(it.line() for it in self.senders) or none)
        if self.status == "active" and self.senders and not any(it.active for it in self.senders):
            yield "It is active and sends nothing: no sender can send."
        elif self.status == "active" and self.prospects == 0:
            yield "It is active and sends nothing: nobody is in it."
        yield f"Settings: {', '.join(self.settings)}" if self.settings else None
        if self.steps and not self.whole_text:
            yield f"Texts in full: {say(self._in_full())}"

    def _in_full(self) -> NextCall:
        step = self.steps[0].number if self.steps_in_all is not None else None
        return NextCall.of("get_sequence", sequence=self.title, step=step, whole_text=True)

    def less(self) -> NextCall | None:
        if self.steps_in_all is not None or not self.steps:
            return None
        whole = self.whole_text or None
        return NextCall.of("get_sequence", sequence=self.title, step=self.steps[-1].number, whole_text=whole)


class GetSequence(Action[SequenceView]):
    """Show one sequence: what its steps and variants say, ids, senders, schedule, settings and number of prospects."""

    sequence: SequenceName
    step: StepName | None = None
    whole_text: Annotated[bool, Field(description="Full text of each variant, not a preview.")] = False

    async def run(self, context: Context) -> SequenceView:
        sequence = await find_sequence(context.api, self.sequence)
        details = await SequenceDetails.of(context.api, sequence)
        steps = details.steps if self.step is None else [find_step(details.steps, self.step, sequence)]
        schedule = details.settings.schedule
        return SequenceView(
            id=sequence.id,
            title=sequence.title,
            status=status_of(sequence),
            prospects=details.prospects,
            steps=[step_view(step, whole=self.whole_text) for step in steps],
            senders=[sender_view(account) for account in details.senders],
            schedule=schedule_in_words(schedule) if schedule else None,
            settings=sequence_settings.in_words(details.settings.settings),
            whole_text=self.whole_text,
            steps_in_all=None if self.step is None else len(details.steps),
            opted_out=_opted_out(context, sequence.id),
        )


def _opted_out(context: Context, sequence: str) -> str:
    """Who opted out in the CRM, as it was read last: this makes no call."""
    imports, known = context.find(ImportsInto), known_opt_outs(context)
    told = known.told_among(imports.people(sequence)) if imports and known else ""
    return f"{told} (read {time_words(known.age)} ago)" if known and told else ""
