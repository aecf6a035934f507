"""What a field of the CRM is for, found from its name: no names are known beforehand. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from saleshandy_mcp.integrations.crm import CrmRecord

_TITLES = ("title", "subject", "name", "fullname")
_STAGES = ("stageid", "stage", "dealstage", "dealstageid", "pipelinestageid")
_CONTACTS = ("contactid", "personid", "contact", "person")
_COMPANIES = ("companyid", "organizationid", "accountid")
_OWNERS = ("ownerid", "owner", "assigneeid", "userid")


def letters(name: str) -> str:
    """The letters of a name, small, without the field around it: ``custom_fields.cf_plan`` is ``cfplan``."""
    return re.sub(r"[^a-z]", "", name.rpartition(".")[2].lower())


def title_field(names: Iterable[str]) -> str:
    """The field that says what a record is about; empty where there is none."""
    return first_named(names, _TITLES)


def stage_field(names: Iterable[str]) -> str:
    """The field of a deal that holds its stage."""
    return first_named(names, _STAGES)


def contact_field(names: Iterable[str]) -> str:
    """The field that holds the id of a contact."""
    return first_named(names, _CONTACTS)


def company_field(names: Iterable[str]) -> str:
    """The field that holds the id of a company."""
    return first_named(names, _COMPANIES)


def owner_field(names: Iterable[str]) -> str:
    """The field that holds the id of the user whose record it is."""
    return first_named(names, _OWNERS)


def names_of(records: Iterable[CrmRecord]) -> list[str]:
    """The fields of these records, each once, in their order."""
    return list(dict.fromkeys(name for record in records for name in record.fields))


def as_text(value: Any) -> str:
    """A value as it is shown and compared: yes or no, a list with commas, empty for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(as_text(part) for part in value)  # pyright: ignore[reportUnknownVariableType] - JSON
        case _:
            return str(value)


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """The value of a field as text; empty where the record has none."""
    return as_text(fields.get(name)) if name else ""


def first_named(names: Iterable[str], called: tuple[str, ...]) -> str:
    """The field with the first of these names, given in small letters; empty where there is none."""
    known = {letters(name): name for name in reversed(list(names))}
    return next((known[it] for it in called if it in known), "")
