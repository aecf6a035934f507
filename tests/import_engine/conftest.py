"""The same sandbox and context as for workflows, and a ledger."""

from collections.abc import Generator
from pathlib import Path

import pytest

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from tests.features.conftest import box, context

__all__ = ["box", "context"]


@pytest.fixture
def ledger(tmp_path: Path) -> Generator[Ledger]:
    ledger = Ledger(lambda: tmp_path / "imports.sqlite3")
    yield ledger
    ledger.close()
