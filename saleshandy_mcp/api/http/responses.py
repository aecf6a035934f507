"""What an answer that is no success means. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, cast

from pydantic import ValidationError

from saleshandy_mcp.core.errors import BadKey, Broken, Rejected, SaleshandyError, Throttled
from saleshandy_mcp.core.request import Request

WINDOW_SECONDS = 60.0
"""The limits of both APIs count the calls of a minute."""
_A_MOMENT, _IN_MILLISECONDS = 1e9, 1e11
"""From the first number on it is a Unix time, from the second one on in milliseconds."""


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
        return Throttled(status, code, reasons, wait_told(headers, now))
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


def wait_told(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait by the headers of an answer to too many calls; None when they do not say.

    Dates are compared with the clock of the server, where it tells its time: the clock here may be an hour off.
    """
    here = server_time(headers) or now
    told = (retry_after(headers.get("retry-after"), here), until_reset(headers, here))
    return max((seconds for seconds in told if seconds is not None), default=None)


def until_reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the limit is whole again, by ``x-ratelimit-reset``; None when it does not say.

    It was seen as a date. A Unix time, in seconds or milliseconds, and a number of seconds are read as well. A window
    lasts a minute, so that a clock which is wrong, here or there, stops nobody for longer.
    """
    value = headers.get("x-ratelimit-reset", "").strip()
    try:
        number = float(value)
    except ValueError:
        seconds = retry_after(value, now) if "," in value else _until_iso(value, now)
    else:
        seconds = retry_after(str(_seconds_from(number, now)), now)
    return None if seconds is None else min(seconds, WINDOW_SECONDS)


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The time at which the server answered; None when it does not tell."""
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, OverflowError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _seconds_from(number: float, now: datetime) -> float:
    if number < _A_MOMENT:
        return number
    return (number / 1000 if number > _IN_MILLISECONDS else number) - now.timestamp()


def _until_iso(value: str, now: datetime) -> float | None:
    try:
        when = datetime.fromisoformat(value)
        seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return seconds if seconds >= 0 else None


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


def misfit(operation: Request[Any], error: ValidationError) -> str:
    """What did not fit, without the values: answers hold personal data."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the body"
    return f"the answer to {operation.slug} is not as expected: {where}: {first['msg']}"
