"""A question that a person ends without an answer."""

import click
from click.testing import CliRunner

from saleshandy_mcp.cli import Lazy
from saleshandy_mcp.cli.support.at_terminal.stopping import AT_QUESTION, INTERRUPTED


class _Questions(Lazy):
    """One command, which asks."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        del ctx
        return click.Command(cmd_name, callback=lambda: click.confirm("Go ahead?"))


def test_a_question_without_an_answer_ends_the_command_with_a_code_and_a_word() -> None:
    ended = CliRunner().invoke(_Questions("questions"), ["ask"], input="")
    assert ended.exit_code == INTERRUPTED
    assert AT_QUESTION in ended.output
    assert isinstance(ended.exception, SystemExit)
