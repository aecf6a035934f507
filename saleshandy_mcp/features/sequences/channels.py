"""What each channel allows, and how its text travels. Pure.

Payload keys and the limit of 26 variants are from the vendor's reference; the lengths are from its product pages.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from saleshandy_mcp.api.resources.steps import VariantInput
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.copywriting import as_html

ChannelWord = Literal[
    "email",
    "linkedin_connection",
    "linkedin_message",
    "linkedin_inmail",
    "linkedin_view_profile",
    "linkedin_post_interaction",
    "custom_task",
    "call_introduction",
    "call_demo",
    "call_follow_up",
    "call_reminder",
    "call_other",
    "whatsapp_message",
    "whatsapp_voice_message",
    "whatsapp_voice_call",
]
"""The channels of ``Channel`` in words; a test holds the two together."""


class VariantText(BaseModel):
    """One text; what it may hold depends on the type."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    subject: Annotated[str | None, Field(description="Email, InMail. Empty on a later email: same thread.")] = None
    content: Annotated[str | None, Field(description="Email body (HTML or plain), LinkedIn note or message.")] = None
    preheader: Annotated[str | None, Field(description="Email only.")] = None
    attachment_ids: Annotated[list[str] | None, Field(description="Email only.")] = None
    task_note: Annotated[str | None, Field(description="What to do; any channel but email.")] = None


@dataclass(frozen=True)
class Rules:
    """What a channel takes.

    Attributes:
        text: the payload key that ``content`` travels under; None where the channel has no text of its own.
        longest: of that text; None without a limit.
        needs_text: whether it may not be empty.
        subject: the longest subject; None where the channel has none.
        most_variants: how many texts can be tested against each other.
    """

    text: str | None = None
    longest: int | None = None
    needs_text: bool = False
    subject: int | None = None
    most_variants: int = 1


LONGEST_NOTE = 3000

_TASK = Rules()
_RULES = {
    Channel.EMAIL: Rules("content", needs_text=True, subject=998, most_variants=26),
    Channel.LINKEDIN_CONNECTION: Rules("connectionNote", longest=300),
    Channel.LINKEDIN_MESSAGE: Rules("message", longest=8000, needs_text=True),
    Channel.LINKEDIN_INMAIL: Rules("message", longest=1900, needs_text=True, subject=200),
}


def rules(channel: Channel) -> Rules:
    return _RULES.get(channel, _TASK)


def wire_variants(channel: Channel, variants: list[VariantText], *, opens_thread: bool) -> list[VariantInput]:
    """The variants as they are sent.

    Args:
        channel: of the step.
        variants: one or more texts.
        opens_thread: whether this is the first email of its sequence, which has no thread to answer in.

    Raises:
        Mistake: what the channel does not allow, with the place of it: ``variants[1].subject``.
    """
    most = rules(channel).most_variants
    if len(variants) > most:
        raise Mistake(
            f"variants: {channel.word} takes {'one' if most == 1 else f'at most {most}'}, got {len(variants)}",
            "A/B variants are for email steps." if most == 1 else "Leave some out.",
        )
    return [
        wire_variant(channel, variant, f"variants[{place}].", opens_thread=opens_thread)
        for place, variant in enumerate(variants)
    ]


def wire_variant(channel: Channel, variant: VariantText, place: str, *, opens_thread: bool) -> VariantInput:
    """One text as it is sent; ``place`` stands before an argument's name in a Mistake."""
    allowed = rules(channel)
    refuse_what_is_not_allowed(channel, variant, place)
    payload: dict[str, Any] = {}
    if allowed.subject is not None:
        payload["subject"] = _within(variant.subject or "", allowed.subject, f"{place}subject")
        if channel is Channel.EMAIL and opens_thread and not payload["subject"].strip():
            raise Mistake(
                f"{place}subject: the first email of a sequence needs one", "Only a later email may leave it empty."
            )
    if allowed.text is not None:
        text = variant.content or ""
        if allowed.needs_text and not text.strip():
            raise Mistake(f"{place}content: {channel.word} needs a text")
        payload[allowed.text] = _within(
            as_html(text) if channel is Channel.EMAIL else text, allowed.longest, f"{place}content"
        )
    if channel is Channel.EMAIL and variant.preheader is not None:
        payload["preheader"] = variant.preheader
    return VariantInput(
        payload=payload,
        attachment_ids=variant.attachment_ids,
        task_note=variant.task_note or None,
    )


def texts(channel: Channel, payload: dict[str, Any]) -> tuple[str | None, str]:
    """Subject and text out of a stored payload: the way back from ``wire_variant``."""
    return payload.get("subject"), str(payload.get(rules(channel).text or "", "") or "")


def refuse_what_is_not_allowed(channel: Channel, variant: VariantText, place: str) -> None:
    """What a channel does not take at all, and a note that is too long; texts of its own are for ``wire_variant``."""
    allowed = rules(channel)
    email = channel is Channel.EMAIL
    for name, fits, where in (
        ("subject", allowed.subject is not None, "email and linkedin_inmail"),
        ("content", allowed.text is not None, "email and LinkedIn notes and messages; put it into task_note"),
        ("preheader", email, "email"),
        ("attachment_ids", email, "email"),
        ("task_note", not email, "tasks, calls, LinkedIn and WhatsApp"),
    ):
        if getattr(variant, name) and not fits:
            raise Mistake(
                f"{place}{name} is not allowed on {channel.word}: it is for {where}",
                "Leave it out, or choose another type.",
            )
    _within(variant.task_note or "", LONGEST_NOTE, f"{place}task_note")


def _within(text: str, longest: int | None, place: str) -> str:
    if longest is not None and len(text) > longest:
        raise Mistake(f"{place}: {len(text)} characters, at most {longest} are allowed")
    return text
