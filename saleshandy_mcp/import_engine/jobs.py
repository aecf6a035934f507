"""The imports that this process works on. Every other one is in the ledger, and can be resumed."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from anyio.abc import TaskGroup

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.running_imports import ImportsInto, RunningImport
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.core.waiting import wait_until
from saleshandy_mcp.import_engine.ledger.deleting import Keeping
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.locks import is_locked, lock_job, locked
from saleshandy_mcp.import_engine.ledger.records import DamagedJob, JobRecord
from saleshandy_mcp.import_engine.ledger.results import Results
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.import_engine.plan import new_job, plan
from saleshandy_mcp.import_engine.resolved_import import ResolvedImport
from saleshandy_mcp.import_engine.run.runner import run

PLAN_LIVES = timedelta(minutes=10)
"""How long a plan is used again for the same request: lists and sequences change meanwhile."""


@dataclass
class _Background:
    """Work on a job in this process."""

    done: anyio.Event = field(default_factory=anyio.Event)
    failure: Exception | None = None


@dataclass(frozen=True)
class _RunningJob:
    """An import that has rows to come."""

    ledger: Ledger
    job: str
    source: str
    rows: int

    def include(self) -> None:
        self.ledger.keep(self.job, may_mail=True)


class Jobs(ImportsInto):
    """The imports of one account.

    Args:
        tasks: where work goes on after a call has answered.
        ledger: where jobs are written.
        account: whose they are; see ``Saleshandy.account``.
        patience: seconds that a call waits for its job before it answers with the id.
        reading: seconds that a call waits for its rows to be read.
        keeping: how plans are kept that nobody starts.
    """

    def __init__(
        self, tasks: TaskGroup, ledger: Ledger, account: str, *, patience: float, reading: float, keeping: Keeping
    ) -> None:
        self._tasks, self._reading, self.keeping = tasks, reading, keeping
        self.ledger, self.account, self.patience = ledger, account, patience
        self._works: dict[str, _Background] = {}
        self._planned: dict[str, str] = {}

    def find(self, job: str) -> JobRecord:
        """A job of this account.

        Raises:
            Mistake: when this account has no such job, its entry cannot be read, or its rows could not be imported.
        """
        self.keeping.tidy(self.ledger)
        work = self._works.get(job)
        if found := self.ledger.job(job, self.account):
            return found
        if work and work.failure:
            raise work.failure
        raise Mistake(
            f'job: "{job}" is not known here{self.keeping.remark}',
            "List the jobs there are",
            next=NextCall.of("check_import_status"),
        )

    def all(self) -> list[JobRecord]:
        """The jobs of the account, the newest first."""
        self.keeping.tidy(self.ledger)
        return self.ledger.jobs(self.account)

    def damaged(self) -> list[DamagedJob]:
        """Jobs whose entries in the ledger cannot be read."""
        return self.ledger.damaged_jobs(self.account)

    def running(self, sequence_id: str) -> list[RunningImport]:
        return [
            _RunningJob(self.ledger, it.id, it.source, self._to_send(it.id))
            for it in self.ledger.jobs(self.account)
            if it.target.sequence_id == sequence_id and it.state is JobState.RUNNING and self.is_running(it.id)
        ]

    def _to_send(self, job: str) -> int:
        """Rows that the job sends in all: the number stays the same as they are sent."""
        counts = self.results(job).counts()
        return counts.total() - counts[RowState.SKIPPED]

    def people(self, sequence_id: str) -> list[str]:
        return self.ledger.imported_into(self.account, sequence_id)

    def requests(self, job: str) -> list[str]:
        """The ids by which Saleshandy knows the batches of a job."""
        return [batch.request for batch in Rows(self.ledger, job).batches() if batch.request]

    def of_request(self, request: str) -> str | None:
        """The job of this account of which Saleshandy knows a batch by this id; None when there is none."""
        return self.ledger.job_of_request(request, self.account)

    def open_rows(self, job: str) -> int:
        """How many rows of a job are not settled."""
        return len(Rows(self.ledger, job).waiting())

    def few_to_send(self, job: str, most: int, again: Iterable[RowState] = ()) -> list[str] | None:
        """Addresses that are not settled, and those of rows that are sent again; None when they are more than ``most``.

        Args:
            job: which.
            most: how many addresses are few.
            again: states of the rows that are sent again.
        """
        waiting = [email for _, email in Rows(self.ledger, job).waiting()]
        ended = [it.email for it in self.results(job).rows(again, limit=most + 1)]
        return [*waiting, *ended] if len(waiting) + len(ended) <= most else None

    def results(self, job: str) -> Results:
        """What became of the rows of a job."""
        return Results(self.ledger, job, self.is_running(job))

    def is_running(self, job: str) -> bool:
        """Whether somebody works on it: this process, or another one."""
        if job in self._works and not self._works[job].done.is_set():
            return True
        return is_locked(self.ledger, job)

    async def plan(self, resolved: ResolvedImport, fingerprint: str, context: Context) -> JobRecord:
        """A plan: one that was just made for the same request, or a new one. Its rows may still be being read.

        Args:
            resolved: what is to be imported.
            fingerprint: the same for the same request and the same file.
            context: what to work with.

        Raises:
            Mistake: when it cannot be imported as asked.
        """
        job = self._same(fingerprint, context.now())
        if job is None:
            self.keeping.tidy(self.ledger)
            job = new_job(resolved, self.ledger, context.now())
            self._begin(job, lambda record, quiet: plan(record.id, resolved, self.ledger, quiet), context)
            self._planned[fingerprint] = job
        with anyio.move_on_after(self._reading):
            await self._works[job].done.wait()
        if failure := self._works[job].failure:
            raise failure
        return self.find(job)

    def start(self, job: str, context: Context, *, may_mail: bool) -> None:
        """Run a job from where it is, in the background.

        Args:
            job: which.
            context: what to work with; progress is not told, because the caller may be gone.
            may_mail: whether somebody agreed to it with the sequence active; otherwise it stops when that becomes so.

        Raises:
            Mistake: when it has ended, or somebody is running it already.
        """
        record = self.find(job)
        if record.state in (JobState.FINISHED, JobState.ABANDONED, JobState.PLANNING):
            raise Mistake(
                f"job: {job} is {record.state}",
                "See what became of it",
                next=NextCall.of("check_import_status", job=job),
            )

        async def to_the_end(record: JobRecord, quiet: Context) -> None:
            async for _ in run(record, self.ledger, quiet):
                pass

        self.ledger.keep(job, may_mail=may_mail)
        self._begin(job, to_the_end, context)
        self.ledger.put(job, JobState.RUNNING, "")  # it is running already for whoever looks before its first step

    async def wait(self, job: str, context: Context, seconds: float | None = None) -> None:
        """Wait until nobody works on the job any more or the patience is over, and tell its progress.

        Args:
            job: which.
            context: what to work with.
            seconds: the patience; that of all calls where it is left out.
        """

        async def look(waited: float) -> bool | None:
            if waited:
                await context.tell(self._progress(job))
            return None if self.is_running(job) else True

        patience = context.patience(self.patience if seconds is None else seconds)
        await wait_until(look, pause=context.pause, between=(1,), patience=patience)
        if (work := self._works.get(job)) and work.done.is_set() and work.failure:
            raise work.failure

    def _progress(self, job: str) -> str:
        record = self.ledger.job(job, self.account)
        if record is None or record.state is JobState.PLANNING:
            return f"{Rows(self.ledger, job).number():,} rows read"
        return self.results(job).progress()

    def send_again(self, job: str, *states: RowState) -> int:
        """Make rows of a job that has ended wait again; how many they are.

        Raises:
            Mistake: when somebody is running it.
        """
        with locked(self.ledger, job):
            waiting = Rows(self.ledger, job).send_again(states)
            if waiting:
                self.ledger.put(job, JobState.STOPPED, "")
            return waiting

    def abandon(self, job: str) -> None:
        """Give a job up: what was not sent will not be, and what it would have sent is deleted here.

        Raises:
            Mistake: when somebody is running it, or it has ended.
        """
        if self.find(job).state in (JobState.FINISHED, JobState.ABANDONED):
            raise Mistake(f"job: {job} has ended, there is nothing to give up")
        with locked(self.ledger, job):
            self.ledger.give_up(job)

    def _begin(self, job: str, work: Callable[[JobRecord, Context], Awaitable[None]], context: Context) -> None:
        """Lock the job, and work on it in the background until it is done."""
        lock, quiet = lock_job(self.ledger, job), context.outlasting()
        self._works[job] = ours = _Background()

        async def until_done() -> None:
            try:
                await work(self.find(job), quiet)
            except Exception as failure:  # noqa: BLE001 - told to whoever asks; here it would end everybody's calls
                ours.failure = failure
            finally:
                lock.release()
                ours.done.set()

        self._tasks.start_soon(until_done)

    def _same(self, fingerprint: str, now: datetime) -> str | None:
        job = self._planned.get(fingerprint)
        record = self.ledger.job(job, self.account) if job else None
        fresh = record and record.state in (JobState.PLANNING, JobState.PLANNED) and _age(record, now) < PLAN_LIVES
        return job if fresh else None


@asynccontextmanager
async def open_jobs(
    account: str,
    *,
    ledger: Callable[[], Path] | None = None,
    patience: float = 25.0,
    reading: float = 1.0,
    keeping: Keeping | None = None,
) -> AsyncGenerator[Jobs]:
    """The imports of an account. What still runs when this closes is stopped, and can go on when it is opened again.

    Args:
        account: whose imports.
        ledger: says which file jobs are written in; left out, one that is deleted when this closes.
        patience: seconds that a call waits for its job before it answers with the id.
        reading: seconds that a call waits for its rows to be read.
        keeping: how plans are kept that nobody starts.
    """
    with ExitStack() as stack:
        book = Ledger(ledger or (lambda: Path(stack.enter_context(TemporaryDirectory())) / "imports.sqlite3"))
        stack.callback(book.close)
        async with anyio.create_task_group() as tasks:
            yield Jobs(tasks, book, account, patience=patience, reading=reading, keeping=keeping or Keeping())
            tasks.cancel_scope.cancel()


def _age(record: JobRecord, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(record.made)
