"""An import to which something happens: nothing is told as done that is not, and nothing is sent twice."""

import asyncio
from pathlib import Path

import anyio
import httpx2
import pytest

from saleshandy_mcp.api.action import Desk
from saleshandy_mcp.api.retry import WRITE_ATTEMPTS
from saleshandy_mcp.imports.job import RowState
from saleshandy_mcp.imports.run import run
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.workflows.importing import CheckImportStatus, ImportProspects, ImportReport, report
from saleshandy_mcp.workflows.sequences import ListSequences
from tests.imports.jobs_kit import BAD_KEY, NOT_FOUND, RATE_LIMIT, TITLE, UNSUBSCRIBED, carried_out, job_of, people
from tests.workflows.kit import (
    IMPORT,
    REPORT,
    STATUS,
    Answer,
    App,
    Fault,
    Message,
    Receive,
    adds_up,
    desk_over,
    faulty,
    lost,
    new_box,
    posts,
    says,
    unreachable,
)


async def timed_out(app: App, scope: Message, receive: Receive, _: Answer) -> None:
    await lost_quietly(app, scope, receive)
    raise httpx2.ReadTimeout("too late")


async def lost_quietly(app: App, scope: Message, receive: Receive) -> None:
    async def nowhere(_: Message) -> None:
        pass

    await app(scope, receive, nowhere)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lost, id="line broke"),
        pytest.param(timed_out, id="too late"),
        pytest.param(says(500, {"message": "Internal server error"}, passed_on=True), id="500"),
        pytest.param(says(502, "<html>", "text/html", passed_on=True), id="502"),
        pytest.param(says(408, {}, passed_on=True), id="408"),
        pytest.param(says(201, "<html>", "text/html", passed_on=True), id="html"),
        pytest.param(says(201, "", passed_on=True), id="empty"),
        pytest.param(says(201, {"message": "ok", "payload": {}}, passed_on=True), id="no request id"),
    ],
)
async def test_a_batch_without_a_clear_answer_is_unknown_and_sent_once(box: Sandbox, fault: Fault) -> None:
    told = await carried_out(box, people(1200), faulty(box, IMPORT, fault, after=1))
    assert (told.imported, told.unknown, told.not_sent) == (500, 500, 200)
    assert posts(box) == 2
    assert len(told.request_ids) == 1
    assert any("stopped" in note and "unknown" in note for note in told.notes)


async def test_a_batch_that_never_left_is_tried_again_and_then_told_as_not_sent(box: Sandbox) -> None:
    told = await carried_out(box, people(700), faulty(box, IMPORT, unreachable, after=1, times=2))
    assert (told.imported, posts(box)) == (700, 2)
    told = await carried_out(box, people(700), faulty(box, IMPORT, unreachable))
    assert (told.not_sent, posts(box)) == (700, 2)
    assert "could not be reached" in told.notes[0]


async def test_a_key_that_is_revoked_on_the_way_stops_the_import(box: Sandbox) -> None:
    told = await carried_out(box, people(1200), faulty(box, IMPORT, says(400, BAD_KEY), after=1))
    assert (told.imported, told.not_sent, posts(box)) == (500, 700, 1)
    assert told.notes == ["stopped: Invalid token"]


