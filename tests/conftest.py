"""What every test may ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in each run, and no limit of time: a slow machine must not fail a test.
settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.load_profile("suite")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop is enough: the product runs on asyncio."""
    return "asyncio"


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compares a text with a file of the repository; `make snapshots` writes the file instead, for a review to read."""

    def matches(path: str, text: str) -> None:
        file = ROOT / path
        if os.environ.get("UPDATE_SNAPSHOTS"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"{path} is missing: make snapshots"
        assert text == file.read_text(encoding="utf-8"), f"{path} differs: look at it, then make snapshots"

    return matches
