"""Each command that the documentation shows is run against the sandbox, or named here with the reason why it is not."""

import io
import os
import re
from collections.abc import Generator, Iterable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import click
import pytest

from saleshandy_mcp.cli import cli
from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from tests.cli.conftest import bench
from tests.cli.kit import sat_at
from tests.docs_site.pages import ROOT, sources
from tests.docs_site.snippets import Snippet, snippets
from tests.import_engine.sources.kit import lines, packed, parts
from tests.served import served

__all__ = ["bench"]

NOT_RUN = {
    "bq load": "BigQuery is not here",
    "saleshandy-mcp serve": "runs until its client goes; tests/e2e starts it",
    "saleshandy-mcp sandbox": "runs until it is stopped; tests/e2e starts it",
    "saleshandy-mcp hooks --port": "runs until it is stopped; tests/cli/test_hooks.py starts it",
    "saleshandy-mcp approvals --watch": "runs until it is stopped; tests/cli/test_approvals.py starts it",
    'saleshandy-mcp sync "Agencies EU" --crm-write --watch': "runs until it is stopped; tests/cli/test_web.py has it",
    "saleshandy-mcp login": "uses the keyring of the system; tests/cli/test_login.py has one",
    "saleshandy-mcp logout": "the same",
    'saleshandy-mcp call list_sequences --sandbox --faults "429:0.5"': "waits by the clock of this machine; "
    "tests/cli/test_sandbox_options.py has it",
    "saleshandy-mcp call save_crm_records kind=contacts file=": "reads a folder that the operator chose; "
    "tests/features/crm/test_crm_save_file.py has it",
    "curl": "another program, against a sandbox that runs; tests/sandbox makes these calls",
    "make": "a target of the Makefile; tests/test_guides.py looks for it",
    "export": "sets a variable",
    "pipx": "installs; `make bare` and `make stopwatch` do",
    "uv": "installs; the same",
    "py -m": "needs Windows; the workflow has it",
    ".venv\\Scripts": "the same",
    "python -m pytest": "runs tests",
}
JOB = re.compile(r"imp_[0-9a-f]+")
LEADS = (ROOT / "docs/examples/leads.csv").read_text(encoding="utf-8")
FAIR = """Email,First Name,Newsletter,Status,Rolle,Email Opt Out
ann@lake.example.com,Ann,yes,open,Head of Support,no
bob@hill.example.com,Bob,yes,lost,Head of Sales,no
"""
SHOWN = list({it.command: it for it in snippets()}.values())


def reason(snippet: Snippet) -> str | None:
    return next((why for start, why in NOT_RUN.items() if snippet.command.startswith(start)), None)


RUN = [it for it in SHOWN if reason(it) is None]


@pytest.fixture(scope="module")
def address() -> Generator[str]:
    with served(Sandbox(limits=False, clock=Clock(speed=3600)).app) as address:
        yield address


def typed_key(_prompt: str) -> str:
    return KEY


def yes(*_: object, **__: object) -> bool:
    return True


@pytest.fixture(autouse=True)
def surroundings(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the files that the pages name, and settings that lead to a sandbox."""
    for name in [it for it in os.environ if it.startswith(("SALES", "XDG_"))]:
        monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(tmp_path),
        "SALESHANDY_DATA": str(tmp_path / "data"),
        "SALESHANDY_API_KEY": KEY,
        "SALESHANDY_BASE_URL": f"{address}/v1",
        "SALESSHEET_API_KEY": CRM_KEY,
        "SALESSHEET_BASE_URL": f"{address}/salessheet/v1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("getpass.getpass", typed_key)  # it reads from the real terminal of the process
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lists").mkdir()
    (tmp_path / "leads.csv").write_bytes(LEADS.encode())
    (tmp_path / "fair.csv").write_text(FAIR, encoding="utf-8")
    (tmp_path / "old.csv").write_text("Email;First Name\njiri@lake.example.com;Jiří\n", encoding="cp1250")
    sheet = lines(["A list"], [""], ["Email"], ["ann@lake.example.com"])
    named = {name: text.replace("Sheet1", "People") for name, text in parts(sheet).items()}
    (tmp_path / "people.xlsx").write_bytes(packed(named))


def prepare(words: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make what a command works on, such as a job for one that names a job; its words then."""
    match words[0]:
        case "uninstall" | "doctor":
            run(["install", "cursor", "--sandbox", "--yes"], monkeypatch)
        case "sync":
            run(["call", "import_crm_contacts", "sequence=Agencies EU", 'where=["stage=Proposal"]'], monkeypatch)
        case "jobs" if any(JOB.fullmatch(it) for it in words):
            run(
                ["import", "leads.csv", "--to", "SaaS founders", "--yes" if "--again" in words else "--dry-run"],
                monkeypatch,
            )
            job = JOB.search(run(["jobs", "list"], monkeypatch)[1])
            assert job
            return [JOB.sub(job[0], it) for it in words]
        case _:
            pass
    return words


def run(words: Iterable[str], monkeypatch: pytest.MonkeyPatch, piped: str | None = None) -> tuple[int, str]:
    """The code and the output of a command. At a terminal a person names no folder and says yes; or a text is piped."""
    said = io.StringIO()
    with monkeypatch.context() as patch, sat_at(patch) as terminal, redirect_stdout(said), redirect_stderr(said):
        patch.setattr("click.confirm", yes)
        os.write(terminal.far, b"\n")
        if piped is not None:
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped.encode())))
        try:
            cli.main(list(words), prog_name="saleshandy-mcp")
        except SystemExit as ended:
            return int(ended.code or 0), said.getvalue()
    return 0, said.getvalue()


@pytest.mark.parametrize("snippet", RUN, ids=lambda it: it.command)
def test_a_command_works_as_it_is_shown(
    snippet: Snippet, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    if snippet.words[0] in {"import", "jobs"}:
        request.getfixturevalue("bench")  # a sandbox in memory, in which nobody waits
    words = prepare(snippet.words, monkeypatch)
    code, said = run(words, monkeypatch, LEADS if " | " in snippet.command else None)
    assert code == 0, said
    assert said.strip()
    assert not said.endswith("Nothing was changed.\n")


@pytest.mark.parametrize("snippet", [it for it in SHOWN if it.words and it not in RUN], ids=lambda it: it.command)
def test_a_command_that_is_not_run_has_the_options_that_are_shown(snippet: Snippet) -> None:
    command: click.Command = cli
    words = snippet.words
    while isinstance(command, click.Group) and (found := command.get_command(click.Context(command), words[0])):
        command, words = found, words[1:]
    assert command is not cli
    command.make_context(None, words)


def test_each_reason_is_of_a_command_that_is_shown() -> None:
    assert [start for start in NOT_RUN if not any(it.command.startswith(start) for it in SHOWN)] == []


def test_every_job_has_a_command() -> None:
    sections = (ROOT / "docs/jobs.md").read_text(encoding="utf-8").split("\n## ")[1:]
    assert [section.partition("\n")[0] for section in sections if "--sandbox" not in section] == []


def test_no_block_of_a_console_is_without_a_command() -> None:
    bare = re.compile(r"^```console\n(?!.*\$ )", re.MULTILINE)
    assert [place for place, path in sources().items() if bare.search(path.read_text(encoding="utf-8"))] == []
