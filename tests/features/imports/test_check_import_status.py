"""``check_import_status``: how an import stands, row by row, and which imports there are."""

from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, Rejected, Unreadable
from saleshandy_mcp.core.view import NextCall, View
from saleshandy_mcp.features.imports.check_import_status import CheckImportStatus, ImportList, RequestReport
from saleshandy_mcp.features.imports.plan_rows import PlanRows
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.server.app import build_server
from tests.features.imports.kit import ANN, BAD_KEY, PAUSED, imported, planned, rows, status
from tests.kit import IMPORT, REPORT, STATUS, context_over, faulty, lost, says

SENTENCES = ["Did the import finish and which rows were refused?", "How is my import job doing?"]
EXAMPLES: dict[str, dict[str, Any]] = {"check_import_status_none": {}}


async def request_of(context: Context, request: str, page: int = 1) -> RequestReport:
    told = await CheckImportStatus(job=request, page=page).run(context)
    assert isinstance(told, RequestReport)
    return told


async def test_a_job_can_be_asked_about_by_its_id_as_often_as_one_likes(context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[ANN, {"Email": "no"}])
    assert await status(context, told.job) == told
    assert await status(context, told.job) == told


@pytest.mark.parametrize("verify", [True, False])
async def test_verification_goes_on_after_the_import(box: Sandbox, context: Context, *, verify: bool) -> None:
    told = await imported(context, sequence=PAUSED, rows=rows(50), verify=verify)
    assert told.verification == ({"pending": 50} if verify else {})
    box.clock.advance(60)
    later = (await status(context, told.job)).verification
    assert sum(later.values()) == (50 if verify else 0)
    assert "pending" not in later


async def test_verification_that_cannot_be_read_takes_nothing_from_the_report(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, "POST /prospects/verification-status", lost)) as context:
        told = await imported(context, sequence=PAUSED, rows=[ANN], verify=True)
    assert (told.imported, told.verification) == (1, {})


async def test_many_rows_in_trouble_come_in_pages_that_hold_each_once(context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[*rows(3), *({"Email": f"bad {it}"} for it in range(60))])
    assert (told.skipped, told.trouble_rows, len(told.trouble)) == (60, 60, 25)
    seen = [line.row for line in told.trouble]
    assert told.next == NextCall.of("check_import_status", job=told.job, page=2)
    for page in (2, 3):
        further = await status(context, told.job, page=page)
        seen += [line.row for line in further.trouble]
    assert further.next is None
    assert seen == list(range(4, 64))
    assert (await status(context, told.job, page=4)).trouble == []


async def test_a_page_that_is_just_full_is_the_last(context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[{"Email": f"bad {it}"} for it in range(25)])
    assert (len(told.trouble), told.next) == (25, None)


async def test_an_import_can_be_asked_about_by_the_request_id_of_saleshandy(box: Sandbox, context: Context) -> None:
    box.world.prospects.update(
        (id_, {**row, "unsubscribed": True}) for id_, row in list(box.world.prospects.items())[:60]
    )
    gone = [{"Email": row["email"]} for row in list(box.world.prospects.values())[:60]]
    told = await imported(context, sequence=PAUSED, rows=[*gone, *rows(4)])
    (request,) = told.request_ids
    async with context_over(box) as elsewhere:
        lines = [line for page in (1, 2, 3) for line in (await request_of(elsewhere, request, page)).refused]
        first = await request_of(elsewhere, request)
        last = await request_of(elsewhere, request, 3)
        text = "\n".join(filter(None, first.lines(NextCall.for_model)))
    assert "are refused (counted as in Saleshandy's report, not as in the file):" in text
    assert (first.completed, first.refused_rows, len(first.refused)) == (True, told.refused, 25)
    assert first.next == NextCall.of("check_import_status", job=request, page=2)
    assert last.next is None
    assert [line.email for line in lines] == [row["Email"] for row in gone]
    assert {line.text for line in lines} == {"Prospect is unsubscribed"}


async def test_a_request_of_which_no_row_was_refused_says_so(box: Sandbox, context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[ANN])
    async with context_over(box) as elsewhere:
        report = await request_of(elsewhere, told.request_ids[0])
    assert (report.completed, report.refused, report.refused_rows, report.next) == (True, [], 0, None)


async def test_a_request_of_our_own_is_told_as_the_job_that_made_it(context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[ANN, {"Email": "no"}])
    assert await status(context, told.request_ids[0]) == told
    skipped = await status(context, told.request_ids[0], state="skipped")
    assert [(it.row, it.email) for it in skipped.trouble] == [(2, "no")]


