"""The end of a batch that Saleshandy accepted: waiting for it, and reading which rows were refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from saleshandy_mcp.api.http.refused_rows import RefusedRow, refused_rows
from saleshandy_mcp.api.resources.prospect_answers import ImportStatus
from saleshandy_mcp.api.resources.prospects import GetImportStatus
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import LONGEST_TOLD, NoKey, Refused, SaleshandyError, Throttled
from saleshandy_mcp.core.waiting import NotYet, wait_until

POLLS = (2.0, 3.0, 5.0, 5.0, 8.0, 8.0, 15.0)
"""Seconds between two looks at an import, the last one again and again: 20 looks a minute is the limit."""
PATIENCE = 30 * 60
"""Seconds to wait for an import."""
GRACE = 60
"""Seconds in which the API may still say that it does not know the request."""

_NOT_KNOWN_YET = 40000
_RETRIES = (5, 15)


def reason(error: Exception, now: datetime, patience: float = PATIENCE) -> str:
    """An error in words for the note of a job that stops. A wait is told as a moment: the note is read later.

    Args:
        error: why it stops.
        now: the time.
        patience: seconds that it would still have waited.
    """
    if not isinstance(error, Throttled) or (error.after or 0) <= patience:
        return str(error)
    longest = f"a job waits {PATIENCE // 60} minutes at most"
    if error.after is None or error.after > LONGEST_TOLD:
        return f"Saleshandy asks to wait for more than a day; {longest}"
    moment = (now + timedelta(seconds=error.after)).astimezone(UTC)
    return f"Saleshandy asks to wait until {moment:%Y-%m-%d %H:%M} UTC; {longest}"


class NotKnown(Exception):
    """Saleshandy says that it has no such import."""


async def completion(
    request_id: str,
    context: Context,
    *,
    patience: float = PATIENCE,
    grace: float = GRACE,
    heard: Callable[[str], None] = lambda _: None,
) -> ImportStatus | None:
    """The status of an import when it has ended; None when it has not within ``patience`` seconds.

    An API that cannot be reached is waited for as well.

    Args:
        request_id: which.
        context: what to work with.
        patience: seconds to wait.
        grace: seconds in which an unknown request is no error, for one that was made just now.
        heard: is told what is waited for besides the end, and an empty text when that is over.

    Raises:
        NotKnown: when the API does not know the request after the grace.
        Throttled: when the API asks to wait longer than that.
        Refused: when the API refuses to answer.
        NoKey: when there is no key to ask with.
    """

    async def look(waited: float) -> ImportStatus | None:
        try:
            status = await context.api.send(GetImportStatus(request_id=request_id))
        except NoKey:
            raise
        except Refused as refusal:
            later = _wait_after(refusal, patience - waited, graceful=waited < grace)
            heard(str(refusal))
            raise NotYet(later) from None
        except SaleshandyError as error:
            heard(str(error))
            raise NotYet(5) from None
        heard("")
        return status if status.is_completed else None

    return await wait_until(look, pause=context.pause, between=POLLS, patience=patience)


def _wait_after(refusal: Refused, left: float, *, graceful: bool) -> float:
    """Seconds to wait at least.

    Raises:
        Refused: when there is nothing to wait for.
        NotKnown: when the request is not known.
    """
    if isinstance(refusal, Throttled):
        later = refusal.after or GRACE
        if later > left:
            raise refusal
        return later
    if refusal.status != 404 and refusal.code != _NOT_KNOWN_YET:
        raise refusal
    if not graceful:
        raise NotKnown(str(refusal))
    return 0


async def report_of(status: ImportStatus, context: Context) -> list[RefusedRow]:
    """The refused rows of a completed import.

    Raises:
        SaleshandyError: when the report cannot be fetched.
        ValueError: when it is no such report.
    """
    if not status.failed_prospects_url:
        return []
    text = await context.api.download(status.failed_prospects_url)
    rows = refused_rows(text)
    if not rows and "email" not in text.lower():
        raise ValueError("the report is not a list of prospects")  # an error page in plain words has no rows either
    return rows


async def patient_report(status: ImportStatus, context: Context) -> list[RefusedRow]:
    """As ``report_of``, tried again: a new link may not work for some seconds.

    Raises:
        SaleshandyError: as there.
        ValueError: as there.
    """
    for pause in _RETRIES:
        try:
            return await report_of(status, context)
        except (SaleshandyError, ValueError):
            await context.pause(pause)
    return await report_of(status, context)
