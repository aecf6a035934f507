"""What Tab offers: names from the index and from files of this machine, quoted for the shell."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.completion.kept_names import keep_titles, kept_titles
from tests.cli.kit import Bench

DAY = 86_400


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SALESHANDY_DATA", str(tmp_path))
    return tmp_path


def offered(*words: str) -> list[str]:
    """What is offered for the last word."""
    completion = ShellComplete(cli, {}, "saleshandy-mcp", "_SALESHANDY_MCP_COMPLETE")
    return [it.value for it in completion.get_completions(list(words[:-1]), words[-1])]


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (["im"], "import"),
        (["call", "list_seq"], "list_sequences"),
        (["call", "list_sequences", "st"], "status="),
        (["api", "list_sequence_s"], "list_sequence_steps"),
        (["api", "list_sequences", "--pa"], "--page"),
        (["serve", "--toolsets", "default,inb"], "default,inbox"),
        (["tools", "--tools", "list_s"], "list_sequences"),
        (["tools", "--effects", "r"], "read"),
        (["import", "x.csv", "--conf"], "--conflict"),
        (["jobs", "re"], "resume"),
        (["completion", "z"], "zsh"),
    ],
)
def test_what_begins_so_is_offered(words: list[str], some: str) -> None:
    assert some in offered(*words)


def test_an_argument_that_is_given_is_not_offered_again() -> None:
    assert "status=" not in offered("call", "list_sequences", "status=active", "")


def test_files_are_left_to_the_shell() -> None:
    completion = ShellComplete(cli, {}, "saleshandy-mcp", "_SALESHANDY_MCP_COMPLETE")
    assert [it.type for it in completion.get_completions(["import"], "le")] == ["file"]


def test_jobs_of_this_machine_are_offered(bench: Bench) -> None:
    job = bench.job(bench.file(), "--dry-run")
    assert offered("jobs", "show", "imp_") == [job]


def test_without_a_ledger_no_job_is_offered_and_none_is_made(data: Path) -> None:
    assert offered("jobs", "show", "") == []
    assert list(data.iterdir()) == []


def test_titles_that_a_command_saw_are_offered_whatever_their_case(bench: Bench) -> None:
    bench.run("import", bench.file(), "--to", "SaaS founders", "--dry-run")
    assert offered("import", "x.csv", "--to", "saas") == ["SaaS founders"]
    assert offered("call", "get_sequence", "sequence=saas") == ["sequence=SaaS founders"]


def test_titles_of_the_sandbox_are_not_kept(data: Path) -> None:
    CliRunner().invoke(cli, ["api", "list_sequences", "--sandbox"])
    assert offered("pause", "") == []
    assert not list(data.glob("*titles*"))


def test_titles_tell_their_age_and_go_after_a_month(tmp_path: Path) -> None:
    keep_titles(tmp_path, ["Q3 launch"], now=0)
    assert kept_titles(tmp_path, now=2 * DAY) == [("Q3 launch", "seen 2 days ago")]
    assert kept_titles(tmp_path, now=31 * DAY) == []


@pytest.mark.parametrize("broken", ["", "[]", '{"at": "x"}', "\xff"])
def test_a_broken_file_of_titles_offers_nothing(tmp_path: Path, broken: str) -> None:
    (tmp_path / "sequence-titles.json").write_text(broken, encoding="latin-1")
    assert kept_titles(tmp_path) == []


def tab_in_bash(line: str) -> list[str]:
    """What bash itself puts on the line at Tab. The words of the line are split as bash splits them."""
    script = CliRunner().invoke(cli, ["completion", "bash"]).output
    words = f"COMP_WORDS=({line}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))"
    run = f'{script}\n{words}\n_saleshandy_mcp_completion saleshandy-mcp; printf "%s\\n" "${{COMPREPLY[@]}}"'
    path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", run], capture_output=True, text=True, check=True, env=os.environ | path)  # noqa: S603, S607 - bash of this system
    return done.stdout.splitlines()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_gets_titles_quoted_and_values_behind_their_name(data: Path) -> None:
    keep_titles(data, ["SaaS founders", "Q3's $launch"])
    assert tab_in_bash("saleshandy-mcp pause Sa") == ["SaaS\\ founders"]
    assert tab_in_bash("saleshandy-mcp pause Q") == ["Q3\\'s\\ \\$launch"]
    assert tab_in_bash("saleshandy-mcp call get_sequence sequence = Sa") == ["SaaS\\ founders"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    said = CliRunner().invoke(cli, ["completion", shell])
    assert said.exit_code == 0
    assert f"_SALESHANDY_MCP_COMPLETE={shell}_complete" in said.output


@pytest.mark.parametrize("line", ["", "call list_", "jobs show ", "import --to ", "api li", "serve --toolsets "])
def test_tab_loads_neither_the_sdk_nor_a_client_of_the_api(line: str, data: Path) -> None:
    keep_titles(data, ["SaaS founders"])
    words = f"saleshandy-mcp {line}".split(" ")
    program = (
        "import atexit, sys; from saleshandy_mcp.__main__ import main; "
        "atexit.register(lambda: print([it for it in ('mcp', 'httpx2', 'pydantic') if it in sys.modules])); main()"
    )
    tab = {
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
        "_SALESHANDY_MCP_COMPLETE": "bash_complete",
    }
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, capture_output=True, text=True, check=False, env=os.environ | tab, timeout=60)  # noqa: S603 - ours
    assert done.stdout.splitlines()[-1] == "[]"
    assert len(done.stdout.splitlines()) > 1 or line == "jobs show "
