"""Days are those of the API's clock: with a sandbox that runs elsewhere, this machine may be days behind it."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from saleshandy_mcp import features
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.prospects.find_prospects import FindProspects
from saleshandy_mcp.features.reports.get_stats import GetStats
from saleshandy_mcp.features.sequences.check_sequence import CheckSequence
from saleshandy_mcp.features.tasks.update_tasks import UpdateTasks
from saleshandy_mcp.server.tools.action_tool import text_of
from tests.kit import context_over, new_box

BEHIND = timedelta(days=30)


@pytest.fixture
async def context() -> AsyncGenerator[Context]:
    """On a machine that is a month behind the API."""
    box = new_box()
    async with context_over(box, now=lambda: box.clock.now() - BEHIND) as context:
        yield context


@pytest.mark.parametrize(
    "action",
    [
        GetStats(period="yesterday"),
        FindProspects(where=["since=2026-11-10", "opened=1"]),
        CheckSequence(sequence="Q3 launch"),
    ],
    ids=lambda it: it.slug,
)
async def test_days_are_those_of_the_api(context: Context, action: Action[Any]) -> None:
    assert "2026-11" in text_of(await action.run(context))


async def test_a_moment_that_has_passed_there_is_refused_by_the_first_call_of_a_process(context: Context) -> None:
    with pytest.raises(Mistake, match="until: 2026-11-01 09:00 UTC has passed, it is 2026-11-16"):
        await UpdateTasks(tasks=["abc"], action="snooze", until="2026-11-01").prepare(context)


def test_no_tool_takes_the_clock_of_this_machine_for_the_day() -> None:
    (folder,) = features.__path__
    found = {
        path.stem
        for path in Path(folder).rglob("*.py")
        if re.search(r"context\.now\(\)|datetime\.now|date\.today", path.read_text(encoding="utf-8"))
    }
    # These write down when something was done on this machine, and how long ago that is.
    assert found == {"crm_write_back", "crm_opt_outs", "crm_field_roles", "crm_save_job", "run_import"}
