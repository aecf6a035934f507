"""The operator's rules at the command line: where the file is found, and what happens when it is not understood."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli, pause
from tests.cli.kit import Bench

BROKEN = "replies_an_hour = many\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SALESHANDY_API_KEY", "canary")
    monkeypatch.delenv("SALESHANDY_RULES", raising=False)
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def test_a_file_that_is_not_understood_stops_the_start(data: Path) -> None:
    (data / "rules.toml").write_text(BROKEN)
    for words in (["serve"], ["call", "list_sequences"], ["api", "list_sequences"]):
        ended = run(*words)
        assert ended.exit_code == 1
        assert "rules.toml are no TOML" in ended.output
        assert "Nothing is started without them." in ended.output


def test_a_file_that_is_named_has_to_be_there(data: Path) -> None:
    assert "cannot be read" in run("serve", "--rules", str(data / "other.toml")).output


def test_a_link_that_leads_nowhere_is_not_taken_for_no_file(data: Path) -> None:
    (data / "rules.toml").symlink_to(data / "gone.toml")
    assert "cannot be read" in run("serve").output


def test_the_sandbox_has_only_the_rules_that_are_named(data: Path) -> None:
    (data / "rules.toml").write_text(BROKEN)
    assert run("call", "list_sequences", "--sandbox").exit_code == 0
    (data / "rules.toml").write_text("webhook_hosts = []\nnew_recipients_a_day = 0\nquiet_hours = []\n")
    webhook = '{"name": "a", "webhook_url": "https://a.example.com", "webhook_event": ["reply-received"]}'
    ended = run(
        *("call", "run_write_operation", "operation=create_webhook", f"arguments={webhook}", "--sandbox"),
        *("--rules", str(data / "rules.toml")),
    )
    assert "webhook_hosts = [] forbids it: this names a.example.com" in ended.output


def test_a_command_of_one_operation_keeps_to_them(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "few.toml").write_text("webhook_hosts = []\n")
    monkeypatch.setenv("SALESHANDY_RULES", str(data / "few.toml"))
    ended = run(
        *("api", "create_webhook", "--name", "a", "--webhook-url", "https://a.example.com", "--webhook-event"),
        *("reply-received", "--yes", "--sandbox"),
    )
    assert (ended.exit_code, "webhook_hosts = [] forbids it" in ended.output) == (1, True)


def test_an_import_keeps_to_them(bench: Bench) -> None:
    (bench.folder / "data").mkdir(exist_ok=True)
    (bench.folder / "data" / "rules.toml").write_text("new_recipients_a_day = 1\n")
    ended = bench.run("import", bench.file(), "--to", "SaaS founders", "--yes")
    assert "new_recipients_a_day = 1 forbids it" in ended.output
    assert bench.run("jobs", "show", bench.newest()).output


def test_mail_is_stopped_although_the_rules_are_broken(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pause, "open_session", bench.session)
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "rules.toml").write_text(BROKEN)
    assert bench.run("pause", "--all").exit_code == 0
