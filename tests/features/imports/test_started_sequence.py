"""A sequence that is started while an import runs into it: nobody is mailed whom somebody did not agree to mail."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.sandbox import Sandbox
from tests.features.imports.kit import PAUSED, imported, question, set_active, status
from tests.features.imports.kit import table as table_of
from tests.features.questions import question_of, through_the_gate, words
from tests.import_engine.engine import RATE_LIMIT, taken
from tests.kit import (
    IMPORT,
    STATUS,
    Answer,
    App,
    Message,
    Receive,
    context_over,
    faulty,
    line_of,
    posts,
    says,
    unreachable,
)

STARTS = "POST /sequences/status"
START = SetSequenceStatus(sequence=PAUSED, status="active")
NOTE = f'"{PAUSED}" became active, and nobody agreed that these people are mailed'
ROWS, CANARY = 700, 25


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.csv").write_text(table_of(ROWS))
    return tmp_path


def started_at(box: Sandbox, call: str, *, after: int = 0) -> App:
    """The sandbox, in which somebody starts the sequence in the web app just before a call is carried out."""

    async def start(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        set_active(box, PAUSED)
        await app(scope, receive, send)

    return faulty(box, call, start, after=after, times=1)


async def stopped_by_a_start(box: Sandbox, folder: Path, app: App) -> ImportReport:
    async with context_over(box, folder=folder, app=app, ledger=folder / "l.sqlite3") as context:
        return await imported(context, sequence=PAUSED, file="a.csv")


async def test_a_start_in_the_middle_stops_the_job_before_its_next_batch(box: Sandbox, folder: Path) -> None:
    before = line_of(box, PAUSED)["prospects"]
    told = await stopped_by_a_start(box, folder, started_at(box, STATUS))
    assert (told.state, told.stopped) == ("stopped", NOTE)
    assert (told.imported, told.not_sent, told.in_progress) == (CANARY, ROWS - CANARY, 0)
    assert (posts(box), line_of(box, PAUSED)["prospects"]) == (1, before + CANARY)


@pytest.mark.parametrize("fault", [says(400, RATE_LIMIT), unreachable], ids=["for the rate limit", "for the network"])
async def test_a_start_while_a_batch_waits_is_seen_before_it_is_sent_again(
    box: Sandbox, folder: Path, fault: App
) -> None:
    async def start_and_fail(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        set_active(box, PAUSED)
        await fault(app, scope, receive, send)  # pyright: ignore[reportCallIssue] - a fault

    told = await stopped_by_a_start(box, folder, faulty(box, IMPORT, start_and_fail, after=1, times=8))
    assert (told.stopped, told.imported, posts(box)) == (NOTE, CANARY, 1)


async def test_a_start_before_the_first_batch_stops_the_job_before_anything_is_sent(box: Sandbox, folder: Path) -> None:
    told = await stopped_by_a_start(box, folder, started_at(box, "GET /prospects$"))
    assert (told.stopped, told.not_sent, posts(box)) == (NOTE, ROWS, 0)


async def test_where_it_cannot_be_looked_up_whether_it_was_started_the_job_stops(box: Sandbox, folder: Path) -> None:
    broken = False

    async def break_down(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        nonlocal broken
        broken = True
        await app(scope, receive, send)

    watched = faulty(box, STATUS, break_down, times=1)

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        down = broken and scope["path"].endswith("/sequences") and scope["method"] == "GET"
        await (says(500, {})(box.app, scope, receive, send) if down else watched(scope, receive, send))

    told = await stopped_by_a_start(box, folder, app)
    assert told.stopped == f'whether "{PAUSED}" became active could not be looked up'
    assert (told.imported, posts(box)) == (CANARY, 1)


async def test_a_job_that_stopped_by_a_start_asks_first_and_goes_on_after_a_yes(box: Sandbox, folder: Path) -> None:
    told = await stopped_by_a_start(box, folder, started_at(box, STATUS))
    async with context_over(box, ledger=folder / "l.sqlite3") as context:
        asked = await question(context, job=told.job)
        assert asked is not None
        assert f'- import: "a.csv [{told.job}]", {ROWS - CANARY} rows would be imported' in words(asked)
        assert "the active sequence mails them" in words(asked)
        assert posts(box) == 1
        again = await imported(context, job=told.job)
    assert (again.imported, again.finished) == (ROWS, True)
    assert set(taken(box).values()) == {1}


async def test_a_job_that_somebody_agreed_to_with_the_sequence_active_is_not_stopped_by_it(
    box: Sandbox, folder: Path
) -> None:
    set_active(box, PAUSED)
    told = await stopped_by_a_start(box, folder, started_at(box, STATUS))
    assert (told.imported, told.finished) == (ROWS, True)


async def test_paused_and_asked_anew_a_job_goes_on_without_talk_of_mail(box: Sandbox, folder: Path) -> None:
    told = await stopped_by_a_start(box, folder, started_at(box, STATUS))
    set_active(box, PAUSED, active=False)
    async with context_over(box, ledger=folder / "l.sqlite3") as context:
        asked = await question(context, job=told.job)
        assert asked is not None
        assert "nobody new is mailed until a sequence is started" in words(asked)
        assert (await imported(context, job=told.job)).imported == ROWS


async def test_an_agreement_of_before_a_pause_is_none_to_what_goes_on_after_it(box: Sandbox, folder: Path) -> None:
    """The job was agreed to with the sequence active, stopped, and went on with it paused: a start stops it again."""
    set_active(box, PAUSED)
    revoked = faulty(box, IMPORT, says(401, {"message": "no"}), after=1, times=1)
    told = await stopped_by_a_start(box, folder, revoked)
    assert told.state == "stopped"
    set_active(box, PAUSED, active=False)
    async with context_over(box, app=started_at(box, IMPORT), ledger=folder / "l.sqlite3") as context:
        again = await imported(context, job=told.job)
    assert (again.stopped, posts(box)) == (NOTE, 2)


@dataclass
class Held:
    """A job that waits for the end of its first batch until it is released."""

    job: str
    context: Context
    released: anyio.Event

    async def end(self) -> ImportReport:
        self.released.set()
        while (told := await status(self.context, self.job)).in_progress:
            await self.context.pause(1)
        return told


@asynccontextmanager
async def held(box: Sandbox, folder: Path) -> AsyncGenerator[Held]:
    released = anyio.Event()

    async def hold(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        await released.wait()
        await app(scope, receive, send)

    app = faulty(box, STATUS, hold)
    async with context_over(box, folder=folder, app=app, ledger=folder / "l.sqlite3", patience=0) as context:
        told = await imported(context, sequence=PAUSED, file="a.csv")
        while not posts(box):
            await anyio.lowlevel.checkpoint()
        assert (told.state, told.in_progress) == ("running", ROWS)
        yield Held(told.job, context, released)


@pytest.fixture(params=["in this process", "in another process"])
async def running(box: Sandbox, folder: Path, request: pytest.FixtureRequest) -> AsyncGenerator[tuple[Held, Context]]:
    """A running job, and what a start works with: the same context, or one of its own over the same ledger."""
    async with held(box, folder) as job, context_over(box, ledger=folder / "l.sqlite3", patience=0) as other:
        yield job, job.context if request.param == "in this process" else other


async def asked_to_start(context: Context) -> Question:
    return await question_of(context, START)


async def test_a_start_names_the_running_job_and_its_people_to_come(running: tuple[Held, Context]) -> None:
    job, context = running
    text = words(await asked_to_start(context))
    assert f'- still running: "a.csv [{job.job}]", {ROWS} people in all, included' in text
    assert "To wait for the import that still runs, or to stop it first, say no." in text


async def test_after_a_yes_to_the_start_the_running_job_goes_on(box: Sandbox, running: tuple[Held, Context]) -> None:
    job, context = running
    await through_the_gate(context, START)
    assert line_of(box, PAUSED)["active"] is True
    told = await job.end()
    assert (told.imported, told.finished) == (ROWS, True)


async def test_a_no_to_the_start_changes_nothing(box: Sandbox, running: tuple[Held, Context]) -> None:
    job, context = running
    ledger = job.context.service(Jobs).ledger
    await asked_to_start(context)
    assert (line_of(box, PAUSED)["active"], posts(box, STARTS), ledger.may_mail(job.job)) == (False, 0, False)
    told = await job.end()
    assert (told.imported, told.finished) == (ROWS, True)


async def test_after_a_no_a_start_by_somebody_else_stops_the_running_job(
    box: Sandbox, running: tuple[Held, Context]
) -> None:
    job, context = running
    await asked_to_start(context)
    set_active(box, PAUSED)
    told = await job.end()
    assert (told.stopped, told.imported, posts(box)) == (NOTE, CANARY, 1)


async def test_a_job_into_another_sequence_is_not_named(box: Sandbox, running: tuple[Held, Context]) -> None:
    _, context = running
    set_active(box, "Agencies EU", active=False)
    text = words(await question_of(context, SetSequenceStatus(sequence="Agencies EU", status="active")))
    assert "an import still runs" not in text


async def test_a_job_that_does_not_run_is_not_named_by_a_start(box: Sandbox, folder: Path) -> None:
    stopped = faulty(box, IMPORT, says(401, {"message": "no"}), after=1, times=1)
    told = await stopped_by_a_start(box, folder, stopped)
    async with context_over(box, folder=folder, ledger=folder / "l.sqlite3") as context:
        plan = await through_the_gate(context, ImportProspects(sequence=PAUSED, file="a.csv", dry_run=True))
        text = words(await asked_to_start(context))
    assert told.job != plan.job
    assert "an import still runs" not in text
    assert f"- {CANARY} of them by imports from this machine (digest " in text
