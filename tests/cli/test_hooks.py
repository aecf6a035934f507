"""The command ``hooks``: where to deliver, what came, and a new address."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli
from saleshandy_mcp.core.hooks.hint import Hint
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.server.hook_receiver import paths
from saleshandy_mcp.store.hints import Hints


@pytest.fixture
def hints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hints:
    for name in ("SALESHANDY_API_KEY", "SALESHANDY_BASE_URL", "SALESSHEET_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path))
    return Hints(lambda: tmp_path / "hooks.sqlite3")


def run(*words: str, **environ: str) -> Result:
    return CliRunner().invoke(cli, ["hooks", *words], env=environ)


def test_where_nothing_came_no_file_is_made(hints: Hints) -> None:
    assert run("show").output == "Nothing was delivered here in the last 30 days.\n"
    assert not hints.path.exists()


@pytest.mark.usefixtures("hints")
def test_a_new_address_is_told_once(hints: Hints) -> None:
    before = paths(hints)
    told = run("renew", "saleshandy").output
    after = paths(hints)
    assert re.search(r"/hooks/saleshandy/[\w-]{32}", told)
    assert after[Service.SALESHANDY] in told
    assert before[Service.SALESHANDY] not in told
    assert after[Service.SALESSHEET] == before[Service.SALESSHEET]


def test_what_cannot_be_read_again_is_not_shown(hints: Hints) -> None:
    hints.take(Hint(Service.SALESHANDY, "reply-received", "ann@lake.example.com"), b"1", 1_900_000_000.0)
    nowhere = run("show", SALESHANDY_API_KEY=KEY, SALESHANDY_BASE_URL="http://127.0.0.1:9/v1")
    assert nowhere.exit_code == 1
    assert "cannot be checked with the API, so they are not shown" in nowhere.output
    assert "ann@lake" not in nowhere.output
    assert "SALESHANDY_API_KEY" in run("show").output


def test_a_setting_that_is_wrong_is_named() -> None:
    told = run(SALESSHEET_HOOK_SECRET="s")
    assert told.exit_code == 1
    assert "SALESSHEET_HOOK_HEADER" in told.output
