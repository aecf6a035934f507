"""Which fields there are, and which of them seem to hold an e-mail, a name, a company, an opt-out or tags. Pure.

What a CRM calls its fields is not known beforehand. So names are learnt from records that were read, and what a field
is for is proposed: by what it is called, and for an e-mail by what it holds. A person confirms it once.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

from saleshandy_mcp.core.addresses import is_address

Role = Literal["email", "first_name", "last_name", "full_name", "company", "opted_out", "tags"]
ROLES: tuple[Role, ...] = get_args(Role)

# Role -> what its field may be called, the likeliest first. Names are compared in lower case, letters alone.
_CALLED: Mapping[Role, tuple[str, ...]] = {
    "email": ("email", "emailaddress", "primaryemail", "workemail", "mail"),
    "first_name": ("firstname", "givenname", "forename"),
    "last_name": ("lastname", "surname", "familyname"),
    "full_name": ("fullname", "displayname", "name"),
    "company": ("company", "companyname", "organization", "organisation", "account", "accountname", "employer"),
    "opted_out": (
        *("optedout", "optout", "emailoptout", "unsubscribed", "donotcontact", "donotemail", "isunsubscribed"),
        *("emailoptedout", "hasoptedoutofemail", "donotmail", "unsubscribedfromallemail"),
    ),
    "tags": ("tags", "labels", "taglist"),
}
_MOSTLY = 0.8
"""The least share of a field's values that are addresses for a field of e-mails without a telling name."""


class Record(Protocol):
    """A record of a CRM, whichever it is."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """Values by field name."""
        ...


@dataclass(frozen=True)
class FieldSeen:
    """A field as it was met.

    Attributes:
        name: as the records have it, with a dot for a field within a field.
        filled: in how many of the records it holds something.
        kinds: names of the JSON types of its values.
        example: one of its values; None when it was always empty.
    """

    name: str
    filled: int
    kinds: tuple[str, ...]
    example: Any = None


def fields_seen(records: Iterable[Record]) -> list[FieldSeen]:
    """All fields of these records, those that are filled most often first."""
    values: dict[str, list[Any]] = {}
    for record in records:
        for name, value in record.fields.items():
            held = values.setdefault(name, [])
            if value not in (None, "", []):
                held.append(value)
    seen = [
        FieldSeen(name, len(held), tuple(sorted({_kind(value) for value in held})), held[0] if held else None)
        for name, held in values.items()
    ]
    return sorted(seen, key=lambda field: -field.filled)


def proposed_roles(records: Iterable[Record]) -> dict[Role, str]:
    """The field that seems to have each role. A role for which none seems right is missing."""
    known = list(records)
    names = [field.name for field in fields_seen(known)]
    proposed: dict[Role, str] = {}
    for role, called in _CALLED.items():
        found = [name for wanted in called for name in names if _letters(name) == wanted]
        if found:
            proposed[role] = found[0]
    addressed = [name for name in names if _holds_addresses(known, name)]
    return {"email": addressed[0], **proposed} if addressed else proposed


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.rsplit(".", 1)[-1].lower())


def _holds_addresses(records: list[Record], name: str) -> bool:
    held = [value for record in records if (value := record.fields.get(name))]
    return bool(held) and sum(isinstance(value, str) and is_address(value) for value in held) >= _MOSTLY * len(held)


def _kind(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "text"
        case _:
            return "list"
