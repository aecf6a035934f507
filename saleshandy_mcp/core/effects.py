"""What calls do to the world."""

from enum import StrEnum


class Effect(StrEnum):
    """What a call does to the world. Retry, approval, hints, read-only and the audit line follow from it."""

    READ = "read"
    WRITE = "write"
    """Changes data, can be undone, reaches nobody."""
    SEND = "send"
    """Mails, calls or messages reach people."""
    SPEND = "spend"
    """Uses up credits or money."""
    DELETE = "delete"
    """Cannot be undone."""


CONSEQUENCES = frozenset({Effect.SEND, Effect.SPEND, Effect.DELETE})
"""Effects that a person has to agree to first."""
