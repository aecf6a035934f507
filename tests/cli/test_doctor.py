"""``doctor``: each line says that something is well, or how to mend it; keys are not shown."""

import json
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.support.setup.checks import account_finding, crm_finding, local_findings, sandbox_finding
from saleshandy_mcp.cli.support.setup.client_checks import client_findings
from saleshandy_mcp.cli.support.setup.finding import Finding
from saleshandy_mcp.client_settings.machine import Machine
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.store.state import State
from tests.kit import new_box

WORDS = ["-m", "saleshandy_mcp", "serve"]
ENTRY = {"command": sys.executable, "args": WORDS, "env": {"SALESHANDY_API_KEY": "k-1234567"}}


def settings(folder: Path, **more: Any) -> Settings:
    return replace(Settings.from_env({"SALESHANDY_API_KEY": KEY, "SALESHANDY_DATA": str(folder)}), **more)


def in_client(home: Path, slug: str, server: object, environ: Mapping[str, str] | None = None) -> Finding:
    """What is found on a client with these settings of the server."""
    machine = Machine("linux", home, environ or {})
    paths = {"claude-desktop": ".config/Claude/claude_desktop_config.json", "cursor": ".cursor/mcp.json"}
    path = home / paths[slug]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(server if isinstance(server, str) else json.dumps({"mcpServers": {"saleshandy": server}}))
    (finding,) = client_findings(machine)
    return finding


async def test_a_key_that_works_is_well_and_not_shown(tmp_path: Path) -> None:
    box = new_box()
    finding = await account_finding(
        settings(tmp_path), lambda: Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app), offline=False
    )
    assert finding.mend is None
    assert "it works" in finding.text
    assert KEY not in finding.line()


async def test_a_wrong_key_is_to_be_mended(tmp_path: Path) -> None:
    box = new_box()
    finding = await account_finding(
        settings(tmp_path), lambda: Saleshandy("wrong-key", base_url="http://sandbox/v1", app=box.app), offline=False
    )
    assert "not accepted" in finding.text
    assert finding.mend
    assert "wrong-key" not in finding.line()


async def test_without_a_key_it_is_said_how_to_set_one(tmp_path: Path) -> None:
    finding = await account_finding(settings(tmp_path, key=None), lambda: Saleshandy(None), offline=False)
    assert "login" in (finding.mend or "")


async def test_offline_no_key_is_tried(tmp_path: Path) -> None:
    def never() -> Saleshandy:
        raise AssertionError

    chosen = settings(tmp_path, crm_key=settings(tmp_path).key)
    assert "not tried" in (await account_finding(chosen, never, offline=True)).text
    assert "read only; not tried" in (await crm_finding(chosen, never, offline=True)).text


async def test_a_server_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    finding = await account_finding(
        settings(tmp_path), lambda: Saleshandy(KEY, base_url="http://127.0.0.1:9/v1"), offline=False
    )
    assert "could not be reached" in finding.text
    assert "--offline" in (finding.mend or "")


async def test_the_sandbox_answers() -> None:
    assert await sandbox_finding() == Finding("sandbox", "in this process; it works")


def by_name(chosen: Settings) -> dict[str, Finding]:
    return {finding.about: finding for finding in local_findings(chosen)}


