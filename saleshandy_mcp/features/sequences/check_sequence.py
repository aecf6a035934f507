"""``check_sequence``: what would happen if a sequence were started, without starting it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from saleshandy_mcp.api.patience import PatientApi
from saleshandy_mcp.api.resources import fields
from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.errors import Throttled
from saleshandy_mcp.core.view import NextCall, Say, SequenceName, View, counted
from saleshandy_mcp.features.imports.copy_preview import filled, needed, opening
from saleshandy_mcp.features.prospects.stored_people import find_people
from saleshandy_mcp.features.senders.list_email_accounts import expired_domains
from saleshandy_mcp.features.sequences.checks.capacity_plan import CapacityPlan
from saleshandy_mcp.features.sequences.checks.check_finding import Finding, together
from saleshandy_mcp.features.sequences.checks.going_on import going_on
from saleshandy_mcp.features.sequences.checks.known_people import known_people
from saleshandy_mcp.features.sequences.checks.sequence_plan import plan_of
from saleshandy_mcp.features.sequences.checks.start_findings import start_findings
from saleshandy_mcp.features.sequences.sending_hours import schedule_in_words
from saleshandy_mcp.features.sequences.sequence_details import SequenceDetails, Status, status_of
from saleshandy_mcp.lookups.by_name import all_accounts, all_sequences, pick_sequence
from saleshandy_mcp.untrusted.one_line import one_line

_FINDINGS = 25
_WAIT = 35.0
"""Seconds that a check waits for the limit of 20 calls a minute in all."""
_PREVIEWED = 4
"""Emails that a preview shows."""
NOBODY = "without any values"


class Preview(View):
    """How an email of the sequence begins for somebody."""

    who: str
    step: int
    subject: str
    body: str

    def line(self) -> str:
        subject = f'"{one_line(self.subject)}"' if self.subject else "(same thread)"
        return f"  {one_line(self.who)}, step {self.step}: {subject} {one_line(self.body, 170)}"


class CheckedSequence(View):
    """What would happen on start.

    Attributes:
        waiting: people who have had no mail yet; None where the API does not say.
        known: how many of its people are known by name, from imports of this machine or from the call.
        notes: what was not looked at, or is not in the plan.
    """

    untrusted = True
    id: str
    title: str
    status: Status
    people: int | None
    waiting: int | None
    known: int
    findings: list[Finding]
    schedule: str | None
    plan: CapacityPlan | None
    notes: list[str]
    previews: list[Preview]
    next: NextCall

    def lines(self, say: Say) -> Iterator[str | None]:
        blocks = [it for it in self.findings if it.level == "blocks"]
        change = [it for it in self.findings if it.level == "change"]
        verdict = f"{len(blocks)} to put right first" if blocks else "nothing blocks a start"
        people = "number of people unknown" if self.people is None else counted(self.people, "person", "people")
        waiting = f" ({self.waiting:,} without a first mail)" if self.waiting else ""
        numbers = f"{verdict}, {len(change)} to change · {people}{waiting}"
        yield f"{one_line(self.title)} [{self.id}] {self.status}: {numbers}"
        yield from self._section("Put right first", blocks)
        yield from self._section("A careful person would change", change)
        yield f"Sends: {one_line(self.schedule)}" if self.schedule else None
        yield from (f"Plan: {line}" if not place else f"  {line}" for place, line in enumerate(self._plan()))
        yield from (f"Note: {one_line(note, 300)}" for note in self.notes)
        yield "Reads:" if self.previews else None
        yield from (it.line() for it in self.previews)
        yield f"Next: {say(self.next)}"

    def _section(self, head: str, findings: list[Finding]) -> Iterator[str]:
        if findings:
            yield f"{head}:"
            yield from (f"- {it.sentence()}" for it in findings[:_FINDINGS])
        if len(findings) > _FINDINGS:
            yield f"- and {len(findings) - _FINDINGS} more"

    def _plan(self) -> list[str]:
        return list(self.plan.texts()) if self.plan else []


class CheckSequence(Action[CheckedSequence]):
    """Check a sequence before its start: what blocks, what to change in copy, settings, senders, people, when mails
    would go out, how they read. Starts nothing.
    """

    sequence: SequenceName
    people: Annotated[list[str] | None, Field(max_length=5, description="Addresses to preview it for.")] = None

    async def run(self, context: Context) -> CheckedSequence:
        # One limit of waiting for all that is read: a check that is half done helps nobody.
        patient = PatientApi(context.api, context.pause, context.patience(_WAIT))
        context = replace(context, api=patient)
        sequences = await all_sequences(context.api)
        sequence = pick_sequence(sequences, self.sequence)
        details = await SequenceDetails.of(context.api, sequence)
        labels = await context.api.recent(fields.ListFields())
        named, unread = await self._named(context.api)
        accounts = {it.id: it for it in await all_accounts(context.api)}
        used = [variant for step in details.steps for variant in step.variants]
        wanted = [label for label in needed(used) if label in {it.label for it in labels if not it.fallback_text}]
        schedule = details.settings.schedule
        known = await known_people(context, sequence, sequences, wanted, [it.email for it in named], schedule=schedule)
        going = await going_on(context.api, sequence.id, details, context.now_there())
        planned = plan_of(details, context.now_there(), accounts, sequence.id, going)
        expired = await expired_domains(context.api)
        findings = together([*start_findings(details, labels, expired or []), *known.findings])
        blocked = any(it.level == "blocks" for it in findings)
        return CheckedSequence(
            id=sequence.id,
            title=sequence.title,
            status=status_of(sequence),
            people=details.prospects,
            waiting=details.not_contacted,
            known=len(known.emails),
            findings=findings,
            schedule=schedule_in_words(schedule) if schedule else None,
            plan=planned.plan,
            notes=[
                *unread,
                *planned.notes,
                *_unknown(details, len(known.emails)),
                *known.notes,
                *([] if expired is not None else ["whether domains of senders have expired could not be read"]),
            ],
            previews=previews(details.steps, named, labels),
            next=NextCall.of("get_sequence", sequence=sequence.title, whole_text=True)
            if blocked or sequence.active
            else NextCall.of("set_sequence_status", sequence=sequence.title, status="active"),
        )

    async def _named(self, api: Api) -> tuple[list[Prospect], list[str]]:
        """The people to preview it for, and a note when a minute's calls are used up."""
        if not self.people:
            return [], []
        try:
            return await find_people(api, self.people, need_ids=False, need_values=True), []
        except Throttled as error:
            return [], [f"people could not be read: {error}"]


