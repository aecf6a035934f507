"""What calls do to the world, and the facts of the world that decide it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Effect(StrEnum):
    """What a call does to the world. Retry, questions, hints, read-only and the audit line follow from it."""

    READ = "read"
    WRITE = "write"
    """Changes data, can be undone, reaches nobody."""
    SEND = "send"
    """Mails, calls or messages reach people, or data leaves the account."""
    SPEND = "spend"
    """Uses up credits or money."""
    DELETE = "delete"
    """Cannot be undone: something is deleted, or a text is replaced that nobody can read any more."""


READING = frozenset({Effect.READ})
CONSEQUENCES = frozenset({Effect.SEND, Effect.SPEND, Effect.DELETE})
"""Effects that a person has to agree to first."""

WOULD = {
    Effect.READ: "read",
    Effect.WRITE: "change data",
    Effect.SEND: "reach people",
    Effect.SPEND: "use up credits or money",
    Effect.DELETE: "do what cannot be undone",
}
"""What a call would do, by its effect: for sentences that begin with "this would"."""


@dataclass(frozen=True)
class Fact:
    """Something about the account that decides what a call does. Subclasses say what has to be looked up.

    Attributes:
        reason: what it means when it is so, for a person.
    """

    reason: ClassVar[str] = ""


Facts = Mapping[Fact, bool | None]
"""Whether each fact is so; None or missing means that it is not known."""


@dataclass(frozen=True)
class SequenceActive(Fact):
    """The sequence, or subsequence, is sending."""

    reason = "the sequence is active"
    sequence_id: str


@dataclass(frozen=True)
class StepActive(Fact):
    """The sequence of the step is sending."""

    reason = "the sequence is active"
    step_id: str


@dataclass(frozen=True)
class PeopleInActiveSequences(Fact):
    """Somebody of these is in an active sequence, so that the next mail shows what is changed."""

    reason = "they may be in an active sequence"
    prospect_ids: tuple[str, ...]


@dataclass(frozen=True)
class PeopleStored(Fact):
    """Somebody of these is stored already, and may be in an active sequence.

    Attributes:
        emails: whom to look up; None when they are too many.
    """

    reason = "people who are stored already may be in an active sequence"
    emails: tuple[str, ...] | None


@dataclass(frozen=True)
class TasksInActiveSequences(Fact):
    """One of these tasks belongs to an active sequence, which goes on with its next step when the task is done."""

    reason = "the next step of an active sequence follows on the task"
    task_ids: tuple[str, ...]


@dataclass(frozen=True)
class SubsequenceWaits(Fact):
    """There is a subsequence that may take these people up.

    Attributes:
        prospect_ids: whose sequences are looked at; None where only addresses are known.
    """

    reason = "a subsequence may wait for this and start to mail them"
    prospect_ids: tuple[str, ...] | None


@dataclass(frozen=True)
class TextStored(Fact):
    """A text is there already that the new one would replace.

    Attributes:
        task_id: of the task whose note is replaced; None where no call can tell.
    """

    reason = "the text that is there now would be replaced"
    task_id: str | None = None


@dataclass(frozen=True)
class Cause:
    """One effect of a call.

    Attributes:
        effect: what it does.
        when: the fact on which it does so; None for always.
    """

    effect: Effect
    when: Fact | None = None


def effects_of(causes: tuple[Cause, ...], facts: Facts) -> frozenset[Effect]:
    """What a call does in the world as it is. What is not known is taken for the worst.

    WRITE stands for changing data and nothing else: beside a consequence it is left out.
    """
    found = frozenset(it.effect for it in causes if it.when is None or facts.get(it.when) is not False)
    return found - {Effect.WRITE} if found & CONSEQUENCES else found
