"""Codes and names of the API in plain words."""

from collections.abc import Mapping

CHANNELS = {
    "1": "Email",
    "2": "LinkedIn connection",
    "3": "LinkedIn message",
    "4": "LinkedIn InMail",
    "5": "LinkedIn profile view",
    "6": "LinkedIn post",
    "9": "Custom task",
    "11": "Call: introduction",
    "12": "Call: demo",
    "13": "Call: follow-up",
    "14": "Call: reminder",
    "15": "Call",
    "16": "WhatsApp message",
    "17": "WhatsApp voice message",
    "18": "WhatsApp call",
}

EVENTS = {
    "email-sent": "Mail sent",
    "email-opened": "Mail opened",
    "email-link-clicked": "Link clicked",
    "reply-received": "Answer received",
    "email-bounced": "Mail bounced",
    "prospect-unsubscribed": "Unsubscribed",
    "prospect-finished": "Sequence finished",
    "prospect-outcome-updated": "Outcome set",
    "sequence-paused": "Sequence paused",
    "email-account-disconnected": "Email account disconnected",
    "email-account-paused": "Email account paused",
    "import-ended": "Import ends",
    "job-ended": "Job ends",
    "task-created": "Task created",
    "task-updated": "Task changed",
}
TASK_STATES = {
    "overdue": "overdue",
    "dueToday": "due today",
    "upcoming": "upcoming",
    "completed": "completed",
    "skipped": "skipped",
}
_COLOURS = {
    "good": {"active", "replied", "done", "completed", "agreed", "valid"},
    "bad": {"bounced", "unsubscribed", "overdue", "refused", "unknown", "partial", "disconnected", "suspended", "bad"},
    "busy": {"running", "began", "due today", "pending", "risky"},
}


def event_words(kind: str) -> str:
    """Kinds without an entry are read as they are written."""
    return EVENTS.get(kind, kind.replace("-", " ").capitalize())


def channel(code: object) -> str:
    return CHANNELS.get(str(code), f"Channel {code}")


def colour(word: str) -> str:
    """good, bad or busy; empty for a word that is none of them."""
    return next((name for name, words in _COLOURS.items() if word in words), "")


def full_name(values: Mapping[str, str]) -> str:
    return " ".join(filter(None, (values.get("First Name"), values.get("Last Name"))))


def duration(seconds: float) -> str:
    """Roughly how long, in the largest unit that fits."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return counted(round(seconds / length), unit)
    return counted(max(0, round(seconds)), "second")


def counted(number: int, thing: str, things: str = "") -> str:
    """1 import, 2 imports."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def number(amount: float) -> str:
    """1234.50 as 1,234.5; whole numbers without a point."""
    return f"{amount:,.2f}".rstrip("0").rstrip(".")
