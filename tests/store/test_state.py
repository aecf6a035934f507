"""The state file: earlier versions are read as before, and processes are told apart from those that are gone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.policy.journal import Journal
from saleshandy_mcp.store.processes import is_alive
from saleshandy_mcp.store.state import State

STORED = Path(__file__).parent / "files"
TOKEN = "uabhd-phfmc-v9ucb-ym45f-27hrf"
"""Given out by version 1 for the plan in its file, which version 2 took over."""


@pytest.fixture(params=range(1, State.migrations[-1].version))
def earlier(request: pytest.FixtureRequest, tmp_path: Path) -> State:
    path = tmp_path / "state.sqlite3"
    shutil.copy(STORED / f"state-{request.param}.sqlite3", path)
    return State(lambda: path)


def test_calls_of_an_earlier_version_count_as_before_and_its_questions_are_asked_anew(earlier: State) -> None:
    clock = lambda: 1_800_000_001.0  # noqa: E731 - a second after they were written
    journal = Journal(earlier, "account1", clock)
    call = journal.earlier(journal.digest("create_sequence", {"title": "A"}))
    assert call is not None
    assert (call.state, call.done, call.adds) == ("done", "create_sequence", True)
    approvals = Approvals(earlier, "account1", clock)
    with pytest.raises(Mistake, match="Call again without it"):
        approvals.redeem(TOKEN, "digest1")
    approvals.redeem(approvals.issue("digest1"), "digest1")


def test_a_file_of_an_earlier_version_gets_what_is_new(earlier: State) -> None:
    hold = Hold(earlier, "account1")
    hold.set()
    assert hold.since()
    with earlier.reading() as db:
        assert db.execute("PRAGMA user_version").fetchone() == (State.migrations[-1].version,)


def test_a_hold_is_seen_by_every_process_and_for_one_account_alone(tmp_path: Path) -> None:
    one, other = (State(lambda: tmp_path / "state.sqlite3") for _ in range(2))
    assert Hold(one, "a").since() is None
    assert not (tmp_path / "state.sqlite3").exists()
    Hold(one, "a").set()
    assert Hold(other, "a").since()
    assert Hold(other, "b").since() is None
    assert Hold(other, "a").lift()
    assert not Hold(one, "a").lift()


def test_a_process_that_has_ended_is_not_alive() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not is_alive(ended.pid)
    assert is_alive(os.getpid())
    assert is_alive(os.getppid())
