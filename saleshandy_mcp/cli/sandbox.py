"""``sandbox``: the emulator as a server for any HTTP client."""

import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import click
from starlette.applications import Starlette
from starlette.routing import Mount

from saleshandy_mcp.cli.support.sandbox_options import faulty_sandbox
from saleshandy_mcp.cli.support.serving.web import listen, serve_app
from saleshandy_mcp.sandbox import KEY, Clock, Dialect, Sandbox
from saleshandy_mcp.sandbox.salessheet.keys import KEY as CRM_KEY
from saleshandy_mcp.sandbox.window import Callers, WithWindow


def run(
    port: int,
    *,
    no_limits: bool,
    dialect: Dialect,
    speed: float,
    faults: str | None,
    seed: int,
    state: Path | None,
) -> None:
    box = _box(faults, limits=not no_limits, dialect=dialect, speed=speed, seed=seed, state=state)
    listening = listen("127.0.0.1", port)
    real_port = listening.getsockname()[1]
    address = f"http://127.0.0.1:{real_port}"
    click.echo(f"Saleshandy sandbox: {address}/v1")
    click.echo(f"Key: {KEY} (header x-api-key)")
    click.echo(f"SalesSheet, the CRM beside it: {address}/salessheet/v1")
    click.echo(f"Key of the CRM: {CRM_KEY} (header Authorization: Bearer)")
    click.echo(f"State: {address}/sandbox/state")
    click.echo(f"Its pages for a browser: {address}/window")
    click.echo(f"Use it from here: SALESHANDY_BASE_URL={address}/v1 SALESHANDY_API_KEY={KEY}")
    sys.stdout.flush()
    app = WithWindow(box, _callers(real_port))
    anyio.run(partial(serve_app, dated=False), _kept(box, app, state) if state else app, listening)


def _callers(port: int) -> Callers:
    """What the window shows of those who call the sandbox from now on."""
    started = datetime.now(UTC)

    def known() -> ModuleType:
        # PLC0415: one page needs it, and it loads the whole client.
        from saleshandy_mcp.cli.support import sandbox_callers  # noqa: PLC0415

        return sandbox_callers

    return Callers(effects=lambda: known().effects(), tool_calls=lambda: known().tool_calls(port, started))


def _kept(box: Sandbox, app: WithWindow, state: Path) -> Starlette:
    """The sandbox as an application that saves the workspace when any signal stops it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        yield
        box.save(state)

    return Starlette(routes=[Mount("/", app)], lifespan=lifespan)


def _box(faults: str | None, *, speed: float, state: Path | None, **more: Any) -> Sandbox:
    """The sandbox, with the workspace of the file when it exists. It is saved once, to see that this works."""
    try:
        box = faulty_sandbox(faults, clock=Clock(speed=speed), state=state, **more)
        if state:
            box.save(state)
    except (OSError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise click.ClickException(f"--state {state} cannot be used: {type(error).__name__}: {error}") from None
    return box
