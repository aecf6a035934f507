"""A mail of a step as it goes out to one person."""

import re

from saleshandy_mcp.sandbox.simulation.merge import merged
from saleshandy_mcp.sandbox.world.tables import Row

UNSUBSCRIBE_LINK, UNSUBSCRIBE_TEXT, LIST_UNSUBSCRIBE = 1, 2, 13
LEAVE = "https://lanternworks.example.com/unsubscribe"
LINK = re.compile(r"""<a\s[^>]*href=["']([^"']+)""")


def letter(person: Row, sender: Row, variant: Row, thread: str, turn: int, *, signature: str | None = None) -> Row:
    """What stands in it. Without a subject it goes on in the thread of this one."""
    if signature is None:
        signature = signature_of(sender)
    values = {**person["values"], "Email": person["email"], "Signature": signature}
    subject = merged(variant["payload"]["subject"], values, turn)
    return {
        "to": person["email"],
        "subject": subject or answering(thread),
        "content": merged(variant["payload"]["content"], values, turn),
        "newThread": bool(subject),
    }


def answering(subject: str) -> str:
    return subject if subject.startswith("Re: ") or not subject else f"Re: {subject}"


def signature_of(sender: Row) -> str:
    return next((entry["value"] for entry in sender["settings"] if entry["code"] == "signature"), "")


def footer(settings: dict[int, str]) -> str:
    """The way out that a sequence offers below its mails."""
    return settings[UNSUBSCRIBE_LINK].replace("{{link}}", LEAVE) or settings[UNSUBSCRIBE_TEXT]


def offers_leaving(settings: dict[int, str]) -> bool:
    return bool(settings[UNSUBSCRIBE_LINK]) or settings[LIST_UNSUBSCRIBE] == "1"


def link_in(content: str) -> str | None:
    """The first link of a mail, apart from the one for leaving."""
    return next((link for link in LINK.findall(content) if link != LEAVE), None)
