"""``approvals``: what waits for a person's yes, shown whole, and answered at a prompt."""

import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.cli.support.at_terminal.shell_words import command_line
from saleshandy_mcp.cli.support.at_terminal.stopping import told_when_stopped
from saleshandy_mcp.cli.support.connection import settings, state_path
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.policy.approval_channels import COMMAND
from saleshandy_mcp.policy.approval_store import Approvals, Plan
from saleshandy_mcp.store.state import State
from saleshandy_mcp.untrusted.one_line import visible

_BAR = "    | "
"""Stands before each line of what somebody else wrote."""
_NARROWEST = 40
_HINTED = 20
"""Characters of a key from which on its last four are shown."""
_LOOKS = 1.0
"""Seconds between two looks of --watch."""


def run(*, watch: bool, data: Path | None) -> None:
    chosen = settings()
    place = (lambda: data / "state.sqlite3") if data else partial(state_path, chosen)
    with told_when_stopped("Stopped. Unanswered questions keep waiting."), closing(State(place)) as state:
        try:
            approvals = Approvals(state, account="")
            desk = _Desk(approvals, partial(_account_words, chosen))
            if watch:
                desk.watch(time.sleep)
            else:
                desk.go_through()
        except Mistake as trouble:
            raise click.ClickException(trouble.words(str)) from None


def command_for(data: Path | None) -> str:
    """The command as a person types it for a server with this data folder; None is the usual one."""
    return COMMAND if data is None else f"{COMMAND} {command_line(['--data', str(data.absolute())])}"


@dataclass
class _Desk:
    """Where a person answers.

    Attributes:
        approvals: what waits.
        whose: says in words which account a plan belongs to.
        seen: the plans that were asked about.
    """

    approvals: Approvals
    whose: Callable[[str], str]
    seen: set[str] = field(default_factory=set[str])

    def watch(self, pause: Callable[[float], None]) -> None:
        """Ask what comes, as long as somebody is there to answer."""
        if not sys.stdin.isatty():
            raise click.ClickException("--watch needs a terminal, at which a person can answer.")
        click.echo("Waiting for questions; Ctrl-C ends it.")
        while True:
            if any(plan.id not in self.seen for plan in self.approvals.waiting()):
                click.echo("\a", nl=False)
                self.go_through()
            pause(_LOOKS)

    def go_through(self) -> None:
        """Ask about everything that waits and was not seen before."""
        waiting = [plan for plan in self.approvals.waiting() if plan.id not in self.seen]
        if not waiting and not self.seen:
            click.echo("No question is waiting.")
        for number, plan in enumerate(waiting, 1):
            self.seen.add(plan.id)
            click.echo(
                f"\n{number} of {len(waiting)}: {plan.tool}, asked at {_at(plan.made)}, waits until {_at(plan.until)}"
            )
            click.echo(f"Account: {self.whose(plan.account)}\n")
            click.echo("\n".join(_wrapped(visible(plan.words), shutil.get_terminal_size().columns)))
            if sys.stdin.isatty():
                _ask(self.approvals, plan)
        if waiting and not sys.stdin.isatty():
            click.echo("\nThis is not a terminal, so you cannot answer here.")


def _account_words(chosen: Settings, account: str) -> str:
    """Which account of this machine's files it is, for a person: by the key of the settings, or as another one.

    Args:
        chosen: the settings of the command.
        account: the digest that names it in files.
    """
    if chosen.key is None or Saleshandy(chosen.key, base_url=chosen.base_url).account != account:
        here = "there is none here" if chosen.key is None else "not the one that is set here"
        return f"of another API key ({here}); files call it {account[:8]}"
    from saleshandy_mcp.sandbox import KEY as INVENTED  # noqa: PLC0415 - only where something waits

    key = chosen.key.get_secret_value()
    if key == INVENTED:
        return f"the sandbox at {chosen.base_url}"
    # Of a short key four letters would be much.
    hint = f", which ends with {key[-4:]}" if len(key) >= _HINTED else ""
    return f"of the API key that is set here{hint}, at {chosen.base_url}"


def _wrapped(words: str, width: int) -> Iterator[str]:
    """The lines of a question. A long one goes on below its beginning: behind its bar, or further in."""
    for line in words.splitlines():
        begins = _BAR if line.startswith(_BAR) else "    " if line.startswith("    ") else ""
        goes_on = begins or "  "
        yield from textwrap.wrap(
            line.removeprefix(begins), max(width, _NARROWEST), initial_indent=begins, subsequent_indent=goes_on
        ) or [line]


def _ask(approvals: Approvals, plan: Plan) -> None:
    word = click.prompt(
        f"\nDo you agree to {plan.tool}? Type yes or no; Enter lets it wait",
        value_proc=_whole_word,
        default="",
        show_default=False,
    )
    if not word:
        click.echo("It keeps waiting.")
    elif not approvals.answer(plan.id, agreed=word == "yes", channel="terminal"):
        click.echo("Too late: it was answered elsewhere, has changed, or is older than 10 minutes.")
    elif word == "yes":
        click.echo(f"Agreed. It is done when the assistant calls {plan.tool} again, before {_at(plan.until)}.")
    else:
        click.echo("Declined. The assistant is informed.")


def _whole_word(typed: str) -> str:
    """The answer; click asks again where this raises."""
    word = typed.strip().lower()
    if word not in {"yes", "no", ""}:
        raise click.UsageError("only the whole word yes or no is an answer.")
    return word


def _at(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, UTC).astimezone():%H:%M:%S}"
