"""The inbox in text: lists without bodies, and one mail at a time behind a fence."""

from saleshandy_mcp.core.view import call, counted
from saleshandy_mcp.features.inbox.list_inbox import InboxList, MailLine, MailText, ThreadLine, ThreadView
from saleshandy_mcp.features.inbox.reply_to_thread import Reply
from saleshandy_mcp.server.render.base import lines, more, plain, render
from saleshandy_mcp.untrusted.fence import fence

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SUBJECT = 50
"""Characters of a subject in a list."""


@render.register
def _(view: InboxList) -> str:
    unread = "" if view.unread is None else f"; {view.unread:,} unread in the whole inbox"
    if not view.threads:
        return lines(
            f"No conversation fits{unread}." if view.page == 1 else f"Page {view.page} is empty.",
            f"A person's address, to ask with: {view.person}" if view.person else None,
        )
    total = len(view.threads) if view.total is None else view.total
    outcome = f", outcome {plain(view.outcome)}" if view.outcome else ""
    least = "at least " if view.total is None and view.next else ""
    return lines(
        f"{least}{counted(total, 'conversation')}{outcome} (page {view.page}){unread}; * = unread",
        *(_thread(it) for it in view.threads),
        f"Read one: {call('read_thread', thread=view.threads[0].id)}",
        more(view.next),
    )


@render.register
def _(view: ThreadView) -> str:
    about = [
        f"Thread {view.id}" + (f" with {plain(view.address)}" if view.address else ""),
        f'"{plain(view.subject)}"' if view.subject else "",
        plain(view.sentiment or ""),
        counted(view.mails, "mail"),
    ]
    return lines(
        " · ".join(part for part in about if part),
        _mail(view.shown),
        *_notes(view.shown),
        *(_line(it) for it in view.others),
        f"{counted(view.older, 'older mail')} not listed." if view.older else None,
        f"One of them: {view.one}" if view.one else None,
        f"Next: {', '.join(view.next)}" if view.next else None,
    )


@render.register
def _(view: Reply) -> str:
    to = plain(view.address) + (f", cc {', '.join(map(plain, view.cc))}" if view.cc else "")
    sender = f" from {plain(view.mailbox)}" if view.mailbox else ""
    if view.state == "sent":
        seen = " (its answer got lost; the thread shows the mail)" if view.trouble else ""
        return f"Reply sent to {to}{sender}, thread {view.thread}{seen}.\nNext, sort it: {view.next}"
    return lines(
        f"Whether the reply to {to}{sender} went out is unknown: {plain(view.trouble, 300)}. Do not send it again.",
        f"Look in a while: {view.next} shows the mail if it went out.",
    )


def _thread(it: ThreadLine) -> str:
    mark = "* " if it.unread else ""
    parts = [f"{mark}{plain(it.address)}", f"[{it.id}]" if it.id else "", _day(it.date), plain(it.sentiment or "")]
    return " ".join(part for part in parts if part) + f" · {plain(it.subject, _SUBJECT) or '(no subject)'}"


def _day(date: str) -> str:
    """``15 Nov``: an inbox of 90 days needs no year."""
    return f"{int(date[8:])} {_MONTHS[int(date[5:7]) - 1]}" if date else ""


def _line(it: MailLine) -> str:
    length = "" if it.length is None else f", {counted(it.length, 'character')}"
    who = f"you ({plain(it.address)})" if it.ours else plain(it.address)
    return f"{it.number}. {it.at} {who}{length}".replace("  ", " ")


def _mail(shown: MailText) -> str:
    head, text = _line(shown), shown.text or "(no text)"
    return f"{head}:\n{text}" if shown.ours else fence(head, text)


def _notes(shown: MailText) -> list[str]:
    """What is not shown of a mail, and how to see it; nothing is left out in silence."""
    notes: list[str] = []
    if shown.parts > 1:
        notes.append(f"Part {shown.part} of {shown.parts}" + (f"; go on: {shown.rest}" if shown.rest else "."))
    if shown.whole:
        notes.append(f"With what it quotes: {shown.whole}")
    if shown.hidden:
        notes.append(f"Careful: {counted(shown.hidden, 'hidden part')} removed, which a person would not have seen.")
    return notes
