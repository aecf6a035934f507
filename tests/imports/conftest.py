"""The same sandbox and desk as for workflows, and a ledger."""

from collections.abc import Generator
from pathlib import Path

import pytest

from saleshandy_mcp.imports.ledger import Ledger
from tests.workflows.conftest import box, desk

__all__ = ["box", "desk"]


@pytest.fixture
def ledger(tmp_path: Path) -> Generator[Ledger]:
    ledger = Ledger(lambda: tmp_path / "imports.sqlite3")
    yield ledger
    ledger.close()
