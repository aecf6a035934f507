"""A month stands beside the month before: to the same day, whole, and beside as many days."""

from typing import Any

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.reports.get_stats import GetStats
from saleshandy_mcp.features.reports.stats_view import Stats
from saleshandy_mcp.server.tools.action_tool import text_of


async def stats(context: Context, **arguments: Any) -> Stats:
    return await GetStats.model_validate(arguments).run(context)


async def test_this_month_stands_beside_the_same_days_of_the_month_before_and_beside_the_whole_of_it(
    context: Context,
) -> None:
    month = await stats(context, period="this month", compare=True)
    assert month.before is not None
    assert month.also_before is not None
    for told, days in ((month.before, "2026-10-01..2026-10-16"), (month.also_before, "2026-10-01..2026-10-31")):
        assert f"{told.first}..{told.last}" == days
        assert told.numbers == (await stats(context, period=days)).total
    assert "Before, the same days of the month (2026-10-01 to 2026-10-16): " in text_of(month)
    assert "Before, the whole month (2026-10-01 to 2026-10-31): " in text_of(month)


async def test_a_whole_month_stands_beside_the_month_before_and_beside_as_many_days(context: Context) -> None:
    for words in ("last month", "2026-10", "2026-10-01..2026-10-31"):
        month = await stats(context, period=words, compare=True)
        assert (str(month.first), str(month.last)) == ("2026-10-01", "2026-10-31")
        told = [f"{it.what} {it.first}..{it.last}" for it in (month.before, month.also_before) if it]
        assert told == ["the month 2026-09-01..2026-09-30", "as many days 2026-08-31..2026-09-30"]
