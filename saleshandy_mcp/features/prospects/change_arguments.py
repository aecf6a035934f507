"""Reading the arguments of a change: which fields, tags and outcome are meant, and whether the values fit."""

from collections.abc import Callable
from typing import TypeVar

from saleshandy_mcp.api.resources.fields import Field, ListFields, misfit
from saleshandy_mcp.api.resources.inbox import ListOutcomes
from saleshandy_mcp.api.resources.tags import ListTags
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall, counted
from saleshandy_mcp.features.prospects.replaced_values import FieldValue
from saleshandy_mcp.import_engine.mapping.synonyms import Fields
from saleshandy_mcp.lookups.by_name import pick

T = TypeVar("T")

_MOST_FIELDS = 10
_CALLS = 20
"""Calls that an endpoint takes a minute. Field values take one call a person, and one each when some are refused."""


async def read_values(api: Api, given: dict[str, str], people: int) -> list[FieldValue]:
    """The field values to be written.

    No call tells the options of a dropdown: a wrong one is refused when it is written.
    """
    if not given:
        return []
    if len(given) > _MOST_FIELDS:
        raise Mistake(f"fields: there are {len(given)}", f"Give at most {_MOST_FIELDS} at once.")
    most = _CALLS - (len(given) if len(given) > 1 else 0)
    if people > most:
        raise Mistake(
            f"fields: {counted(len(given), 'value')} can be written for at most {most} people at once",
            "Do it in parts, or store many values by an import",
            NextCall.of("import_prospects", file="…"),
        )
    known = await api.recent(ListFields(system_fields=True))
    labels = Fields([field.label for field in known])
    values: dict[str, FieldValue] = {}
    for label, value in given.items():
        field = _named(known, labels.named(label) or label, "fields", lambda it: it.id, lambda it: it.label)
        _refuse_value(field, value, values)
        # As in an import: a field value is put into HTML mail.
        text = value.replace("\r\n", "\n").replace("\n", "<br>")
        values[field.id] = FieldValue(field.id, field.label, text, long=field.field_type == "long-text")
    return list(values.values())


def _refuse_value(field: Field, value: str, values: dict[str, FieldValue]) -> None:
    if field.label == "Email":
        raise Mistake("fields: the Email of a prospect cannot be changed", "Import the new address instead.")
    if field.id in values:
        raise Mistake(f"fields: {field.label} is given twice", "Keep one of them.")
    if taken := misfit(field.field_type, value):
        raise Mistake(f'fields: {field.label} takes {taken.what}, not "{value}"', f"Write {taken.example}.")


async def find_tags(api: Api, add: list[str], remove: list[str]) -> tuple[list[str], list[str]]:
    """Names as they are stored. A tag to add is made when it is new; a tag to remove has to exist."""
    if not (add or remove):
        return [], []
    known = await api.recent(ListTags())
    stored = {tag.name.casefold(): tag.name for tag in known}
    if not all(name.strip() for name in add):
        raise Mistake("add_tags: a tag without a name", "Leave it out.")
    added = list(dict.fromkeys(stored.get(name.strip().casefold(), name.strip()) for name in add))
    removed = [_named(known, name, "remove_tags", lambda it: it.id, lambda it: it.name).name for name in remove]
    both = sorted(set(added) & set(removed))
    if both:
        raise Mistake(f"remove_tags: also in add_tags: {', '.join(both)}", "Give each in one of them.")
    return added, list(dict.fromkeys(removed))


async def find_outcome(api: Api, name: str) -> str:
    """The name as it is stored. Outcomes that the account made itself take a second call."""
    known = [
        *(await api.recent(ListOutcomes(category="default"))).items,
        *(await api.recent(ListOutcomes(category="custom"))).items,
    ]
    return _named(known, name, "outcome", lambda it: it.id, lambda it: it.name).name


def _named(things: list[T], wanted: str, argument: str, identity: Callable[[T], str], name: Callable[[T], str]) -> T:
    """Find a thing by its id or whole name. A part of a name is not enough for a change."""
    return pick(things, wanted, argument=argument, identity=identity, names=lambda it: [name(it)], parts=False)
