"""``demo``: a whole outreach job, done by an MCP client over stdio, against the sandbox."""

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import click
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from saleshandy_mcp.cli.support.demo_acts.crm_act import second_act
from saleshandy_mcp.cli.support.demo_acts.outreach_act import first_act
from saleshandy_mcp.cli.support.demo_acts.stage import DemoSandbox, Talk, act, demo_sandbox, say_yes
from saleshandy_mcp.core.variables import BASE_URL, CRM_BASE_URL, CRM_KEY, CRM_WRITE, DATA, FILES, KEY

Act = Callable[[Talk, DemoSandbox, str], Awaitable[list[str]]]
_ACTS: dict[str, Act] = {
    "First act: a list of leads goes into a new sequence": first_act,
    "Second act: contacts of the CRM go into a sequence, and what happened goes back": second_act,
}


def run(leads: Path | None) -> None:
    leads = (leads or _example()).resolve()
    for title, plot in _ACTS.items():
        act(title)
        # The ledger of imports is temporary, because its data is invented, too.
        with demo_sandbox() as sandbox, TemporaryDirectory() as data:
            failures = anyio.run(play, plot, sandbox, leads, data)
        if failures:
            raise click.ClickException("not as it should be: " + "; ".join(failures))
    click.secho("\nAll as it should be.", fg="green")


async def play(plot: Act, sandbox: DemoSandbox, leads: Path, data: str) -> list[str]:
    """Play an act on a sandbox of its own. Returns a sentence for each thing that did not come out as expected."""
    settings = {
        KEY: "sandbox-key",
        BASE_URL: f"{sandbox.address}/v1",
        FILES: str(leads.parent),
        DATA: data,
        CRM_KEY: "crm-sandbox-key",
        CRM_BASE_URL: f"{sandbox.address}/salessheet/v1",
        CRM_WRITE: "true",
    }
    environment = {**os.environ, **settings}
    server = StdioServerParameters(command=sys.executable, args=["-m", "saleshandy_mcp", "serve"], env=environment)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:  # noqa: ASYNC230 - the audit lines are not the demo's
        async with Client(stdio_client(server, errlog=nowhere), elicitation_callback=say_yes) as client:
            talk = Talk(client)
            failures = await plot(talk, sandbox, leads.name)
    return talk.failures + failures


def _example() -> Path:
    """The example leads: beside this module when installed, in docs/ in a checkout."""
    here = Path(__file__).parent
    places = (here / "leads.csv", here.parent.parent / "docs" / "examples" / "leads.csv")
    return next(place for place in places if place.exists())
