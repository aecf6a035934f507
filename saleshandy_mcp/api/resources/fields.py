"""Prospect fields: the labels that an import and a merge tag may use."""

import re
from datetime import datetime
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import AliasChoices, ConfigDict, model_validator
from pydantic import Field as Argument

from saleshandy_mcp.api.operation import Command, Operation, get, patch, post
from saleshandy_mcp.api.types import ApiModel
from saleshandy_mcp.core.action import ClearableText
from saleshandy_mcp.core.effects import Cause, Effect


class Field(ApiModel):
    """A prospect field. Older answers call the label ``name``. No answer is known that tells the fallback text."""

    id: str
    label: Annotated[str, Argument(validation_alias=AliasChoices("label", "name"), serialization_alias="label")]
    field_type: str = "text"
    is_default: bool = False
    fallback_text: str | None = None
    mapping_default_field: str | None = None


class Taken(NamedTuple):
    """What a field takes, and how that is written."""

    what: str
    example: str


DROPDOWN = "dropdown"
TYPED = {
    "number": Taken("a number", "1200 or 12.5"),
    "currency": Taken("a number", "1200 or 12.5"),
    "date": Taken("a date", "2026-03-15"),
}
"""Types of fields that do not take every text. A dropdown takes its options, which no call tells."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def misfit(field_type: str, value: str) -> Taken | None:
    """What a field of that type takes instead of this value; None when the value may fit.

    Seen with the live API: text in a number field. Assumed: what counts as a number, currency and date fields, and that
    a blank fits everywhere.
    """
    if not value or field_type not in TYPED:
        return None
    fits = _is_date(value) if field_type == "date" else _NUMBER.fullmatch(value) is not None
    return None if fits else TYPED[field_type]


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return "-" in value


# fmt: off
Currency = Literal[
    "USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "CNY", "INR", "SGD",
    "HKD", "NZD", "KRW", "SEK", "AED", "BRL", "MXN", "ZAR", "SAR",
]
# fmt: on


class FieldMetadata(ApiModel):
    """What a dropdown or a currency field needs besides its label."""

    model_config = ConfigDict(extra="forbid")
    options: Annotated[list[str] | None, Argument(max_length=50, description="Of a dropdown.")] = None
    currency_code: Annotated[Currency | None, Argument(description="Of a currency field.")] = None


Label = Annotated[str, Argument(min_length=1, description="Name of the field, also in merge tags.")]
Fallback = Annotated[ClearableText, Argument(description="What a merge tag shows where somebody has no value.")]


class ListFields(Operation[list[Field]]):
    """List prospect fields."""

    route = get("/fields")
    system_fields: Annotated[bool, Argument(description="Also the built-in fields, not only custom ones.")] = True


class CreateField(Operation[Field]):
    """Create a custom field. The label must not be that of a built-in one."""

    route = post("/fields", Effect.WRITE, why="nobody has a value of it yet")
    label: Label
    field_type: Literal["text", "number", "date", "long-text", "dropdown", "currency"]
    fallback_text: Fallback = None
    metadata: FieldMetadata | None = None
    tags: list[str] | None = None


class UpdateField(Command):
    """Change label, fallback or tags of a custom field; built-in fields and the type of a field stay as they are."""

    route = patch(
        "/fields/{fieldId}",
        Effect.WRITE,
        Effect.SEND,
        why="copy that names the old label shows it as it stands, and a fallback goes out in mails",
    )
    field_id: Annotated[str, Argument(min_length=1)]
    label: Label | None = None
    fallback_text: Fallback = None
    tags: Annotated[list[str] | None, Argument(description="Replace all tags; an empty list clears them.")] = None

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if self.label is None and self.fallback_text is None and self.tags is None:
            raise ValueError("give label, fallback_text or tags")
        return self

    def causes(self) -> tuple[Cause, ...]:
        shown = self.label is not None or self.fallback_text is not None
        return (Cause(Effect.WRITE), *([Cause(Effect.SEND)] if shown else []))
