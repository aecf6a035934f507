"""``hooks``: takes the deliveries of webhooks, and shows what came."""

import logging
from collections.abc import Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial

import anyio
import click

from saleshandy_mcp.cli.support.connection import chosen_context, hints_path, log_to_stderr, settings
from saleshandy_mcp.cli.support.selection_options import crm_settings
from saleshandy_mcp.cli.support.serving.web import LOOPBACK, listen, serve_app
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.features.hooks.hint_facts import hint_facts
from saleshandy_mcp.server.hook_receiver import HookReceiver, hooks_app, paths
from saleshandy_mcp.server.tools.error_text import reason_of
from saleshandy_mcp.store.hints import Hints
from saleshandy_mcp.untrusted.one_line import one_line

_PRODUCTS = {product.name.lower(): product for product in Service}


def run(port: int, host: str) -> None:
    chosen = settings()
    log_to_stderr()
    listening = listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    with open_receiver(chosen, f"http://{shown}:{listening.getsockname()[1]}") as receiver:
        if host not in LOOPBACK:
            click.echo("Others reach this address without TLS: the secrets in it can be read on the way.", err=True)
        anyio.run(serve_app, hooks_app(receiver), listening)


@contextmanager
def open_receiver(chosen: Settings, address: str) -> Generator[HookReceiver]:
    """What takes deliveries, after a word on stderr where each product should deliver."""
    with closing(Hints(partial(hints_path, chosen))) as hints:
        for product, path in paths(hints).items():
            proof = chosen.hook_proofs.get(product)
            checked = f", checked by {proof.header} ({proof.algorithm})" if proof else ""
            click.echo(f"{product} delivers to {address}{path}{checked}", err=True)
        click.echo("In the product, enter https:// and your public name instead of this address.", err=True)
        yield HookReceiver(hints, chosen.hook_proofs)


def show(last: int) -> None:
    chosen = crm_settings(settings(), crm=False, crm_write=False)
    log_to_stderr(logging.WARNING)
    with closing(Hints(partial(hints_path, chosen))) as hints:
        kept = hints.newest(last)
    if not kept:
        click.echo("Nothing was delivered here in the last 30 days.")
        return

    async def facts() -> list[str] | str:
        async with chosen_context(chosen, sandbox=False, files=False) as context:
            try:
                return await hint_facts([it.hint for it in kept], context)
            except (Mistake, SaleshandyError) as error:
                # The event loop would wrap it in a group, so its words are returned.
                return reason_of(error)

    said = anyio.run(facts)
    if isinstance(said, str):
        raise click.ClickException(f"The deliveries cannot be checked with the API, so they are not shown: {said}")
    for it, fact in zip(kept, said, strict=True):
        at = datetime.fromtimestamp(it.at, UTC)
        about = f" {it.hint.subject}" if it.hint.subject else ""
        line = f"{at:%Y-%m-%d %H:%M} {it.hint.product} {it.hint.event}{about}: {fact or 'not verified'}"
        click.echo(one_line(line, 300))


def renew(product: str) -> None:
    with closing(Hints(partial(hints_path, settings()))) as hints:
        hints.renew(_PRODUCTS[product])
        click.echo(f"{_PRODUCTS[product]} now delivers to {paths(hints)[_PRODUCTS[product]]}: enter it there.")
