"""A process that is killed at any moment loses nobody and sends nobody twice."""

from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from saleshandy_mcp.sandbox import Sandbox
from tests.import_engine.engine import Killed, Mortal, carried_out, counts, people, planned, taken, target
from tests.kit import IMPORT, App, faulty, lost

ALL = people(7)


async def killed(box: Sandbox, path: Path, change: int, *, after: bool, app: App) -> bool:
    """Run a job that is killed at a change of the ledger, and again to its end; whether it was killed at all."""
    ledger = Ledger(lambda: path)
    planned(ledger, target(box), ALL, most=3)
    mortal = Mortal(path, change, after=after)
    with suppress(Killed):
        await carried_out(box, mortal, app=app)
    ended = await carried_out(box, ledger)
    assert (ended.state, ended.note) == ("finished", "")
    assert counts(ledger) == {"imported": len(ALL)}
    assert taken(box) == dict.fromkeys(ALL, 1)
    return mortal.dead


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("unlucky", [False, True])
async def test_killed_at_any_change_of_the_ledger_a_job_goes_on_to_the_same_end(
    box: Sandbox, tmp_path: Path, *, after: bool, unlucky: bool
) -> None:
    run = partial(killed, box, after=after)
    change = 0
    while True:
        box.reset()
        app = faulty(box, IMPORT, lost, after=1, times=1) if unlucky else box.app
        if not await run(tmp_path / f"{change}.sqlite3", change, app=app):
            break
        change += 1
    assert change > 12
