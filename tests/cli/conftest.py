"""What tests of the command line may ask for."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.cli.kit import REFUSED, Bench, Terminal, sat_at
from tests.kit import IMPORT, faulty, says


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """The commands of imports over a sandbox in memory. Where a test leaves them, settings lead nowhere else."""
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path / "data"))
    for name in ("SALESHANDY_API_KEY", "SALESHANDY_BASE_URL", "SALESHANDY_READ_ONLY", "SALESHANDY_EFFECTS"):
        monkeypatch.delenv(name, raising=False)
    bench = Bench(tmp_path)
    for module in ("import_", "jobs"):
        monkeypatch.setattr(f"saleshandy_mcp.cli.{module}.open_session", bench.session)
    return bench


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Generator[Terminal]:
    """A terminal that a person sits at."""
    with sat_at(monkeypatch) as terminal:
        yield terminal


@pytest.fixture
def stopped(bench: Bench) -> str:
    """A job that was stopped because the key was refused, which is over."""
    bench.app = faulty(bench.box, IMPORT, says(401, REFUSED))
    job = bench.job(bench.file(), "--to", "SaaS founders", "--yes")
    bench.app = bench.box.app
    return job
