"""Which records of the CRM are meant: ``field=value``, by the names that the CRM uses, and a stage by its name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, cast

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.crm_field_names import as_text, contact_field, names_of, stage_field
from saleshandy_mcp.integrations.crm import Crm, CrmRecord, Kind, Query, Stage

STAGE = "stage"
_NAMED = 12
"""Names that an error lists."""
_YES, _NO = frozenset({"yes", "true"}), frozenset({"no", "false"})


@dataclass(frozen=True)
class Condition:
    """A field, and the values of which a record has to have one.

    Attributes:
        field: name of the field.
        values: in lower case; "" means that the field is empty.
        said: the value as it was asked for, where it was one.
    """

    field: str
    values: frozenset[str]
    said: str = ""

    def fits(self, fields: Mapping[str, Any]) -> bool:
        value = fields.get(self.field)
        if isinstance(value, list):
            parts = cast("list[Any]", value)
            return any(_same(as_text(part)) in self.values for part in parts) or (not parts and "" in self.values)
        if isinstance(value, bool):
            return bool(self.values & (_YES if value else _NO))
        return _same(as_text(value)) in self.values


@dataclass(frozen=True)
class Where:
    """Conditions that all have to hold.

    Attributes:
        conditions: about the fields of a record.
        ids: the only records that come into question; None for all.
    """

    conditions: tuple[Condition, ...] = ()
    ids: frozenset[str] | None = None

    def fits(self, record: CrmRecord) -> bool:
        return (self.ids is None or record.id in self.ids) and all(it.fits(record.fields) for it in self.conditions)

    def and_equal(self, field: str, value: str) -> "Where":
        """The same, and a field has this value."""
        return Where((*self.conditions, Condition(field, frozenset({_same(value)}), value)), self.ids)

    @property
    def filters(self) -> dict[str, str] | None:
        """The same as filters of the CRM; None where it cannot be said so."""
        single = all(it.said for it in self.conditions)
        return {it.field: it.said for it in self.conditions} if single and self.ids is None else None


async def resolve_where(crm: Crm, kind: Kind, pairs: Sequence[str], sample: Sequence[CrmRecord]) -> Where:
    """The conditions with every name looked up.

    Args:
        crm: where the records are.
        kind: of the records.
        pairs: "field=value"; of several values of one field, one is enough. "stage=Proposal" means the stage of the
            deal, for contacts that of one of their deals.
        sample: some records of the kind, to learn the names of fields from.

    Raises:
        Mistake: for what is no pair, a field that no record shows, or a stage that there is not.
    """
    known = names_of(sample)
    given = _by_field(pairs)
    conditions: list[Condition] = []
    ids: frozenset[str] | None = None
    for name, values in given.items():
        if name.casefold() == STAGE and kind in ("contacts", "deals") and name not in known:
            in_stage = await _stage_condition(crm, values, sample if kind == "deals" else None)
            if kind == "deals":
                conditions.append(in_stage)
            else:
                ids = await _contacts_of_deals(crm, in_stage)
            continue
        field = field_named(name, known, kind, "where")
        # How the CRM wants to be asked for a yes, or for one of a list, is not known: such records are chosen here.
        plain = not any(isinstance(it.fields.get(field), bool | list) for it in sample)
        said = values[0] if plain and len(values) == 1 else ""
        conditions.append(Condition(field, frozenset(map(_same, values)), said))
    return Where(tuple(conditions), ids)


def field_named(name: str, known: Sequence[str], kind: str, argument: str) -> str:
    """The field that is meant: in any case, and of a field within a field the last part is enough.

    Raises:
        Mistake: when no record shows a field of this name.
    """
    wanted = name.casefold()
    whole = [it for it in known if it.casefold() == wanted]
    if found := whole or [it for it in known if it.rpartition(".")[2].casefold() == wanted]:
        return found[0]
    near = get_close_matches(name.casefold(), known, n=_NAMED, cutoff=0.5)
    shown = near or list(known[:_NAMED])
    raise Mistake(
        f'{argument}: no field "{name}" was seen in {kind}',
        f"{'Near it' if near else 'Fields'}: {', '.join(shown)}." if shown else f"There are no {kind} to learn from.",
    )


async def stages_named(crm: Crm, name: str, argument: str = STAGE) -> list[Stage]:
    """The stages of this name, written "Proposal" or "New business/Proposal"; ``argument`` is where it was given.

    Raises:
        Mistake: when there is none.
    """
    stages = await crm.stages()
    wanted = _same(name)
    found = [it for it in stages if wanted in (_same(it.name), _same(it.id), _same(f"{it.pipeline}/{it.name}"))]
    if not found:
        there = ", ".join(dict.fromkeys(it.name for it in stages))
        raise Mistake(
            f'{argument}: there is no stage "{name}"', f"Stages: {there}." if there else "There are no stages."
        )
    return found


async def _stage_condition(crm: Crm, names: Sequence[str], deals: Sequence[CrmRecord] | None) -> Condition:
    found = [stage for name in names for stage in await stages_named(crm, name)]
    sample = deals if deals is not None else (await crm.page("deals", Query())).records
    field = stage_field(names_of(sample))
    if not field:
        raise Mistake("stage: no deal shows a field for its stage", "Ask for deals by the fields that they show.")
    values = {_same(value) for it in found for value in (it.id, it.name)}
    return Condition(field, frozenset(values), found[0].id if len(found) == 1 else "")


async def _contacts_of_deals(crm: Crm, in_stage: Condition) -> frozenset[str]:
    """The ids of the contacts of these deals."""
    deals = await fitting(crm, "deals", Where((in_stage,)))
    field = contact_field(names_of(deals.records))
    return frozenset(str(it.fields[field]) for it in deals.records if field and it.fields.get(field))


@dataclass(frozen=True)
class Fitting:
    """Records that fit.

    Attributes:
        records: all of them, as far as they were read.
        read: how many records were looked at.
        whole: whether all were looked at.
    """

    records: list[CrmRecord]
    read: int
    whole: bool


MOST_READ = 5_000
"""Records that are looked through for one call: 50 calls, half of what a key has in a minute."""


async def fitting(crm: Crm, kind: Kind, where: Where, words: Collection[str] = (), *, most: int = MOST_READ) -> Fitting:
    """All records that fit. They are filtered here, for a CRM may ignore a filter.

    Args:
        crm: where they are.
        kind: which.
        where: the conditions.
        words: each has to stand somewhere in the record; in lower case.
        most: records to look through.
    """
    found: list[CrmRecord] = []
    read = 0
    async for record in crm.every(kind, most + 1):
        read += 1
        if read > most:
            return Fitting(found, most, whole=False)
        if where.fits(record) and holds(record, words):
            found.append(record)
    return Fitting(found, read, whole=True)


def holds(record: CrmRecord, words: Collection[str]) -> bool:
    """Whether each word stands in one of the values."""
    text = "\n".join(as_text(value) for value in record.fields.values()).casefold() if words else ""
    return all(word in text for word in words)


def _by_field(pairs: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.strip():
            raise Mistake(f'where: "{pair}" is no pair', 'Write "field=value"; "field=" means that it is empty.')
        found.setdefault(name.strip(), []).append(value.strip())
    return found


def _same(value: str) -> str:
    """Case and blanks make no difference."""
    return " ".join(value.split()).casefold()
