"""``import_prospects``: what a plan shows before anything is sent, and how a job goes on."""

from pathlib import Path

import anyio
import pytest

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.imports.check_import_status import CheckImportStatus, ImportList
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.import_engine.jobs import Jobs
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.sandbox import Sandbox
from tests.features.imports.kit import (
    ACTIVE,
    BAD_KEY,
    BLOCKED,
    PAUSED,
    UNSUBSCRIBED,
    imported,
    people_in,
    planned,
    question,
    rows,
    set_active,
    status,
)
from tests.features.imports.kit import table as table_of
from tests.features.questions import through_the_gate, words
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
    lost,
    posts,
    says,
)

EXPORTS = Path(__file__).parent.parent.parent / "import_engine" / "exports"
NOBODY = {"mailchimp_unsubscribed.csv", "mailchimp_cleaned.csv"}
"""Exports of people who are out."""


@pytest.fixture
def table(tmp_path: Path) -> str:
    lines = [
        "Name,Title,e-mail,Score",
        "Ann Quill,Founder,ann@quill.example.com,7",
        "Bo Ash,Owner,bo@ash.example.com,",
        ",,info@ash.example.com,",
        ",,no,",
        f"Stop,,{BLOCKED},",
        ",,ANN@quill.example.com,",
        ",,ada@lanternworks.example.com,",
    ]
    (tmp_path / "leads.csv").write_text("\n".join(lines))
    return "leads.csv"


async def test_a_plan_says_what_would_be_sent_and_why_the_rest_would_not(
    context: Context, box: Sandbox, table: str
) -> None:
    plan = await planned(context, file=table, sequence=ACTIVE)
    assert (plan.rows, plan.to_send, plan.skipped, plan.calls) == (7, 4, 3, 1)
    assert {(it.reason, it.text, it.rows) for it in plan.skipped_for} == {
        (ReasonCode.BAD_ADDRESS, "bad address: no @ in it", 1),
        (ReasonCode.DO_NOT_CONTACT, "on the do-not-contact list Asked us not to write", 1),
        (ReasonCode.DUPLICATE, "duplicate", 1),
    }
    assert [line for line in plan.mapping if "Title" in line] == ['"Title" → Job Title']
    assert plan.left_out == ["Score"]
    assert plan.samples[0].stored == {
        "First Name": "Ann",
        "Last Name": "Quill",
        "Job Title": "Founder",
        "Email": "ann@quill.example.com",
    }
    assert plan.samples[0].subject == "The same ten questions at [Company: empty]"
    assert "4 people have no Company, which the copy needs" in plan.warnings
    assert "1 role address: info@ash.example.com" in plan.warnings
    assert "1 address at a domain of our own senders: ada@lanternworks.example.com" in plan.warnings
    assert posts(box) == 0


@pytest.mark.parametrize("file", sorted(it.name for it in EXPORTS.glob("*.csv") if it.name not in NOBODY))
async def test_the_exports_of_other_products_go_in_without_a_question_about_their_columns(
    box: Sandbox, file: str
) -> None:
    async with context_over(box, folder=EXPORTS) as context:
        plan = await planned(context, file=file)
        told = await imported(context, job=plan.job)
    assert plan.preset
    assert told.imported == plan.to_send > 0
    stored = box.world.prospect(plan.samples[0].stored["Email"])
    assert stored is not None
    assert stored["values"]["First Name"]


async def test_a_plan_is_started_by_its_id(context: Context, box: Sandbox) -> None:
    plan = await planned(context, rows=rows(3))
    assert plan.next == NextCall.of("import_prospects", job=plan.job)
    assert (await imported(context, job=plan.job)).imported == 3
    with pytest.raises(Mistake, match="has nothing left to send"):
        await question(context, job=plan.job)
    assert posts(box) == 1


async def test_the_same_request_is_planned_once(context: Context) -> None:
    first, second = await planned(context, rows=rows(3)), await planned(context, rows=rows(3))
    other = await planned(context, rows=rows(4))
    assert first.job == second.job != other.job
    assert first.digest != other.digest


