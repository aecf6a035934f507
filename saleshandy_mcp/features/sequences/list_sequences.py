"""Sequences as people handle them: find one, look at one, begin one."""

from typing import Annotated, Literal

from pydantic import Field

from saleshandy_mcp.api.resources.analytics import GetSequenceStats
from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.sequences import CreateSequence as CreateSequenceCall
from saleshandy_mcp.api.resources.sequences import (
    GetSequenceSettings,
    ListSequenceEmailAccounts,
    Sequence,
    SequenceSettings,
)
from saleshandy_mcp.api.resources.steps import Step, Variant
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Api, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.view import PAGE_SIZE, PageNumber, SequenceName, View, call
from saleshandy_mcp.features.sequences import channels, copywriting
from saleshandy_mcp.features.sequences import sequence_settings as settings
from saleshandy_mcp.lookups.by_name import (
    all_accounts,
    all_sequences,
    find_account,
    find_schedule,
    find_sequence,
    steps_of,
)

Status = Literal["active", "paused"]

PREVIEW = 90
"""Characters of a variant's text that are shown unless the whole is asked for."""


class SequenceLine(View):
    id: str
    title: str
    status: Status
    steps: int
    owner: str = ""


class SequenceList(View):
    sequences: list[SequenceLine]
    total: int
    active: int
    page: int
    pages: int
    next: str | None = None


class VariantView(View):
    """``text`` is a preview unless the whole was asked for; ``length`` is that of the whole."""

    id: str
    letter: str
    subject: str | None = None
    text: str = ""
    length: int = 0
    task_note: str | None = None
    in_use: bool = True


class StepView(View):
    id: str
    number: int
    day: int
    type: str
    variants: list[VariantView]


class SenderView(View):
    id: str
    address: str
    active: bool
    quota_left: int | None = None
    health: float | None = None


class SequenceView(View):
    id: str
    title: str
    status: Status
    prospects: int | None
    steps: list[StepView]
    senders: list[SenderView]
    schedule: str | None
    settings: list[str]
    whole_text: bool


class CreatedSequence(View):
    """``senders`` is None when the sequence was created and then could not be read back."""

    id: str
    title: str
    senders: list[SenderView] | None
    next: str


