"""``hooks``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.suggesting import Suggesting
from saleshandy_mcp.core.services import Service


@click.group("hooks", cls=Suggesting, invoke_without_command=True)
@click.option("--port", default=8790, show_default=True, type=click.IntRange(0, 65535), help="0 = any free.")
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine.")
@done_by("hooks.run")
def command() -> None:
    """Receive webhooks, so that sync --watch looks at once.

    Both products deliver only to public HTTPS: put a proxy with TLS in front of this port. docs/hooks.md shows one.
    """


@command.command("show")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 200), help="Newest deliveries to show.")
@done_by("hooks.show")
def show() -> None:
    """The newest deliveries, checked with the APIs; what they do not confirm is marked."""


@command.command("renew")
@click.argument("product", type=click.Choice([product.name.lower() for product in Service]))
@done_by("hooks.renew")
def renew() -> None:
    """Make a new secret address for PRODUCT. The old one is refused from now on."""
