"""``serve``: the MCP server over stdio or HTTP."""

import gc
import logging
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import anyio
import click

from saleshandy_mcp.cli.approvals import command_for
from saleshandy_mcp.cli.support.connection import chosen_context, log_to_stderr, settings, with_rules
from saleshandy_mcp.cli.support.selection_options import crm_settings, selection
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.core.variables import APPROVAL
from saleshandy_mcp.opening.early_answers import EarlyAnswers
from saleshandy_mcp.policy.approval_channels import APPROVALS, Approval
from saleshandy_mcp.policy.approval_store import Approvals
from saleshandy_mcp.server.app import build_server
from saleshandy_mcp.server.stdio import serve_stdio
from saleshandy_mcp.server.tools.asking import Asking
from saleshandy_mcp.server.tools.selection import Selection


class _Place(NamedTuple):
    """Where the server is reached over HTTP, and by whom beside this machine."""

    host: str
    port: int
    hosts: tuple[str, ...]
    origins: tuple[str, ...]
    hooks: bool


def run(
    transport: str,
    host: str,
    port: int,
    *,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    hooks: bool,
    sandbox: bool,
    log_level: str,
    quiet: bool,
    approval: Approval | None,
    crm: bool,
    crm_write: bool,
    rules: Path | None,
    **choice: Any,
) -> None:
    chosen = crm_settings(with_rules(settings(sandbox=sandbox), rules), crm=crm, crm_write=crm_write)
    log_to_stderr(logging.ERROR if quiet else logging.getLevelNamesMapping()[log_level.upper()])
    selected = selection(chosen, **choice)
    asking = Asking(_approval(chosen, approval), command_for(chosen.data))
    if transport == "stdio":
        # Python's own way to be interrupted would wait for the thread that reads stdin, which waits for a line.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if sys.stdin.isatty():
            click.echo("Serving MCP over stdio; an MCP client should start this. Ctrl-C ends it.", err=True)
        anyio.run(_stdio, chosen, sandbox, selected, asking, click.get_current_context().obj)
        # Taking the interpreter down in order costs 100 ms, and nothing is left to be done.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    anyio.run(_http, chosen, sandbox, selected, asking, _Place(host, port, hosts, origins, hooks))


def _approval(chosen: Settings, approval: Approval | None) -> Approval:
    """How people agree: by the option, or else by the environment.

    Raises:
        click.UsageError: when the environment holds another word.
    """
    if approval:
        return approval
    for word in APPROVALS:
        if word == chosen.approval:
            return word
    raise click.UsageError(f"{APPROVAL} has to be one of {', '.join(APPROVALS)}")


async def _stdio(
    chosen: Settings,
    sandbox: bool,  # noqa: FBT001 - anyio passes by place
    selection: Selection,
    asking: Asking,
    early: EarlyAnswers | None,
) -> None:
    _warn_without_key(chosen, sandbox=sandbox)
    async with chosen_context(chosen, sandbox=sandbox) as context:
        server = build_server(context, selection, _with_page(asking, context))
        gc.freeze()
        gc.enable()
        await serve_stdio(server, early)


async def _http(
    chosen: Settings,
    sandbox: bool,  # noqa: FBT001 - anyio passes by place
    selection: Selection,
    asking: Asking,
    place: _Place,
) -> None:
    # PLC0415: uvicorn and its loops are not for stdio to wait for.
    from saleshandy_mcp.cli.support.serving.web import LOOPBACK, listen, serve_app  # noqa: PLC0415
    from saleshandy_mcp.server.http import http_app  # noqa: PLC0415

    host, port, hosts, origins, hooks = place
    if host not in LOOPBACK:
        raise click.ClickException(
            f"--host {host} would open this server, and the key behind it, to others, "
            "and it cannot tell callers apart yet. Use 127.0.0.1, and a tunnel or proxy of your own that does."
        )
    _warn_without_key(chosen, sandbox=sandbox)
    listening = listen(host, port)
    port = listening.getsockname()[1]
    gc.enable()
    # Files of the server's machine are not for whoever reaches a port.
    async with chosen_context(chosen, sandbox=sandbox, files=False) as context:
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"MCP at http://{shown}:{port}/mcp, for old clients http://{shown}:{port}/sse", err=True)
        app = http_app(build_server(context, selection, _with_page(asking, context)), port, hosts, origins)
        if hooks:
            from saleshandy_mcp.cli.hooks import open_receiver  # noqa: PLC0415 - few servers take deliveries
            from saleshandy_mcp.server.hook_receiver import hooks_app, with_hooks  # noqa: PLC0415 - the same

            with open_receiver(chosen, f"http://{shown}:{port}") as receiver:
                await serve_app(with_hooks(app, hooks_app(receiver)), listening)
            return
        await serve_app(app, listening)


def _with_page(asking: Asking, context: Context) -> Asking:
    """Open the page at which people answer, where the operator chose it."""
    if asking.approval != "page":
        return asking
    # PLC0415: uvicorn and starlette are not for others to wait for.
    from saleshandy_mcp.cli.support.serving.web import listen, serve_beside  # noqa: PLC0415
    from saleshandy_mcp.server.approval_page import address, page_app  # noqa: PLC0415

    listening = listen("127.0.0.1", 0)
    port, approvals = listening.getsockname()[1], context.service(Approvals)
    serve_beside(page_app(approvals, port), listening)
    return replace(asking, page=address(approvals, port))


def _warn_without_key(chosen: Settings, *, sandbox: bool) -> None:
    if chosen.key is None and not sandbox:
        click.echo(
            "No API key is set. The tools are listed, and each says how to set one.",
            err=True,
        )