class ListSequences(Action[SequenceList]):
    """List the account's sequences (campaigns) with id, status and number of steps."""

    query: Annotated[str | None, Field(description="Part of the title.")] = None
    status: Annotated[Literal["any", "active", "paused"], Field(description="paused: all not sending.")] = "any"
    page: PageNumber = 1

    async def run(self, context: Context) -> SequenceList:
        found = [
            sequence
            for sequence in await all_sequences(context.api)
            if (self.query or "").casefold() in sequence.title.casefold()
            and self.status in ("any", status_of(sequence))
        ]
        pages = max(1, -(-len(found) // PAGE_SIZE))
        shown = found[(self.page - 1) * PAGE_SIZE : self.page * PAGE_SIZE]
        further = None
        if self.page < pages:
            asked = None if self.status == "any" else self.status
            further = call("list_sequences", query=self.query, status=asked, page=self.page + 1)
        return SequenceList(
            sequences=[
                SequenceLine(
                    id=it.id,
                    title=it.title,
                    status=status_of(it),
                    steps=len(it.steps),
                    owner=f"{it.user.first_name} {it.user.last_name}".strip() if it.user else "",
                )
                for it in shown
            ],
            total=len(found),
            active=sum(it.active for it in found),
            page=self.page,
            pages=pages,
            next=further,
        )


class GetSequence(Action[SequenceView]):
    """Show one sequence: what its steps and variants say, ids, senders, schedule, settings and number of prospects."""

    sequence: SequenceName
    whole_text: Annotated[bool, Field(description="Full text of each variant, not a preview.")] = False

    async def run(self, context: Context) -> SequenceView:
        sequence = await find_sequence(context.api, self.sequence)
        whole = await SequenceDetails.of(context.api, sequence)
        schedule = whole.settings.schedule
        return SequenceView(
            id=sequence.id,
            title=sequence.title,
            status=status_of(sequence),
            prospects=whole.prospects,
            steps=[step_view(step, whole=self.whole_text) for step in whole.steps],
            senders=[sender_view(account) for account in whole.senders],
            schedule=f"{schedule.name} ({schedule.timezone})" if schedule else None,
            settings=settings.in_words(whole.settings.settings),
            whole_text=self.whole_text,
        )


class CreateSequence(Action[CreatedSequence]):
    """Set up a new, empty sequence (campaign), not sending. Add steps with create_step, people with
    import_prospects.
    """

    effects = frozenset({Effect.WRITE})
    title: Annotated[str, Field(min_length=1, max_length=255, description="Not yet used by another sequence.")]
    accounts: Annotated[
        list[str] | None, Field(description="Senders: addresses or ids. Default: the account's default one.")
    ] = None
    schedule: Annotated[str | None, Field(description="Schedule name or id.")] = None

    async def run(self, context: Context) -> CreatedSequence:
        title = self.title.strip()
        if not title:
            raise Mistake("title: it is blank", "Give the sequence a name.")
        twin = next((it for it in await all_sequences(context.api) if it.title.casefold() == title.casefold()), None)
        if twin:
            raise Mistake(
                f'title: "{twin.title}" [{twin.id}] exists already', "Work on that one, or choose another title."
            )
        senders: list[EmailAccount] = []
        if self.accounts:
            known = await all_accounts(context.api)
            senders = [find_account(known, name, f"accounts[{place}]") for place, name in enumerate(self.accounts)]
        schedule = await find_schedule(context.api, self.schedule) if self.schedule else None
        created = await context.api.send(
            CreateSequenceCall(
                title=title,
                email_account_ids=[account.id for account in senders] or None,
                schedule_id=schedule.id if schedule else None,
            )
        )
        try:
            attached = await context.api.send(ListSequenceEmailAccounts(sequence_id=created.id))
        except SaleshandyError:
            attached = None
        return CreatedSequence(
            id=created.id,
            title=title,
            senders=[sender_view(account) for account in attached.email_account] if attached else None,
            next=call("create_step", sequence=title, type="email", day=1, variants=[{"subject": "…", "content": "…"}]),
        )


class SequenceDetails(View):
    """All that belongs to one sequence."""

    steps: list[Step]
    senders: list[EmailAccount]
    settings: SequenceSettings
    prospects: int | None

    @classmethod
    async def of(cls, api: Api, sequence: Sequence) -> "SequenceDetails":
        stats = await api.send(GetSequenceStats(sequence_id=sequence.id))
        attached = await api.send(ListSequenceEmailAccounts(sequence_id=sequence.id))
        return cls(
            steps=await steps_of(api, sequence),
            senders=attached.email_account,
            settings=await api.send(GetSequenceSettings(sequence_id=sequence.id)),
            prospects=stats.prospect_count,
        )


def status_of(sequence: Sequence) -> Status:
    return "active" if sequence.active else "paused"


def sender_view(account: EmailAccount) -> SenderView:
    return SenderView(
        id=account.id,
        address=account.from_email,
        active=account.active,
        quota_left=account.quota_left,
        health=account.health_score,
    )


def step_view(step: Step, *, whole: bool = False) -> StepView:
    channel = Channel(step.type) if step.type in set(Channel) else None
    return StepView(
        id=step.id,
        number=step.number or 0,
        day=step.absolute_days or 0,
        type=channel.word if channel else f"unknown ({step.type})",
        variants=[variant_view(channel, it, place, whole=whole) for place, it in enumerate(step.variants)],
    )


def variant_view(channel: Channel | None, variant: Variant, place: int, *, whole: bool) -> VariantView:
    subject, text = channels.texts(channel, variant.payload) if channel else (None, "")
    return VariantView(
        id=variant.id,
        letter=chr(ord("A") + place),
        subject=subject,
        text=text if whole else _shortened(copywriting.as_text(text)),
        length=len(text),
        task_note=variant.task_note,
        in_use=variant.status != 0,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1].rstrip() + "…"