async def test_a_key_that_is_revoked_while_waiting_leaves_that_batch_unknown(box: Sandbox) -> None:
    told = await carried_out(box, people(700), faulty(box, STATUS, says(401, {"message": "no"})))
    assert (told.unknown, told.not_sent, posts(box)) == (500, 200, 1)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(says(400, NOT_FOUND), id="never known"),
        pytest.param(says(500, {}), id="broken"),
        pytest.param(lost, id="lost"),
        pytest.param(says(200, {"payload": {"isCompleted": False}}), id="never ends"),
        pytest.param(says(200, "<html>", "text/html"), id="html"),
        pytest.param(says(200, {"payload": {"state": "new"}}), id="other words"),
    ],
)
async def test_an_import_whose_end_cannot_be_seen_is_unknown(box: Sandbox, fault: Fault) -> None:
    told = await carried_out(box, people(700), faulty(box, STATUS, fault))
    assert (told.unknown, told.not_sent, posts(box)) == (500, 200, 1)
    assert told.request_ids[0] in told.notes[0]


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(says(404, {"message": "There is no such file."}), id="missing"),
        pytest.param(says(403, "<Error><Code>AccessDenied</Code></Error>", "application/xml"), id="expired"),
        pytest.param(says(302, ""), id="redirect"),
        pytest.param(says(500, ""), id="broken"),
        pytest.param(says(200, "<!doctype html>", "text/html"), id="html"),
        pytest.param(says(200, "", "text/csv"), id="empty"),
        pytest.param(says(200, 'Email,Reason\n"a', "text/csv"), id="cut"),
        pytest.param(says(200, "Request has expired", "text/plain"), id="words"),
        pytest.param(lost, id="lost"),
        pytest.param(says(200, "Email,Reason\nx@other.example.com,no\n", "text/csv"), id="names somebody else"),
        pytest.param(says(200, "Row,Reason\n3,no\n", "text/csv"), id="names nobody"),
    ],
)
async def test_without_a_report_that_can_be_read_nobody_is_told_as_imported(box: Sandbox, fault: Fault) -> None:
    rows = [*people(2), UNSUBSCRIBED, *(f"q{it}@new.example.com" for it in range(600))]
    told = await carried_out(box, rows, faulty(box, REPORT, fault))
    assert (told.imported, told.unknown, told.not_sent) == (0, 500, 103)
    assert told.notes


@pytest.mark.parametrize(
    "link",
    [
        "https://files.example.com/report.csv",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "http://sandbox@evil.example.com/files/1.csv",
        "https://[::1",
        "http://sandbox/files/\x01.csv",
        "report.csv",
    ],
)
async def test_a_report_on_another_host_is_not_fetched_and_nobody_told_as_imported(box: Sandbox, link: str) -> None:
    asked: list[str] = []
    elsewhere = faulty(box, STATUS, says(200, {"payload": {"isCompleted": True, "failedProspectsURL": link}}))

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        asked.append(f"{dict(scope['headers'])[b'host'].decode()}{scope['path']}")
        await elsewhere(scope, receive, send)

    told = await carried_out(box, [*people(2), UNSUBSCRIBED], app)
    assert (told.imported, told.unknown) == (0, 3)
    assert all(it.startswith("sandbox/v1/") for it in asked)


async def test_a_report_of_a_header_alone_refuses_nobody(box: Sandbox) -> None:
    bare = says(200, "Email,Failure Reason\n", "text/csv")
    told = await carried_out(box, [*people(2), UNSUBSCRIBED], faulty(box, REPORT, bare))
    assert (told.imported, told.unknown) == (3, 0)


async def test_a_report_that_names_some_strangers_still_gives_the_others_their_reasons(box: Sandbox) -> None:
    text = "Email,Failure Reason\np0@new.example.com,known reason\nx@other.example.com,other\n"
    told = await carried_out(box, [*people(2), UNSUBSCRIBED], faulty(box, REPORT, says(200, text, "text/csv")))
    assert (told.refused_for, told.unknown, told.imported) == ({"known reason": 1}, 2, 0)
    assert any("x@other.example.com" in note for note in told.notes)


