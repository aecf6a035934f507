"""A record of the CRM as one line: what it is about, its id, and what matters. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from saleshandy_mcp.core.view import View
from saleshandy_mcp.features.crm.crm_field_names import as_text, letters, stage_field, text_of, title_field
from saleshandy_mcp.import_engine.suppression.judges import says_out
from saleshandy_mcp.integrations.crm import CrmRecord, Kind, Stage
from saleshandy_mcp.integrations.field_roles import Role
from saleshandy_mcp.untrusted.one_line import one_line

_DETAILS = 5
"""Values that a line shows beside those that were asked for."""
_LONGEST = 60
MOST_TOLD = 300
"""Signs of a value that an answer holds."""
_NOT_TOLD = frozenset({"createdat", "updatedat", "pipelineid"})

Roles = Mapping[Role, str]


class CrmLine(View):
    """A record: ``values`` are those that its line shows, by field name."""

    id: str
    title: str
    email: str = ""
    opted_out: bool = False
    values: dict[str, str]

    def line(self) -> str:
        address = f"<{one_line(self.email)}>" if self.email else ""
        named, id_ = one_line(self.title, _LONGEST), f"[{one_line(self.id, _LONGEST)}]"
        head = " ".join(part for part in (named, address, id_) if part)
        out = ["OPTED OUT"] if self.opted_out else []
        told = [f"{one_line(name, _LONGEST)}: {one_line(value, _LONGEST)}" for name, value in self.values.items()]
        return " · ".join([head, *out, *told])


def person_name(fields: Mapping[str, Any], roles: Roles) -> str:
    """The name of a person, or of a company."""
    parts = [text_of(fields, roles.get(role, "")) for role in ("first_name", "last_name")]
    return " ".join(filter(None, parts)) or text_of(fields, roles.get("full_name", ""))


def opted_out(fields: Mapping[str, Any], roles: Roles) -> bool:
    """Whether the contact does not want mail, by a field with any value but a no, or by a tag."""
    noted = text_of(fields, roles.get("opted_out", "")).casefold() not in ("", "no", "false", "0")
    return noted or says_out(text_of(fields, roles.get("tags", "")))


def crm_line(
    record: CrmRecord, kind: Kind, roles: Roles, stages: Sequence[Stage], asked: Sequence[str] = ()
) -> CrmLine:
    """The line of a record.

    Args:
        record: the record.
        kind: of it.
        roles: of the fields of contacts.
        stages: to tell the stage of a deal by its name.
        asked: fields that are shown in any case.
    """
    fields = record.fields
    at_stage = stage_field(fields) if kind == "deals" else ""
    title = title_field(fields) if kind != "contacts" else ""
    values: dict[str, str] = {}
    if at_stage:
        values["stage"] = next((it.name for it in stages if it.id == str(fields[at_stage])), text_of(fields, at_stage))
    values |= {name: as_text(fields.get(name)) for name in asked if name != at_stage}
    told = {*_told_apart(roles), title, at_stage, *values}
    for name, value in fields.items():
        if len(values) >= _DETAILS + len(asked):
            break
        if name not in told and letters(name) not in _NOT_TOLD and (text := as_text(value)):
            values[name] = text
    return CrmLine(
        id=record.id,
        title=one_line(person_name(fields, roles) if kind == "contacts" else text_of(fields, title), MOST_TOLD),
        email=text_of(fields, roles.get("email", "")),
        opted_out=opted_out(fields, roles),
        values={name: one_line(value, MOST_TOLD) for name, value in values.items() if value},
    )


def _told_apart(roles: Roles) -> set[str]:
    """The fields that a line tells in words of its own. Tags are shown as they are."""
    return {name for role, name in roles.items() if role != "tags"}
