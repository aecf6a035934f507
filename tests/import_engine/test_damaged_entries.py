"""An entry of the ledger that cannot be read is set aside and told; everything else works."""

from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.imports.check_import_status import CheckImportStatus, ImportList
from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.import_engine.ledger.reasons import ReasonCode
from saleshandy_mcp.import_engine.ledger.states import RowState
from saleshandy_mcp.sandbox import Sandbox
from tests.features.imports.kit import PAUSED, imported, planned, question, status
from tests.features.imports.kit import rows as rows_of
from tests.features.questions import words
from tests.import_engine.engine import (
    ACCOUNT,
    carried_out,
    counts,
    people,
    record,
    results,
    taken,
    target,
)
from tests.import_engine.engine import planned as stored
from tests.kit import IMPORT, context_over, faulty, lost, posts

SOME_JOB = "UPDATE jobs SET {} WHERE id = 'imp_1'"
BROKEN_JOBS = {
    "state = 'zebra'": 'its state is "zebra"',
    "target = '{broken'": "its target is not as expected",
    "target = '[]'": "its target is not as expected",
    "target = json_set(target, '$.conflict_action', 'zebra')": "its target is not as expected",
    "facts = '{broken'": "what is known of it is not as expected",
    "facts = json_set(facts, '$.plan', 7)": "what is known of it is not as expected",
    "made = 'yesterday'": "its date is not as expected",
}


def change(ledger: Ledger, statement: str, *values: str) -> None:
    with ledger.changing() as db:
        db.execute(statement, values)


@pytest.mark.parametrize(("broken", "trouble"), BROKEN_JOBS.items())
def test_a_job_that_cannot_be_read_is_set_aside(box: Sandbox, ledger: Ledger, broken: str, trouble: str) -> None:
    stored(ledger, target(box), people(2), "imp_1")
    stored(ledger, target(box), people(2), "imp_2")
    change(ledger, SOME_JOB.format(broken))
    assert [it.id for it in ledger.jobs(ACCOUNT)] == ["imp_2"]
    assert [(it.id, it.source, it.trouble) for it in ledger.damaged_jobs(ACCOUNT)] == [("imp_1", "a.csv", trouble)]
    assert ledger.damaged_jobs("another") == []
    with pytest.raises(Mistake, match="imp_1 in the import ledger cannot be read") as refusal:
        ledger.job("imp_1", ACCOUNT)
    assert trouble in refusal.value.wrong


@pytest.mark.parametrize("broken", BROKEN_JOBS)
async def test_beside_a_job_that_cannot_be_read_every_other_import_works(
    box: Sandbox, tmp_path: Path, broken: str
) -> None:
    path = tmp_path / "imports.sqlite3"
    async with context_over(box, ledger=path) as context:
        first = await planned(context, rows=rows_of(2))
        ledger = Ledger(lambda: path)
        change(ledger, SOME_JOB.format(broken).replace("imp_1", first.job))
        told = await imported(context, sequence=PAUSED, rows=rows_of(2, "m.example.com"))
        listed = await CheckImportStatus().run(context)
        assert isinstance(listed, ImportList)
        assert ([it.job for it in listed.jobs], [it.job for it in listed.damaged]) == ([told.job], [first.job])
        (line,) = [it for it in listed.lines(NextCall.for_model) if it and first.job in it]
        assert line.startswith(f"{first.job} (rows) cannot be read in the import ledger and is set aside: ")
        with pytest.raises(Mistake, match="cannot be read"):
            await CheckImportStatus(job=first.job).run(context)
        assert ledger.imported_into("another", target(box).sequence_id) == []
        ledger.close()
    assert told.imported == 2


