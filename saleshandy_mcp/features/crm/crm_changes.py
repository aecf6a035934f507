"""Records to be saved, compared with those that are there: what is created, what changes, and what is left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.core.addresses import is_address, key
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.crm_field_names import as_text, names_of, stage_field
from saleshandy_mcp.features.crm.crm_lines import Roles
from saleshandy_mcp.features.crm.crm_where import STAGE, field_named, stages_named
from saleshandy_mcp.integrations.crm import Crm, CrmRecord, Kind

ID = "id"
_FEW = 20
"""Records that are read one by one; for more, all are read."""


@dataclass(frozen=True)
class PlannedRecord:
    """One record of the call.

    Attributes:
        values: by the names of the CRM; those of a record that is there only where they differ.
        before: the record as it is; None for a new one.
        left_out: why it is not saved; empty where it is.
    """

    values: Mapping[str, Any]
    before: CrmRecord | None = None
    left_out: str = ""

    @property
    def unchanged(self) -> bool:
        """Whether the record has all of these values already."""
        return self.before is not None and not self.values and not self.left_out

    def item(self) -> dict[str, Any]:
        """What is sent. Fields within a field go with those beside them: what a change does to them is not known."""
        if self.before is None:
            return nested(self.values)
        around = {name.partition(".")[0] for name in self.values if "." in name}
        beside = {name: it for name, it in self.before.fields.items() if name.partition(".")[0] in around}
        return {ID: self.before.id, **nested({**beside, **self.values})}


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values with a dot in their name as an object: ``{"custom_fields": {"cf_plan": …}}``."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        place = found
        *around, last = name.split(".")
        for part in around:
            place = place.setdefault(part, {})
        place[last] = value
    return found


Named = Callable[[int], str]
"""What a record of the call is called, by its place from 0."""


def in_records(place: int) -> str:
    """One that stands in the call itself."""
    return f"records[{place}]"


async def read_values(
    crm: Crm,
    kind: Kind,
    given: Sequence[Mapping[str, Any]],
    sample: Sequence[CrmRecord],
    named: Named = in_records,
) -> list[dict[str, Any]]:
    """The values by the names of the CRM, with the id where one is given.

    Raises:
        Mistake: for a record without values, a field that no record shows, or a stage that there is not.
    """
    known = names_of(sample)
    found: list[dict[str, Any]] = []
    for place, record in enumerate(given):
        values: dict[str, Any] = {}
        for name, value in flattened(record).items():
            if name == ID:
                values[ID] = str(value)
            elif kind == "deals" and name.casefold() == STAGE and name not in known:
                values[stage_field(known)] = await _stage_id(crm, str(value), named(place))
            else:
                values[field_named(name, known, kind, named(place))] = value
        if not values.keys() - {ID}:
            raise Mistake(f"{named(place)}: there are no values in it", "Give at least one field.")
        found.append(values)
    return found


async def planned_records(
    crm: Crm, kind: Kind, values: Sequence[dict[str, Any]], roles: Roles, named: Named = in_records
) -> list[PlannedRecord]:
    """What would become of each record.

    A new contact whose address is there already is left out, and so is one whose address stands twice in the call.

    Raises:
        Mistake: when there is no record with an id that is given.
    """
    field = roles.get("email", "")
    addressed = {place: key(str(it[field])) for place, it in enumerate(values) if _is_new_address(it, field)}
    there: Mapping[str, list[CrmRecord]] = {}
    if addressed:
        there = await crm.contacts_by_email(set(addressed.values()), field)
    changed = await _by_id(crm, kind, [it[ID] for it in values if ID in it])
    first: dict[str, int] = {}
    planned: list[PlannedRecord] = []
    for place, it in enumerate(values):
        if ID in it:
            planned.append(_changed(changed[it[ID]], it))
            continue
        email = addressed.get(place, "")
        earlier = first.setdefault(email, place) if email else place
        planned.append(PlannedRecord(it, left_out=_against(there.get(email, ()), named(earlier) * (earlier != place))))
    return planned


async def _by_id(crm: Crm, kind: Kind, ids: Sequence[str]) -> Mapping[str, CrmRecord]:
    """The records with these ids: read one by one, or all of them where that takes fewer calls.

    Raises:
        Mistake: when there is none with an id.
    """
    if len(ids) <= _FEW:
        return {id_: await crm.get(kind, id_) for id_ in ids}
    wanted = set(ids)
    found = {it.id: it async for it in crm.every(kind, 100_000) if it.id in wanted}
    if missing := [id_ for id_ in ids if id_ not in found]:
        raise Mistake(f"{kind}: there is none with the id {missing[0]}")
    return found


def _is_new_address(values: Mapping[str, Any], field: str) -> bool:
    return ID not in values and isinstance(values.get(field), str) and is_address(values[field])


def _against(records: Sequence[CrmRecord], earlier: str) -> str:
    """Why a new contact is not made; ``earlier`` is one of the call with the same address."""
    if len(records) > 1:
        ids = ", ".join(it.id for it in records)
        return f"{len(records)} contacts have this address already ({ids}): give the id of the one to change"
    if records:
        return f"a contact with this address is there already: give its id {records[0].id} to change it"
    return f"{earlier} has the same address" if earlier else ""


def _changed(before: CrmRecord, values: Mapping[str, Any]) -> PlannedRecord:
    changed = {
        name: value
        for name, value in values.items()
        if name != ID and (before.fields.get(name) != value and as_text(before.fields.get(name)) != as_text(value))
    }
    return PlannedRecord(changed, before)


async def _stage_id(crm: Crm, name: str, argument: str) -> str:
    found = await stages_named(crm, name, argument)
    if len(found) > 1:
        several = " or ".join(f"{it.pipeline}/{it.name}" for it in found)
        raise Mistake(f'{argument}: several pipelines have a stage "{name}"', f"Write {several}.")
    return found[0].id


def flattened(record: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """The opposite of ``nested``: a name with dots for each value."""
    found: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, dict):
            found |= flattened(value, f"{before}{name}.")  # pyright: ignore[reportUnknownArgumentType] - JSON
        else:
            found[before + name] = value
    return found
