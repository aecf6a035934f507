"""``pause``: stop a sequence, or everything that sends; and allow starts again that were held."""

from contextlib import closing
from functools import partial
from typing import Any

import anyio
import click

from saleshandy_mcp.cli.support.at_terminal.stopping import told_what_was_done
from saleshandy_mcp.cli.support.calls_as_commands import as_command
from saleshandy_mcp.cli.support.connection import settings, state_path
from saleshandy_mcp.cli.support.recording import recorded_gate
from saleshandy_mcp.cli.support.session import open_session, sentence
from saleshandy_mcp.core.context import CALL_SECONDS, Context
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.features.sequences.set_sequence_status import SetSequenceStatus
from saleshandy_mcp.features.sequences.stop_everything import EVERYTHING, EverythingStopped
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.store.state import State

_MAY = frozenset({Effect.READ, Effect.WRITE})
"""A person who stops mail may do so whatever the settings let a model do."""


def run(sequence: str | None, *, everything: bool, hold: bool, lift: bool, sandbox: bool) -> None:
    if [sequence is not None, everything, lift].count(True) != 1 or (hold and not everything):
        raise click.UsageError("give a sequence, or --all (with or without --hold), or --lift")
    if lift:
        click.echo("Sequences may be started again." if _lift() else "No start was held.")
        return
    status = "held" if hold else "paused"
    action = SetSequenceStatus(sequence=EVERYTHING if sequence is None else sequence, status=status)
    ended = anyio.run(_carry_out, action, sandbox)
    if isinstance(ended, str):
        raise click.ClickException(ended)
    click.echo("\n".join(line for line in ended.lines(as_command) if line))
    if isinstance(ended, EverythingStopped) and not (ended.stopped and not ended.not_held):
        click.get_current_context().exit(1)


async def _carry_out(action: SetSequenceStatus, sandbox: bool) -> Any:  # noqa: FBT001 - anyio passes by place
    """The view of what was done, or the words of what went wrong."""
    session = open_session(sandbox=sandbox)
    api = session.connect()
    with (
        closing(State(partial(state_path, settings()) if session.lasting else None)) as state,
        recorded_gate(
            api, _MAY, "pause", tuple(action.model_fields_set), granted=_MAY, lasting=session.lasting, ruled=False
        ) as gate,
        told_what_was_done(gate.done, gate.doubtful),
    ):
        gate.begin(CALL_SECONDS)
        async with api:
            services = {Hold: Hold(state, api.account)}
            context = Context(api=gate, pause=api.pause, now=session.now, services=services)
            try:
                return await action.run(context)
            except (Mistake, SaleshandyError) as error:
                return sentence(error, gate)


def _lift() -> bool:
    with closing(State(partial(state_path, settings()))) as state:
        try:
            return Hold(state, open_session().connect().account).lift()
        except Mistake as trouble:
            raise click.ClickException(trouble.words(as_command)) from None
