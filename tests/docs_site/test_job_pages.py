"""Each command of the page of jobs, and of the start page with the sandbox, does what it says."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from saleshandy_mcp.cli import cli
from tests.docs_site.pages import ROOT

LEADS = ROOT / "docs/examples/leads.csv"


def _commands() -> list[str]:
    pages = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("index.md", "jobs.md")]
    found = [line for page in pages for line in re.findall(r"^\$ saleshandy-mcp (.*--sandbox.*)$", page, re.MULTILINE)]
    return [line for line in found if not line.startswith("install ")]  # tests/client_settings runs those


def test_every_job_has_a_command_that_is_run() -> None:
    sections = (ROOT / "docs/jobs.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections if "--sandbox" not in section] == []


@pytest.mark.parametrize("command", _commands())
def test_a_command_works_as_it_is_written(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / LEADS.name).write_bytes(LEADS.read_bytes())
    done = CliRunner().invoke(cli, shlex.split(command), env={"SALESHANDY_DATA": str(tmp_path / "data")})
    assert done.exit_code == 0, done.output
    assert done.output.strip()
