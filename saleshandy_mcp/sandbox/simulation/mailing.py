"""The mail of a step as it goes out to one person."""

import re

from saleshandy_mcp.sandbox.simulation.merge import merged
from saleshandy_mcp.sandbox.world.tables import Row

UNSUBSCRIBE_LINK, UNSUBSCRIBE_TEXT, LIST_UNSUBSCRIBE = 1, 2, 13
UNSUBSCRIBE_URL = "https://lanternworks.example.com/unsubscribe"
LINK = re.compile(r"""<a\s[^>]*href=["']([^"']+)""")


def letter(
    person: Row,
    sender: Row,
    variant: Row,
    thread: str,
    turn: int,
    *,
    signature: str | None = None,
    fallbacks: dict[str, str] | None = None,
) -> Row:
    """The facts of a mail.

    Args:
        person: the recipient.
        sender: the email account.
        variant: the variant of the step.
        thread: the subject of the thread so far. A variant without a subject continues it.
        turn: which part of spun text is taken.
        signature: taken instead of that of the sender.
        fallbacks: of the fields, by label.
    """
    if signature is None:
        signature = signature_of(sender)
    values = {**person["values"], "Email": person["email"], "Signature": signature}
    subject = merged(variant["payload"]["subject"], values, turn, fallbacks)
    return {
        "to": person["email"],
        "subject": subject or reply_subject(thread),
        "content": merged(variant["payload"]["content"], values, turn, fallbacks),
        "newThread": bool(subject),
    }


def reply_subject(subject: str) -> str:
    return subject if subject.startswith("Re: ") or not subject else f"Re: {subject}"


def signature_of(sender: Row) -> str:
    return next((entry["value"] for entry in sender["settings"] if entry["code"] == "signature"), "")


def footer(settings: dict[int, str]) -> str:
    """The way to unsubscribe that stands below the mails of a sequence."""
    return settings[UNSUBSCRIBE_LINK].replace("{{link}}", UNSUBSCRIBE_URL) or settings[UNSUBSCRIBE_TEXT]


def offers_unsubscribing(settings: dict[int, str]) -> bool:
    return bool(settings[UNSUBSCRIBE_LINK]) or settings[LIST_UNSUBSCRIBE] == "1"


def link_in(content: str) -> str | None:
    """The first link of a mail, apart from the one to unsubscribe."""
    return next((link for link in LINK.findall(content) if link != UNSUBSCRIBE_URL), None)