async def test_columns_that_were_guessed_at_are_shown_before_anything_is_sent_and_then_remembered(
    context: Context, box: Sandbox, table: str, tmp_path: Path
) -> None:
    action = ImportProspects(sequence=PAUSED, file=table, conflict_action="noUpdate")
    prepared = await action.prepare(context)
    assert prepared.question is not None
    assert prepared.effects == {Effect.WRITE}
    assert """- columns: "'Title' → Job Title\"""" in words(prepared.question)
    assert posts(box) == 0
    await through_the_gate(context, action)
    (tmp_path / "more.csv").write_text("Name,Title,e-mail,Score\nCy Fern,Owner,cy@fern.example.com,1\n")
    given = {"sequence": PAUSED, "conflict_action": "noUpdate"}
    assert await question(context, file="more.csv", **given) is None
    (tmp_path / "other.csv").write_text("Name,Title,e-mail,Rank\nDi Elm,Owner,di@elm.example.com,1\n")
    assert await question(context, file="other.csv", **given) is not None


async def test_a_column_can_be_sent_elsewhere_left_out_or_made_a_field(
    context: Context, box: Sandbox, table: str
) -> None:
    told = await imported(context, sequence=PAUSED, file=table, map=["Title=Why Now", "Score=+Lead Score", "Name="])
    stored = box.world.prospect("ann@quill.example.com")
    assert stored is not None
    assert stored["values"] == {"Why Now": "Founder", "Lead Score": "7"}
    assert told.columns_left_out == ["Name"]
    assert "Lead Score" in box.world.labels()


async def test_without_a_sequence_people_are_stored_and_nobody_is_enrolled(context: Context, box: Sandbox) -> None:
    plan = await planned(context, sequence="", rows=rows(2))
    assert (plan.sequence, plan.step) == ("", 0)
    told = await imported(context, rows=[*rows(2), {"Email": UNSUBSCRIBED}])
    assert (told.imported, told.sequence) == (3, "")
    assert posts(box) == 0


async def test_the_same_rows_are_not_sent_twice_unless_somebody_says_so(context: Context, box: Sandbox) -> None:
    first = await imported(context, sequence=PAUSED, rows=rows(3))
    second = await imported(context, sequence=PAUSED, rows=rows(4))
    (skipped,) = second.skipped_for
    assert (second.imported, skipped.reason, skipped.rows) == (1, ReasonCode.IMPORTED_BEFORE, 3)
    assert skipped.text == f"imported by {first.job} with the same values"
    third = await imported(context, sequence=PAUSED, rows=rows(4), again=True)
    assert (third.imported, posts(box)) == (4, 3)


async def test_people_with_new_values_are_sent_and_told_as_known(context: Context) -> None:
    await imported(context, sequence=PAUSED, rows=rows(2))
    renamed = [{**row, "First Name": "Ann"} for row in rows(2)]
    plan = await planned(context, rows=renamed)
    assert (plan.to_send, plan.warnings[-1]) == (2, "2 people were imported before, with other values")


