"""Prospects: the people of an account, and importing them."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from saleshandy_mcp.api.loose import OnlyList
from saleshandy_mcp.api.operation import Command, Operation, Paged, get, patch, post
from saleshandy_mcp.api.resources.prospect_answers import (
    AttributesWritten,
    ImportStarted,
    ImportStatus,
    LongText,
    Prospect,
    ProspectSequence,
    StatusChange,
    VerificationState,
)
from saleshandy_mcp.api.resources.prospect_values import AttributeInput, FieldId, Membership, ProspectId, ProspectRow
from saleshandy_mcp.api.types import ConflictAction, StepId
from saleshandy_mcp.core.action import ClearableText
from saleshandy_mcp.core.effects import (
    Cause,
    Effect,
    PeopleInActiveSequences,
    PeopleStored,
    SequenceActive,
    StepActive,
    SubsequenceOf,
    SubsequenceWaits,
    TextStored,
)
from saleshandy_mcp.core.uses import Uses

Row = dict[str, str]
"""One person to import: field label to value; labels have to be exactly those of ``ListFields``."""

MOST_ROWS = 100_000
FEW = 2
"""Up to so many people are looked up before an import; of more people it is assumed that one is stored."""
MOST_BYTES = 90_000_000


def import_causes(
    conflict_action: ConflictAction,
    emails: list[str] | None,
    *,
    active: str | None,
    verify: bool,
    tags: list[str] | None,
) -> tuple[Cause, ...]:
    """The effects of an import, each with the fact that decides it.

    Args:
        conflict_action: what is done with people who are stored already.
        emails: addresses of the people; None when rows name their fields by id.
        active: the step that people are enrolled into, if any.
        verify: whether addresses are verified.
        tags: the tags that every row gets.
    """
    few = tuple(emails) if emails is not None and len(emails) <= FEW else None
    changes = conflict_action != "noUpdate" or bool(tags)
    return (
        Cause(Effect.WRITE),
        *([Cause(Effect.SEND, StepActive(active))] if active else []),
        *([Cause(Effect.SEND, SubsequenceOf(step_id=active))] if active and tags else []),
        *([Cause(Effect.SEND, PeopleStored(few))] if changes else []),
        *([Cause(Effect.DELETE, PeopleStored(few))] if conflict_action in ("overwrite", "upsert") else []),
        *([Cause(Effect.SPEND)] if verify else []),
    )


def import_uses(people: int, *, active: str | None, verify: bool, tags: list[str] | None) -> Uses:
    """What an import uses. What verifying an address costs is not known."""
    return Uses(people=people if active else 0, taken_up=people if tags else 0, credits=None if verify else 0)


class ListProspects(Paged[Prospect]):
    """List prospects of the account. There is no total: a short page is the last."""

    route = get("/prospects")
    search: Annotated[str | None, Field(description="First name, last name or email.")] = None
    page_size: Annotated[
        int, Field(description="10, 20, 50 or 100.", json_schema_extra={"enum": [10, 20, 50, 100]})
    ] = 100
    sort: Literal["ASC", "DESC"] = "DESC"
    sort_by: Literal["createdAt", "owner"] = "createdAt"
    include_custom_fields: bool | None = None


class ImportProspectsToSequence(Operation[ImportStarted]):
    """Import people straight into a step: first enrolment only.

    Somebody who is in another step of the same sequence is refused, whatever ``conflict_action`` says.
    """

    route = post(
        "/sequences/prospects/import-with-field-name",
        Effect.WRITE,
        Effect.SEND,
        Effect.SPEND,
        Effect.DELETE,
        why="an active sequence mails them; changed people may be in one; verification costs credits",
    )
    prospect_list: Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)]
    step_id: StepId
    conflict_action: ConflictAction
    verify_prospects: Annotated[bool, Field(description="Documented as optional, required live.")] = True
    tags: list[str] | None = None

    def causes(self) -> tuple[Cause, ...]:
        emails = [row.get("Email", "") for row in self.prospect_list]
        return import_causes(
            self.conflict_action, emails, active=self.step_id, verify=self.verify_prospects, tags=self.tags
        )

    def uses(self) -> Uses:
        return import_uses(len(self.prospect_list), active=self.step_id, verify=self.verify_prospects, tags=self.tags)


class ImportProspectsByFieldName(Operation[ImportStarted]):
    """Import people account-wide: create or update them; with ``step_id`` enrol them too."""

    route = post(
        "/prospects/import-with-field-name",
        Effect.WRITE,
        Effect.SEND,
        Effect.SPEND,
        Effect.DELETE,
        why="the same, and with a step it enrols",
    )
    prospect_list: Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)]
    conflict_action: ConflictAction
    step_id: StepId | None = None
    verify_prospects: Annotated[bool, Field(description="Documented as optional, required live.")] = True
    tags: list[Annotated[str, Field(min_length=3)]] | None = None

    def causes(self) -> tuple[Cause, ...]:
        emails = [row.get("Email", "") for row in self.prospect_list]
        return import_causes(
            self.conflict_action, emails, active=self.step_id, verify=self.verify_prospects, tags=self.tags
        )

    def uses(self) -> Uses:
        return import_uses(len(self.prospect_list), active=self.step_id, verify=self.verify_prospects, tags=self.tags)


class ImportProspects(Operation[ImportStarted]):
    """Import people with fields given by id, at most 100,000 or 90 MB in a call; with ``step_id`` enrol them too."""

    route = post(
        "/prospects/import",
        Effect.WRITE,
        Effect.SEND,
        Effect.SPEND,
        Effect.DELETE,
        why="the same, and with a step it enrols",
    )
    prospect_list: Annotated[list[ProspectRow], Field(min_length=1, max_length=MOST_ROWS)]
    conflict_action: ConflictAction
    step_id: Annotated[StepId | None, Field(description="Step to enrol into; without it they are only stored.")] = None
    verify_prospects: Annotated[bool, Field(description="Documented as optional, required live.")] = True

    def causes(self) -> tuple[Cause, ...]:
        return import_causes(self.conflict_action, None, active=self.step_id, verify=self.verify_prospects, tags=None)

    def uses(self) -> Uses:
        return import_uses(len(self.prospect_list), active=self.step_id, verify=self.verify_prospects, tags=None)


class GetImportStatus(Operation[ImportStatus]):
    """Read the state of an import."""

    route = get("/prospects/import-status/{requestId}")
    request_id: Annotated[str, Field(min_length=1)]


class GetVerificationStatus(Operation[list[VerificationState]]):
    """Read how the verification of stored addresses stands. A read, though it travels as POST."""

    most: ClassVar[int] = 200
    route = post("/prospects/verification-status", Effect.READ)
    emails: Annotated[list[str], Field(min_length=1, max_length=most)]
    """200 is what a live client sends at a time; no limit is documented."""


class GetProspectAttribute(Operation[LongText]):
    """Read a value that is too long for the list of prospects."""

    route = get("/prospects/attribute")
    attribute_id: Annotated[str, Field(min_length=1, description="Id of the long-text field's value.")]
    prospect_id: ProspectId | None = None


class SetProspectAttributes(Operation[AttributesWritten]):
    """Write field values of a prospect, one as ``field_id`` and ``attribute_value`` or several as ``attributes``.

    One value that is refused, say of a dropdown, can make all fail: then write them one by one.
    The email cannot be changed.
    """

    route = post(
        "/prospects/{prospectId}/attribute",
        Effect.WRITE,
        Effect.SEND,
        Effect.DELETE,
        idempotent=True,
        why="mails show the values of people; what was there is replaced",
    )
    prospect_id: ProspectId
    field_id: FieldId | None = None
    attribute_value: ClearableText = None
    attributes: Annotated[list[AttributeInput] | None, Field(min_length=1)] = None

    @model_validator(mode="after")
    def _one_or_several(self) -> Self:
        """When ``attributes`` is given, the API ignores the pair and still reports success."""
        pair = [self.field_id is not None, self.attribute_value is not None]
        if any(pair) if self.attributes else not all(pair):
            raise ValueError("give either attributes, or field_id with attribute_value")
        return self

    def causes(self) -> tuple[Cause, ...]:
        people = PeopleInActiveSequences((self.prospect_id,))
        return (Cause(Effect.WRITE), Cause(Effect.SEND, people), Cause(Effect.DELETE, TextStored()))


class UpdateProspectStatus(Operation[StatusChange]):
    """Change how prospects stand in their sequences: stop, pause or go on. People who go on get mail again."""

    route = patch(
        "/prospects/status",
        Effect.WRITE,
        Effect.SEND,
        Effect.DELETE,
        why="who goes on gets mail again; a subsequence may take up who has ended",
    )
    prospect_and_sequence_ids: Annotated[list[Membership], Field(min_length=1)]
    status: Literal["active", "paused", "finished", "replied", "unsubscribed"]
    pause_delay_in_days: Annotated[int | None, Field(ge=1, description="Go on after so many days of pause.")] = None

    @model_validator(mode="after")
    def _only_a_pause_has_an_end(self) -> Self:
        if self.pause_delay_in_days is not None and self.status != "paused":
            raise ValueError('pause_delay_in_days goes with status "paused" alone')
        return self

    def causes(self) -> tuple[Cause, ...]:
        people = tuple(dict.fromkeys(it.prospect_id for it in self.prospect_and_sequence_ids))
        if self.pause_delay_in_days is not None:
            return (Cause(Effect.SEND),)  # the pause ends by itself; people who had stopped before then get mail
        if self.status == "active":
            sequences = dict.fromkeys(it.sequence_id for it in self.prospect_and_sequence_ids)
            facts = [fact for id_ in sequences for fact in (SequenceActive(id_), SubsequenceOf(id_))]
            return (Cause(Effect.WRITE), *(Cause(Effect.SEND, fact) for fact in facts))
        if self.status in ("finished", "replied"):
            return (Cause(Effect.WRITE), Cause(Effect.SEND, SubsequenceWaits(people)))
        return (Cause(Effect.DELETE if self.status == "unsubscribed" else Effect.WRITE),)

    def uses(self) -> Uses:
        """Whoever goes on, now or after a pause, is mailed again; whoever has ended may be taken up elsewhere."""
        number = len(self.prospect_and_sequence_ids)
        if self.status == "active" or self.pause_delay_in_days is not None:
            return Uses(people=number)
        return Uses(taken_up=number)


class UnsubscribeProspects(Command):
    """Unsubscribe prospects for good: the API cannot subscribe anybody again."""

    route = post("/prospects/unsubscribe", Effect.DELETE, idempotent=True, why="no call subscribes anybody again")
    prospect_ids: Annotated[list[ProspectId], Field(min_length=1)]


class UnsubscribeContacts(Command):
    """Older form of unsubscribe_prospects, which is better: it is only assumed that this one takes ids."""

    route = post("/contacts/unsubscribe", Effect.DELETE, idempotent=True, why="no call subscribes anybody again")
    prospect_ids: Annotated[list[ProspectId] | None, Field(min_length=1)] = None


class ListProspectSequences(Operation[Annotated[list[ProspectSequence], OnlyList]]):
    """List the sequences that a prospect is or was in."""

    route = get("/prospects/{contactId}/minimal/sequences")
    prospect_id: Annotated[ProspectId, Field(serialization_alias="contactId")]
