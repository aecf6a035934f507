"""Calls of tools from the command line, through the same server that a model uses."""

import os
import signal
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from math import inf
from typing import Any

import anyio
import click
from mcp import Client
from mcp.types import CallToolResult, ElicitResult, TextContent

from saleshandy_mcp.cli.approvals import command_for
from saleshandy_mcp.cli.support.at_terminal.stopping import AT_QUESTION, INTERRUPTED
from saleshandy_mcp.cli.support.at_terminal.yes_or_no import agrees
from saleshandy_mcp.cli.support.connection import chosen_context
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.server.tools.selection import Selection

_PATIENCE = 3600.0
"""Seconds to wait for an import: a command, unlike a chat, can wait until it has ended."""


class Person:
    """The person at the terminal.

    Args:
        question: what is asked after the words of a question.
        agreed: whether the person has agreed beforehand.
        lasting: whether a yes holds for all questions that follow.

    Attributes:
        missing: whether a question came and there is no terminal; it is then answered with "cancel".
        declined: whether the person has said no.
    """

    missing = False
    declined = False

    def __init__(self, question: str = "Go ahead?", *, agreed: bool = False, lasting: bool = False) -> None:
        self._question, self._agreed, self._lasting = question, agreed, lasting

    async def answer(self, context: Any, params: Any) -> ElicitResult:
        del context
        if self._agreed:
            return ElicitResult(action="accept", content={"confirm": True})
        click.echo(params.message, err=True)
        if not sys.stdin.isatty():
            self.missing = True
            return ElicitResult(action="cancel")
        with _ended_by_ctrl_c():
            agreed = await anyio.to_thread.run_sync(agrees, self._question)
        self._agreed, self.declined = agreed and self._lasting, not agreed
        return ElicitResult(action="accept", content={"confirm": agreed})


@contextmanager
def _ended_by_ctrl_c() -> Generator[None]:
    """Ctrl-C at a question ends the process at once: nobody can interrupt the thread that waits for the answer."""

    def end(*_: object) -> None:
        click.echo(f"\n{AT_QUESTION}", err=True)
        os._exit(INTERRUPTED)

    before = signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@asynccontextmanager
async def tool_client(
    chosen: Settings, selected: Selection, person: Person, *, sandbox: bool
) -> AsyncGenerator[Client]:
    """A client of a server of its own. Whoever types a command is asked, whatever the operator wants for models."""
    asking = Asking("person", command_for(chosen.data))
    async with (
        chosen_context(chosen, sandbox=sandbox, patience=_PATIENCE, reading=_PATIENCE, longest=inf) as context,
        Client(build_server(context, selected, asking), elicitation_callback=person.answer) as client,
    ):
        yield client


def text_in(result: CallToolResult) -> str:
    """The text of an answer."""
    return "\n".join(part.text for part in result.content if isinstance(part, TextContent))