def _unknown(details: SequenceDetails, known: int) -> list[str]:
    if not details.prospects or known >= details.prospects:
        return []
    who = (
        f"for {counted(known, 'person', 'people')} of {details.prospects:,}, imported from here or named"
        if known
        else "for nobody"
    )
    looked = f"do-not-contact lists, other sequences and values were looked at {who}"
    return [f"{looked}: no call lists the people of a sequence, so name some in people"]


def previews(steps: list[Step], people: list[Prospect], labels: list[fields.Field]) -> list[Preview]:
    """How the emails begin: all for somebody without values, the first for each person, or all for the only one."""
    emails = [step for step in steps if step.type == Channel.EMAIL][:_PREVIEWED]
    fallbacks = {it.label: it.fallback_text or "" for it in labels}
    nobody = dict.fromkeys(fallbacks, "")
    shown = [(NOBODY, nobody, emails)]
    for person in people:
        values = {label: person.value(label) for label in fallbacks} | {"Email": person.email}
        shown.append((person.email, values, emails if len(people) == 1 else emails[:1]))
    found: list[Preview] = []
    for who, values, of in shown:
        for step in of:
            subject, body = opening(step.variants)
            found.append(
                Preview(
                    who=who,
                    step=step.number or 0,
                    subject=filled(subject, values, fallbacks),
                    body=filled(body, values, fallbacks),
                )
            )
    return found
