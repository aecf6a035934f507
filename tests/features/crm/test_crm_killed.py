"""A process that dies at any change of the ledger of the CRM loses no event and writes none twice."""

from pathlib import Path
from random import Random
from typing import NoReturn

import pytest

from saleshandy_mcp.features.crm.sync_to_crm import SyncToCrm
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.store.crm_ledger import CrmLedger
from tests.crm_kit import crm_context_over
from tests.doomed import Doomed
from tests.features.crm.test_sync_to_crm import TITLE, Killed, marks, weeks_later


class DoomedLedger(Doomed, CrmLedger):
    pass


def killed() -> NoReturn:
    raise Killed


@pytest.mark.parametrize("seed", range(2))
async def test_each_change_of_the_ledger_may_be_the_last_of_its_process(
    box: Sandbox, crm: Crm, tmp_path: Path, seed: int
) -> None:
    place, chance, kills = tmp_path / "imports.sqlite3", Random(seed), 0  # noqa: S311 - the same each time
    async with crm_context_over(box, ledger=place) as context:
        await weeks_later(context, box, 0.3)
        wanted = await SyncToCrm(sequence=TITLE, dry_run=True).run(context)
    for _ in range(400):
        doomed = DoomedLedger(lambda: tmp_path / "crm.sqlite3")
        doomed.dies(killed, chance.randint(0, 3), after=chance.random() < 0.5)
        async with crm_context_over(box, ledger=place) as context:
            context.services[CrmLedger] = doomed  # pyright: ignore[reportIndexIssue] - a process of its own would open it
            try:
                await SyncToCrm(sequence=TITLE).run(context)
                break
            except Killed:
                kills += 1
            finally:
                doomed.close()
    assert kills
    assert set(marks(crm).values()) == {1}
    assert len(marks(crm)) == wanted.records["activities"] + wanted.records.get("tasks", 0)
