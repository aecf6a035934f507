"""``call`` at the command line, where a tool asks first."""

import pytest
from click.testing import CliRunner

from saleshandy_mcp.cli import cli
from tests.cli.kit import Terminal

START = ("call", "--sandbox", "set_sequence_status", "sequence=SaaS founders", "status=active")


def test_where_nobody_can_be_asked_it_is_not_said_that_somebody_said_no() -> None:
    result = CliRunner().invoke(cli, START)
    assert result.exit_code == 1
    assert "Start this sequence? It mails real people." in result.stderr
    assert "nobody can be asked here, so nothing was done: run it in a terminal." in result.stderr
    assert not result.stdout
    assert "did not agree" not in result.output


@pytest.mark.parametrize(
    ("answer", "said"), [("y\n", "is active now (was paused)"), ("n\n", "the user was asked and did not agree")]
)
def test_a_person_at_a_terminal_is_asked(
    terminal: Terminal, capsys: pytest.CaptureFixture[str], answer: str, said: str
) -> None:
    assert terminal.run(answer, *START) == 0
    assert said in capsys.readouterr().out
