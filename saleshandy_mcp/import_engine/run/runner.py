"""Running a job to its end: a canary, the other batches, and the batches whose outcome is unknown."""

import logging
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing

from anyio import to_thread

from saleshandy_mcp.api.patience import patiently
from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.import_engine.batching import in_batches
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.previous_jobs import compare
from saleshandy_mcp.import_engine.ledger.reasons import Reason, ReasonCode
from saleshandy_mcp.import_engine.ledger.records import Batch, JobRecord
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import BatchState, JobState, RowState
from saleshandy_mcp.import_engine.run.outcome import PATIENCE, POLLS, reason
from saleshandy_mcp.import_engine.run.reconcile import SETTLE, Finding, Reconciler
from saleshandy_mcp.import_engine.run.sending import Sender, Stop
from saleshandy_mcp.import_engine.run.verdict import tell_new_from_known
from saleshandy_mcp.lookups.facts import people_in

WINDOW = 8
"""Batches that Saleshandy may be working on at once."""
MANY = 10
"""From so many batches on, comparing their rows would hold up other calls, and is done in a thread."""
MOST_UNKNOWN = 3
"""Batches whose outcome is unknown after which a run stops: then the connection is broken, not a batch."""

_OUTCOMES = {
    Finding.PRESENT: (RowState.IMPORTED, Reason(ReasonCode.FOUND_AGAIN)),
    Finding.UNCLEAR: (RowState.UNKNOWN, Reason(ReasonCode.UNPROVEN)),
    Finding.ABSENT: (RowState.REFUSED, Reason(ReasonCode.REFUSED_UNREAD)),
}

logger = logging.getLogger(__name__)


async def run(job: JobRecord, ledger: Ledger, context: Context) -> AsyncGenerator[None]:
    """Bring a job to its end, or to a stop from which it can go on, step by step. The caller holds the lock of the job.

    Raises:
        Mistake: when the ledger fails, or the operator lets nothing be sent; the job can go on from what is written.
    """
    ledger.put(job.id, JobState.RUNNING, "")
    state, note = JobState.STOPPED, "the program that ran it was ended"
    try:
        async with aclosing(_Run(job, ledger, context).to_the_end()) as steps:
            async for _ in steps:
                yield
        state, note = JobState.FINISHED, ""
    except Stop as stop:
        note = str(stop)
    except Mistake as mistake:
        note = mistake.wrong
        raise
    except Exception as error:
        # Nobody waits here for the error, and raised further it would end the imports and calls of everybody else.
        logger.exception("import %s failed", job.id)
        note = f"a fault inside this program ({type(error).__name__})"
    finally:
        ledger.put(job.id, state, note)


