"""All that belongs to one sequence, and the views of its steps, variants and senders."""

from typing import Literal

from saleshandy_mcp.api.resources.analytics import GetSequenceStats
from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.sequences import (
    GetSequenceSettings,
    ListSequenceEmailAccounts,
    Sequence,
    SequenceSettings,
)
from saleshandy_mcp.api.resources.steps import Step, Variant
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import View
from saleshandy_mcp.features.senders.sender_state import state_words
from saleshandy_mcp.features.sequences import channels, copywriting
from saleshandy_mcp.lookups.by_name import steps_of
from saleshandy_mcp.untrusted.one_line import one_line

Status = Literal["active", "paused"]

PREVIEW = 90
"""Characters of a variant's text that a preview shows."""


class VariantView(View):
    """One text of a step.

    Attributes:
        text: a preview, or the whole text where it was asked for.
        length: characters of the whole text.
        in_use: whether it is sent.
    """

    id: str
    letter: str
    subject: str | None = None
    text: str = ""
    length: int = 0
    task_note: str | None = None
    in_use: bool = True

    def line(self, *, whole: bool) -> str:
        """The variant on a line; with ``whole`` the text and the note are not cut."""
        off = "" if self.in_use else " (not in use)"
        subject = f' "{one_line(self.subject)}"' if self.subject else " (same thread)" if self.subject == "" else ""
        text = self.text if whole else f"{one_line(self.text)} ({self.length} characters)" if self.text else ""
        note = f" note: {one_line(self.task_note, 400 if whole else 90)}" if self.task_note else ""
        return f"  {self.letter} [{self.id}]{off}{subject}" + (f" {text}" if text else "") + note


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
    why: str = ""

    def line(self) -> str:
        """Address, id, whether it can send, and what it has left today."""
        health = "" if self.health is None else f", health {self.health:g}"
        quota = "" if self.quota_left is None else f", {self.quota_left} left today"
        return f"{self.address} [{self.id}] {'active' if self.active else f'NOT ACTIVE ({self.why})'}{quota}{health}"


class SequenceDetails(View):
    """All that belongs to one sequence.

    Attributes:
        prospects: how many people are in it; None where the API does not say.
        not_contacted: how many of them have had no mail yet; None where the API does not say.
    """

    steps: list[Step]
    senders: list[EmailAccount]
    settings: SequenceSettings
    prospects: int | None
    not_contacted: int | None = None

    @classmethod
    async def of(cls, api: Api, sequence: Sequence) -> "SequenceDetails":
        """Reads them: four calls."""
        stats = await api.send(GetSequenceStats(sequence_id=sequence.id))
        attached = await api.send(ListSequenceEmailAccounts(sequence_id=sequence.id))
        return cls(
            steps=await steps_of(api, sequence),
            senders=attached.email_account,
            settings=await api.send(GetSequenceSettings(sequence_id=sequence.id)),
            prospects=stats.prospect_count,
            not_contacted=stats.not_contacted_count,
        )


def letter_of(place: int) -> str:
    """The letter of a variant: A for place 0."""
    return chr(ord("A") + place)


def find_variant(step: Step, name: str) -> tuple[int, Variant]:
    """A variant by its letter or id, and its place in the step."""
    for place, variant in enumerate(step.variants):
        if name in (variant.id, letter_of(place), letter_of(place).lower()):
            return place, variant
    there = ", ".join(f"{letter_of(place)} [{it.id}]" for place, it in enumerate(step.variants))
    raise Mistake(f'variant: step {step.number} has no variant "{name}"', f"There is: {there}.")


def status_of(sequence: Sequence) -> Status:
    return "active" if sequence.active else "paused"


def sender_view(account: EmailAccount) -> SenderView:
    return SenderView(
        id=account.id,
        address=account.from_email,
        active=account.active,
        quota_left=account.quota_left,
        health=account.health_score,
        why="" if account.active else state_words(account),
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
        letter=letter_of(place),
        subject=subject,
        text=text if whole else _shortened(copywriting.as_text(text)),
        length=len(text),
        task_note=variant.task_note,
        in_use=variant.status != 0,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= PREVIEW else text[: PREVIEW - 1].rstrip() + "…"
