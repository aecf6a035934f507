"""What each channel allows in a text, and how the text is sent. Pure.

Payload keys and the limit of 26 variants are from the vendor's reference; the lengths are from its product pages.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from saleshandy_mcp.api.resources.steps import VariantInput
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.action import ClearableText
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
"""The members of ``Channel`` as words."""


class VariantText(BaseModel):
    """One text."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    subject: Annotated[ClearableText, Field(description="Email, InMail. None: same thread.")] = None
    content: Annotated[str | None, Field(description="Email body (HTML or plain), LinkedIn note or message.")] = None
    preheader: Annotated[str | None, Field(description="Email only.")] = None
    attachment_ids: Annotated[list[str] | None, Field(description="Email only.")] = None
    task_note: Annotated[str | None, Field(description="What to do; any channel but email.")] = None


@dataclass(frozen=True)
class Rules:
    """What a channel takes.

    Attributes:
        text: the payload key of the text; None where the channel has no text.
        longest: characters of the text at most; None for no limit.
        needs_text: whether the text must not be empty.
        subject: characters of the subject at most; None where the channel has no subject.
        most_variants: how many variants a step can have.
    """

    text: str | None = None
    longest: int | None = None
    needs_text: bool = False
    subject: int | None = None
    most_variants: int = 1


LONGEST_NOTE = 3000
"""Characters of a task note."""

_TASK = Rules()
_RULES = {
    Channel.EMAIL: Rules("content", needs_text=True, subject=998, most_variants=26),
    Channel.LINKEDIN_CONNECTION: Rules("connectionNote", longest=300),
    Channel.LINKEDIN_MESSAGE: Rules("message", longest=8000, needs_text=True),
    Channel.LINKEDIN_INMAIL: Rules("message", longest=1900, needs_text=True, subject=200),
}


def rules(channel: Channel) -> Rules:
    """What the channel takes."""
    return _RULES.get(channel, _TASK)


def wire_variants(channel: Channel, variants: list[VariantText], *, opens_thread: bool) -> list[VariantInput]:
    """The variants as they are sent.

    Args:
        channel: of the step.
        variants: one or more texts.
        opens_thread: whether this is the first email of its sequence, which needs a subject.

    Raises:
        Mistake: when the channel does not allow something; it names the place, ``variants[1].subject``.
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
    """One text as it is sent; a Mistake writes ``place`` before the name of the argument."""
    allowed = rules(channel)
    refuse_what_is_not_allowed(channel, variant, place)
    payload: dict[str, Any] = {}
    if allowed.subject is not None:
        payload["subject"] = _within(variant.subject or "", allowed.subject, f"{place}subject")
        if channel is Channel.EMAIL and opens_thread and not payload["subject"].strip():
            raise Mistake(
                f"{place}subject: the first email of a sequence needs one", "Only a later email may leave it out."
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
    """Subject and text of a stored payload. Reverses ``wire_variant``."""
    return payload.get("subject"), str(payload.get(rules(channel).text or "", "") or "")


def refuse_what_is_not_allowed(channel: Channel, variant: VariantText, place: str) -> None:
    """Refuse arguments that the channel does not have, and a note that is too long.

    ``wire_variant`` checks the text itself.

    Raises:
        Mistake: naming the argument and the channels it is for.
    """
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
