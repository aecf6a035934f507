"""The small files with the traits that people's lists have, and what planning makes of one."""

from pathlib import Path
from typing import NamedTuple

from saleshandy_mcp.features.imports.import_plan import ImportPlan
from saleshandy_mcp.features.imports.import_prospects import ImportProspects
from saleshandy_mcp.features.imports.import_request import jobs_of
from saleshandy_mcp.import_engine.ledger.rows import Rows
from saleshandy_mcp.import_engine.ledger.states import RowState
from tests.kit import context_over, new_box


class Planned(NamedTuple):
    """What planning has made of a file.

    Attributes:
        view: as it is told.
        stored: the rows that would be sent.
        skipped: by row number, why it is not sent.
        asks: whether a person is to look at the columns first.
    """

    view: ImportPlan
    stored: list[dict[str, str]]
    skipped: dict[int, str]
    asks: bool


async def planned(text: str | bytes, folder: Path, name: str = "list.csv", **given: object) -> Planned:
    """Plan a file with this text, without a sequence.

    Args:
        text: of the file.
        folder: where it is written.
        name: of the file.
        given: more arguments of the tool.
    """
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    async with context_over(new_box(), folder=folder) as context:
        view = await ImportProspects.model_validate({"file": name, "dry_run": True} | given).run(context)
        assert isinstance(view, ImportPlan)
        jobs = jobs_of(context)
        stored = Rows(jobs.ledger, view.job).first(1_000)
        skipped = jobs.results(view.job).rows([RowState.SKIPPED], limit=1_000)
        assert len(stored) + len(skipped) == view.rows == view.to_send + view.skipped
        asks = jobs.find(view.job).facts.plan.asks
        return Planned(view, stored, {it.number: it.reason.text for it in skipped}, asks)
