"""Jobs for the engine alone, without a tool or a file around them."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core import addresses
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.import_engine.batching import in_batches
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON
from saleshandy_mcp.import_engine.ledger.records import JobRecord, Target
from saleshandy_mcp.import_engine.ledger.results import Results, RowResult
from saleshandy_mcp.import_engine.ledger.rows import NewRow, Rows
from saleshandy_mcp.import_engine.ledger.states import JobState, RowState
from saleshandy_mcp.import_engine.run.runner import run
from saleshandy_mcp.sandbox import KEY, Sandbox
from tests.kit import App, pauses

TITLE = "SaaS founders"
ACCOUNT = "account"
UNSUBSCRIBED = "zofia.nowak@ostrellis.example.com"
BOUNCED = "carmen.molina@starquay.example.com"
NOT_FOUND = {"error": True, "code": 40000, "message": "Request not found", "payload": None}
BAD_KEY = {"error": True, "type": "auth", "code": 1001, "message": "Invalid token", "payload": None}
RATE_LIMIT = {"code": 40000, "message": "Rate Limit exceeded"}


def people(number: int, domain: str = "new.example.com") -> list[str]:
    return [f"p{it}@{domain}" for it in range(number)]


def place(box: Sandbox, title: str, number: int) -> tuple[str, str]:
    """The ids of a sequence and of one of its steps."""
    sequence_id = next(row["id"] for row in box.world.sequences.values() if row["title"] == title)
    return sequence_id, box.world.steps_of(sequence_id)[number - 1]["id"]


def people_at(box: Sandbox, title: str, number: int) -> list[str]:
    """Who stands at a step."""
    sequence_id, step_id = place(box, title, number)
    return [box.world.prospects[who]["email"] for who, at in box.world.enrolments[sequence_id].items() if at == step_id]


def target(box: Sandbox, number: int = 1, *, step_id: str = "", account_wide: bool = False) -> Target:
    if account_wide:
        return Target("", "", "", 0, "addMissingFields", verify=False, tags=[])
    sequence_id, found = place(box, TITLE, number)
    return Target(sequence_id, TITLE, step_id or found, number, "addMissingFields", verify=False, tags=[])


def planned(ledger: Ledger, where: Target, emails: Iterable[str], job: str = "imp_1", most: int | None = None) -> str:
    """A job with these rows in the ledger, ready to go; ``most`` rows in a batch."""
    ledger.open_job(job, ACCOUNT, "a.csv", where, datetime.now(UTC).isoformat())
    rows = Rows(ledger, job)
    rows.add(
        [
            NewRow(
                number,
                email,
                addresses.row_key(ACCOUNT, where.step_id, email),
                sha256(email.encode()).digest()[:16],
                RowState.WAITING,
                NO_REASON,
                f'{{"Email":"{email}"}}',
            )
            for number, email in enumerate(emails, start=2)
        ]
    )
    unbatched = rows.unbatched()
    numbers = [number for number, _ in unbatched]
    parts = (
        in_batches(unbatched, len(unbatched))
        if most is None
        else (numbers[at : at + most] for at in range(0, len(numbers), most))
    )
    rows.add_batches(parts)
    ledger.put(job, JobState.PLANNED)
    return job


def record(ledger: Ledger, job: str = "imp_1") -> JobRecord:
    found = ledger.job(job, ACCOUNT)
    assert found is not None
    return found


async def carried_out(
    box: Sandbox,
    ledger: Ledger,
    job: str = "imp_1",
    app: App | None = None,
    now: Callable[[], datetime] | None = None,
) -> JobRecord:
    """Run a job to its end, or to where it stops."""
    pause = pauses(box)
    api = Saleshandy(KEY, base_url="http://sandbox/v1", app=app or box.app, clock=box.clock.seconds, pause=pause)
    async with api:
        async for _ in run(record(ledger, job), ledger, Context(api=api, pause=pause, now=now or box.clock.now)):
            pass
    return record(ledger, job)


def results(ledger: Ledger, job: str = "imp_1") -> list[RowResult]:
    return list(Results(ledger, job, running=False).all())


def counts(ledger: Ledger, job: str = "imp_1") -> dict[str, int]:
    """Rows by state, those that there are."""
    return {str(state): number for state, number in Results(ledger, job, running=False).counts().items()}


def taken(box: Sandbox) -> Counter[str]:
    """How often each address came to the sandbox in a call that it took, counted inside of it."""
    return Counter(row["Email"] for job in box.world.imports.values() for row in job["rows"])


class Killed(BaseException):
    """What a process that is killed does not even notice."""


class Mortal(Ledger):
    """A ledger whose process is killed at one of its changes, before or after it reaches the disk."""

    def __init__(self, path: Path, change: int, *, after: bool) -> None:
        super().__init__(lambda: path)
        self._left, self._after, self.dead = change, after, False

    @contextmanager
    def changing(self, *, durable: bool = True) -> Generator[Connection]:
        self._left -= 1
        if self.dead or (self._left < 0 and not self._after):
            self.dead = True
            raise Killed
        with super().changing(durable=durable) as db:
            yield db
        if self._left < 0:
            self.dead = True
            raise Killed