async def test_a_job_that_stopped_goes_on_by_its_id(box: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(table_of(700))
    ledger = tmp_path / "ledger.sqlite3"
    broken = faulty(box, IMPORT, says(400, BAD_KEY), after=1)
    async with context_over(box, folder=tmp_path, app=broken, ledger=ledger) as context:
        told = await imported(context, sequence=PAUSED, file="a.csv")
        assert (told.state, told.imported, told.not_sent) == ("stopped", 25, 675)
        assert told.stopped == "the API key was not accepted (Invalid token)"
        assert told.next == NextCall.of("import_prospects", job=told.job)
    async with context_over(box, ledger=ledger) as context:
        jobs = await CheckImportStatus().run(context)
        assert isinstance(jobs, ImportList)
        assert [(it.job, it.state, it.imported) for it in jobs.jobs] == [(told.job, "stopped", 25)]
        again = await imported(context, job=told.job)
    assert (again.imported, again.finished) == (700, True)


async def test_a_job_that_another_process_runs_is_told_and_not_run_a_second_time(box: Sandbox, tmp_path: Path) -> None:
    released, ledger = anyio.Event(), tmp_path / "ledger.sqlite3"

    async def hold(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        await released.wait()
        await app(scope, receive, send)

    async with (
        context_over(box, app=faulty(box, STATUS, hold), ledger=ledger, patience=0) as one,
        context_over(box, ledger=ledger, patience=0) as other,
    ):
        started = await imported(one, sequence=PAUSED, rows=rows(3))
        again = await imported(other, job=started.job)
        assert (again.state, again.in_progress) == ("running", 3)
        with pytest.raises(Mistake, match="is being worked on already"):
            other.service(Jobs).start(started.job, other, may_mail=False)
        released.set()
        while (told := await status(one, started.job)).in_progress:
            await one.pause(1)
    assert (told.imported, posts(box)) == (3, 1)


async def test_a_plan_reminds_of_a_job_that_stopped(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, IMPORT, says(400, BAD_KEY), times=1)) as context:
        told = await imported(context, sequence=PAUSED, rows=rows(3))
        plan = await planned(context, rows=rows(2, "m.example.com"))
    assert [(it.job, it.source) for it in plan.stopped_jobs] == [(told.job, "rows")]
    going_on = NextCall.of("import_prospects", job=told.job)
    line = f"Note: {told.job} (rows) stopped before its end. To go on with it: {going_on.for_model()}"
    assert line in list(plan.lines(NextCall.for_model))


async def test_refused_rows_are_sent_again_once_they_are_mended(context: Context, box: Sandbox) -> None:
    told = await imported(context, sequence=PAUSED, rows=[*rows(2), {"Email": UNSUBSCRIBED}])
    assert (told.imported, told.refused) == (2, 1)
    prospect = box.world.prospect(UNSUBSCRIBED)
    assert prospect is not None
    prospect["unsubscribed"] = False
    again = await imported(context, job=told.job)
    assert (again.imported, again.refused) == (3, 0)


async def test_unknown_rows_are_sent_again_only_when_a_person_says_so(box: Sandbox) -> None:
    people = people_in(box, PAUSED, 3)
    async with context_over(box, app=faulty(box, IMPORT, lost, times=1)) as context:
        told = await imported(context, sequence=PAUSED, rows=people)
        assert (told.unknown, told.imported) == (3, 0)
        asked = await question(context, job=told.job)
        assert asked is not None
        assert f'- import: "rows [{told.job}]", 3 rows would be imported' in words(asked)
        assert "- sent again: rows that are unknown\n- rows whose outcome is unknown may be stored" in words(asked)
        assert posts(box) == 1
        settled = await imported(context, job=told.job)
    assert (settled.imported, settled.unknown) == (3, 0)


async def test_into_a_sequence_that_was_started_meanwhile_a_plan_is_agreed_to_anew(
    context: Context, box: Sandbox
) -> None:
    plan = await planned(context, rows=rows(3))
    set_active(box, PAUSED)
    asked = await question(context, job=plan.job)
    assert asked is not None
    assert "the active sequence mails them" in words(asked)


async def test_a_do_not_contact_list_that_cannot_be_read_stops_the_plan(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, "GET /dnc", says(500, {}))) as context:
        with pytest.raises(Mistake, match="could not be read to the end, and without that nothing is imported"):
            await question(context, sequence=PAUSED, rows=rows(2))
        jobs = await CheckImportStatus().run(context)
        assert isinstance(jobs, ImportList)
        assert jobs.jobs == []


async def test_what_happens_to_an_import_is_counted_the_same_by_the_sandbox(context: Context, box: Sandbox) -> None:
    before = line_of(box, PAUSED)["prospects"]
    told = await imported(context, sequence=PAUSED, rows=[*rows(30), {"Email": BLOCKED}, {"Email": UNSUBSCRIBED}])
    assert (told.imported, told.skipped, told.refused) == (30, 1, 1)
    assert line_of(box, PAUSED)["prospects"] == before + 30
