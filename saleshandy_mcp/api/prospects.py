"""Prospects: the people, and bringing them in."""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from saleshandy_mcp.api.action import Effect, Operation, get, post
from saleshandy_mcp.api.model import ApiModel, ConflictAction, EmptyIfNull, StepId, Text
from saleshandy_mcp.api.paging import Paged

Row = dict[str, str]
"""One person to import: field label to value; labels have to be exactly those of ``ListFields``."""

MOST_ROWS = 100_000
MOST_BYTES = 90_000_000


class Attribute(ApiModel):
    id: str | None = None
    key: str
    value: Text | None = None


class Prospect(ApiModel):
    id: str
    email: str
    created_at: str | None = None
    verification_status: str | None = None
    attributes: Annotated[list[Attribute], EmptyIfNull] = []

    def value(self, label: str) -> str:
        return next((attribute.value or "" for attribute in self.attributes if attribute.key == label), "")


class ImportStarted(ApiModel):
    request_id: str


class ImportStatus(ApiModel):
    """``is_completed`` says that the job ended, not that rows were stored: the refused ones are in the report.

    The documentation calls the link reportURL, live answers failedProspectsURL.
    """

    is_completed: bool
    failed_prospects_url: Annotated[
        str | None,
        Field(
            validation_alias=AliasChoices("failedProspectsURL", "reportURL"), serialization_alias="failedProspectsURL"
        ),
    ] = None


class VerificationState(ApiModel):
    email: str
    status: str = "risky"


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

    route = post("/sequences/prospects/import-with-field-name", Effect.SEND)
    prospect_list: Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)]
    step_id: StepId
    conflict_action: ConflictAction
    verify_prospects: Annotated[bool, Field(description="Documented as optional, required live.")] = True
    tags: list[str] | None = None


class ImportProspectsByFieldName(Operation[ImportStarted]):
    """Import people account-wide: create or update them; with ``step_id`` enrol them too."""

    route = post("/prospects/import-with-field-name", Effect.SEND)
    prospect_list: Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)]
    conflict_action: ConflictAction
    step_id: StepId | None = None
    verify_prospects: Annotated[bool, Field(description="Documented as optional, required live.")] = True
    tags: list[Annotated[str, Field(min_length=3)]] | None = None

    @property
    def consequence(self) -> Effect:
        return Effect.SEND if self.step_id else Effect.WRITE


class GetImportStatus(Operation[ImportStatus]):
    """Read the state of an import."""

    route = get("/prospects/import-status/{requestId}")
    request_id: Annotated[str, Field(min_length=1)]


class GetVerificationStatus(Operation[list[VerificationState]]):
    """Read how the verification of stored addresses stands. A read, though it travels as POST."""

    route = post("/prospects/verification-status", Effect.READ)
    emails: Annotated[list[str], Field(min_length=1, max_length=200)]
    """200 is what a live client sends at a time; no limit is documented."""