async def held(box: Sandbox, call: str, *, native: bool) -> ImportReport:
    """The report of an import that is cancelled while one of its calls is being carried out."""
    inside, released = anyio.Event(), anyio.Event()

    async def hold(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        inside.set()
        await released.wait()
        await app(scope, receive, send)

    job = job_of(box, people(1200))
    async with desk_over(box, app=faulty(box, call, hold, after=1)) as desk:
        if native:
            task = asyncio.ensure_future(run(job, desk))
            await inside.wait()
            task.cancel()
            released.set()
            await asyncio.wait([task])
        else:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(run, job, desk)
                await inside.wait()
                tasks.cancel_scope.cancel()
                released.set()
        return await report(job, desk)


@pytest.mark.parametrize("native", [False, True])
async def test_a_cancelled_import_does_not_say_of_a_batch_under_way_that_it_was_not_sent(
    box: Sandbox, *, native: bool
) -> None:
    told = await held(box, IMPORT, native=native)
    assert (told.finished, told.imported, told.unknown, told.not_sent) == (True, 500, 500, 200)
    assert adds_up(told)
    assert posts(box) <= 2


@pytest.mark.parametrize("native", [False, True])
async def test_a_batch_that_nobody_waits_for_any_more_is_unknown(box: Sandbox, *, native: bool) -> None:
    told = await held(box, STATUS, native=native)
    assert (told.finished, told.unknown, told.in_progress) == (True, 500, 0)
    assert adds_up(told)


async def test_a_batch_that_waits_for_the_rate_limit_when_all_ends_was_not_sent(box: Sandbox) -> None:
    turned_away = 0
    job = job_of(box, people(1200))
    async with anyio.create_task_group() as tasks:

        async def throttle(app: App, scope: Message, receive: Receive, send: Answer) -> None:
            nonlocal turned_away
            turned_away += 1
            await says(400, RATE_LIMIT)(app, scope, receive, send)
            if turned_away == WRITE_ATTEMPTS:
                tasks.cancel_scope.cancel()

        async with desk_over(box, app=faulty(box, IMPORT, throttle, after=1)) as desk:
            await run(job, desk)
    assert (job.count(RowState.IMPORTED), job.count(RowState.NOT_SENT)) == (500, 700)


async def test_the_halves_of_a_batch_that_never_left_were_not_sent(box: Sandbox) -> None:
    calls = 0

    async def halve_and_go(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        nonlocal calls
        calls += 1
        await (says(413, {"message": "too large"}) if calls == 1 else unreachable)(app, scope, receive, send)

    told = await carried_out(box, people(1200), faulty(box, IMPORT, halve_and_go, after=1))
    assert (told.imported, told.not_sent) == (500, 700)


async def test_the_jobs_of_a_process_that_ends_have_no_row_in_the_air(box: Sandbox) -> None:
    async with desk_over(box, patience=1) as desk:
        started = await ImportProspects(sequence=TITLE, rows=[{"Email": it} for it in people(5)]).run(desk)
        job = desk.jobs.get(started.job)
    async with desk_over(box) as desk:
        told = await report(job, desk)
    assert (told.finished, told.unknown, told.in_progress) == (True, 5, 0)


async def test_a_fault_of_ours_ends_one_import_and_not_the_server(box: Sandbox, tmp_path: Path) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    async with desk_over(box, folder=tmp_path, app=faulty(box, IMPORT, broken)) as desk:
        told = await ImportProspects(sequence=TITLE, rows=[{"Email": it} for it in people(5)]).run(desk)
        assert (told.finished, told.unknown) == (True, 5)
        assert any("RuntimeError" in note for note in told.notes)
        assert (await ListSequences().run(desk)).total == 5


async def test_an_unknown_request_id_is_not_told_as_still_running(box: Sandbox, desk: Desk) -> None:
    with pytest.raises(Exception, match="Request not found"):
        await CheckImportStatus(job="0000000").run(desk)
    assert box.clock.seconds() < 60


async def test_an_import_that_is_only_ever_turned_away_stops_and_says_so() -> None:
    box = new_box()
    told = await carried_out(box, people(3), faulty(box, IMPORT, says(400, RATE_LIMIT)))
    assert told.not_sent == 3
    assert "turned calls away for 30 minutes" in " ".join(told.notes)
    assert posts(box) == 0
