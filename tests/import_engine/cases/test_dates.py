"""Dates in other words than Saleshandy takes: rewritten where day and month are beyond doubt, told where not."""

from pathlib import Path

import pytest

from saleshandy_mcp.api.resources.fields import CreateField, misfit
from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.import_engine.cells.written_dates import Order, as_taken, orders
from tests.features.imports.kit import imported, planned
from tests.kit import context_over, new_box

DOUBT = (
    'a date where "Renewal" takes one as 2026-03-15, and day and month may be either '
    "(Saleshandy refuses such a row as a whole)"
)


async def plan_of(tmp_path: Path, dates: list[str]) -> tuple[ImportPlan, list[str]]:
    """The plan of a list with these dates, and the dates that are stored by the import."""
    lines = [f"p{number}@lake.example.com,{date}" for number, date in enumerate(dates)]
    (tmp_path / "list.csv").write_text("\n".join(["Email,Renewal", *lines]))
    box = new_box()
    async with context_over(box, folder=tmp_path) as context:
        await context.api.send(CreateField.model_validate({"label": "Renewal", "field_type": "date"}))
        plan = await planned(context, file="list.csv")
        await imported(context, job=plan.job)
    people = [box.world.prospect(f"p{number}@lake.example.com") for number in range(len(dates))]
    return plan, [str(it["values"].get("Renewal", "")) if it else "refused" for it in people]


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("15.03.2026", "2026-03-15"),
        ("5.3.2026", "2026-03-05"),
        ("05. 03. 2026", "2026-03-05"),
        ("03.04.2026", "2026-04-03"),
        ("15/03/2026", "2026-03-15"),
        ("03/15/2026", "2026-03-15"),
        ("15-03-2026", "2026-03-15"),
        ("04/04/2026", "2026-04-04"),
        ("2026/3/5", "2026-03-05"),
        ("2026.03.15", "2026-03-15"),
        ("15.03.2026 09:30", "2026-03-15 09:30"),
        ("15.03.2026, 09:30:10", "2026-03-15 09:30:10"),
        ("03/04/2026", None),
        ("15.03.2026 25:99", None),
        ("31.02.2026", None),
        ("03.15.2026", None),
        ("15.03.26", None),
        ("15/03.2026", None),
        ("32/01/2026", None),
        ("soon", None),
        ("1.2.2026 and later", None),
        ("٠٣.٠٤.2026", None),
    ],
)
def test_a_date_is_written_as_it_is_taken_where_nobody_can_read_it_otherwise(written: str, taken: str | None) -> None:
    assert as_taken(written, None) == taken
    assert taken is None or misfit("date", taken) is None


@pytest.mark.parametrize(
    ("others", "order", "taken"),
    [
        (["15/03/2026"], "day first", "2026-04-03"),
        (["03/15/2026"], "month first", "2026-03-04"),
        (["15/03/2026", "03/15/2026"], None, None),
        (["02/05/2026", ""], None, None),
        (["15.03.2026"], None, None),
    ],
)
def test_a_day_over_twelve_tells_the_order_of_its_column(
    others: list[str], order: Order | None, taken: str | None
) -> None:
    rows = [{"When": it, "Other": "03/25/2026"} for it in ["03/04/2026", *others]]
    found = orders(["When"], rows)
    assert found["When"] == order
    assert as_taken("03/04/2026", found["When"]) == taken


async def test_what_is_rewritten_is_stored_and_told_as_mended(tmp_path: Path) -> None:
    plan, stored = await plan_of(tmp_path, ["03/04/2026", "15/03/2026", "2026-05-01", "", "1.6.2026"])
    assert stored == ["2026-04-03", "2026-03-15", "2026-05-01", "", "2026-06-01"]
    assert [it.words() for it in plan.mended] == [
        "dates written as Saleshandy takes them: 3 cells, as row 2: 03/04/2026 → 2026-04-03"
    ]
    assert not [it for it in plan.warnings if "Renewal" in it]


async def test_a_date_that_can_be_two_days_is_told_and_left_alone(tmp_path: Path) -> None:
    plan, stored = await plan_of(tmp_path, ["03/04/2026", "2026-05-01"])
    assert stored == ["refused", "2026-05-01"]
    assert not plan.mended
    assert [it for it in plan.warnings if "Renewal" in it] == [f"1 value has {DOUBT}, as row 2: 03/04/2026"]


async def test_a_text_field_keeps_its_dates_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Email,Why Now\nann@lake.example.com,15.03.2026\n")
    async with context_over(new_box(), folder=tmp_path) as context:
        plan = await planned(context, file="list.csv", map=["Why Now=Job Title"])
    assert not plan.mended
