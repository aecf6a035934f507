"""The same sandbox and context as for tools, and a ledger."""

from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from saleshandy_mcp.import_engine.ledger.ledger import Ledger
from tests.features.conftest import box, context

__all__ = ["box", "context"]

# How long an example takes depends on what else the machine does.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture
def ledger(tmp_path: Path) -> Generator[Ledger]:
    ledger = Ledger(lambda: tmp_path / "imports.sqlite3")
    yield ledger
    ledger.close()
