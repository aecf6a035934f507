"""What questions about a sequence have in common: the sequence, its senders, its texts. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.question import Body, Bound, Item, Value
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.sequences import channels, copywriting

_CHANGES_BY_ITSELF = "available-quota"
"""What a sender has left today shrinks with each mail: an agreement cannot hold it."""

_LINK = re.compile(r"""(?:href|src)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)

ON_YES_WHILE_ACTIVE = (
    "On yes it is done at once, and mails follow it. To change nothing for people now, pause the sequence first."
)


def the_sequence(sequence: Sequence) -> Value:
    """The sequence, and whether it is sending."""
    return Value("sequence", f"{sequence.title} [{sequence.id}]", "active" if sequence.active else "paused")


def the_sender(account: EmailAccount) -> list[Item]:
    """Who sends: name, address, and what the mailbox adds to each mail."""
    settings = {it.code: it.value or "" for it in account.settings if it.code != _CHANGES_BY_ITSELF}
    signature, bcc = settings.pop("signature", ""), settings.pop("bcc", "")
    name = f"{account.from_name} <{account.from_email}> [{account.id}]".lstrip()
    return [
        Value("sender", name, "active" if account.active else "not active, so not sending"),
        *([Body("its signature", copywriting.as_text(signature), most=120)] if signature else []),
        *([Value("its bcc", bcc)] if bcc else []),
        *([Bound(f"{len(settings)} other settings of this sender", settings)] if settings else []),
    ]


def the_text(
    label: str, channel: Channel | None, payload: Mapping[str, Any], read: NextCall | None = None
) -> list[Item]:
    """A variant: its subject on a line, the beginning of its text, and where its links lead."""
    subject, text = channels.texts(channel, dict(payload)) if channel else (None, str(dict(payload)))
    rest = {name: part for name, part in payload.items() if part and part not in (subject, text)}
    words = copywriting.as_text(text)
    return [
        *([Value(f"{label}, subject", subject)] if subject is not None else []),
        *([Body(f"{label}, text", words, read, most=300)] if words else []),
        *(Value(f"{label}, link to", target) for target in dict.fromkeys(_LINK.findall(text))),
        *(Value(f"{label}, {name}", str(part)) for name, part in rest.items()),
    ]
