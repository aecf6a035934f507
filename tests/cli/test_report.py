"""``report``: the report as a command."""

import pytest
from click.testing import CliRunner

from saleshandy_mcp.cli import cli


@pytest.mark.parametrize("period", ["last week", "next 14 days"])
def test_at_a_terminal_lines_are_broken_between_words_and_nothing_is_lost(period: str) -> None:
    words = ["report", "--sandbox", "--period", period]
    whole = CliRunner().invoke(cli, words).output
    for columns in (80, 120):
        shown = CliRunner().invoke(cli, words, env={"COLUMNS": str(columns)}).output
        assert max(map(len, shown.splitlines())) <= columns
        assert shown.split() == whole.split()


def test_calls_for_a_model_are_not_proposed_to_a_person() -> None:
    for period in ("last week", "next 14 days"):
        assert "(sequence=" not in CliRunner().invoke(cli, ["report", "--sandbox", "--period", period]).output
