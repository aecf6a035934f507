"""The store of agreements, as several processes open it."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.store.state import State
from tests.policy.kit import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "data" / "state.sqlite3"


@pytest.fixture
def open_store(place: Path, clock: Clock) -> Generator[Callable[..., Approvals]]:
    """The store as another process would open it."""
    with ExitStack() as opened:

        def opening(account: str = "account") -> Approvals:
            state = State(lambda: place)
            opened.callback(state.close)
            return Approvals(state, account, clock)

        yield opening


@pytest.fixture
def approvals(open_store: Callable[..., Approvals]) -> Approvals:
    return open_store()
