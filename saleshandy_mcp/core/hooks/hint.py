"""A hint: what a delivery to a webhook says has happened, and to whom. Pure.

Whoever knows the address can post anything there. So a hint is never taken as a fact: it says where to look, and what
is shown or written is read from the API. Of the body nothing else is kept.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from saleshandy_mcp.core.addresses import is_address, key
from saleshandy_mcp.core.services import Service

UNKNOWN = "unknown"
"""The event of a delivery that names none we can read."""

_EVENT = re.compile(r"[a-z0-9][a-z0-9._:-]{0,59}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_KINDS = {"contact": "contacts", "company": "contacts", "deal": "deals", "task": "tasks", "activity": "activities"}
# Bodies of SalesSheet are not documented: these are the usual places.
_EVENT_AT = ("event", "type", "event_type", "topic")
_RECORD_AT = ("data", "record", "object", "payload")


@dataclass(frozen=True)
class Hint:
    """What a delivery says.

    Attributes:
        product: who is said to have sent it.
        event: its name in small letters; ``UNKNOWN`` where it cannot be read.
        subject: the address of the person for Saleshandy, ``contacts/12`` for a record of the CRM; empty where the
            delivery names neither.
    """

    product: Service
    event: str = UNKNOWN
    subject: str = ""


def hint_of(product: Service, document: Mapping[str, Any]) -> Hint:
    """The hint in the decoded body of a delivery. What has another form than expected is left out."""
    if product is Service.SALESHANDY:
        email = _text(_at(document, ("prospect", "email")))
        return Hint(product, _event(document.get("event")), key(email) if is_address(email) else "")
    event = next((found for name in _EVENT_AT if (found := _event(document.get(name))) != UNKNOWN), UNKNOWN)
    return Hint(product, event, _record(document, event))


def _record(document: Mapping[str, Any], event: str) -> str:
    word = re.split(r"[._:-]", event, maxsplit=1)[0]
    if word not in _KINDS:
        return ""
    places = [*((name, "id") for name in (*_RECORD_AT, word)), *(("data", word, "id"), (f"{word}_id",), ("id",))]
    ids = (_id(_at(document, place)) for place in places)
    return next((f"{_KINDS[word]}/{id_}" for id_ in ids if id_), "")


def _at(document: Any, place: Sequence[str]) -> Any:
    for name in place:
        if not isinstance(document, dict):
            return None
        document = cast("dict[str, Any]", document).get(name)
    return document


def _event(value: Any) -> str:
    found = _text(value).lower()
    return found if _EVENT.fullmatch(found) else UNKNOWN


def _id(value: Any) -> str:
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(value)
    return found if _ID.fullmatch(found) else ""


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
