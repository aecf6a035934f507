"""How a batch that Saleshandy accepted has ended: waiting for it, and reading which rows it refused."""

from collections.abc import Callable

from saleshandy_mcp.api.http.refused_rows import RefusedRow, refused_rows
from saleshandy_mcp.api.resources.prospects import GetImportStatus, ImportStatus
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import NoKey, Refused, SaleshandyError, Throttled

POLLS = (2, 3, 5, 5, 8, 8, 15)
"""Seconds between two looks at an import, the last one over and over: 20 looks a minute is the limit."""
PATIENCE = 30 * 60
"""Seconds after which nobody waits for it any longer."""
GRACE = 60
"""Seconds in which the API may still say that it does not know the request."""

_NOT_KNOWN_YET = 40000
_RETRIES = (5, 15)


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
    """The status of an import once it has ended; None when it has not within ``patience`` seconds.

    An API that is out of reach is waited for as well.

    Args:
        request_id: which.
        context: what to work with.
        patience: seconds to wait.
        grace: seconds in which not being known is no refusal, for a request that was made just now.
        heard: hears what is waited for besides the end, and nothing when that is over.

    Raises:
        NotKnown: when the API knows no such request, the grace over.
        Refused: when it does not answer such questions.
        NoKey: when there is no key to ask with.
    """
    waited, looks = 0.0, 0
    while True:
        pause = float(POLLS[min(looks, len(POLLS) - 1)])
        try:
            status = await context.api.send(GetImportStatus(request_id=request_id))
        except NoKey:
            raise
        except Refused as refusal:
            pause = _pause_after(refusal, pause, graceful=waited < grace)
            heard(str(refusal))
        except SaleshandyError as error:
            pause = max(pause, 5.0)
            heard(str(error))
        else:
            heard("")
            if status.is_completed:
                return status
        if waited + pause > patience:
            return None
        await context.pause(pause)
        waited, looks = waited + pause, looks + 1


def _pause_after(refusal: Refused, pause: float, *, graceful: bool) -> float:
    if isinstance(refusal, Throttled):
        return refusal.after or GRACE
    if refusal.status != 404 and refusal.code != _NOT_KNOWN_YET:
        raise refusal
    if not graceful:
        raise NotKnown(str(refusal))
    return pause


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
    """As ``report_of``, tried again: a link may lead nowhere for some seconds.

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
