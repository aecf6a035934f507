"""What is wrong with a record: what is missing, and what it refers to that is not there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.world.tables import Row

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True)
class Kind:
    """One resource.

    Attributes:
        name: as in its path: `contacts`.
        schema: the names of its schemas in the contract: `Contact` and `ContactInput`.
        defaults: what a new record has that nobody gave.
        complaints: what is wrong with a whole record.
        derived: values that follow from others.
    """

    name: str
    schema: str
    defaults: Callable[[Crm], Row]
    complaints: Callable[[Crm, Row], Iterator[str]]
    derived: Callable[[Crm, Row], Row] = lambda _crm, _row: {}


def _of_contact(crm: Crm, row: Row) -> Iterator[str]:
    if row["type"] == "company" and not row["name"]:
        yield "name is required for a company"
    if row["type"] == "person" and not row["email"]:
        yield "email is required for a person"
    if row["email"] and not EMAIL.fullmatch(row["email"]):
        yield f"email {row['email']!r} is not a valid email"
    yield from _of_custom_fields(crm, row)
    yield from _of_references(crm, row)


def _of_deal(crm: Crm, row: Row) -> Iterator[str]:
    if not row["title"]:
        yield "title is required"
    pipeline = crm.pipelines.get(row["pipeline_id"])
    if pipeline is None:
        yield f"pipeline {row['pipeline_id']!r} does not exist"
    elif row["stage_id"] not in {stage["id"] for stage in pipeline["stages"]}:
        yield f"stage {row['stage_id']!r} does not exist in pipeline {pipeline['name']!r}"
    yield from _of_dates(row, "expected_close_date")
    yield from _of_custom_fields(crm, row)
    yield from _of_references(crm, row)


def _of_task(crm: Crm, row: Row) -> Iterator[str]:
    if not row["title"]:
        yield "title is required"
    yield from _of_dates(row, "due_date")
    yield from _of_references(crm, row)


def _of_activity(crm: Crm, row: Row) -> Iterator[str]:
    if not row["subject"]:
        yield "subject is required"
    yield from _of_dates(row, "occurred_at")
    yield from _of_references(crm, row)


def _of_pipeline(_: Crm, row: Row) -> Iterator[str]:
    if not row["name"]:
        yield "name is required"
    if not row["stages"]:
        yield "a pipeline has one stage at least"


def _of_references(crm: Crm, row: Row) -> Iterator[str]:
    for name, table in (("contact_id", crm.contacts), ("company_id", crm.contacts), ("deal_id", crm.deals)):
        if row.get(name) is not None and row[name] not in table:
            yield f"{name} {row[name]!r} does not exist"
    if row["owner_id"] is not None and row["owner_id"] not in crm.users:
        yield f"owner_id {row['owner_id']!r} does not exist"


def _of_custom_fields(crm: Crm, row: Row) -> Iterator[str]:
    for id_, value in row["custom_fields"].items():
        field = crm.custom_fields.get(id_)
        if field is None:
            yield f"custom field {id_!r} does not exist"
        elif value is not None and not _fits(field, value):
            yield f"custom field {id_!r} takes {_wanted(field)}"


def _fits(field: Row, value: Any) -> bool:
    match field["type"]:
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "dropdown":
            return value in field["options"]
        case "date":
            return isinstance(value, str) and _is_date(value)
        case _:
            return isinstance(value, str)


def _wanted(field: Row) -> str:
    return f"one of {', '.join(field['options'])}" if field["type"] == "dropdown" else f"a {field['type']}"


def _of_dates(row: Row, name: str) -> Iterator[str]:
    if row[name] is not None and not _is_date(row[name]):
        yield f"{name} must be a date such as 2026-11-30"


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _new_contact(crm: Crm) -> Row:
    nothing = ("email", "first_name", "last_name", "name", "phone", "job_title", "city", "country", "website")
    return {
        "type": "person",
        **dict.fromkeys(nothing),
        "company_id": None,
        "owner_id": crm.user["id"],
        "opted_out": False,
        "tags": [],
        "custom_fields": {},
    }


def _new_deal(crm: Crm) -> Row:
    pipeline = next(iter(crm.pipelines.values()), None)
    return {
        "title": "",
        "value": None,
        "currency": "EUR",
        "pipeline_id": pipeline["id"] if pipeline else "",
        "stage_id": "",
        "contact_id": None,
        "company_id": None,
        "owner_id": crm.user["id"],
        "expected_close_date": None,
        "custom_fields": {},
    }


def _first_stage(crm: Crm, row: Row) -> Row:
    """A deal without a stage is at the first one of its pipeline."""
    pipeline = crm.pipelines.get(row["pipeline_id"])
    return {"stage_id": pipeline["stages"][0]["id"]} if pipeline and not row["stage_id"] else {}


def _new_task(crm: Crm) -> Row:
    nothing = dict.fromkeys(("note", "due_date", "contact_id", "deal_id"))
    return {"title": "", **nothing, "status": "open", "owner_id": crm.user["id"]}


def _new_activity(crm: Crm) -> Row:
    nothing = dict.fromkeys(("body", "contact_id", "deal_id"))
    return {"type": "email", "subject": "", **nothing, "occurred_at": crm.now(), "owner_id": crm.user["id"]}


def _new_pipeline(_: Crm) -> Row:
    return {"name": "", "stages": []}


def _stage_ids(crm: Crm, row: Row) -> Row:
    stages = [{"id": stage.get("id") or crm.new_id(), "probability": 0, **stage} for stage in row["stages"]]
    return {"stages": stages}


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("contacts", "Contact", _new_contact, _of_contact),
        Kind("deals", "Deal", _new_deal, _of_deal, _first_stage),
        Kind("tasks", "Task", _new_task, _of_task),
        Kind("activities", "Activity", _new_activity, _of_activity),
        Kind("pipelines", "Pipeline", _new_pipeline, _of_pipeline, _stage_ids),
    )
}
