"""Each error on the page of troubleshooting is what its command says. They run in one process, on the sandbox."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from saleshandy_mcp.cli import cli
from tests.docs_site.pages import ROOT

PAGE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
CASES = [tuple(block.strip().split("\n", 1)) for block in re.findall(r"```console\n\$ (.*?)```", PAGE, re.DOTALL)]


def test_there_are_thirty_errors_and_no_command_without_its_answer() -> None:
    assert len(CASES) >= 30
    assert [case for case in CASES if len(case) != 2] == []
    assert len(set(CASES)) == len(CASES)


@pytest.mark.parametrize(("command", "said"), CASES, ids=[case[0] for case in CASES])
def test_a_command_says_what_the_page_says(
    command: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "no-email.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    words = shlex.split(command)
    start = words.index("saleshandy-mcp")
    # The data folder of the test; no key and no other setting of whoever runs it.
    none = dict.fromkeys(re.findall(r"`(SALES[A-Z_]+)`", (ROOT / "README.md").read_text(encoding="utf-8")))
    given = dict(word.split("=", 1) for word in words[:start])
    done = CliRunner().invoke(cli, words[start + 1 :], env=none | {"SALESHANDY_DATA": str(tmp_path / "data")} | given)
    assert done.exit_code != 0
    assert " ".join(said.split()) in " ".join(done.output.split())
