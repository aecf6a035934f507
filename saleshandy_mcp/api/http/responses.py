"""What an answer that is no success means. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, cast

from saleshandy_mcp.core.errors import BadKey, Broken, Rejected, SaleshandyError, Throttled


def from_response(status: int, headers: Mapping[str, str], document: Any, now: datetime) -> SaleshandyError:
    """The error that a failed answer stands for; the order of the lines is the order of judgement.

    Args:
        status: the HTTP status.
        headers: the response headers, names in lower case.
        document: the decoded JSON body; None when the body is not JSON.
        now: the time, to read a Retry-After that is a date.
    """
    body: dict[str, Any] = cast("dict[str, Any]", document) if isinstance(document, dict) else {}
    code, reasons = _code(body), _reasons(body)
    text = " ".join(reasons).lower()
    if status == 429 or (status == 400 and "rate limit" in text):
        return Throttled(status, code, reasons, retry_after(headers.get("retry-after"), now))
    # 1001 also stands for "already exists" and the like: only its text tells a bad key from those.
    if status in (401, 403) or (code == 1001 and "token" in text):
        return BadKey(status, code, reasons)
    if (status == 408 or status >= 500) and status != 501:
        return Broken(f"Saleshandy answered HTTP {status}" + (f": {'; '.join(reasons)}" if reasons else ""))
    return Rejected(status, code, reasons)


def _code(body: Mapping[str, Any]) -> int | None:
    code = body.get("code", body.get("error_code"))
    return code if isinstance(code, int) else None


def _reasons(body: Mapping[str, Any]) -> list[str]:
    """The words of any of the three shapes in which the API says no."""
    said = body.get("message") or body.get("messages") or body.get("error_message") or body.get("error")
    if isinstance(said, str):
        return [said]
    return [str(word) for word in cast("list[Any]", said)] if isinstance(said, list) else []


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header: integer, decimal or HTTP date; None for anything else."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            when = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    return seconds if isfinite(seconds) and seconds >= 0 else None
