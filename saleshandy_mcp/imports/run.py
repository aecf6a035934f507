"""Sending an import and finding out what became of each row."""

import logging
from collections import deque
from typing import Final

from saleshandy_mcp.api.action import Desk
from saleshandy_mcp.api.errors import (
    BadKey,
    Doubtful,
    NoKey,
    NotSent,
    Rejected,
    SaleshandyError,
    Throttled,
    Unreadable,
)
from saleshandy_mcp.api.prospects import GetImportStatus, ImportProspectsToSequence, ImportStatus
from saleshandy_mcp.api.report import RefusedRow, refused_rows
from saleshandy_mcp.imports.batches import batches
from saleshandy_mcp.imports.check import key
from saleshandy_mcp.imports.job import Job, RowState
from saleshandy_mcp.imports.source import SourceRow

POLLS: Final = (2, 3, 5, 5, 8)
"""Seconds between two looks at an import, the last one over and over: 20 looks a minute is the limit."""
PATIENCE = 30 * 60
"""Seconds after which an import that does not end is called unknown."""
GRACE = 60
"""Seconds in which the API may still say that it does not know the request."""

_NOT_KNOWN_YET = 40000

logger = logging.getLogger(__name__)


async def run(job: Job, desk: Desk) -> None:
    """Send the job batch by batch, each one settled before the next.

    It stops where going on could only add doubt: a refused key, an API out of reach, a batch whose fate is unknown.
    What was not sent by then is said to be so.
    """
    waiting = deque(batches(job.rows))
    try:
        while waiting:
            batch = waiting.popleft()
            if not await _send(job, batch, waiting, desk):
                break
    except Exception as error:
        # Nobody waits here to be told, and what escapes would end the imports and calls of everybody else.
        logger.exception("import %s failed", job.id)
        job.notes.append(f"stopped: a fault inside this server ({type(error).__name__})")
    finally:
        left = [row for row in job.rows if job.fates[row.number].state is RowState.WAITING]
        job.settle(left, RowState.NOT_SENT, "the import stopped before")
        adrift = [row for row in job.rows if job.fates[row.number].state is RowState.SENT]
        job.settle(adrift, RowState.UNKNOWN, "nobody waited for the answer")
        job.finished = True


async def _send(job: Job, batch: list[SourceRow], waiting: deque[list[SourceRow]], desk: Desk) -> bool:
    """One batch; False when the job has to stop."""
    target = job.target
    operation = ImportProspectsToSequence(
        prospect_list=[row.values for row in batch],
        step_id=target.step_id,
        conflict_action=target.conflict_action,
        verify_prospects=target.verify,
        tags=target.tags,
    )
    # Said before the first byte: whatever ends us from here on, these rows may have been sent.
    job.settle(batch, RowState.SENT)
    try:
        started = await desk.api.send(operation)
    except Throttled as error:
        job.settle(batch, RowState.WAITING)
        waiting.appendleft(batch)
        return await _wait_for_a_turn(job, error.after or GRACE, desk)
    except (BadKey, NoKey, NotSent) as error:
        job.settle(batch, RowState.WAITING)
        job.notes.append(f"stopped: {error or type(error).__name__}")
        return False
    except Rejected as error:
        if error.status == 413 and len(batch) > 1:
            job.settle(batch, RowState.WAITING)
            middle = len(batch) // 2
            waiting.extendleft([batch[middle:], batch[:middle]])
        else:
            job.settle(batch, RowState.REFUSED, str(error))
        return True
    except (Doubtful, Unreadable) as error:
        job.settle(batch, RowState.UNKNOWN, str(error))
        job.notes.append("stopped: a batch was sent and its fate is unknown; look before sending it again")
        return False
    job.turned_away = 0.0
    job.request_ids.append(started.request_id)
    return await _follow(job, batch, started.request_id, desk)


async def _wait_for_a_turn(job: Job, seconds: float, desk: Desk) -> bool:
    """Wait for the rate limit; False when it has let nothing through for too long."""
    job.turned_away += seconds
    if job.turned_away > PATIENCE:
        job.notes.append(f"stopped: Saleshandy turned calls away for {PATIENCE // 60} minutes")
        return False
    await desk.pause(seconds)
    return True


async def _follow(job: Job, batch: list[SourceRow], request_id: str, desk: Desk) -> bool:
    """Wait for a batch to end and settle its rows; False when it cannot be known how it ended."""
    try:
        status = await completion(request_id, desk)
        if status is None:
            raise Unreadable(f"import {request_id} had not ended after {PATIENCE // 60} minutes")
        refused = await report_of(status, desk)
    except (SaleshandyError, ValueError) as error:
        job.settle(batch, RowState.UNKNOWN, str(error))
        job.notes.append(f"stopped: what became of import {request_id} could not be read")
        return False
    if strangers := _settle(job, batch, refused):
        named = "; ".join(f"{it.email or 'a row without an address'}: {it.reason}" for it in strangers[:3])
        more = f" and {len(strangers) - 3:,} more" if len(strangers) > 3 else ""
        job.notes.append(f"stopped: the report of import {request_id} names rows that it did not hold: {named}{more}")
    return not strangers


async def completion(
    request_id: str, desk: Desk, patience: float = PATIENCE, grace: float = GRACE
) -> ImportStatus | None:
    """The status of an import once it has ended; None when it has not within ``patience`` seconds.

    ``grace`` is for a request that was made just now: the seconds in which not being known is no refusal.

    Raises:
        SaleshandyError: when the status cannot be read.
    """
    waited, looks = 0.0, 0
    while True:
        try:
            status = await desk.api.send(GetImportStatus(request_id=request_id))
            if status.is_completed:
                return status
            pause = float(POLLS[min(looks, len(POLLS) - 1)])
        except Throttled as error:
            pause = error.after or GRACE
        except Rejected as error:
            # A fresh request may not be known everywhere yet.
            if waited >= grace or (error.status != 404 and error.code != _NOT_KNOWN_YET):
                raise
            pause = float(POLLS[0])
        if waited + pause > patience:
            return None
        await desk.pause(pause)
        waited, looks = waited + pause, looks + 1


async def report_of(status: ImportStatus, desk: Desk) -> list[RefusedRow]:
    """The refused rows of a completed import.

    Raises:
        SaleshandyError: when the report cannot be fetched.
        ValueError: when it is no such report.
    """
    if not status.failed_prospects_url:
        return []
    text = await desk.api.download(status.failed_prospects_url)
    rows = refused_rows(text)
    if not rows and "email" not in text.lower():
        raise ValueError("the report is not a list of prospects")  # an error page in plain words has no rows either
    return rows


def _settle(job: Job, batch: list[SourceRow], refused: list[RefusedRow]) -> list[RefusedRow]:
    """Settle a batch by its report; the refused rows that fit none of it.

    A refusal that cannot be told whose it is may be anybody's, so then nobody is said to be imported.
    """
    by_address = {key(row.values["Email"]): row for row in batch}
    strangers = [it for it in refused if key(it.email) not in by_address]
    if strangers:
        job.settle(batch, RowState.UNKNOWN, "the report names refused rows that cannot be told apart")
    else:
        job.settle(batch, RowState.IMPORTED)
    for address, reason in refused:
        if row := by_address.get(key(address)):
            job.settle([row], RowState.REFUSED, reason)
    return strangers
