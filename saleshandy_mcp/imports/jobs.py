"""Imports that go on after a call has answered, for as long as this process lives.

This is the room of the durable engine: a job that outlives its process needs a ledger, which is not built yet.
"""

import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from anyio import create_task_group
from anyio.abc import TaskGroup

from saleshandy_mcp.api.action import Desk, silence
from saleshandy_mcp.imports.job import Job
from saleshandy_mcp.imports.run import run

REMEMBERED = 100
"""Finished jobs that can still be asked about."""


class Jobs:
    """The imports of this process, by id.

    Args:
        patience: seconds that a call waits for its job before it answers with the id.
    """

    def __init__(self, tasks: TaskGroup, patience: float) -> None:
        self._tasks, self.patience = tasks, patience
        self._jobs: dict[str, Job] = {}

    @staticmethod
    def new_id() -> str:
        return f"imp_{secrets.token_hex(3)}"

    def get(self, job_id: str) -> Job | None:
        return self._jobs.get(job_id)

    def start(self, job: Job, desk: Desk) -> None:
        """Run the job in the background. It tells its progress to nobody: whoever started it may be gone."""
        self._jobs[job.id] = job
        for old in [it for it in self._jobs.values() if it.finished][: max(0, len(self._jobs) - REMEMBERED)]:
            del self._jobs[old.id]
        self._tasks.start_soon(run, job, replace(desk, tell=silence))

    async def wait(self, job: Job, desk: Desk) -> None:
        """Until the job has ended or the patience is over, telling its progress."""
        waited = 0.0
        while not job.finished and waited < self.patience:
            await desk.pause(1)
            waited += 1
            if not job.finished:
                await desk.tell(job.progress)


@asynccontextmanager
async def open_jobs(patience: float = 25.0) -> AsyncGenerator[Jobs]:
    """Room for background imports; what still runs when it closes is cancelled, which each job records."""
    async with create_task_group() as tasks:
        yield Jobs(tasks, patience)
        tasks.cancel_scope.cancel()
