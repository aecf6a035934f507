"""The columns of exports: the page has all of them, in their order."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.exports.export_events import ExportEvents
from saleshandy_mcp.features.exports.export_inbox import ExportInbox
from saleshandy_mcp.features.exports.export_numbers import ExportNumbers
from saleshandy_mcp.features.exports.export_people import ExportPeople

PAGE = Path(__file__).parents[3] / "docs" / "export.md"
DAY = date(2026, 11, 16)


def told(kind: str) -> list[str]:
    """The names in the first cells of the table of a kind."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n### {kind}\n")[1].split("\n#")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]


async def test_the_page_has_each_column_in_its_order(context: Context) -> None:
    sources = {
        "people": ExportPeople(context.api, None),
        "events": ExportEvents(context.api, (), DAY, DAY, DAY),
        "numbers": ExportNumbers(context.api, (), datetime(2026, 11, 16, tzinfo=UTC)),
        "inbox": ExportInbox(context.api, (), None),
    }
    assert {kind: told(kind) for kind in sources} == {kind: list(it.columns) for kind, it in sources.items()}
