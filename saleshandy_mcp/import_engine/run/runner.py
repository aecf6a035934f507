"""Running a job to its end: a canary, the other batches, and whatever was left in doubt."""

import logging
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing

from anyio import to_thread

from saleshandy_mcp.api.resources.prospects import ListProspects
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.import_engine.batching import cut
from saleshandy_mcp.import_engine.ledger.ledger import JobLine, Ledger
from saleshandy_mcp.import_engine.ledger.previous_jobs import earlier
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import Batch, BatchState, JobState, RowState
from saleshandy_mcp.import_engine.run.outcome import POLLS
from saleshandy_mcp.import_engine.run.reconcile import SETTLE, Found, ReadBack
from saleshandy_mcp.import_engine.run.sending import Sender, Stop, since

WINDOW = 8
"""Batches that Saleshandy may be working on at once."""
MANY = 10
"""Batches from which on looking through their rows would hold up other calls, and is left to a thread."""
DOUBTS = 3
"""Batches in doubt after which a run stops: then it is the line that is broken, not a batch."""

READ_BACK = "read back: the answer was lost, the person is there"
UNSEEN = "refused; the reason could not be read"
UNCLEAR = "sent, and the answer was lost; whether it was stored could not be proven"

logger = logging.getLogger(__name__)


async def run(job: JobLine, ledger: Ledger, context: Context) -> AsyncGenerator[None]:
    """Bring a job to its end, or to a stop from which it can go on, step by step. Whoever calls this owns the job.

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
        # Nobody waits here to be told, and what escapes would end the imports and calls of everybody else.
        logger.exception("import %s failed", job.id)
        note = f"a fault inside this program ({type(error).__name__})"
    finally:
        ledger.put(job.id, state, note)


class _Run:
    """One run of a job."""

    def __init__(self, job: JobLine, ledger: Ledger, context: Context) -> None:
        self._job, self._target, self._ledger, self._context = job.id, job.target, ledger, context
        self._rows = Rows(ledger, job.id)
        self._sender = Sender(self._rows, job.target, context)
        # When the newest person had been stored before the job began, by the API's clock.
        self._since = str(job.facts.get("since") or "")
        self._working: deque[Batch] = deque()
        self._again = bool(job.facts.get("again"))
        self._doubts = 0

    async def to_the_end(self) -> AsyncGenerator[None]:
        """Every batch sent and settled; what is in doubt is read back, what is proven to be missing is sent again.

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
            await self._read_back()
            yield

    def _adopt(self) -> None:
        """What a run before left: a batch that may have gone out is in doubt, one with a request id is asked about."""
        for batch in self._rows.batches():
            if batch.state is BatchState.IN_FLIGHT:
                self._rows.move(batch.number, BatchState.UNKNOWN, request="")
            elif batch.state in (BatchState.ACCEPTED, BatchState.UNKNOWN) and batch.request:
                self._rows.move(batch.number, BatchState.ACCEPTED)
                self._working.append(batch)
        # Between the plan and now another job may have sent the same people.
        before = earlier(self._ledger, self._job, again=self._again)
        self._rows.skip(before.skipped.items())
        self._cut()

    def _cut(self) -> None:
        """Rows without a batch get one."""
        loose = self._rows.loose()
        self._rows.cut(cut(loose, len(loose), canary=False))

    async def _look_at_the_newest(self) -> None:
        """Before anything is sent: whoever is stored later than this came with the job."""
        if self._since:
            return
        try:
            newest = (await self._context.api.send(ListProspects(page_size=10))).items
        except SaleshandyError as error:
            raise Stop(f"Saleshandy could not be asked ({error})") from None
        self._since = max((it.created_at or "" for it in newest), default="") or "0"
        self._ledger.keep(self._job, {"since": self._since})

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
                    self._doubt()
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
        return {state for state, _ in self._rows.fates(batch.number)} == {RowState.REFUSED}

    async def _follow(self, batch: Batch) -> None:
        if await self._sender.follow(batch) is BatchState.UNKNOWN:
            self._doubt()

    def _doubt(self) -> None:
        self._doubts += 1
        if self._doubts >= DOUBTS:
            raise Stop(f"{DOUBTS} batches ended in doubt; they are read back when the job goes on")

    def _why(self, batch: Batch) -> str:
        return "; ".join(reason for (_, reason), _ in self._rows.fates(batch.number).most_common(3))

    async def _read_back(self) -> None:
        """Look what became of the batches in doubt; what is proven to be missing waits in a batch again."""
        doubtful = self._rows.batches(BatchState.UNKNOWN)
        for batch in doubtful:
            await self._context.pause(max(SETTLE - since(batch.sent, self._context.now()), 0))
            emails = self._rows.addresses(batch.number)
            looker = ReadBack(self._context, self._target, self._since)
            try:
                found = await looker.batch(emails)
            except SaleshandyError as error:
                raise Stop(f"what became of {len(emails):,} rows could not be looked up ({error})") from None
            self._apply(batch, found)
        self._cut()

    def _apply(self, batch: Batch, found: dict[int, Found]) -> None:
        """A batch that has ended by its request id was carried out: who is not there was refused."""
        fates = {
            Found.PRESENT: (RowState.IMPORTED, READ_BACK),
            Found.UNCLEAR: (RowState.UNKNOWN, UNCLEAR),
            Found.ABSENT: (RowState.REFUSED, UNSEEN),
        }
        again = [] if batch.request else [number for number, it in found.items() if it is Found.ABSENT]
        settled = {number: fates[it] for number, it in found.items() if number not in set(again)}
        self._rows.settle(batch.number, settled)
        if again:
            self._rows.recut(batch.number, again)
