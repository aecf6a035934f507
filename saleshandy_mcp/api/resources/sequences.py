"""Sequences: the campaigns themselves, whether they run, their settings, schedule and senders."""

from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import AliasChoices, ConfigDict, EmailStr, Field, JsonValue, TypeAdapter, model_validator

from saleshandy_mcp.api.operation import Command, Operation, Paged, get, patch, post
from saleshandy_mcp.api.resources.email_accounts import EmailAccount
from saleshandy_mcp.api.resources.prospect_values import ProspectId
from saleshandy_mcp.api.resources.schedules import Schedule
from saleshandy_mcp.api.resources.sequence_values import SequenceSettings, Setting
from saleshandy_mcp.api.types import ApiModel, EmailAccountId, SequenceId, StepId
from saleshandy_mcp.core.effects import Cause, Effect, SequenceActive, SubsequenceWaits
from saleshandy_mcp.core.uses import Uses

_BCC, _CC = 7, 8
"""Codes of the settings that copy each mail to somebody."""
_STRINGS = TypeAdapter(list[str], config=ConfigDict(defer_build=True))


def addresses(value: str | None) -> list[str]:
    """The addresses of a setting that holds a JSON list; a text that is no list counts as one address."""
    try:
        return _STRINGS.validate_json(value or "[]")
    except ValueError:
        return [value or ""]


class StepRef(ApiModel):
    id: str
    name: str = ""


class Person(ApiModel):
    """A user of the account. Its id is a number here, a hash elsewhere."""

    id: str | None = None
    first_name: str = ""
    last_name: str = ""
    email: str = ""


class Sequence(ApiModel):
    id: str
    title: str
    active: bool
    steps: list[StepRef] = []
    user: Person | None = None
    client: dict[str, Any] | None = None


class NewSequence(ApiModel):
    """The documented sample has ``id``, live answers have ``sequenceId``."""

    id: Annotated[str, Field(validation_alias=AliasChoices("sequenceId", "id"), serialization_alias="sequenceId")]
    title: str = ""


class SequenceEmailAccounts(ApiModel):
    """The senders of a sequence. The documented sample is an object with a list inside; a bare list is accepted."""

    id: str | None = None
    sequence_id: str | None = None
    created_at: str | None = None
    deleted_at: str | None = None
    email_account: list[EmailAccount] = []

    @model_validator(mode="before")
    @classmethod
    def _list_or_object(cls, data: Any) -> Any:
        return {"emailAccount": cast("Any", data)} if isinstance(data, list) else data


class ListSequences(Paged[Sequence]):
    """List sequences with their steps."""

    route = get("/sequences")
    title: Annotated[str | None, Field(serialization_alias="sequenceName", description="Part of the title.")] = None
    page_size: Annotated[int, Field(ge=1, le=1000)] = 100
    sort: Annotated[Literal["ASC", "DESC"] | None, Field()] = None
    sort_by: Annotated[Literal["sequence.createdAt", "sequence.title"] | None, Field()] = None
    client_ids: Annotated[str | None, Field(description="Client ids; how several are written is not documented.")] = (
        None
    )


class CreateSequence(Operation[NewSequence]):
    """Create a sequence. It starts inactive; without senders the account's default one is attached."""

    route = post("/sequences", Effect.WRITE, why="it is paused and has nobody in it")
    title: Annotated[str, Field(min_length=1, max_length=255)]
    email_account_ids: list[EmailAccountId] | None = None
    schedule_id: str | None = None

    def uses(self) -> Uses:
        return Uses(makes=self.title)


class UpdateSequenceStatus(Command):
    """Start or pause sequences. Starting sends mail to real people."""

    route = post(
        "/sequences/status", Effect.WRITE, Effect.SEND, idempotent=True, why="starting mails people; pausing stops it"
    )
    sequence_ids: Annotated[list[SequenceId], Field(min_length=1)]
    status: Literal["resume", "pause"]

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.SEND if self.status == "resume" else Effect.WRITE),)

    @property
    def stops_mail(self) -> bool:
        return self.status == "pause"

    def uses(self) -> Uses:
        return Uses(starts=tuple(self.sequence_ids) if self.status == "resume" else ())


class GetSequenceSettings(Operation[SequenceSettings]):
    """Read settings, schedule and priority of a sequence."""

    route = get("/sequences/{sequenceId}/settings")
    sequence_id: SequenceId
    code: Annotated[int | None, Field(ge=1, le=13, description="Only this setting.")] = None


class UpdateSequenceSettings(Command):
    """Change settings of a sequence. Codes 1 and 2 exclude each other; 9="2" needs 4, 5 and 12 to be "0"."""

    route = patch(
        "/sequences/{sequenceId}/settings",
        Effect.WRITE,
        Effect.SEND,
        why="mails of an active sequence follow it; cc and bcc see every mail",
    )
    sequence_id: SequenceId
    settings: list[Setting] | None = None
    schedule_id: str | None = None

    def causes(self) -> tuple[Cause, ...]:
        copies = any(it.code in (_BCC, _CC) and it.value not in (None, "", "[]") for it in self.settings or [])
        return (
            Cause(Effect.WRITE),
            Cause(Effect.SEND, None if copies else SequenceActive(self.sequence_id)),
        )

    def uses(self) -> Uses:
        return Uses(
            copies=tuple(who for it in self.settings or [] if it.code in (_BCC, _CC) for who in addresses(it.value))
        )


