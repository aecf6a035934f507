"""``sync``: writes back to the CRM what happened to its contacts, once or as it happens."""

import logging
import signal
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import anyio
import click
from mcp import Client

from saleshandy_mcp.cli.support.at_terminal.stopping import Interrupted
from saleshandy_mcp.cli.support.connection import hints_path, log_to_stderr, settings
from saleshandy_mcp.cli.support.selection_options import allowed_effects, crm_settings
from saleshandy_mcp.cli.support.tool_client import Person, text_in, tool_client
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.crm.watching import until_due
from saleshandy_mcp.server.tools.selection import Selection
from saleshandy_mcp.store.hints import Hints
from saleshandy_mcp.untrusted.one_line import one_line

_STOPPING = "Stopping after this round. Ctrl-C again stops at once."
_CUT = "Stopped during a round. Written events are recorded; the next sync looks the others up in the CRM first."


_NOTHING = "Nothing new."


class _Failed(Exception):
    """A round that did not come to its end; the words say why."""


class _Stopped(Exception):
    """Somebody has stopped it while it waited."""


def run(
    sequence: str,
    *,
    since: datetime | None,
    opened: bool,
    stage: tuple[str, ...],
    dry_run: bool,
    watch: bool,
    every: int,
    yes: bool,
    crm_write: bool,
) -> None:
    if watch and dry_run:
        raise click.UsageError("--watch writes and --dry-run does not: give only one of them.")
    chosen = crm_settings(settings(), crm=True, crm_write=crm_write)
    log_to_stderr(logging.WARNING)
    given: dict[str, Any] = {"sequence": sequence, "opened": opened, "dry_run": dry_run}
    if stage:
        given["stages"] = list(stage)
    if since:
        given["since"] = since.date().isoformat()
    question = (
        "Write this, and what happens from now on until you stop it?"
        if watch
        else f"Go ahead with the sync of {one_line(sequence) or 'the do-not-contact lists'}?"
    )
    person = Person(question, agreed=yes, lasting=watch)
    selected = Selection(effects=allowed_effects(chosen), crm=True)

    async def run() -> str | None:
        """The words of what went wrong; None when nothing did."""
        async with tool_client(chosen, selected, person, sandbox=False) as client:
            with closing(Hints(partial(hints_path, chosen))) as hints:
                rounds = _Rounds(client, given, person, partial(hints.last, Service.SALESHANDY))
                try:
                    await rounds.first()
                    if watch and not person.declined:
                        await rounds.go_on(every * 60.0)
                except _Failed as failed:
                    # The event loop would wrap it in a group, so its words are returned.
                    return str(failed)
        return None

    try:
        failed = anyio.run(run)
    except KeyboardInterrupt:
        raise Interrupted(_CUT) from None
    if failed:
        raise click.ClickException(failed)


class _Rounds:
    """Rounds of one sync."""

    def __init__(self, client: Client, given: dict[str, Any], person: Person, newest: Callable[[], int]) -> None:
        self._client, self._given, self._person, self._newest = client, given, person, newest
        self._number, self._seen = 0, 0
        self._stopping = False

    async def first(self) -> None:
        click.echo(await self._round())

    async def go_on(self, every: float) -> None:
        """Further rounds until somebody stops them. One that fails is told, and tried again when the next is due."""
        with self._signals():
            click.echo(f"Watching: looks when a webhook arrives, and every {every / 60:.0f} min. Ctrl-C ends it.")
            while not self._stopping:
                try:
                    told = await until_due(self._newest, self._seen, every, self._pause)
                    text = await self._round()
                except _Stopped:
                    break
                except _Failed as failed:
                    click.echo(f"{self._stamp()} this round failed: {failed}", err=True)
                    continue
                if _NOTHING not in text:
                    click.echo(f"{self._stamp()} {'a webhook arrived' if told else 'the time was due'}:\n{text}")
        click.echo(f"Stopped after {counted(self._number, 'round')}, each complete; their results are above.")

    async def _round(self) -> str:
        self._seen = self._newest()
        result = await self._client.call_tool("sync_to_crm", self._given)
        text = text_in(result)
        if self._person.missing:
            raise _Failed("nobody can be asked here, so nothing was written: run it in a terminal, or with --yes.")
        if result.is_error and not self._person.declined:
            raise _Failed(text)
        self._number += 1
        return text

    async def _pause(self, seconds: float) -> None:
        await anyio.sleep(seconds)
        if self._stopping:
            raise _Stopped

    @contextmanager
    def _signals(self) -> Generator[None]:
        """Ctrl-C ends it after the round that runs; once more ends it at once."""

        def stop(*_: object) -> None:
            if self._stopping:
                raise KeyboardInterrupt
            self._stopping = True
            click.echo(_STOPPING, err=True)

        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stamp(self) -> str:
        return f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
