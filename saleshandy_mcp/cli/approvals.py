"""``approvals``: what waits for a person's yes, shown whole, and answered at a prompt."""

import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from saleshandy_mcp.cli.support.connection import settings, state_path
from saleshandy_mcp.cli.support.shell_words import typed
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.policy.approval_channels import COMMAND
from saleshandy_mcp.policy.approval_store import Approvals, Plan
from saleshandy_mcp.store.state import State
from saleshandy_mcp.untrusted.one_line import visible

_BAR = "    | "
"""Stands before each line of what somebody else wrote."""
_NARROWEST = 40
_LOOKS = 1.0
"""Seconds between two looks of --watch."""


def run(*, watch: bool, data: Path | None) -> None:
    place = (lambda: data / "state.sqlite3") if data else partial(state_path, settings())
    with closing(State(place)) as state:
        try:
            approvals = Approvals(state, account="")
            if watch:
                _watch(approvals, time.sleep)
            else:
                _go_through(approvals, set())
        except Mistake as trouble:
            raise click.ClickException(trouble.words(str)) from None


def command_for(data: Path | None) -> str:
    """The command as a person types it for a server with this data folder; None is the usual one."""
    return COMMAND if data is None else f"{COMMAND} --data {typed([str(data.absolute())])}"


def _watch(approvals: Approvals, pause: Callable[[float], None]) -> None:
    """Ask what comes, as long as somebody is there to answer."""
    if not sys.stdin.isatty():
        raise click.ClickException("--watch needs a terminal, at which a person can answer.")
    seen: set[str] = set()
    click.echo("Waiting for questions; Ctrl-C ends it.")
    while True:
        if any(plan.id not in seen for plan in approvals.waiting()):
            click.echo("\a", nl=False)
            _go_through(approvals, seen)
        pause(_LOOKS)


def _go_through(approvals: Approvals, seen: set[str]) -> None:
    """Ask about everything that waits and was not seen before."""
    waiting = [plan for plan in approvals.waiting() if plan.id not in seen]
    if not waiting and not seen:
        click.echo("Nothing waits for an answer.")
    for number, plan in enumerate(waiting, 1):
        seen.add(plan.id)
        click.echo(f"\n{number} of {len(waiting)}: {plan.tool}, asked at {_at(plan.made)}, void at {_at(plan.until)}\n")
        click.echo("\n".join(_wrapped(visible(plan.words), shutil.get_terminal_size().columns)))
        if sys.stdin.isatty():
            _ask(approvals, plan)
    if waiting and not sys.stdin.isatty():
        click.echo("\nThis is no terminal, so nothing can be answered here.")


def _wrapped(words: str, width: int) -> Iterator[str]:
    """The lines of a question. A long one goes on below its beginning: behind its bar, or further in."""
    for line in words.splitlines():
        begins = _BAR if line.startswith(_BAR) else "    " if line.startswith("    ") else ""
        goes_on = begins or "  "
        yield from textwrap.wrap(
            line.removeprefix(begins), max(width, _NARROWEST), initial_indent=begins, subsequent_indent=goes_on
        ) or [line]


def _ask(approvals: Approvals, plan: Plan) -> None:
    word = click.prompt("\nType yes or no; Enter lets it wait", default="", show_default=False).strip().lower()
    if word not in ("yes", "no"):
        click.echo("It waits on.")
    elif not approvals.answer(plan.id, agreed=word == "yes", channel="terminal"):
        click.echo("Too late: it was answered elsewhere, has changed, or is older than 10 minutes.")
    elif word == "yes":
        click.echo(f"Agreed. It is done when the assistant calls {plan.tool} again, before {_at(plan.until)}.")
    else:
        click.echo("Declined. The assistant is told so.")


def _at(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC).astimezone():%H:%M:%S}"
