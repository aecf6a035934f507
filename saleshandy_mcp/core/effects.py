"""What calls do to the world, and the facts about the account that decide it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class Effect(StrEnum):
    """What a call does to the world. It decides retries, questions, hints, the read-only mode and the audit line."""

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
        reason: why the call has its effect when the fact holds, in words for a person.
    """

    reason: ClassVar[str] = ""


Facts = Mapping[Fact, bool | None]
"""Whether each fact holds; None or missing means that it is not known."""


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
    """One of these people is in an active sequence, so the next mail to them shows what is changed."""

    reason = "they may be in an active sequence"
    prospect_ids: tuple[str, ...]


@dataclass(frozen=True)
class PeopleStored(Fact):
    """One of these people is stored already, and may be in an active sequence.

    Attributes:
        emails: the addresses to look up; None when they are not known or too many.
    """

    reason = "people who are stored already may be in an active sequence"
    emails: tuple[str, ...] | None


@dataclass(frozen=True)
class TasksInActiveSequences(Fact):
    """One of these tasks belongs to a sequence that is active and goes on when it is done, or has a subsequence."""

    reason = "the next step of an active sequence, or a subsequence, follows on the task"
    task_ids: tuple[str, ...]


@dataclass(frozen=True)
class SubsequenceWaits(Fact):
    """A sequence of these people has a subsequence, which may start to mail them.

    Attributes:
        prospect_ids: the people whose sequences are looked at; None when only their addresses are known.
    """

    reason = "a subsequence may wait for this and start to mail them"
    prospect_ids: tuple[str, ...] | None


@dataclass(frozen=True)
class SubsequenceOf(Fact):
    """The sequence has a subsequence, which may be active while the sequence is paused.

    Attributes:
        sequence_id: the sequence; empty when only a step of it is known.
        step_id: that step.
    """

    reason = SubsequenceWaits.reason
    sequence_id: str = ""
    step_id: str = ""


@dataclass(frozen=True)
class TextStored(Fact):
    """There is a text already, which the new one would replace.

    Attributes:
        task_id: the task whose note is replaced; None for any other text: no single call tells whether it exists.
    """

    reason = "the text that is there now would be replaced"
    task_id: str | None = None


@dataclass(frozen=True)
class Cause:
    """One effect of a call.

    Attributes:
        effect: the effect.
        when: the fact that must hold for the call to have it; None when the call always has it.
    """

    effect: Effect
    when: Fact | None = None


def effects_of(causes: tuple[Cause, ...], facts: Facts) -> frozenset[Effect]:
    """The effects of a call when these facts hold. A fact that is not known counts as true.

    WRITE means changing data and nothing else, so it is left out when there is an effect of ``CONSEQUENCES``.
    """
    found = frozenset(it.effect for it in causes if it.when is None or facts.get(it.when) is not False)
    return found - {Effect.WRITE} if found & CONSEQUENCES else found
