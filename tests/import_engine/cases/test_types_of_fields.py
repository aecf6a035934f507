"""A value of the wrong type is told before, and the row is refused as the live API refuses it."""

from pathlib import Path

from saleshandy_mcp.api.resources.fields import CreateField
from tests.features.imports.kit import imported, planned
from tests.kit import context_over, new_box

TEXT = """Email,First Name,Score
ann@lake.example.com,Ann,7.5
bea@lake.example.com,Bea,high
cem@lake.example.com,Cem,
"""


async def test_text_in_a_number_field_is_told_and_refused_with_its_whole_row(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(TEXT)
    box = new_box()
    async with context_over(box, folder=tmp_path) as context:
        await context.api.send(CreateField(label="Score", field_type="number"))
        plan = await planned(context, file="list.csv")
        told = 'text where "Score" takes numbers alone (Saleshandy refuses such a row as a whole), as row 3: high'
        assert f"1 value has {told}" in plan.warnings
        report = await imported(context, job=plan.job)
    assert (report.imported, report.refused) == (2, 1)
    assert box.world.prospect("bea@lake.example.com") is None
