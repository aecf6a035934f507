"""Manners at a terminal: answers, colours, lines that are written over, and one thing or many."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from saleshandy_mcp.cli.support.at_terminal.terminal import has_colours, moves
from saleshandy_mcp.cli.support.at_terminal.yes_or_no import agrees
from tests.sandbox.window_kit import Window


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def asked(typed: str) -> tuple[str, str]:
    """What came of a question, and what the person saw."""
    command = click.Command("ask", callback=lambda: click.echo(f"agreed: {agrees('Delete 2 jobs?')}"))
    done = CliRunner().invoke(command, [], input=typed)
    assert done.exit_code == 0
    return done.stdout.split("agreed: ")[1].strip(), done.stderr


@pytest.mark.parametrize(
    ("typed", "agreed", "times"),
    [
        ("y\n", "True", 1),
        ("n\n", "False", 1),
        ("\n", "False", 1),
        ("", "False", 1),
        ("sure\n1\ny\n", "True", 3),
        ("hm\n", "False", 2),
    ],
)
def test_a_wrong_answer_is_asked_again_and_the_end_of_input_is_a_no(typed: str, agreed: str, times: int) -> None:
    said, seen = asked(typed)
    assert (said, seen.count("Delete 2 jobs?")) == (agreed, times)


@pytest.mark.parametrize(
    ("stream", "environ", "over", "coloured"),
    [
        (_Terminal(), {"TERM": "xterm"}, True, True),
        (_Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        (_Terminal(), {"TERM": "dumb"}, False, False),
        (_Terminal(), {}, True, True),
        (io.StringIO(), {"TERM": "xterm"}, False, False),
    ],
)
def test_what_a_terminal_can_do(stream: io.StringIO, environ: dict[str, str], *, over: bool, coloured: bool) -> None:
    assert (moves(stream, environ), has_colours(stream, environ)) == (over, coloured)


def seen_at_a_terminal(*words: str, **environ: str) -> str:
    """All that a command writes to a terminal on which nobody types."""
    far, near = pty.openpty()
    run = [sys.executable, "-m", "saleshandy_mcp", *words]
    with subprocess.Popen(run, stdin=subprocess.DEVNULL, stdout=near, stderr=near, env=os.environ | environ) as done:  # noqa: S603 - this very program
        os.close(near)
        text = b""
        try:
            while some := os.read(far, 4096):
                text += some
        except OSError:
            pass  # so Linux says that nobody writes any more
    os.close(far)
    assert done.returncode == 0
    return text.decode()


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"NO_COLOR": "1", "TERM": "xterm"}], ids=str)
def test_nothing_steers_a_terminal_that_wants_none_of_it(environ: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("Email\nann@lake.example.com\n", encoding="utf-8")
    said = seen_at_a_terminal("import", str(file), "--sandbox", "--yes", SALESHANDY_DATA=str(tmp_path), **environ)
    assert "imported: new" in said
    colours = "\x1b[3" in said or "\x1b[9" in said
    assert not colours
    if environ["TERM"] == "dumb":
        assert "\x1b" not in said


async def test_one_thing_is_not_many_in_the_window() -> None:
    window = Window()
    async with window.http:
        await window.press("faults", fault="500")
        page = await window.get()
    assert "<b>1</b> <span>fault set</span>" in page
    assert "<b>0</b> <span>imports</span>" in page
