"""Records: how a list is filtered, sorted and cut into pages, and how one is made, changed and deleted."""

from typing import Any

from saleshandy_mcp.sandbox.salessheet.assumptions import Assumptions
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.crm_webhooks import tell, tell_of_change
from saleshandy_mcp.sandbox.salessheet.errors import bad_request, conflict, invalid, not_found
from saleshandy_mcp.sandbox.salessheet.rules import Kind
from saleshandy_mcp.sandbox.world.tables import Row, Table

PAGE_WORDS = ("page", "per_page", "sort_by", "sort_order")
USUAL_PAGE = 25  # assumed


def listed(crm: Crm, kind: Kind, query: Row, assumptions: Assumptions) -> tuple[list[Row], Row]:
    """The rows of a page, and the numbers that stand beside it."""
    filters = {name: wanted for name, wanted in query.items() if name not in PAGE_WORDS}
    rows = _filtered(crm, kind, filters, assumptions)
    if "sort_by" in query:
        if query["sort_by"] not in known_fields(crm, kind):
            raise bad_request([f"{query['sort_by']} is no field that can be sorted by"])
        rows.sort(key=lambda row: _order(value_of(row, query["sort_by"])), reverse=query.get("sort_order") == "desc")
    page, size = query.get("page", 1), query.get("per_page", USUAL_PAGE)
    return rows[(page - 1) * size : page * size], {"page": page, "per_page": size, "total": len(rows)}


def _filtered(crm: Crm, kind: Kind, filters: Row, assumptions: Assumptions) -> list[Row]:
    known = known_fields(crm, kind)
    if assumptions.unknown_filters == "refused" and (unknown := filters.keys() - known):
        raise bad_request(f"{name} is no field that can be filtered by" for name in sorted(unknown))
    used = {name: wanted for name, wanted in filters.items() if name in known - assumptions.ignored_filters}
    rows = crm.table(kind.name).values()
    return [row for row in rows if all(_matches(value_of(row, name), wanted) for name, wanted in used.items())]


def known_fields(crm: Crm, kind: Kind) -> set[str]:
    """The names by which a list can be filtered and sorted: fields, and ids of custom fields."""
    own = {"id", "created_at", "updated_at", *kind.defaults(crm)}
    return own | crm.custom_fields.keys() if "custom_fields" in own else own


def value_of(row: Row, name: str) -> Any:
    return row[name] if name in row else row.get("custom_fields", {}).get(name)


def _matches(value: Any, wanted: str) -> bool:
    if isinstance(value, list):
        return any(_matches(part, wanted) for part in value)  # pyright: ignore[reportUnknownVariableType] - JSON
    if isinstance(value, bool):
        return str(value).lower() == wanted.lower()
    return value is not None and str(value).lower() == wanted.lower()


def _order(value: Any) -> tuple[int, float, str]:
    """Numbers by size, all else by its text; what is empty comes last."""
    if value is None:
        return (2, 0.0, "")
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, str(value).lower())


def found(crm: Crm, kind: Kind, id_: str) -> Row:
    row = crm.table(kind.name).get(id_)
    if row is None:
        raise not_found(f"There is no {kind.schema.lower()} {id_}.")
    return row


def checked(crm: Crm, kind: Kind, given: Row, onto: Row) -> Row:
    """The values of `onto` with those that were given.

    Raises:
        Refusal: 422 when something is wrong with the whole.
    """
    row = {**onto, **given}
    row |= kind.derived(crm, row)
    if complaints := list(kind.complaints(crm, row)):
        raise invalid((None, text) for text in complaints)
    return row


def created(crm: Crm, kind: Kind, given: Row) -> Row:
    row = checked(crm, kind, given, kind.defaults(crm))
    whole: Row = {"id": crm.new_id(), "created_at": crm.now(), "updated_at": crm.now(), **row}
    crm.table(kind.name)[whole["id"]] = whole
    tell(crm, f"{kind.schema.lower()}.created", whole)
    return whole


def changed(crm: Crm, kind: Kind, id_: str, given: Row) -> Row:
    """What is not given stays. Custom fields are merged one by one (assumed)."""
    row = found(crm, kind, id_)
    if "custom_fields" in given:
        given = {**given, "custom_fields": {**row["custom_fields"], **given["custom_fields"]}}
    return _changed(crm, kind, row, checked(crm, kind, given, row))


def replaced(crm: Crm, kind: Kind, id_: str, given: Row) -> Row:
    """What is not given is as in a new record (assumed)."""
    row = found(crm, kind, id_)
    return _changed(crm, kind, row, checked(crm, kind, given, kind.defaults(crm)))


def _changed(crm: Crm, kind: Kind, row: Row, values: Row) -> Row:
    before = dict(row)
    row |= values
    row["updated_at"] = crm.now()
    tell_of_change(crm, kind.schema.lower(), before, row)
    return row


def deleted(crm: Crm, kind: Kind, id_: str) -> None:
    """Delete a record; what referred to it refers to nothing. A pipeline with deals is kept (assumed)."""
    found(crm, kind, id_)
    if kind.name == "pipelines" and any(deal["pipeline_id"] == id_ for deal in crm.deals.values()):
        raise conflict("There are deals in this pipeline.")
    tell(crm, f"{kind.schema.lower()}.deleted", crm.table(kind.name).pop(id_))
    references = {"contacts": ("contact_id", "company_id"), "deals": ("deal_id",)}.get(kind.name, ())
    for table in (crm.contacts, crm.deals, crm.tasks, crm.activities):
        _forget(table, references, id_)


def _forget(table: Table, references: tuple[str, ...], id_: str) -> None:
    for row in table.values():
        for name in references:
            if row.get(name) == id_:
                row[name] = None
