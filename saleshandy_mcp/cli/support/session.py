"""What the commands about imports share: the ledger, the account, and the text of errors. No MCP SDK is loaded."""

import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import anyio
import click

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.cli.support.at_terminal.terminal import moves
from saleshandy_mcp.cli.support.calls_as_commands import as_command, as_options, in_sandbox
from saleshandy_mcp.cli.support.connection import connected, kept_plans, ledger_path, settings
from saleshandy_mcp.cli.support.recording import recorded_gate
from saleshandy_mcp.cli.support.sandbox_options import new_sandbox
from saleshandy_mcp.cli.support.selection_options import allowed_effects
from saleshandy_mcp.core.context import Context, wall_clock
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.errors import BadKey, Mistake, NoKey, SaleshandyError
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.view import Say
from saleshandy_mcp.import_engine.jobs import Jobs, open_jobs
from saleshandy_mcp.import_engine.ledger.deleting import PLANS_KEPT, Keeping
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.server.tools.error_text import CHECK_THE_KEY, SET_A_KEY, failure
from saleshandy_mcp.untrusted.one_line import visible

T = TypeVar("T")

_READING = 3600.0
"""Seconds to read a file and the do-not-contact lists: the person who typed the command waits."""


@dataclass(frozen=True)
class _Failed:
    """A message about an error. It is returned from the event loop, and raised outside it."""

    words: str


@dataclass(frozen=True)
class Session:
    """A ledger and an account.

    Questions to people are asked between two calls of ``run``, so no connection or lock is held meanwhile.

    Attributes:
        connect: makes a new connection to the account.
        ledger: returns the file of the ledger.
        now: returns the current time, by the clock of the account.
        allowed: the effects that the operator lets through.
        lasting: whether the ledger is kept when the command ends.
        keep_plans: how long a plan is kept that nobody starts.
    """

    connect: Callable[[], Saleshandy]
    ledger: Callable[[], Path]
    now: Callable[[], datetime]
    allowed: frozenset[Effect]
    lasting: bool = True
    keep_plans: timedelta = PLANS_KEPT

    @property
    def may_import(self) -> bool:
        """Whether the operator lets anything be imported."""
        return bool({Effect.WRITE, Effect.SEND} & self.allowed)

    def run(self, work: Callable[[Context], Awaitable[T]], granted: frozenset[Effect] = READING) -> T:
        """Do some work with a new connection and context.

        Args:
            work: what to do; its result is returned.
            granted: the effects that it may have: those that were judged and agreed to.

        Raises:
            click.ClickException: when it cannot be done; the message says why.
            KeyboardInterrupt: when a person stopped it; running jobs are stopped before it is raised.
        """
        result = anyio.run(self._carry_out, work, granted)
        if isinstance(result, _Failed):
            raise click.ClickException(result.words)
        return result

    async def _carry_out(self, work: Callable[[Context], Awaitable[T]], granted: frozenset[Effect]) -> T | _Failed:
        api = self.connect()
        keeping = Keeping(self.keep_plans if self.lasting else None, self.now)
        open_here = open_jobs(api.account, ledger=self.ledger, patience=0, reading=_READING, keeping=keeping)
        async with api, open_here as jobs:
            with recorded_gate(api, self.allowed, "import", granted=granted, lasting=self.lasting) as gate:
                try:
                    return await work(Context(api=gate, pause=api.pause, now=self.now, services={Jobs: jobs}))
                except (Mistake, SaleshandyError) as error:
                    return _Failed(sentence(error, gate, as_command if self.lasting else in_sandbox))


def open_session(*, sandbox: bool = False) -> Session:
    """A session with the account of the settings, or with the sandbox in this process.

    Raises:
        click.ClickException: when a setting is wrong, or there is no key: jobs are kept by key.
    """
    chosen = settings(sandbox=sandbox)
    allowed = allowed_effects(chosen)
    if sandbox:
        from saleshandy_mcp.sandbox import KEY as INVENTED  # noqa: PLC0415 - most calls do not need it

        box = new_sandbox()
        folder = Path(click.get_current_context().with_resource(TemporaryDirectory()))
        connect: Callable[[], Saleshandy] = partial(Saleshandy, INVENTED, base_url="http://sandbox/v1", app=box.app)
        return Session(connect, lambda: folder / "imports.sqlite3", box.clock.now, allowed, lasting=False)
    if chosen.key is None:
        raise click.ClickException(_NO_KEY)
    connect = partial(connected, chosen)
    return Session(connect, partial(ledger_path, chosen), wall_clock, allowed, keep_plans=kept_plans(chosen))


_NO_KEY = f"no API key is set. {SET_A_KEY[Service.SALESHANDY]}"


def sentence(error: Mistake | SaleshandyError, gate: Gate, say: Say = as_command) -> str:
    """An error as a message for the command line."""
    match error:
        case Mistake():
            return as_options(error.words(say))
        case NoKey():
            return _NO_KEY
        case BadKey():
            return f"Saleshandy did not accept the API key ({error}). {CHECK_THE_KEY[Service.SALESHANDY]}"
        case _:
            return failure("this", error, gate, say).words.removeprefix("this did nothing: ")


def waiting(words: str, *, shown: bool) -> AbstractContextManager[Any]:
    """Show on stderr what the command waits for, when ``shown`` is true. The words may hold the name of a file."""
    words = visible(words)
    if shown and not moves(sys.stderr):
        click.echo(words, err=True)
    if not (shown and moves(sys.stderr)):
        return nullcontext()
    # PLC0415: rich takes its time to load, and only a person at a terminal sees it.
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    return Console(stderr=True).status(Text(words))