class UpdateSequenceSchedule(Operation[Schedule]):
    """Give a sequence another schedule."""

    route = patch(
        "/sequences/{sequenceId}/schedule",
        Effect.WRITE,
        Effect.SEND,
        why="mails of an active sequence go out at other times",
    )
    sequence_id: SequenceId
    schedule_id: str

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SequenceActive(self.sequence_id)))


class UpdateSequencePriorityDistribution(Command):
    """Choose how sending splits between new people and follow-ups.

    1 follow-ups first, 2 new people first, 3 balanced, 4 strongly new people first.
    """

    route = patch(
        "/sequences/{sequenceId}/priority-distribution",
        Effect.WRITE,
        Effect.SEND,
        why="an active sequence mails others first",
    )
    sequence_id: SequenceId
    priority_distribution_id: Annotated[int, Field(ge=1, le=4)]

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SequenceActive(self.sequence_id)))


class ListSequenceEmailAccounts(Operation[SequenceEmailAccounts]):
    """List the senders of a sequence."""

    route = get("/sequences/{sequenceId}/email-accounts")
    sequence_id: SequenceId


class AddSequenceEmailAccounts(Command):
    """Attach senders to a sequence, at most 50 in a call."""

    most: ClassVar[int] = 50
    route = post(
        "/sequences/{sequenceId}/email-accounts/add",
        Effect.WRITE,
        Effect.SEND,
        why="an active sequence mails through them, and starts to when it had none",
    )
    sequence_id: SequenceId
    email_account_ids: Annotated[list[EmailAccountId], Field(min_length=1, max_length=most)]

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SequenceActive(self.sequence_id)))


class RemoveSequenceEmailAccounts(Command):
    """Detach senders from a sequence."""

    route = post(
        "/sequences/{sequenceId}/email-accounts/remove",
        Effect.WRITE,
        Effect.SEND,
        why="an active sequence mails through the others, or not at all",
    )
    sequence_id: SequenceId
    email_account_ids: Annotated[list[EmailAccountId], Field(min_length=1)]

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SequenceActive(self.sequence_id)))


class UpdateProspectOutcome(Command):
    """Set the outcome of prospects, given by address. A subsequence that waits for the outcome may start to send."""

    route = patch(
        "/sequences/update-prospect-outcome",
        Effect.WRITE,
        Effect.SEND,
        why="a subsequence may wait for the outcome and start to mail them",
    )
    prospect_emails: Annotated[list[str], Field(min_length=1)]
    outcome_name: Annotated[
        str,
        Field(min_length=1, max_length=20, description="Name as list_outcomes has it: Interested, Meeting Booked …"),
    ]
    sequence_id: Annotated[SequenceId | None, Field(description="Only in this sequence.")] = None
    deal_value: Annotated[float | None, Field(allow_inf_nan=False)] = None

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SubsequenceWaits(None)))

    def uses(self) -> Uses:
        return Uses(taken_up=len(self.prospect_emails))


class AddContactsToSequence(Operation[JsonValue]):
    """Enrol stored prospects into a step; an active sequence will mail them.

    What the answer says about people who could not be enrolled is not documented: it is returned unchanged.
    """

    route = post(
        "/sequences/{sequenceId}/contacts", Effect.WRITE, Effect.SEND, why="an active sequence mails whom it is given"
    )
    sequence_id: SequenceId
    prospect_ids: Annotated[list[ProspectId], Field(min_length=1, serialization_alias="contactIds")]
    step_id: StepId

    def causes(self) -> tuple[Cause, ...]:
        return (Cause(Effect.WRITE), Cause(Effect.SEND, SequenceActive(self.sequence_id)))

    def uses(self) -> Uses:
        return Uses(people=len(self.prospect_ids))


class SendTestEmail(Command):
    """Mail a text to colleagues, to see how it looks. The sender has to be attached to the sequence."""

    route = post("/sequences/{sequenceId}/test-email", Effect.SEND, why="a mail goes out at once")
    sequence_id: SequenceId
    to: Annotated[list[EmailStr], Field(min_length=1)]
    from_email_account_id: EmailAccountId
    subject: str
    content: Annotated[str, Field(description="HTML.")]
    preheader: Annotated[str | None, Field(description="Preview text behind the subject.")] = None

    def uses(self) -> Uses:
        return Uses(mails=len(self.to), copies=tuple(self.to))


class VerifySequenceProspects(Command):
    """Start to verify the addresses of a sequence. Uses verification credits."""

    route = post("/sequences/{sequenceId}/verify-prospects", Effect.SPEND, why="verification costs credits")
    sequence_id: SequenceId

    def uses(self) -> Uses:
        return Uses(credits=None)