def test_a_store_is_told_with_its_version(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    newest = State.migrations[-1].version
    assert by_name(chosen)["store"].text == "nothing is kept yet"
    for version, said in ((newest, f"version {newest}"), (newest + 1, "this program knows"), (0, "brought to")):
        with closing(sqlite3.connect(tmp_path / "state.sqlite3")) as db:
            db.execute(f"PRAGMA user_version = {version}")
        finding = by_name(chosen)["store"]
        assert said in finding.text
        assert bool(finding.mend) == (version > newest)
    (tmp_path / "state.sqlite3").write_bytes(b"no database at all, " * 99)
    assert by_name(chosen)["store"].mend


def test_rules_are_named_and_broken_ones_are_to_be_mended(tmp_path: Path) -> None:
    assert "no limits" in by_name(settings(tmp_path))["rules"].text
    (tmp_path / "rules.toml").write_text("nonsense = 1\n")
    assert by_name(settings(tmp_path))["rules"].mend


def test_of_a_proxy_only_the_host_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://ann:secret@proxy.example.com:8080")
    finding = by_name(settings(tmp_path))["proxy"]
    assert "proxy.example.com" in finding.text
    assert "secret" not in finding.text


def test_a_client_says_how_it_starts_the_server(tmp_path: Path) -> None:
    finding = in_client(tmp_path, "claude-desktop", ENTRY)
    assert finding.mend is None
    assert "key in clear text in its settings" in finding.text
    assert "agreement: card" in finding.text
    assert "k-1234567" not in finding.line()


@pytest.mark.parametrize(
    ("server", "mend"),
    [
        ({**ENTRY, "command": "/nowhere/saleshandy-mcp"}, "is not there"),
        ({**ENTRY, "command": 7, "args": "x", "env": []}, "is not there"),
        ({**ENTRY, "env": {"SALESHANDY_API_KEY": "paste-your-key-here"}}, "words of an example"),
        ({**ENTRY, "env": {"SALESHANDY_API_KEY": ""}}, "install claude-desktop"),
        ({**ENTRY, "env": {"SALESHANDY_FILES": "/nowhere"}}, "no folder"),
        ("{", "correct the file"),
    ],
)
def test_a_client_that_cannot_start_it_is_to_be_mended(server: object, mend: str, tmp_path: Path) -> None:
    assert mend in (in_client(tmp_path, "claude-desktop", server).mend or "")


def test_a_variable_that_the_shell_lacks_is_told(tmp_path: Path) -> None:
    server = {**ENTRY, "env": {"SALESHANDY_API_KEY": "${env:SALESHANDY_API_KEY}"}}
    assert "not set in this shell" in (in_client(tmp_path, "cursor", server).mend or "")
    assert in_client(tmp_path, "cursor", server, {"SALESHANDY_API_KEY": KEY}).mend is None


@pytest.mark.parametrize(
    ("words", "channel"),
    [([], "dialogue"), (["--approval", "terminal"], "terminal"), (["--approval", "deny"], "nobody can agree")],
)
def test_the_channel_of_a_client_follows_from_its_entry(words: list[str], channel: str, tmp_path: Path) -> None:
    server = {**ENTRY, "args": ["serve", *words]}
    assert f"agreement: {channel}" in in_client(tmp_path, "cursor", server).text


def test_where_it_is_in_no_client_it_is_said_how_to_install_it(tmp_path: Path) -> None:
    (finding,) = client_findings(Machine("linux", tmp_path, {}))
    assert finding.mend == "saleshandy-mcp install CLIENT"


def run(home: Path, *words: str, **more: str) -> tuple[int, str]:
    env = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": "",
        "SALESHANDY_DATA": str(home / "data"),
        "SALESHANDY_API_KEY": KEY,
    } | more
    result = CliRunner(env=env | more).invoke(cli, ["doctor", "--offline", *words])
    return result.exit_code, result.output


def test_the_command_tells_programs_and_its_code_what_is_to_be_mended(tmp_path: Path) -> None:
    code, output = run(tmp_path, "--json")
    findings = json.loads(output)
    assert code == 1
    assert [it["about"] for it in findings if not it["ok"]] == ["clients"]
    CliRunner(env={"HOME": str(tmp_path), "XDG_CONFIG_HOME": ""}).invoke(
        cli, ["install", "cursor", "--sandbox", "--yes"]
    )
    code, output = run(tmp_path)
    assert code == 0, output
    assert KEY not in output
    assert all(line.startswith("ok  ") for line in output.splitlines())


def test_a_wrong_variable_is_a_finding(tmp_path: Path) -> None:
    code, output = run(tmp_path, SALESHANDY_API_KEY="${SALESHANDY_API_KEY}")
    assert code == 1
    assert "the name of a variable instead of a key" in output
