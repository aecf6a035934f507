"""Starting and pausing a sequence: the one place where mail begins to go out."""

from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.fields import ListFields
from saleshandy_mcp.api.resources.sequences import Sequence, UpdateSequenceStatus
from saleshandy_mcp.api.resources.steps import Step
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, Rejected
from saleshandy_mcp.core.plan import Plan, Prepared
from saleshandy_mcp.core.view import SequenceName, View, call, counted
from saleshandy_mcp.features.sequences import copywriting
from saleshandy_mcp.features.sequences import sequence_settings as settings
from saleshandy_mcp.features.sequences.list_sequences import Status, Whole
from saleshandy_mcp.lookups.by_name import find_sequence

_ALREADY = {40101, 40102}
"""The API refuses to pause what is paused and to start what is active: for us that is done."""


class StatusChange(View):
    id: str
    title: str
    status: Status
    was: Status
    next: str


class SetSequenceStatus(Action[StatusChange]):
    """Start or pause (stop) a sequence. Starting mails real people, so the user is asked first; pausing is done at
    once.
    """

    effect = Effect.SEND
    mildest = Effect.WRITE
    asks = True
    idempotent = True
    sequence: SequenceName
    status: Annotated[Literal["active", "paused"], Field(description="active starts, paused stops.")]

    @property
    def consequence(self) -> Effect:
        return Effect.SEND if self.status == "active" else Effect.WRITE

    async def prepare(self, context: Context) -> Prepared[StatusChange]:
        sequence = await find_sequence(context.api, self.sequence)

        async def go() -> StatusChange:
            return await self._change(context.api, sequence)

        if self.status == "paused" or sequence.active:
            return Prepared(go)
        return Prepared(go, await _plan(context.api, sequence))

    async def _change(self, api: Api, sequence: Sequence) -> StatusChange:
        was: Status = "active" if sequence.active else "paused"
        # Pausing is sent even when it looks paused: what we saw may be a moment old, and a pause must not be lost.
        if self.status == "paused" or not sequence.active:
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
            next=call("set_sequence_status", sequence=sequence.title, status="paused")
            if self.status == "active"
            else call("get_sequence", sequence=sequence.title),
        )


async def _plan(api: Api, sequence: Sequence) -> Plan:
    """What starting would do. Refused at once where it could not work."""
    whole = await Whole.of(api, sequence)
    able = [account for account in whole.senders if account.active]
    if not whole.steps:
        raise Mistake(
            f'sequence: "{sequence.title}" has no steps',
            f"Add one first: {call('create_step', sequence=sequence.title)}.",
        )
    if not able:
        raise Mistake(
            f'sequence: "{sequence.title}" has no active email account to send from',
            f"Attach one first: {call('add_email_accounts', sequence=sequence.title)}.",
        )
    labels = [field.label for field in await api.recent(ListFields())]
    people = "an unknown number of people" if whole.prospects is None else counted(whole.prospects, "person", "people")
    schedule = whole.settings.schedule
    senders = ", ".join(
        account.from_email + (f" ({account.quota_left} left today)" if account.quota_left is not None else "")
        for account in able
    )
    lines = [
        f'Starting "{sequence.title}" [{sequence.id}] would mail {people}:',
        f"from {senders}" + (f"; schedule {schedule.name}, {schedule.timezone}" if schedule else ""),
        *(_line(step) for step in whole.steps),
        *(f"warning: {warning}" for warning in _warnings(whole, labels)),
    ]
    facts = {
        "sequence": sequence.id,
        "title": sequence.title,
        "steps": [step.model_dump(mode="json") for step in whole.steps],
        "senders": sorted(account.id for account in able),
        "schedule": schedule.model_dump(mode="json") if schedule else None,
        "settings": [setting.model_dump(mode="json") for setting in whole.settings.settings],
        "prospects": whole.prospects,
    }
    return Plan("\n".join(lines), facts)


def _line(step: Step) -> str:
    channel = Channel(step.type) if step.type in set(Channel) else None
    used = [variant for variant in step.variants if variant.status != 0]
    subject = used[0].payload.get("subject") if used else None
    tested = f" ({len(used)} variants)" if len(used) > 1 else ""
    return (
        f"- day {step.absolute_days} {channel.word if channel else step.type}"
        + (f' "{subject}"' if subject else "")
        + tested
    )


def _warnings(whole: Whole, labels: list[str]) -> list[str]:
    """What a careful person would want to know before anything goes out."""
    texts = [
        str(part) for step in whole.steps for variant in step.variants for part in variant.payload.values() if part
    ]
    text = "\n".join(texts)
    bare = sorted({label for label, fallback in copywriting.merge_tags(text) if not fallback and label in labels})
    idle = [account.from_email for account in whole.senders if not account.active]
    found = copywriting.doubts(text, labels)
    if bare:
        found.append(f"no fallback for {', '.join(bare)}: people without it get a gap")
    if not settings.can_unsubscribe(whole.settings.settings):
        found.append("recipients are offered no way to unsubscribe")
    if "goes on after a reply" in settings.in_words(whole.settings.settings):
        found.append("it goes on mailing people who have replied")
    if idle:
        found.append(f"attached but not active, so not sending: {', '.join(idle)}")
    if whole.prospects == 0:
        found.append("nobody is in it yet")
    return found