async def test_where_all_there_is_cannot_be_read_the_list_says_so(box: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "imports.sqlite3"
    async with context_over(box, ledger=path) as context:
        plan = await planned(context, rows=rows_of(2))
        ledger = Ledger(lambda: path)
        change(ledger, "UPDATE jobs SET state = 'zebra'")
        ledger.close()
        listed = await CheckImportStatus().run(context)
        text = "\n".join(filter(None, listed.lines(NextCall.for_model)))
    assert f"{plan.job} (rows) cannot be read in the import ledger and is set aside" in text


async def test_a_batch_whose_state_cannot_be_read_is_not_sent_and_its_rows_are_told_as_unknown(
    box: Sandbox, ledger: Ledger
) -> None:
    stored(ledger, target(box), people(6), most=2)
    change(ledger, "UPDATE batches SET state = 'zebra' WHERE number = 2")
    ended = await carried_out(box, ledger)
    assert (ended.state, counts(ledger)) == ("finished", {"imported": 4, "unknown": 2})
    assert taken(box) == dict.fromkeys([*people(6)[:2], *people(6)[4:]], 1)
    damaged = [it for it in results(ledger) if it.state is RowState.UNKNOWN]
    assert {it.reason.code for it in damaged} == {ReasonCode.DAMAGED}
    assert damaged[0].reason.text == (
        'its entry in the import ledger cannot be read: the state of its batch is "zebra"'
    )


async def test_a_row_whose_state_cannot_be_read_is_told_as_unknown_and_not_sent_by_another_job(
    box: Sandbox, ledger: Ledger
) -> None:
    stored(ledger, target(box), people(3))
    change(ledger, "UPDATE rows SET state = 'zebra' WHERE number = 3")
    await carried_out(box, ledger)
    assert counts(ledger) == {"imported": 2, "unknown": 1}
    assert results(ledger)[1].reason.text == 'its entry in the import ledger cannot be read: its state is "zebra"'
    stored(ledger, target(box), people(3), "imp_2")
    await carried_out(box, ledger, "imp_2")
    assert [it.reason.code for it in results(ledger, "imp_2")] == [
        ReasonCode.IMPORTED_BEFORE,
        ReasonCode.UNKNOWN_IN_JOB,
        ReasonCode.IMPORTED_BEFORE,
    ]
    assert posts(box) == 1


@pytest.mark.parametrize("content", ["{broken", "[]", "null"])
async def test_a_row_whose_content_cannot_be_read_is_skipped_and_the_others_are_sent(
    box: Sandbox, ledger: Ledger, content: str
) -> None:
    stored(ledger, target(box), people(3))
    change(ledger, "UPDATE payloads SET json = ? WHERE number = 3", content)
    ended = await carried_out(box, ledger)
    assert (ended.state, counts(ledger)) == ("finished", {"imported": 2, "skipped": 1})
    assert results(ledger)[1].reason.code is ReasonCode.DAMAGED
    assert taken(box) == dict.fromkeys([people(3)[0], people(3)[2]], 1)


async def test_a_batch_of_nothing_but_content_that_cannot_be_read_is_over(box: Sandbox, ledger: Ledger) -> None:
    stored(ledger, target(box), people(2))
    change(ledger, "UPDATE payloads SET json = '{broken'")
    ended = await carried_out(box, ledger)
    assert (ended.state, counts(ledger), posts(box)) == ("finished", {"skipped": 2}, 0)


async def test_the_details_of_a_reason_that_are_broken_hide_nothing(box: Sandbox, ledger: Ledger) -> None:
    stored(ledger, target(box), people(2))
    change(ledger, "UPDATE rows SET state = 'refused', reason = 'zebra', details = '{broken' WHERE number = 2")
    assert (results(ledger)[0].state, results(ledger)[0].reason.text) == ("refused", "zebra {broken")
    assert record(ledger).state == "planned"


async def test_rows_of_a_batch_that_cannot_be_read_are_sent_again_when_a_person_says_so(
    box: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "imports.sqlite3"
    async with context_over(box, ledger=path, app=faulty(box, IMPORT, lost, times=0)) as context:
        plan = await planned(context, rows=rows_of(3))
        ledger = Ledger(lambda: path)
        change(ledger, "UPDATE batches SET state = 'zebra'")
        ledger.close()
        told = await imported(context, job=plan.job)
        assert (told.unknown, told.finished, posts(box)) == (3, True, 0)
        asked = await question(context, job=plan.job)
        assert asked is not None
        assert "rows whose outcome is unknown may be stored already" in words(asked)
        assert (await imported(context, job=plan.job)).imported == 3
        assert (await status(context, plan.job)).trouble == []
