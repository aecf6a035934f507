"""Importing people: what is agreed to, what is refused, and what can be asked about an import."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake, Rejected, Unreadable
from saleshandy_mcp.features.imports.import_prospects import CheckImportStatus, ImportProspects, RequestReport
from saleshandy_mcp.features.imports.import_views import ImportReport
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import REPORT, STATUS, adds_up, context_over, faulty, lost, posts, says

PAUSED, ACTIVE = "SaaS founders", "Q3 launch"
ANN = {"Email": "ann@n.example.com", "First Name": "Ann"}


def importing(sequence: str = PAUSED, **given: Any) -> ImportProspects:
    return ImportProspects.model_validate({"sequence": sequence, **({"rows": [ANN]} | given)})


def addresses(number: int) -> list[dict[str, str]]:
    return [{"Email": f"p{it}@n.example.com"} for it in range(number)]


async def imported(action: ImportProspects, context: Context) -> ImportReport:
    told = await action.run(context)
    assert isinstance(told, ImportReport)
    return told


async def status_of(context: Context, job: str, page: int = 1) -> ImportReport:
    told = await CheckImportStatus(job=job, page=page).run(context)
    assert isinstance(told, ImportReport)
    assert adds_up(told)
    return told


async def request_of(context: Context, request: str, page: int = 1) -> RequestReport:
    told = await CheckImportStatus(job=request, page=page).run(context)
    assert isinstance(told, RequestReport)
    return told


async def test_into_a_paused_sequence_people_go_without_a_question(context: Context) -> None:
    assert (await importing().prepare(context)).plan is None


async def test_into_an_active_sequence_they_go_by_agreement(box: Sandbox, context: Context) -> None:
    rows = [*addresses(5), {"Email": "no"}, {"Email": "P1@n.example.com"}]
    ready = await importing(ACTIVE, rows=rows).prepare(context)
    assert ready.plan is not None
    for part in (
        '"Q3 launch" [',
        "is active",
        "5 people from rows would go into step 1.",
        "First: p0@n.example.com",
        "2 rows would be left out: 1 bad address, 1 duplicate in the file.",
        'set_sequence_status(sequence="Q3 launch", status="paused")',
    ):
        assert part in ready.plan.text
    assert posts(box) == 0
    told = await ready.execute()
    assert isinstance(told, ImportReport)
    assert (told.imported, told.skipped) == (5, 2)
    assert adds_up(told)


async def test_where_nobody_can_be_sent_nobody_is_asked(context: Context) -> None:
    assert (await importing(ACTIVE, rows=[{"Email": "no"}]).prepare(context)).plan is None


@pytest.mark.parametrize(
    "other",
    [
        {"rows": [{**ANN, "First Name": "Anna"}]},
        {"rows": [ANN, {"Email": "bo@n.example.com"}]},
        {"rows": [{**ANN, "Email": "an@n.example.com"}]},
        {"step": "2"},
        {"verify": True},
        {"tags": ["spring"]},
        {"conflict_action": "overwrite"},
        {"sequence": "Agencies EU"},
    ],
)
async def test_an_agreement_to_one_import_is_none_to_another(context: Context, other: dict[str, Any]) -> None:
    plans = [(await importing(**{"sequence": ACTIVE, **it}).prepare(context)).plan for it in ({}, other)]
    assert plans[0] is not None
    assert plans[1] is not None
    assert plans[0].facts != plans[1].facts


async def test_a_file_that_has_changed_makes_other_facts(context: Context, tmp_path: Path) -> None:
    facts: list[object] = []
    for name in ("Ann", "Anna", "Anna"):
        (tmp_path / "a.csv").write_text(f"Email,First Name\nann@n.example.com,{name}\n")
        plan = (await importing(ACTIVE, rows=None, file="a.csv").prepare(context)).plan
        assert plan is not None
        facts.append(plan.facts)
    assert facts[0] != facts[1] == facts[2]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"file": "a.csv"}, "give either rows or file"),
        ({"rows": None}, "give either rows or file"),
        ({"rows": []}, "rows: the list is empty"),
        ({"rows": [{"First Name": "Ann"}]}, "rows: there is no Email column"),
        ({"rows": [{**ANN, "Vorname": "Ann"}]}, 'rows: "Vorname" is no field of this account'),
        ({"rows": [{**ANN, "e-mail": "x@n.example.com"}]}, 'rows: "Email" and "e-mail" are both Email'),
        ({"map": ["First Name"]}, 'map: "First Name" is no pair'),
        ({"tags": ["spring", "vi"]}, 'tags: "vi" is too short'),
        ({"rows": None, "file": "gone.csv"}, "file: gone.csv cannot be read"),
        ({"rows": None, "file": "../a.csv"}, "file: ../a.csv is not inside the allowed folder"),
        ({"step": "9"}, 'step: nothing is called "9"'),
        ({"sequence": "Nothing"}, 'sequence: nothing is called "Nothing"'),
    ],
)
async def test_what_cannot_be_imported_is_told_before_anything_is_sent(
    box: Sandbox, context: Context, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(Mistake) as refusal:
        await importing(**given).prepare(context)
    assert refusal.value.wrong.startswith(words)
    assert posts(box) == 0


def test_two_hundred_rows_fit_into_a_call() -> None:
    importing(rows=addresses(200))
    with pytest.raises(ValidationError, match="rows"):
        importing(rows=addresses(201))


async def test_a_job_can_be_asked_about_by_its_id_as_often_as_one_likes(context: Context) -> None:
    told = await imported(importing(rows=[ANN, {"Email": "no"}]), context)
    assert await status_of(context, told.job) == told
    assert await status_of(context, told.job) == told


@pytest.mark.parametrize("verify", [True, False])
async def test_verification_goes_on_after_the_import(box: Sandbox, context: Context, *, verify: bool) -> None:
    told = await imported(importing(rows=addresses(50), verify=verify), context)
    assert told.verification == ({"pending": 50} if verify else {})
    box.clock.advance(60)
    later = (await status_of(context, told.job)).verification
    assert sum(later.values()) == (50 if verify else 0)
    assert "pending" not in later


async def test_verification_that_cannot_be_read_takes_nothing_from_the_report(box: Sandbox) -> None:
    async with context_over(box, app=faulty(box, "POST /prospects/verification-status", lost)) as context:
        told = await imported(importing(verify=True), context)
    assert (told.imported, told.verification) == (1, {})


async def test_many_rows_in_trouble_come_in_pages_that_hold_each_once(context: Context) -> None:
    told = await imported(importing(rows=[*addresses(3), *({"Email": f"bad {it}"} for it in range(60))]), context)
    assert (told.skipped, told.trouble_rows, len(told.trouble)) == (60, 60, 25)
    seen = [line.row for line in told.trouble]
    assert told.next == f'check_import_status(job="{told.job}", page=2)'
    for page in (2, 3):
        further = await status_of(context, told.job, page)
        seen += [line.row for line in further.trouble]
    assert further.next is None
    assert seen == list(range(4, 64))
    assert (await status_of(context, told.job, 4)).trouble == []


async def test_a_page_that_is_just_full_is_the_last(context: Context) -> None:
    told = await imported(importing(rows=[{"Email": f"bad {it}"} for it in range(25)]), context)
    assert (len(told.trouble), told.next) == (25, None)


async def test_an_import_can_be_asked_about_by_the_request_id_of_saleshandy(box: Sandbox, context: Context) -> None:
    box.world.prospects.update(
        (id_, {**row, "unsubscribed": True}) for id_, row in list(box.world.prospects.items())[:60]
    )
    gone = [{"Email": row["email"]} for row in list(box.world.prospects.values())[:60]]
    told = await imported(importing(rows=[*gone, *addresses(4)]), context)
    (request,) = told.request_ids
    lines = [line for page in (1, 2, 3) for line in (await request_of(context, request, page)).refused]
    first = await request_of(context, request)
    assert (first.completed, first.refused_rows, len(first.refused)) == (True, told.refused, 25)
    assert first.next == f'check_import_status(job="{request}", page=2)'
    assert (await request_of(context, request, 3)).next is None
    assert [line.email for line in lines] == [row["Email"] for row in gone]
    assert {line.reason for line in lines} == {"Prospect is unsubscribed"}


async def test_a_request_of_which_no_row_was_refused_says_so(context: Context) -> None:
    told = await imported(importing(), context)
    report = await request_of(context, told.request_ids[0])
    assert (report.completed, report.refused, report.refused_rows, report.next) == (True, [], 0, None)


async def test_a_request_that_has_not_ended_is_not_told_as_ended(box: Sandbox) -> None:
    running = says(200, {"payload": {"isCompleted": False, "failedProspectsURL": None}})
    async with context_over(box, app=faulty(box, STATUS, running)) as context:
        report = await request_of(context, "abc1234")
    assert (report.completed, report.refused_rows) == (False, 0)
    assert box.clock.seconds() <= 15


async def test_a_job_that_is_not_known_is_told_with_a_way_on(context: Context) -> None:
    with pytest.raises(Mistake, match='job: "imp_000000" is not known here') as refusal:
        await CheckImportStatus(job="imp_000000").run(context)
    assert "check_import_status()" in refusal.value.remedy


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
        told = await imported(importing(rows=[ANN, {"Email": "zofia.nowak@ostrellis.example.com"}]), context)
        with pytest.raises((Mistake, Unreadable)):
            await CheckImportStatus(job=told.request_ids[0]).run(context)
