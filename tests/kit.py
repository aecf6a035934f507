"""A context over a sandbox whose time only moves when somebody waits, and ways for what lies between to fail."""

from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from datetime import datetime
from math import inf
from pathlib import Path
from typing import Any

import httpx2
from anyio import lowlevel

from saleshandy_mcp.api.client import Saleshandy
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.dns import Dns
from saleshandy_mcp.features.imports.import_report import ImportReport
from saleshandy_mcp.integrations.crm import CrmLink
from saleshandy_mcp.policy.rules import Rules
from saleshandy_mcp.sandbox import KEY, Sandbox
from saleshandy_mcp.sandbox.faults import acts
from saleshandy_mcp.sandbox.faults.fault import Act, ConnectionBroken, Exchange, NobodyThere
from saleshandy_mcp.sandbox.faults.injector import Target
from saleshandy_mcp.sandbox.faults.table import FAULTS
from saleshandy_mcp.server.app import open_context
from tests.boxes import frozen_box

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Answer = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Answer], Awaitable[None]]
Fault = Callable[[App, Message, Receive, Answer], Awaitable[None]]

IMPORT = "POST /sequences/prospects/import-with-field-name"
STATUS = "GET /prospects/import-status/{requestId}"
REPORT = "GET /files/"


def new_box(*, limits: bool = False) -> Sandbox:
    return frozen_box(limits=limits)


def pauses(box: Sandbox) -> Callable[[float], Awaitable[None]]:
    """To wait is to move the sandbox's clock."""

    async def pause(seconds: float) -> None:
        box.clock.advance(seconds)
        await lowlevel.checkpoint()

    return pause


@asynccontextmanager
async def context_over(
    box: Sandbox,
    *,
    folder: Path | None = None,
    app: App | None = None,
    patience: float = 3600,
    longest: float = inf,
    ledger: Path | None = None,
    clock: Callable[[], float] | None = None,
    crm: CrmLink | None = None,
    rules: Rules | None = None,
    state: Path | None = None,
    now: Callable[[], datetime] | None = None,
    dns: Dns | None = None,
) -> AsyncGenerator[Context]:
    """A context that talks to the sandbox, or to ``app`` in front of it; without a ledger it forgets its imports.

    Its seconds are those of the sandbox, or of ``clock``.
    """
    pause = pauses(box)
    seconds = clock or box.clock.seconds
    api = Saleshandy(KEY, base_url="http://sandbox/v1", app=over_a_line(app or box.app), clock=seconds, pause=pause)
    book = (lambda: ledger) if ledger else None
    async with open_context(
        api,
        folder=folder,
        ledger=book,
        state=(lambda: state) if state else None,
        patience=patience,
        reading=60,
        longest=longest,
        now=now or box.clock.now,
        rules=rules,
        crm=crm,
        dns=dns or Dns(box.dns),
    ) as context:
        yield context


def faulty(box: Sandbox, call: str, fault: Fault, *, after: int = 0, times: int | None = None) -> App:
    """The sandbox, but for one kind of call.

    Args:
        box: the sandbox.
        call: method and beginning of the path: ``POST /sequences/status``; what is in braces counts for nothing,
            and a path that ends in $ is meant as it is.
        fault: what happens instead.
        after: how many such calls go well before.
        times: how many go wrong; all if left out.
    """
    target = Target(call, after, times)

    async def app(scope: Message, receive: Receive, send: Answer) -> None:
        if target.hits(scope):
            await fault(box.app, scope, receive, send)
        else:
            await box.app(scope, receive, send)

    return app


def from_table(name: str) -> Fault:
    """A fault of the sandbox's own table, as a client sees it."""
    entry = FAULTS[name]
    return applied(entry.act, executed=entry.executed)


def says(status: int, body: object, kind: str = "application/json", *, passed_on: bool = False) -> Fault:
    """The call is answered otherwise; ``passed_on`` carries it out all the same."""

    return applied(acts.says(status, body, kind), executed=passed_on)


async def lost(app: App, scope: Message, receive: Receive, send: Answer) -> None:
    """The call is carried out, and the line breaks before its answer."""
    await from_table("lost-answer")(app, scope, receive, send)


async def unreachable(*_: object) -> None:
    """Nobody is there to take the call."""
    raise httpx2.ConnectError("nobody there")


def over_a_line(app: App) -> App:
    """The application; where it says that the connection broke, a client sees what it sees of a network."""

    async def seen(scope: Message, receive: Receive, send: Answer) -> None:
        try:
            await app(scope, receive, send)
        except ConnectionBroken as broken:
            raise httpx2.ReadError("the line broke") from broken
        except NobodyThere as nobody:
            raise httpx2.ConnectError("nobody there") from nobody

    return seen


def applied(act: Act, *, executed: bool) -> Fault:
    async def fault(app: App, scope: Message, receive: Receive, send: Answer) -> None:
        exchange = Exchange(app, scope, receive, send)

        async def broken_call(*_: object) -> None:
            if executed:
                await exchange.carry_out()
            await act(exchange)

        await over_a_line(broken_call)(scope, receive, send)

    return fault


def adds_up(report: ImportReport) -> bool:
    parts = (report.imported, report.refused, report.skipped, report.unknown, report.not_sent, report.in_progress)
    return sum(parts) == report.rows


def posts(box: Sandbox, call: str = IMPORT) -> int:
    """How often a call was carried out, counted inside the sandbox."""
    return box.state()["requests"].get(call, 0)


def line_of(box: Sandbox, title: str) -> dict[str, Any]:
    """The state of a sequence as the sandbox sees it."""
    return next(line for line in box.state()["sequences"] if line["title"] == title)
