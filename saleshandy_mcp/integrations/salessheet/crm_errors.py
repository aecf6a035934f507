"""What an answer of the CRM that is no success means. Pure.

Only 401 and 429 are documented as statuses, and no form of an error body is. So any form is read.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from saleshandy_mcp.api.http.responses import wait_told
from saleshandy_mcp.core.errors import BadKey, Broken, Rejected, SaleshandyError, Throttled

NO_VALID_KEY = (
    "the key is missing, wrong or revoked, or its user was deactivated; a key that was just made may need some seconds"
)
NOT_ENOUGH_RIGHTS = (
    "the key may not do this: it is read-only, the role of its user does not allow it, or the plan has no API"
)
DEEPEST = 8
"""How many objects and lists within each other are looked into."""
_MOST = 10
"""Reasons of one answer that are told; a batch may be refused for hundreds."""
_TEXTS = ("message", "error", "detail", "title", "reason", "errors", "details", "messages")


def failure(status: int, headers: Mapping[str, str], document: Any, now: datetime) -> SaleshandyError:
    """The error that a failed answer stands for.

    Args:
        status: the HTTP status.
        headers: the response headers, names in lower case.
        document: the decoded JSON body; None when the body is not JSON.
        now: the time, to read a Retry-After that is a date.
    """
    reasons = list(dict.fromkeys(reasons_in(document)))[:_MOST]
    if status == 429:
        return Throttled(status, None, reasons, wait_told(headers, now))
    if status in (401, 403):
        return BadKey(status, None, [*reasons, NO_VALID_KEY if status == 401 else NOT_ENOUGH_RIGHTS])
    if (status == 408 or status >= 500) and status != 501:
        return Broken(f"SalesSheet answered HTTP {status}" + (f": {'; '.join(reasons)}" if reasons else ""))
    return RefusedRecords(status, None, reasons, dict(refused_items(document)))


class RefusedRecords(Rejected):
    """The CRM will not do this.

    Attributes:
        items: for a batch, what is wrong with each item that the answer names, by its index from 0.
    """

    def __init__(self, status: int, code: int | None, reasons: list[str], items: dict[int, list[str]]) -> None:
        super().__init__(status, code, reasons)
        self.items = items


def refused_items(document: Any) -> Iterator[tuple[int, list[str]]]:
    """The items of a batch that an answer names by their index, with the reasons; whatever it looks like.

    Assumed: an index counts from 0.
    """
    found: dict[int, list[str]] = {}
    for entry in _objects(document):
        index = next((entry[name] for name in ("index", "row", "item", "position") if name in entry), None)
        if isinstance(index, int) and not isinstance(index, bool):
            found.setdefault(index, []).extend(reasons_in(entry))
    return ((index, reasons) for index, reasons in found.items() if reasons)


def reasons_in(document: Any, depth: int = DEEPEST) -> Iterator[str]:
    """The words of an error, wherever they stand in it: message, error, errors and their kin.

    Within one of these, an object without such names has reasons by field: ``{"errors": {"email": ["is not valid"]}}``.
    """
    match document:
        case str():
            yield document
        case list() if depth:
            for part in cast("list[Any]", document):
                yield from reasons_in(part, depth - 1)
        case dict() if depth:
            body = cast("dict[str, Any]", document)
            if depth < DEEPEST and not body.keys() & set(_TEXTS):
                yield from (f"{name} {text}" for name, part in body.items() for text in reasons_in(part, depth - 1))
            for name in _TEXTS:
                yield from reasons_in(body.get(name), depth - 1)
        case _:
            return


def _objects(document: Any, depth: int = DEEPEST) -> Iterator[dict[str, Any]]:
    """The objects of a body, however they lie within each other."""
    if not depth:
        return
    if isinstance(document, dict):
        body = cast("dict[str, Any]", document)
        yield body
        document = list(body.values())
    for part in cast("list[Any]", document) if isinstance(document, list) else ():
        yield from _objects(part, depth - 1)