async def test_of_a_request_made_elsewhere_only_refused_rows_can_be_asked_for(box: Sandbox, context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[ANN])
    async with context_over(box) as elsewhere:
        with pytest.raises(Mistake, match="Saleshandy tells its refused rows alone"):
            await CheckImportStatus(job=told.request_ids[0], state="imported").run(elsewhere)
        report = await CheckImportStatus(job=told.request_ids[0], state="refused").run(elsewhere)
    assert isinstance(report, RequestReport)


async def test_the_rows_of_a_plan_are_told_by_state_and_in_pages(context: Context) -> None:
    people = [*rows(30), {"Email": "no"}]
    plan = await planned(context, rows=people)
    first, second, skipped, refused = [
        await CheckImportStatus.model_validate({"job": plan.job, "state": state, "page": page}).run(context)
        for state, page in (("not_sent", 1), ("not_sent", 2), ("skipped", 1), ("refused", 1))
    ]
    assert isinstance(first, PlanRows)
    assert isinstance(second, PlanRows)
    assert isinstance(skipped, PlanRows)
    assert isinstance(refused, PlanRows)
    assert [it.email for it in [*first.listed, *second.listed]] == [row["Email"] for row in rows(30)]
    assert {it.text for it in first.listed} == {""}
    assert first.next == NextCall.of("check_import_status", job=plan.job, state="not_sent", page=2)
    assert second.next is None
    assert [(it.row, it.text) for it in skipped.listed] == [(31, "bad address: no @ in it")]
    text = "\n".join(filter(None, refused.lines(NextCall.for_model)))
    assert text == f"Plan {plan.job} has no rows that are refused. Nothing was sent."


async def test_a_request_that_has_not_ended_is_not_told_as_ended(box: Sandbox) -> None:
    running = says(200, {"payload": {"isCompleted": False, "failedProspectsURL": None}})
    async with context_over(box, app=faulty(box, STATUS, running)) as context:
        report = await request_of(context, "abc1234")
    assert (report.completed, report.refused_rows) == (False, 0)
    assert box.clock.seconds() <= 15


async def test_a_job_that_is_not_known_is_told_with_a_way_on(context: Context) -> None:
    with pytest.raises(Mistake, match='job: "imp_000000" is not known here') as refusal:
        await CheckImportStatus(job="imp_000000").run(context)
    assert refusal.value.next == NextCall.of("check_import_status")


@pytest.mark.parametrize("request_id", ["0000000", "../sequences", "x y"])
async def test_a_request_that_saleshandy_does_not_know_is_told_as_such(context: Context, request_id: str) -> None:
    with pytest.raises((Mistake, Rejected)):
        await CheckImportStatus(job=request_id).run(context)


@pytest.mark.parametrize(
    "report", [says(200, "<html>", "text/html"), says(404, {}), says(200, "", "text/csv"), says(302, "")]
)
async def test_a_request_whose_report_cannot_be_read_is_never_told_as_without_refusals(
    box: Sandbox, report: Any
) -> None:
    async with context_over(box, app=faulty(box, REPORT, report)) as context:
        told = await imported(context, sequence=PAUSED, rows=[ANN, {"Email": "zofia.nowak@ostrellis.example.com"}])
    async with context_over(box, app=faulty(box, REPORT, report)) as context:
        with pytest.raises((Mistake, Unreadable)):
            await CheckImportStatus(job=told.request_ids[0]).run(context)


async def test_rows_of_one_state_can_be_read_page_by_page(context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[*rows(30), {"Email": "no"}])
    first = await status(context, told.job, state="imported")
    second = await status(context, told.job, state="imported", page=2)
    assert (first.trouble_rows, len(first.trouble), len(second.trouble)) == (30, 25, 5)
    assert first.next == NextCall.of("check_import_status", job=told.job, state="imported", page=2)
    assert {it.state for it in first.trouble} == {"imported"}


async def test_addresses_that_verification_found_bad_are_named(context: Context, box: Sandbox) -> None:
    told = await imported(context, sequence=PAUSED, rows=rows(60), verify=True)
    assert (told.verification, told.waiting_for_ever) == ({"pending": 60}, [])
    box.clock.advance(60)
    later = await status(context, told.job)
    silent = later.verification.get("bad", 0) + later.verification.get("risky", 0)
    assert len(later.waiting_for_ever) == min(silent, 10) > 0


def text_of(view: View) -> str:
    return "\n".join(line for line in view.lines(NextCall.for_model) if line)


