"""The items that questions about a sequence share: the sequence, its senders, its texts. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.sequences import Sequence
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.question import Body, Bound, Item, Value, listing
from saleshandy_mcp.core.view import NextCall, counted
from saleshandy_mcp.features.sequences import channels, copywriting

ON_YES_WHILE_ACTIVE = (
    "On yes it is done at once, and the next mails follow it. To change nothing for people now, say no and pause the "
    "sequence first."
)
PAUSE_FIRST = "While the sequence is paused this reaches nobody: pause it first."
"""The advice when the operator of the server does not let calls reach people."""

_SENDERS_IN_FULL = 4
"""Up to so many senders are shown with their signatures."""
_QUOTA, _SIGNATURE, _BCC = "available-quota", "signature", "bcc"
"""Codes of a sender's settings. The quota shrinks with each mail, so no agreement is bound to it."""

_NO_SUBJECT = "empty, so it goes into the thread of the mail before it"


def sequence_item(sequence: Sequence) -> Value:
    """The sequence, and whether it is sending."""
    return Value("sequence", f"{sequence.title} [{sequence.id}]", "active" if sequence.active else "paused")


def sender_items(accounts: list[EmailAccount]) -> list[Item]:
    """The senders with name and bcc; with their signatures when they are few. The agreement is bound to all of it."""
    settings = Bound(
        f"all settings of {counted(len(accounts), 'sender')}, signatures with their HTML",
        [_bound(account) for account in accounts],
    )
    if len(accounts) <= _SENDERS_IN_FULL:
        return [*(item for account in accounts for item in _sender(account)), settings]
    idle = sum(not account.active for account in accounts)
    state = f", {idle:,} of them not active, so not sending" if idle else ""
    names = dict.fromkeys(account.from_name for account in accounts if account.from_name)
    bcc = dict.fromkeys(value for account in accounts for value in _values(account, _BCC))
    return [
        listing(f"{len(accounts):,} senders{state}", [account.from_email for account in accounts]),
        *([listing("their names", list(names))] if names else []),
        *([listing("their bcc", list(bcc))] if bcc else []),
        settings,
    ]


def text_items(
    label: str,
    channel: Channel | None,
    payload: Mapping[str, Any],
    note: str | None = None,
    read: NextCall | None = None,
) -> list[Item]:
    """A variant: its subject, the beginning of its text, where its links lead, and its task note.

    Args:
        label: our own words for the variant: "step 1 A".
        channel: of the step; None when it is not known.
        payload: the stored text, or the one to be stored.
        note: what to do, for a step that makes a task.
        read: the call that shows the whole text.
    """
    subject, text = channels.texts(channel, dict(payload)) if channel else (None, "")
    shown = copywriting.as_text(text) if channel is Channel.EMAIL else text
    known = {"subject", "preheader", channels.rules(channel).text} if channel else set[str | None]()
    rest = {name: part for name, part in payload.items() if part and name not in known}
    preheader = payload.get("preheader") if channel else None
    return [
        *([Value(f"{label}, subject", subject, "" if subject else _NO_SUBJECT)] if subject is not None else []),
        *([Body(f"{label}, text", shown, read, most=300)] if text else []),
        *(Value(f"{label}, link to", target) for target in copywriting.links(text)),
        *([Value(f"{label}, preheader", str(preheader))] if preheader else []),
        *([Body(f"{label}, other parts", json.dumps(rest, ensure_ascii=False), read, most=300)] if rest else []),
        *([Body(f"{label}, note", note, read)] if note else []),
    ]


def _sender(account: EmailAccount) -> list[Item]:
    name = f"{account.from_name} <{account.from_email}> [{account.id}]".lstrip()
    signatures = _values(account, _SIGNATURE)
    return [
        Value("sender", name, "active" if account.active else "not active, so not sending"),
        *(Body("its signature", copywriting.as_text(it), most=120) for it in signatures),
        *(Value("its signature, link to", target) for it in signatures for target in copywriting.links(it)),
        *(Value("its bcc", bcc) for bcc in _values(account, _BCC)),
    ]


def _bound(account: EmailAccount) -> list[Any]:
    """All of a sender that matters for a mail, as JSON can hold it; the settings come last, in order."""
    settings = sorted([it.code, it.value or ""] for it in account.settings if it.code != _QUOTA)
    return [account.id, account.from_name, account.from_email, account.active, settings]


def _values(account: EmailAccount, code: str) -> list[str]:
    return [it.value for it in account.settings if it.code == code and it.value]
