"""What calls about prospects answer with."""

from typing import Annotated, Any, cast

from pydantic import AliasChoices, Field, model_validator

from saleshandy_mcp.api.loose import Raw
from saleshandy_mcp.api.types import ApiModel


class Attribute(ApiModel):
    id: str | None = None
    key: str
    value: str | None = None


class Prospect(ApiModel):
    id: str
    email: str
    created_at: str | None = None
    verification_status: str | None = None
    attributes: list[Attribute] = []

    def value(self, label: str) -> str:
        return next((attribute.value or "" for attribute in self.attributes if attribute.key == label), "")


class ImportStarted(ApiModel):
    request_id: str


class ImportStatus(ApiModel):
    """``is_completed`` means that the job ended, not that all rows were stored: the report holds the refused ones.

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


class LongText(Raw):
    """A long value. The answer is not documented: an object with the value and the value alone are both accepted."""

    id: str | None = None
    value: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _object_or_value(cls, data: Any) -> Any:
        return cast("Any", data) if isinstance(data, dict) else {"value": data}


class AttributeWritten(ApiModel):
    field_id: str
    success: bool


class AttributesWritten(ApiModel):
    """A 2xx answer can hold fields that were not written."""

    results: list[AttributeWritten] = []


class StatusChange(ApiModel):
    """How many were changed and how many not; None where the answer does not tell."""

    success: int | None = None
    failed: int | None = None


class ProspectSequence(Raw):
    """A sequence that somebody is or was in. The answer is not documented: these keys are assumed."""

    id: str | None = None
    title: str | None = None
    status: str | None = None
