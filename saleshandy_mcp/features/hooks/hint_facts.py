"""What the APIs themselves say about hints. A hint that they do not confirm is marked as not verified."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from saleshandy_mcp.api.operation import every
from saleshandy_mcp.api.resources.analytics import Event, GetConsolidatedStats, MailEvents
from saleshandy_mcp.api.resources.sequences import ListSequences
from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.hooks.hint import Hint
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.integrations.crm import CrmAccess, Kind, crm_of

DAYS = 30
MOST_ROWS = 10_000
_KINDS: tuple[Kind, ...] = ("contacts", "deals", "tasks", "activities")
_MAILS: Mapping[str, Event] = {
    "email-sent": "email_sent",
    "email-opened": "last_opened",
    "email-link-clicked": "last_clicked",
    "reply-received": "replied",
    "email-bounced": "bounced",
}
_WORDS: Mapping[Event, str] = {
    "email_sent": "mail sent",
    "last_opened": "last opened",
    "last_clicked": "last clicked",
    "replied": "replied",
    "bounced": "bounced",
}


async def hint_facts(hints: Sequence[Hint], context: Context) -> list[str]:
    """For each hint, what the API says of it now; empty where it says nothing of it.

    Raises:
        SaleshandyError: when Saleshandy cannot be read.
    """
    people = {it.subject for it in hints if it.product is Service.SALESHANDY and it.subject}
    rows = await _rows(context, people)
    records: dict[str, str] = {}
    for it in hints:
        if it.product is Service.SALESSHEET and it.subject and it.subject not in records:
            records[it.subject] = await _record(context, it.subject)
    return [
        _said(it.event, rows.get(it.subject, [])) if it.product is Service.SALESHANDY else records.get(it.subject, "")
        for it in hints
    ]


async def _rows(context: Context, people: set[str]) -> Mapping[str, list[MailEvents]]:
    """What the statistics of all sequences hold of these people."""
    found: dict[str, list[MailEvents]] = {}
    if not people:
        return found
    sequences = [it.id async for it in every(context.api, ListSequences(page_size=100), pause=context.pause)]
    if not sequences:
        return found
    today = context.now_there().date()
    stats = GetConsolidatedStats(
        sequence_ids=sequences, start_date=today - timedelta(days=DAYS), end_date=today, page_size=500
    )
    read = 0
    async for row in every(context.api, stats, pause=context.pause):
        if (email := key(row.recipient_email or "")) in people:
            found.setdefault(email, []).append(row)
        read += 1
        if read >= MOST_ROWS:
            break
    return found


def _said(event: str, rows: Sequence[MailEvents]) -> str:
    if event == "prospect-outcome-updated":
        outcomes = [it.current_sentiment for it in rows if it.current_sentiment]
        return f"outcome {outcomes[0]}" if outcomes else ""
    if event == "prospect-unsubscribed":
        return "unsubscribed" if any(it.has_unsubscribed for it in rows) else ""
    return _last(_MAILS[event], rows) if event in _MAILS else ""


def _last(named: Event, rows: Sequence[MailEvents]) -> str:
    moments = [at for it in rows if (at := it.at(named))]
    return f"{_WORDS[named]} {max(moments):%Y-%m-%d %H:%M}" if moments else ""


async def _record(context: Context, subject: str) -> str:
    kind, _, id_ = subject.partition("/")
    if context.find(CrmAccess) is None:
        return ""
    for known in _KINDS:
        if kind == known:
            try:
                record = await crm_of(context).get(known, id_)
            except (Mistake, SaleshandyError):
                return ""
            return f"{subject} is there" if record.id == id_ else ""
    return ""
