"""``sandbox``: the emulator as a server for any HTTP client."""

import sys

import anyio
import click

from saleshandy_mcp.cli.web import listen, serve_app
from saleshandy_mcp.sandbox import KEY, Sandbox


@click.command("sandbox")
@click.option("--port", default=8787, show_default=True, type=click.IntRange(0, 65535), help="0 = any free.")
@click.option(
    "--no-limits", is_flag=True, help="Without the limits of 20 calls a minute for each endpoint, 300 in all."
)
def command(port: int, *, no_limits: bool) -> None:
    """A local emulator of the Saleshandy API with invented data, on this machine only."""
    listening = listen("127.0.0.1", port)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    click.echo(f"Saleshandy sandbox: {address}/v1")
    click.echo(f"Key: {KEY} (header x-api-key)")
    click.echo(f"State: {address}/sandbox/state")
    click.echo(f"Use it from here: SALESHANDY_BASE_URL={address}/v1 SALESHANDY_API_KEY={KEY}")
    sys.stdout.flush()
    anyio.run(serve_app, Sandbox(limits=not no_limits).app, listening)
