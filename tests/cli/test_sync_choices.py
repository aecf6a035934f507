"""``sync`` without a sequence is about the do-not-contact lists, and rules for deals reach the tool."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from saleshandy_mcp.cli import cli
from saleshandy_mcp.sandbox import KEY
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from tests.kit import new_box
from tests.served import served

Said = Callable[..., Result]


@pytest.fixture
def said(tmp_path: Path) -> Generator[Said]:
    with served(new_box().app) as address:
        env = {
            "SALESHANDY_API_KEY": KEY,
            "SALESHANDY_BASE_URL": f"{address}/v1",
            "SALESHANDY_DATA": str(tmp_path),
            "SALESSHEET_API_KEY": CRM_KEY,
            "SALESSHEET_BASE_URL": f"{address}/salessheet/v1",
        }

        def call(*words: str) -> Result:
            return CliRunner(env=env).invoke(cli, ["sync", "--dry-run", *words])

        yield call


def test_without_a_sequence_it_is_about_the_lists_alone(said: Said) -> None:
    told = said()
    assert told.exit_code == 0
    assert told.output.startswith("Do-not-contact lists → CRM: ")
    assert "rule: who stands on a do-not-contact list by the address gets opted_out: yes" in told.output


def test_a_rule_needs_a_sequence(said: Said) -> None:
    told = said("--stage", "interested=Qualified")
    assert told.exit_code == 1
    assert "sequence is missing" in told.output
