"""What calls about prospects take."""

from typing import Annotated

from pydantic import ConfigDict, Field

from saleshandy_mcp.api.types import ApiModel, SequenceId

ProspectId = Annotated[str, Field(min_length=1, description="Prospect id.")]
FieldId = Annotated[str, Field(min_length=1, description="Field id.")]


class FieldValue(ApiModel):
    model_config = ConfigDict(extra="forbid")
    id: FieldId
    value: str


class ProspectRow(ApiModel):
    """One person to import."""

    model_config = ConfigDict(extra="forbid")
    fields: Annotated[list[FieldValue], Field(min_length=1)]


class AttributeInput(ApiModel):
    model_config = ConfigDict(extra="forbid")
    field_id: FieldId
    attribute_value: str


class Membership(ApiModel):
    """Somebody in a sequence."""

    model_config = ConfigDict(extra="forbid")
    prospect_id: ProspectId
    sequence_id: SequenceId
