"""The CSV in which the API names the rows it refused: where it may come from, and what it says. Pure.

No source shows the columns of this file. The address is found by its column name or by its look, the reason by its
column name or as the last column; what cannot be told apart is said to be so.
"""

import csv
import io
import re
from typing import NamedTuple
from urllib.parse import urlsplit

MAX_BYTES = 100 * 1024 * 1024
"""An import holds at most 90 MB, and a refused row comes back with a reason added."""

_TRUSTED = ("saleshandy.com", "amazonaws.com", "storage.googleapis.com", "blob.core.windows.net")
"""Where such files may lie: the vendor's own domain is certain, the storage services are assumed."""

_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z]+")
"""A name that every reader of an address reads alike: no backslash, no empty part."""

_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+")
_REASON_COLUMN = re.compile(r"reason|error|fail|remark|message", re.IGNORECASE)


class RefusedRow(NamedTuple):
    """One row the API did not take: whose it was, as far as the file tells, and why."""

    email: str
    reason: str


def may_fetch(url: str, base_url: str) -> bool:
    """Whether a link in an answer may be followed: our own API server, or https on a host known for such files."""
    home = urlsplit(base_url)
    try:
        target = urlsplit(url)
        port = target.port
    except ValueError:
        return False
    if (target.scheme, target.netloc) == (home.scheme, home.netloc):
        return True
    host = target.hostname or ""
    known = any(host == name or host.endswith("." + name) for name in _TRUSTED) and _HOST.fullmatch(host) is not None
    return target.scheme == "https" and known and target.username is None and port in (None, 443)


def host(url: str) -> str:
    """Where a link leads, for a message."""
    try:
        return urlsplit(url).hostname or "nowhere"
    except ValueError:
        return "no readable address"


def refused_rows(text: str) -> list[RefusedRow]:
    """The refused rows of a failure report, in its order.

    Raises:
        ValueError: if this is no such report (an error page, an empty file).
    """
    text = text.removeprefix("\ufeff").lstrip()
    if text[:1] in ("<", "{", "[", ""):
        raise ValueError("the report is not a CSV file")
    try:
        rows = list(csv.DictReader(io.StringIO(text), strict=True, restval=""))
    except csv.Error as error:
        raise ValueError(f"the report cannot be read as CSV: {error}") from None
    found = ((_address(row), _reason(row)) for row in rows)
    return [RefusedRow(address, "no reason given" if reason in ("", address) else reason) for address, reason in found]


def _address(row: dict[str | None, str]) -> str:
    named = [
        value for name, value in row.items() if name and "email" in name.lower() and not _REASON_COLUMN.search(name)
    ]
    if named:
        return named[0].strip()
    found = (_ADDRESS.search(str(value)) for value in row.values())
    return next((match.group() for match in found if match), "")


def _reason(row: dict[str | None, str]) -> str:
    named = [value for name, value in row.items() if name and _REASON_COLUMN.search(name)]
    return (named[0] if named else str(next(reversed(row.values())))).strip()