async def test_verification_is_told_with_what_is_still_open(box: Sandbox, context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=rows(60), verify=True)
    again = NextCall.of("check_import_status", job=told.job).for_model()
    assert f"\nVerification: 60 pending. It goes on: {again} later.\n" in text_of(told)
    box.clock.advance(60)
    later = await status(context, told.job)
    counts = ", ".join(f"{number} {word}" for word, number in sorted(later.verification.items()))
    silent = ", ".join(later.waiting_for_ever)
    assert f"\nVerification: {counts}. These get no mail, and Saleshandy does not say so: {silent}.\n" in text_of(later)


async def test_a_job_that_stopped_is_told_with_why_and_how_to_go_on(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, IMPORT, says(400, BAD_KEY))) as context:
        told = await imported(context, sequence=PAUSED, rows=[*rows(2), {"Email": "no"}])
        listed = await CheckImportStatus().run(context)
    going_on = NextCall.of("import_prospects", job=told.job).for_model()
    assert text_of(told) == "\n".join(
        (
            f"rows → {PAUSED}, step 1: 3 rows, job {told.job} stopped",
            "  1 skipped · 2 not sent because the import stopped",
            "  skipped: 1 bad address: no @ in it",
            "It stopped: the API key was not accepted (Invalid token).",
            "Rows that were not imported: 3 (page 1 of 1)",
            "  row 1 p0@n.example.com: the import stopped before",
            "  row 2 p1@n.example.com: the import stopped before",
            "  row 3 no: bad address: no @ in it",
            f"Go on from there: {going_on}",
        )
    )
    assert f"[{told.job}] stopped · 0 of 3 rows imported · go on: {going_on}" in text_of(listed)


async def test_a_running_job_is_told_with_what_it_waits_for(box: Sandbox, tmp_path: Path) -> None:
    waits = faulty(box, IMPORT, says(429, {"message": "slow down"}), times=30)
    async with context_over(box, app=waits, ledger=tmp_path / "l.sqlite3", patience=5) as context:
        told = await imported(context, sequence=PAUSED, rows=rows(3))
        while not told.waiting_for:
            told = await status(context, told.job)
        text = text_of(told)
    assert "  3 in progress" in text
    assert "  waiting, and trying again: slow down" in text
    again = NextCall.of("check_import_status", job=told.job).for_model()
    assert text.endswith(f"Ask again: {again}. The job goes on meanwhile.")


async def test_rows_that_were_imported_before_are_told_with_how_to_send_them_again(context: Context) -> None:
    first = await imported(context, sequence=PAUSED, rows=rows(2))
    told = await imported(context, sequence=PAUSED, rows=rows(2))
    text = text_of(told)
    assert f"  skipped: 2 imported by {first.job} with the same values" in text
    assert "  To send rows that were imported before, pass again=true." in text
    assert "again=true" not in text_of(first)


async def test_the_list_tells_each_import_and_pages_through_many(context: Context) -> None:
    jobs = [(await imported(context, rows=rows(1, f"n{it}.example.com"))).job for it in range(27)]
    first = await CheckImportStatus().run(context)
    second = await CheckImportStatus(page=2).run(context)
    assert isinstance(first, ImportList)
    assert isinstance(second, ImportList)
    assert {it.job for it in (*first.jobs, *second.jobs)} == set(jobs)
    assert (len(first.jobs), len(second.jobs), first.total) == (25, 2, 27)
    text = text_of(first)
    assert text.startswith("27 imports from this machine, the newest first (page 1 of 2)\n")
    assert text.endswith("More: check_import_status(page=2)")
    assert f"rows → account [{first.jobs[0].job}] finished · 1 of 1 row imported" in text
    one = NextCall.of("check_import_status", job=second.jobs[0].job).for_model()
    assert text_of(second).endswith(f"One of them: {one}")


async def test_an_import_goes_on_when_the_call_that_started_it_has_had_its_time(box: Sandbox) -> None:
    async with (
        context_over(box, patience=1, longest=10) as context,
        Client(build_server(context)) as client,
    ):
        given: dict[str, Any] = {"sequence": PAUSED, "rows": rows(50)}
        asked = await client.call_tool("import_prospects", given)
        assert asked.structured_content
        answer = await client.call_tool("import_prospects", given | {"confirm": asked.structured_content["confirm"]})
        assert answer.structured_content
        box.clock.advance(20)
        job = answer.structured_content["job"]
        await context.service(Jobs).wait(job, context, 3600)
        told = await status(context, job)
    assert answer.structured_content["state"] == "running"
    assert (told.imported, told.unknown) == (50, 0)
