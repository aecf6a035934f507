"""The report of an import: what it says of the people who were imported."""

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.sandbox import Sandbox
from tests.features.imports.kit import PAUSED, imported, people_in, rows, status
from tests.kit import context_over, faulty, says


def text(view: ImportReport) -> str:
    return "\n".join(filter(None, view.lines(NextCall.for_model)))


async def test_people_who_were_in_the_sequence_already_are_not_told_as_new(box: Sandbox, context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[*rows(15), *people_in(box, PAUSED, 4)])
    assert (told.imported, told.new, told.there_already, told.new_or_there) == (19, 15, 4, 0)
    assert "  of the imported: 15 new, 4 there already\n" in text(told)
    assert told.people_now is not None
    assert f"counts {told.people_now} people in the sequence now, 15 more than before." in text(told)


async def test_an_import_that_brought_nobody_new_says_so(box: Sandbox, context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=people_in(box, PAUSED, 4))
    assert "  of the imported: 4 there already\n" in text(told)
    assert "no more than before." in text(told)


async def test_where_it_was_not_read_the_report_does_not_guess(box: Sandbox) -> None:
    nothing = faulty(box, "GET /prospects$", says(500, {}), after=1)
    async with context_over(box, app=nothing) as context:
        told = await imported(context, sequence=PAUSED, rows=rows(3))
    assert (told.new, told.there_already, told.new_or_there) == (0, 0, 3)
    assert "  of the imported: 3 new or there already: not read\n" in text(told)


async def test_each_imported_row_tells_whether_the_person_is_new(box: Sandbox, context: Context) -> None:
    told = await imported(context, sequence=PAUSED, rows=[*rows(1), *people_in(box, PAUSED, 1)])
    lines = (await status(context, told.job, state="imported")).trouble
    assert [it.reason for it in lines] == ["new", "there_before"]
