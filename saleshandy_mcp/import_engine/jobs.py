"""The imports that this process works on; every other one is in the ledger, and can be taken up again."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
from anyio.abc import TaskGroup

from saleshandy_mcp.core.context import Context, silence
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.running_imports import ImportsInto, RunningImport
from saleshandy_mcp.import_engine.ledger.ledger import JobLine, Ledger
from saleshandy_mcp.import_engine.ledger.locks import alive, owned, owning
from saleshandy_mcp.import_engine.ledger.results import Verdict
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.import_engine.plan import Order, draw_up, new_job
from saleshandy_mcp.import_engine.run.runner import run
from saleshandy_mcp.import_engine.run.sending import MAY_MAIL

PLAN_LIVES = timedelta(minutes=10)
"""How long a plan is what it was: lists and sequences change meanwhile."""
LEFTOVER = timedelta(days=1)
"""After that a plan that nobody agreed to is forgotten."""


@dataclass
class _Work:
    """A job that this process is working on, or was."""

    done: anyio.Event = field(default_factory=anyio.Event)
    failure: Exception | None = None


@dataclass(frozen=True)
class Running:
    """An import that has rows to come."""

    ledger: Ledger
    job: str
    source: str
    open_rows: int

    def include(self) -> None:
        self.ledger.keep(self.job, {MAY_MAIL: True})


class Jobs(ImportsInto):
    """The imports of one account.

    Args:
        tasks: where work goes on after a call has answered.
        ledger: where jobs are written down.
        account: whose they are; see ``Saleshandy.account``.
        patience: seconds that a call waits for its job before it answers with the id.
        reading: seconds that a call waits for its rows to be read.
    """

    def __init__(self, tasks: TaskGroup, ledger: Ledger, account: str, *, patience: float, reading: float) -> None:
        self._tasks, self._patience, self._reading = tasks, patience, reading
        self.ledger, self.account = ledger, account
        self._works: dict[str, _Work] = {}
        self._drawn: dict[str, str] = {}

    def find(self, job: str) -> JobLine:
        """A job of this account.

        Raises:
            Mistake: when this account has no such job, or its rows turned out not to be what can be imported.
        """
        work = self._works.get(job)
        if found := self.ledger.job(job, self.account):
            return found
        if work and work.failure:
            raise work.failure
        raise Mistake(f'job: "{job}" is not known here', "check_import_status() lists the jobs there are.")

    def all(self) -> list[JobLine]:
        return self.ledger.jobs(self.account)

    def running(self, sequence_id: str) -> list[RunningImport]:
        return [
            Running(self.ledger, it.id, it.source, self.open_rows(it.id))
            for it in self.all()
            if it.target.sequence_id == sequence_id and it.state is JobState.RUNNING and self.alive(it.id)
        ]

    def people(self, sequence_id: str) -> list[str]:
        return self.ledger.imported_into(self.account, sequence_id)

    def requests(self, job: str) -> list[str]:
        """The ids by which Saleshandy knows the batches of a job."""
        return [batch.request for batch in Rows(self.ledger, job).batches() if batch.request]

    def open_rows(self, job: str) -> int:
        """How many rows of a job are not settled."""
        return len(Rows(self.ledger, job).waiting())

    def few_waiting(self, job: str, most: int) -> list[str] | None:
        """Addresses that are not settled; None when they are more than so many."""
        waiting = Rows(self.ledger, job).waiting()
        return [email for _, email in waiting] if len(waiting) <= most else None

    def verdict(self, job: str) -> Verdict:
        return Verdict(self.ledger, job, self.alive(job))

    def alive(self, job: str) -> bool:
        """Whether somebody is working on it: this process, or another one."""
        if job in self._works and not self._works[job].done.is_set():
            return True
        return alive(self.ledger, job)

    async def draw_up(self, order: Order, fingerprint: str, context: Context) -> JobLine:
        """A plan for the order: one that was just made of the same, or a new one; it may still be being read.

        Args:
            order: what is wanted.
            fingerprint: the same for the same wish and the same file.
            context: what to work with.

        Raises:
            Mistake: when it cannot be imported as asked.
        """
        job = self._same(fingerprint, context.now())
        if job is None:
            self._tidy(context.now())
            job = new_job(order, self.ledger, context.now())
            self._begin(job, lambda line, quiet: draw_up(line.id, order, self.ledger, quiet), context)
            self._drawn[fingerprint] = job
        with anyio.move_on_after(self._reading):
            await self._works[job].done.wait()
        if failure := self._works[job].failure:
            raise failure
        return self.find(job)

    def start(self, job: str, context: Context, *, may_mail: bool) -> None:
        """Run a job from where it is, in the background. It tells its progress to nobody: who started it may be gone.

        Args:
            job: which.
            context: what to work with.
            may_mail: whether somebody has agreed to it with the sequence active; else it stops when that becomes so.

        Raises:
            Mistake: when it has come to its end, or somebody is running it already.
        """
        line = self.find(job)
        if line.state in (JobState.FINISHED, JobState.ABANDONED, JobState.PLANNING):
            raise Mistake(f"job: {job} is {line.state}", "check_import_status tells what became of it.")

        async def to_the_end(line: JobLine, quiet: Context) -> None:
            async for _ in run(line, self.ledger, quiet):
                pass

        self.ledger.keep(job, {MAY_MAIL: may_mail})
        self._begin(job, to_the_end, context)
        self.ledger.put(job, JobState.RUNNING, "")  # whoever looks before its first step shall see it

    async def wait(self, job: str, context: Context, seconds: float | None = None) -> None:
        """Until nobody works on the job any more or the patience is over, telling its progress."""
        waited, patience = 0.0, self._patience if seconds is None else seconds
        while waited < patience and self.alive(job):
            await context.pause(1)
            waited += 1
            await context.tell(self._progress(job))
        if (work := self._works.get(job)) and work.done.is_set() and work.failure:
            raise work.failure

    def _progress(self, job: str) -> str:
        line = self.ledger.job(job, self.account)
        if line is None or line.state is JobState.PLANNING:
            return f"{Rows(self.ledger, job).number():,} rows read"
        return self.verdict(job).progress()

    @property
    def patience(self) -> float:
        return self._patience

    def again(self, job: str, *states: RowState) -> int:
        """Make rows of a job that has ended wait once more; how many they are.

        Raises:
            Mistake: when somebody is running it.
        """
        with owning(self.ledger, job):
            released = Rows(self.ledger, job).release(states)
            if released:
                self.ledger.put(job, JobState.STOPPED, "")
            return released

    def abandon(self, job: str) -> None:
        """Give a job up: what was not sent will not be, and what it would have sent is deleted here.

        Raises:
            Mistake: when somebody is running it, or it has come to its end.
        """
        if self.find(job).state in (JobState.FINISHED, JobState.ABANDONED):
            raise Mistake(f"job: {job} has ended, there is nothing to give up")
        with owning(self.ledger, job):
            self.ledger.give_up(job)

    def _begin(self, job: str, work: Callable[[JobLine, Context], Awaitable[None]], context: Context) -> None:
        """Own the job, and work on it in the background until it is done."""
        lock, quiet = owned(self.ledger, job), replace(context, tell=silence)
        self._works[job] = ours = _Work()

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
        job = self._drawn.get(fingerprint)
        line = self.ledger.job(job, self.account) if job else None
        fresh = line and line.state in (JobState.PLANNING, JobState.PLANNED) and _age(line, now) < PLAN_LIVES
        return job if fresh else None

    def _tidy(self, now: datetime) -> None:
        """Plans that nobody came back for, and rows that a killed process was reading."""
        for line in self.all():
            forgotten = line.state is JobState.PLANNED and _age(line, now) > LEFTOVER
            if forgotten or (line.state is JobState.PLANNING and not self.alive(line.id)):
                self.ledger.drop(line.id)


@asynccontextmanager
async def open_jobs(
    account: str, *, ledger: Callable[[], Path] | None = None, patience: float = 25.0, reading: float = 1.0
) -> AsyncGenerator[Jobs]:
    """Room for imports; what still runs when it closes is stopped, and can go on when somebody opens it again.

    Args:
        account: whose imports.
        ledger: says which file jobs are written down in; left out, one that is gone when this closes.
        patience: seconds that a call waits for its job before it answers with the id.
        reading: seconds that a call waits for its rows to be read.
    """
    with ExitStack() as stack:
        book = Ledger(ledger or (lambda: Path(stack.enter_context(TemporaryDirectory())) / "imports.sqlite3"))
        stack.callback(book.close)
        async with anyio.create_task_group() as tasks:
            yield Jobs(tasks, book, account, patience=patience, reading=reading)
            tasks.cancel_scope.cancel()


def _age(line: JobLine, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(line.made)
