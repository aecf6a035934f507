"""How an opt-out is written to a contact: in a yes-or-no field, or as a tag if there is no such field. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from saleshandy_mcp.features.crm.crm_changes import ID, nested
from saleshandy_mcp.features.crm.crm_field_names import as_text
from saleshandy_mcp.features.crm.crm_lines import Roles
from saleshandy_mcp.import_engine.suppression.judges import says_out
from saleshandy_mcp.integrations.crm import CrmRecord

TAG = "Opted out"
"""The tag, where the contacts of the CRM show none of this meaning."""
_YES = frozenset({"yes", "true", "y", "1", "x"})
_YES_FOR_NO = {"no": "yes", "false": "true", "n": "y", "0": "1"}


@dataclass(frozen=True)
class OptOutNote:
    """The way.

    Attributes:
        field: the name of the field.
        value: what it gets; for tags, the one that is added.
        is_tag: whether the field holds tags.
    """

    field: str
    value: Any
    is_tag: bool = False

    def told(self) -> str:
        """The way in words, for a plan."""
        return f'the tag "{self.value}" in {self.field}' if self.is_tag else f"{self.field}: {as_text(self.value)}"

    def change(self, contact: CrmRecord) -> dict[str, Any]:
        """The change of a contact. Its other tags stay."""
        value = self.value
        if self.is_tag:
            before = contact.fields.get(self.field)
            if isinstance(before, str):
                value = ", ".join(filter(None, (before.strip().rstrip(",;"), self.value)))
            else:
                value = [*cast("list[Any]", before or []), self.value]
        return {ID: contact.id, **nested({self.field: value})}


def opt_out_note(contacts: Iterable[CrmRecord], roles: Roles) -> OptOutNote | None:
    """The way, learnt from contacts; None where they show neither a field of yes or no nor tags."""
    known = list(contacts)
    if field := roles.get("opted_out", ""):
        values = [value for it in known if (value := it.fields.get(field)) not in (None, "")]
        if (yes := _yes(values)) is not None:
            return OptOutNote(field, yes)
    if (field := roles.get("tags", "")) and all(_are_tags(it.fields.get(field)) for it in known):
        there = next((tag for it in known for tag in _tags(it.fields.get(field)) if says_out(tag)), TAG)
        return OptOutNote(field, there, is_tag=True)
    return None


def _yes(values: list[Any]) -> Any:
    """The yes of a field by the values that it has; None where it holds something else, such as a date."""
    if not values:
        return None
    if all(isinstance(it, bool) for it in values):
        return True
    words = [as_text(it).strip() for it in values]
    if not all(it.casefold() in _YES or it.casefold() in _YES_FOR_NO for it in words):
        return None
    said = [it for it in words if it.casefold() in _YES]
    yes = said[0] if said else _YES_FOR_NO[words[0].casefold()]
    return int(yes) if all(isinstance(it, int) for it in values) else yes


def _are_tags(value: Any) -> bool:
    return value is None or isinstance(value, str) or all(isinstance(it, str) for it in _listed(value))


def _listed(value: Any) -> list[Any]:
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def _tags(value: Any) -> Iterator[str]:
    for it in _listed(value or []):
        yield from (part.strip() for part in as_text(it).split(","))