class _Run:
    """One run of a job."""

    def __init__(self, job: JobRecord, ledger: Ledger, context: Context) -> None:
        self._job, self._target, self._ledger, self._context = job.id, job.target, ledger, context
        self._rows = Rows(ledger, job.id)
        self._sender = Sender(self._rows, job.target, context)
        # When the newest person had been stored before the job began, by the API's clock.
        self._since = job.facts.since
        self._working: deque[Batch] = deque()
        self._again = job.facts.again
        self._unknown = 0

    async def to_the_end(self) -> AsyncGenerator[None]:
        """Every batch is sent and settled; unknown ones are looked up, and what is proven to be missing is sent again.

        Raises:
            Stop: when that cannot be done now.
        """
        if len(self._rows.batches()) > MANY:
            await to_thread.run_sync(self._adopt)
        else:
            self._adopt()
        while self._rows.batches(BatchState.PLANNED, BatchState.ACCEPTED, BatchState.UNKNOWN):
            await self._look_at_the_newest()
            async for _ in self._send_all():
                yield
            await self._reconcile()
            yield
        await self._tell_new_from_known()

    def _adopt(self) -> None:
        """Take over what an earlier run left.

        A batch that may have been sent is unknown; one with a request id is asked about.
        """
        for batch in self._rows.batches():
            if batch.state is BatchState.IN_FLIGHT:
                self._rows.move(batch.number, BatchState.UNKNOWN, request="")
            elif batch.state in (BatchState.ACCEPTED, BatchState.UNKNOWN) and batch.request:
                self._rows.move(batch.number, BatchState.ACCEPTED)
                self._working.append(batch)
        # Between the plan and now another job may have sent the same people.
        self._rows.skip(compare(self._ledger, self._job, again=self._again).skipped)
        self._put_into_batches()

    def _put_into_batches(self) -> None:
        """Rows without a batch get one."""
        unbatched = self._rows.unbatched()
        self._rows.add_batches(in_batches(unbatched, len(unbatched), canary=False))

    async def _look_at_the_newest(self) -> None:
        """Before anything is sent: a person who is stored later than this one came with the job."""
        if self._since:
            return
        try:
            newest = await patiently(self._context.api, ListProspects(page_size=10), self._context.pause, PATIENCE)
        except SaleshandyError as error:
            raise Stop(f"Saleshandy could not be asked ({reason(error, self._context.now())})") from None
        self._since = max((it.created_at or "" for it in newest.items), default="") or "0"
        before = await people_in(self._context.api, self._target.sequence_id)
        self._ledger.keep(self._job, since=self._since, people_before=before)

    async def _tell_new_from_known(self) -> None:
        await tell_new_from_known(self._rows, self._since, self._context)
        self._ledger.keep(self._job, people_after=await people_in(self._context.api, self._target.sequence_id))

    async def _send_all(self) -> AsyncGenerator[None]:
        waiting = self._planned()
        while waiting or self._working:
            if not waiting or len(self._working) >= WINDOW:
                await self._follow(self._working.popleft())
                yield
                continue
            batch = waiting.popleft()
            yield
            match await self._sender.send(batch):
                case BatchState.ACCEPTED:
                    await self._accepted(batch.number, more=bool(waiting))
                case BatchState.SETTLED if waiting and self._refused(batch):
                    raise Stop(f"Saleshandy refused a whole batch ({self._why(batch)}); the others were not sent")
                case BatchState.PLANNED:
                    waiting = self._planned()
                case BatchState.UNKNOWN:
                    self._count_unknown()
                case _:
                    pass

    def _planned(self) -> deque[Batch]:
        return deque(self._rows.batches(BatchState.PLANNED))

    async def _accepted(self, number: int, *, more: bool) -> None:
        """The first batch is the canary: its end is waited for, and when all of it is refused nothing else is sent."""
        (batch,) = (it for it in self._rows.batches(BatchState.ACCEPTED) if it.number == number)
        self._working.append(batch)
        if number > 1 or not more:
            return
        await self._context.pause(POLLS[0])
        await self._follow(self._working.pop())
        if self._refused(batch):
            raise Stop(f"all rows of the first batch were refused ({self._why(batch)}); the others were not sent")

    def _refused(self, batch: Batch) -> bool:
        return {state for state, _ in self._rows.outcomes(batch.number)} == {RowState.REFUSED}

    async def _follow(self, batch: Batch) -> None:
        if await self._sender.follow(batch) is BatchState.UNKNOWN:
            self._count_unknown()

    def _count_unknown(self) -> None:
        self._unknown += 1
        if self._unknown >= MOST_UNKNOWN:
            raise Stop(f"the outcome of {MOST_UNKNOWN} batches is unknown; it is looked up when the job goes on")

    def _why(self, batch: Batch) -> str:
        return "; ".join(reason.text for (_, reason), _ in self._rows.outcomes(batch.number).most_common(3))

    async def _reconcile(self) -> None:
        """Look up what became of the unknown batches; what is proven to be missing waits in a batch again."""
        unknown = self._rows.batches(BatchState.UNKNOWN)
        if unknown:
            # How long ago they were sent, no clock tells: it may have been set forward since.
            await self._context.pause(SETTLE)
        for batch in unknown:
            emails = self._rows.addresses(batch.number)
            try:
                found = await Reconciler(self._context, self._target, self._since).batch(emails)
            except SaleshandyError as error:
                because = reason(error, self._context.now())
                raise Stop(f"what became of {len(emails):,} rows could not be looked up ({because})") from None
            self._apply(batch, found)
        self._put_into_batches()

    def _apply(self, batch: Batch, found: dict[int, Finding]) -> None:
        """A batch that has ended by its request id was carried out: who is not there was refused."""
        again = [] if batch.request else [number for number, it in found.items() if it is Finding.ABSENT]
        settled = {number: _OUTCOMES[it] for number, it in found.items() if number not in set(again)}
        self._rows.settle(batch.number, settled)
        if again:
            self._rows.split_batch(batch.number, again)
