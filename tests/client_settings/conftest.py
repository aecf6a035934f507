"""What tests of settings of clients may ask for."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.cli.kit import Terminal, sat_at
from tests.client_settings.kit import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path, "linux", monkeypatch)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Generator[Terminal]:
    with sat_at(monkeypatch) as terminal:
        yield terminal
