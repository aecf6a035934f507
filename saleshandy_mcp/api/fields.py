"""Prospect fields: the labels that an import and a merge tag may use."""

from typing import Annotated

from pydantic import AliasChoices
from pydantic import Field as Argument

from saleshandy_mcp.api.action import Operation, get
from saleshandy_mcp.api.model import ApiModel


class Field(ApiModel):
    """Older answers call the label ``name``."""

    id: str
    label: Annotated[str, Argument(validation_alias=AliasChoices("label", "name"), serialization_alias="label")]
    field_type: str = "text"
    is_default: bool = False
    mapping_default_field: str | None = None


class ListFields(Operation[list[Field]]):
    """List prospect fields."""

    route = get("/fields")
    system_fields: Annotated[bool, Argument(description="Also the built-in fields, not only custom ones.")] = True
