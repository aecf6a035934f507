"""Whatever kind of list a seller has, the people meant go in as they are meant, and nobody who is out does."""

from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import TITLE, place
from tests.import_engine.lists.made import SellersList, sellers_lists
from tests.kit import adds_up, context_over, new_box

FEW = 60
LISTS = int(environ.get("LISTS", FEW))
"""How many lists are made; ``make chaos`` makes 10,000, other ones each time."""
PARTS = max(1, LISTS // 500)
"""Tests that they are shared out to, so that all processors have work."""


async def imported(box: Sandbox, made: SellersList) -> ImportReport:
    """Import a list; its encoding is named where the import asks for that."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "list.csv").write_bytes(made.content)
        async with context_over(box, folder=Path(folder)) as context:
            call = ImportProspects(sequence=TITLE, step="1", file="list.csv")
            try:
                told = await call.run(context)
            except Mistake as asked:
                assert "encoding" in str(asked), f"{asked}\n{made}"  # noqa: PT017 - what it asks for decides how the test goes on
                told = await call.model_copy(update={"read_as": f"encoding: {made.encoding}"}).run(context)
    assert isinstance(told, ImportReport)
    return told


@pytest.mark.parametrize("part", range(PARTS))
@given(made=sellers_lists())
@settings(max_examples=LISTS // PARTS, deadline=None, derandomize=LISTS == FEW, database=None)
async def test_the_right_people_go_in_as_they_are_meant(part: int, made: SellersList) -> None:
    del part
    box = new_box()
    sequence_id, _ = place(box, TITLE, 1)
    before = set(box.world.enrolments[sequence_id])
    told = await imported(box, made)
    assert adds_up(told)
    assert told.rows == len(made.rows), f"{told.rows} of {len(made.rows)} rows told"
    world = box.world
    entered = {world.prospects[id_]["email"]: id_ for id_ in set(world.enrolments[sequence_id]) - before}
    out = {it.email for it in made.rows if it.out}
    assert not entered.keys() & out, "somebody who is out went in"
    for row in made.rows:
        if row.out or row.flawed:
            continue
        assert row.email in entered, row
        values = world.prospects[entered[row.email]]["values"]
        assert (values.get("First Name"), values.get("Company")) == (row.first, row.company), row
