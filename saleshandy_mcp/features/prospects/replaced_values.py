"""Finding out which stored field values a change would write over."""

from typing import NamedTuple

from saleshandy_mcp.api.resources.prospect_answers import Prospect
from saleshandy_mcp.api.resources.prospects import GetProspectAttribute
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import SaleshandyError
from saleshandy_mcp.core.question import Body, Item, Value

_MOST_LONG_TEXTS = 10
"""Long texts to read, one a call. They are read again after a question, and an endpoint takes 20 calls a minute."""
_ON_A_LINE = 120
"""Characters of a value that is shown on one line with its field."""


class FieldValue(NamedTuple):
    """A value to be written.

    Attributes:
        field_id: of the field.
        label: of the field.
        text: the value; empty to clear the field.
        long: whether the field holds long texts, which lists of prospects leave out.
    """

    field_id: str
    label: str
    text: str
    long: bool = False

    @property
    def in_words(self) -> str:
        return f'{self.label} = "{self.text}"' if self.text else f"{self.label} cleared"

    @property
    def items(self) -> list[Item]:
        """The field and its new value, for a question."""
        if not self.text:
            return [Value("field", self.label, "cleared")]
        if len(self.text) <= _ON_A_LINE:
            return [Value("field", f"{self.label} = {self.text}")]
        return [Value("field", self.label), Body("its new value", self.text)]


class Replaced(NamedTuple):
    """A stored value that would be written over.

    Attributes:
        email: whose value it is.
        label: of the field.
        old: what is stored; None when that is not known.
        new: what would be stored; empty when the field would be cleared.
    """

    email: str
    label: str
    old: str | None
    new: str

    @property
    def items(self) -> list[Item]:
        """The old value and the new one, for a question. A long new value is shown with the field already."""
        where = f"{self.label} of {self.email}"
        cleared = "" if self.new else "it is cleared"
        new = f" → {self.new}" if 0 < len(self.new) <= _ON_A_LINE else ""
        if self.old is None:
            unknown = "what it holds is not known"
            return [Value("may be written over", f"{where}{new}", f"{cleared}; {unknown}" if cleared else unknown)]
        if len(self.old) <= _ON_A_LINE:
            return [Value("written over", f"{where}: {self.old}{new}", cleared)]
        return [Value("written over", f"{where}{new}", cleared), Body("its value now", self.old)]


async def replaced_values(api: Api, people: list[Prospect], values: list[FieldValue]) -> list[Replaced]:
    """What these values would write over, person by person.

    Assumed: a list of prospects with custom fields holds every stored value but long texts.

    Args:
        api: reads long texts.
        people: with the values of their fields as they are now, except long texts.
        values: to be written for each of them.
    """
    read = len(people) * sum(value.long for value in values) <= _MOST_LONG_TEXTS
    found: list[Replaced] = []
    for person in people:
        for value in values:
            old: str | None = person.value(value.label)
            if value.long and not old:
                old = await _long_text(api, person, value) if read else None
            if old is None or old not in ("", value.text):
                found.append(Replaced(person.email, value.label, old, value.text))
    return found


def any_text_is_replaced(replaced: list[Replaced]) -> bool | None:
    """Whether a stored value is written over; None when that is not known."""
    if any(it.old for it in replaced):
        return True
    return None if replaced else False


async def _long_text(api: Api, person: Prospect, value: FieldValue) -> str | None:
    """The long text that is stored, empty when there is none; None when it is not known."""
    try:
        stored = await api.send(GetProspectAttribute(attribute_id=value.field_id, prospect_id=person.id))
    except SaleshandyError:
        return None
    return stored.value or "" if "value" in stored.model_fields_set else None
