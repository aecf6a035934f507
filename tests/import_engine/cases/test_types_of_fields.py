"""A value of the wrong type is told before, and the row is refused as the live API refuses it."""

from pathlib import Path

import pytest

from saleshandy_mcp.api.resources.fields import CreateField, FieldMetadata, misfit
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.prospects.change_arguments import read_values
from saleshandy_mcp.sandbox.world.field_values import takes
from tests.features.imports.kit import imported, planned
from tests.kit import context_over, new_box

TEXT = """Email,First Name,{0}
ann@lake.example.com,Ann,{1}
bea@lake.example.com,Bea,{2}
cem@lake.example.com,Cem,
"""
OPTIONS = "which no call tells: compare them with those in Saleshandy (it refuses a row with another value as a whole)"
WHOLE = "(Saleshandy refuses such a row as a whole)"


async def create(context: Context, label: str, kind: str) -> None:
    metadata = FieldMetadata(options=["Gold", "Silver"]) if kind == "dropdown" else None
    await context.api.send(CreateField.model_validate({"label": label, "field_type": kind, "metadata": metadata}))


@pytest.mark.parametrize(
    ("kind", "good", "bad", "told"),
    [
        (
            "number",
            "7.5",
            "high",
            f'1 value has text where "X" takes a number, as 1200 or 12.5 {WHOLE}, as row 3: high',
        ),
        (
            "number",
            "-3",
            "1 200",
            f'1 value has text where "X" takes a number, as 1200 or 12.5 {WHOLE}, as row 3: 1 200',
        ),
        (
            "currency",
            "12",
            "12 €",
            f'1 value has text where "X" takes a number, as 1200 or 12.5 {WHOLE}, as row 3: 12 €',
        ),
        (
            "date",
            "2026-03-15",
            "15.03.26",
            f'1 value has text where "X" takes a date, as 2026-03-15 {WHOLE}, as row 3: 15.03.26',
        ),
        (
            "dropdown",
            "Gold",
            "Bronze",
            f'2 values have to be one of the options of the dropdown "X", {OPTIONS}, as row 2: Gold',
        ),
    ],
)
async def test_a_value_that_does_not_fit_is_told_and_refused_with_its_whole_row(
    tmp_path: Path, kind: str, good: str, bad: str, told: str
) -> None:
    (tmp_path / "list.csv").write_text(TEXT.format("X", good, bad))
    box = new_box()
    async with context_over(box, folder=tmp_path) as context:
        await create(context, "X", kind)
        plan = await planned(context, file="list.csv")
        assert [it for it in plan.warnings if '"X"' in it] == [told]
        report = await imported(context, job=plan.job)
    assert (report.imported, report.refused) == (2, 1)
    assert box.world.prospect("bea@lake.example.com") is None


VALUES = ("", "7", "-7.5", ".5", "1e3", "nan", "inf", "1_000", "1,5", "٣", "7 ", "2026-03-15", "2026-03-15T10:00:00")
MORE = ("20260315", "15.03.2026", "2026-13-01", "soon", "March 15")


@pytest.mark.parametrize("kind", ["text", "long-text", "number", "currency", "date"])
@pytest.mark.parametrize("value", [*VALUES, *MORE])
async def test_update_prospects_and_the_sandbox_refuse_what_a_plan_tells(kind: str, value: str) -> None:
    fits = misfit(kind, value) is None
    assert takes({"fieldType": kind}, value) is fits
    async with context_over(new_box()) as context:
        await create(context, "X", kind)
        if fits:
            assert len(await read_values(context.api, {"X": value}, 1)) == 1
        else:
            with pytest.raises(Mistake, match=r"fields: X takes a (?:number|date), not"):
                await read_values(context.api, {"X": value}, 1)
