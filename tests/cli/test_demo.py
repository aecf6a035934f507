"""The demo: what it shows, and that it follows its import to the end on any machine."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from mcp import Client

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.cli import cli
from saleshandy_mcp.cli.support.demo_acts.outreach_act import to_its_end
from saleshandy_mcp.cli.support.demo_acts.stage import Talk, checked, say_yes, show
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.server.app import build_server, open_context
from tests.boxes import frozen_box
from tests.kit import pauses

LEADS = Path(__file__).parents[2] / "docs" / "examples" / "leads.csv"


def test_a_demo_names_each_count_that_differs(capsys: pytest.CaptureFixture[str]) -> None:
    assert checked({"all were sent": True, "each was written back": False}) == ["each was written back: no"]
    assert capsys.readouterr().out == "  ✓ all were sent\n  ✗ each was written back\n"


def test_lines_of_the_demo_fit_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    show(f"rule: {'a line that is long ' * 10}\n\n  - in it")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[1].startswith("      ")
    assert lines[-2:] == ["", "    - in it"]


def test_a_demo_that_goes_wrong_does_not_end_well(tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("Name\nNobody\n", encoding="utf-8")
    result = CliRunner().invoke(cli, ["demo", "--file", str(leads)])
    assert result.exit_code == 1
    assert "there is no Email column" in result.output
    assert "import_prospects failed" in result.output


async def test_a_plan_whose_list_is_still_being_read_is_followed_and_started(
    capsys: pytest.CaptureFixture[str],
) -> None:
    box = frozen_box()
    api = Saleshandy(KEY, base_url="http://sandbox/v1", app=box.app, clock=box.clock.seconds, pause=pauses(box))
    async with (
        open_context(api, folder=LEADS.parent, reading=0, now=box.clock.now) as context,
        Client(build_server(context), elicitation_callback=say_yes) as client,
    ):
        talk = Talk(client)
        first = await talk.say("The leads", "import_prospects", sequence="SaaS founders", file=LEADS.name)
        last = await to_its_end(talk, first)
    assert first["reading"]
    assert last["finished"]
    assert last["imported"] > 0
    assert talk.failures == []
    capsys.readouterr()


async def test_an_import_that_has_no_job_is_not_followed(capsys: pytest.CaptureFixture[str]) -> None:
    async with (
        open_context(Saleshandy(KEY), folder=LEADS.parent) as context,
        Client(build_server(context)) as client,
    ):
        assert await to_its_end(Talk(client), {}) == {}
    assert capsys.readouterr().out == ""
