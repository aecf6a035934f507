"""``demo``: a whole outreach job, done by an MCP client over stdio, against the sandbox."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio
import click
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import ElicitResult, TextContent

from saleshandy_mcp.core.settings import BASE_URL, DATA, FILES, KEY

TITLE = "Autumn outreach"
_WIDTH = 110

_FIRST_MAIL = """Hi {{First Name|'there'}},

I saw that {{Company}} is {{Why Now|'growing'}}. Teams at that point often answer the same ten questions by hand.

We turn your solved tickets into help articles. Shall I write three for {{Company}}, to look at and keep?

{{Signature}}"""

_SECOND_MAIL = """Hi {{First Name|'there'}},

One number, in case it helps: a team of six answered a third fewer tickets after eight weeks.

Worth a quarter of an hour next week?

{{Signature}}"""

_STEPS: list[dict[str, Any]] = [
    {
        "type": "email",
        "day": 1,
        "variants": [
            {"subject": "Ten questions at {{Company}}", "content": _FIRST_MAIL},
            {"subject": "Three articles for {{Company}}?", "content": _FIRST_MAIL},
        ],
    },
    {
        "type": "linkedin_connection",
        "day": 2,
        "variants": [{"content": "Hi {{First Name|'there'}}, happy to connect."}],
    },
    {"type": "email", "day": 5, "variants": [{"subject": "", "content": _SECOND_MAIL}]},
    {
        "type": "call_follow_up",
        "day": 9,
        "priority": "high",
        "variants": [{"task_note": "Ask who looks after the help centre at {{Company}}."}],
    },
]

_SENDERS = ["ada@lanternworks.example.com", "ada@trylanternworks.example.com", "bo@getlanternworks.example.com"]


@click.command("demo")
@click.option("--file", "leads", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Another CSV file.")
def command(leads: Path | None) -> None:
    """Build, fill and start a sequence through a real MCP client, on invented data. Nothing leaves this machine."""
    leads = (leads or _example()).resolve()
    # The ledger of imports is temporary, because its data is invented, too.
    with _sandbox() as address, TemporaryDirectory() as data:
        failures = anyio.run(_job, address, leads, data)
    if failures:
        raise click.ClickException("not as it should be: " + "; ".join(failures))
    click.secho("\nAll as it should be.", fg="green")


async def _job(address: str, leads: Path, data: str) -> list[str]:
    """Do the whole job. Returns a sentence for each thing that did not come out as expected."""
    settings = {KEY: "sandbox-key", BASE_URL: f"{address}/v1", FILES: str(leads.parent), DATA: data}
    environment = {**os.environ, **settings}
    server = StdioServerParameters(command=sys.executable, args=["-m", "saleshandy_mcp", "serve"], env=environment)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:  # noqa: ASYNC230 - the audit lines are not the demo's
        async with Client(stdio_client(server, errlog=nowhere), elicitation_callback=_say_yes) as client:
            talk = Talk(client)
            await talk.say("What is there?", "list_sequences")
            await talk.say("Who can send?", "list_email_accounts", status="active")
            await talk.say("A new sequence", "create_sequence", title=TITLE, accounts=_SENDERS[:1])
            for step in _STEPS:
                await talk.say("A step", "create_step", sequence=TITLE, **step)
            await talk.say(
                "A better subject for B",
                "update_step_variant",
                sequence=TITLE,
                step="1",
                variant="B",
                subject="Three help articles for {{Company}}?",
            )
            imported = await talk.say(
                "The leads", "import_prospects", sequence=TITLE, file=leads.name, verify=True, tags=["autumn"]
            )
            while not imported.get("finished", True):
                imported = await talk.say("How far is it?", "check_import_status", job=imported["job"])
            known = imported["trouble"][0]["email"] if imported.get("refused") else ""
            twice = await talk.say(
                "The same people into another step",
                "import_prospects",
                sequence=TITLE,
                step="3",
                rows=[{"Email": "rohan.sethi@oakhollow.example.com"}, {"Email": known or "x"}],
            )
            await talk.say("More senders", "add_email_accounts", sequence=TITLE, accounts=_SENDERS)
            started = await talk.say("Start it", "set_sequence_status", sequence=TITLE, status="active")
            await talk.say("What it is now", "get_sequence", sequence=TITLE)
    return talk.failures + _compare(_state(address), imported, twice, started)


class Talk:
    """Calls tools as a model would, and shows what the model would read."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.failures: list[str] = []

    async def say(self, why: str, tool: str, **arguments: Any) -> dict[str, Any]:
        click.secho(f"\n# {why}", bold=True)
        shown = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
        click.secho(_shortened(f"→ {tool}({shown})"), fg="cyan")
        result = await self._client.call_tool(tool, arguments)
        for part in result.content:
            click.echo(
                "\n".join(f"  {line}" for line in part.text.splitlines()) if isinstance(part, TextContent) else ""
            )
        if result.is_error:
            self.failures.append(f"{tool} failed")
        return result.structured_content or {}


async def _say_yes(context: Any, params: Any) -> ElicitResult:
    del context
    click.secho("? the client asks its user:", fg="yellow")
    click.echo("\n".join(f"  {line}" for line in params.message.splitlines()))
    click.secho("? the user says yes", fg="yellow")
    return ElicitResult(action="accept", content={"confirm": True})


def _compare(
    state: dict[str, Any], imported: dict[str, Any], twice: dict[str, Any], started: dict[str, Any]
) -> list[str]:
    """Compare the sandbox's own count with what the answers said. Returns a sentence for each difference."""
    ours: list[dict[str, Any]] = [it for it in state["sequences"] if it["title"] == TITLE]
    sequence = ours[0] if ours else dict[str, Any]()
    click.secho("\n# What the sandbox holds", bold=True)
    click.echo(f"  {json.dumps(sequence, ensure_ascii=False)}")
    jobs = state["imports"]
    for job in jobs:
        click.echo(f"  {json.dumps(job, ensure_ascii=False)}")
    refused = sum(job["refused"] for job in jobs[: len(imported.get("request_ids", ()))])
    parts = ("imported", "refused", "skipped", "unknown", "not_sent", "in_progress")
    checks = {
        "the sequence is active": sequence.get("active") is True and started.get("status") == "active",
        "it has four steps": sequence.get("steps") == len(_STEPS),
        "it has three senders": sorted(sequence.get("emailAccounts", [])) == sorted(_SENDERS),
        "it holds as many people as were told imported": sequence.get("prospects") == imported.get("imported"),
        "the counts of the import add up": sum(imported.get(part, 0) for part in parts) == imported.get("rows"),
        "as many rows were refused as were told": bool(ours) and refused == imported.get("refused"),
        "nobody was put into a second step": twice.get("refused", 0) > 0 and twice.get("imported") == 0,
    }
    for sentence, holds in checks.items():
        click.secho(f"  {'✓' if holds else '✗'} {sentence}", fg="green" if holds else "red")
    return [f"{sentence}: no" for sentence, holds in checks.items() if not holds]


@contextmanager
def _sandbox() -> Generator[str]:
    """Run a sandbox in its own process, on a free port, and give its address."""
    program = [sys.executable, "-m", "saleshandy_mcp", "sandbox", "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this very program
        try:
            first_line = process.stdout.readline() if process.stdout else ""
            address = first_line.split()[-1].removesuffix("/v1")
            click.echo(f"Sandbox at {address}, its key is sandbox-key. Nothing leaves this machine.")
            yield address
        finally:
            process.terminate()


def _state(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{address}/sandbox/state", timeout=10) as answer:  # noqa: S310 - our own loopback address
        return json.load(answer)


def _example() -> Path:
    """The example leads: beside this module when installed, in docs/ in a checkout."""
    here = Path(__file__).parent
    places = (here / "leads.csv", here.parent.parent / "docs" / "examples" / "leads.csv")
    return next(place for place in places if place.exists())


def _shortened(text: str) -> str:
    return text if len(text) <= 3 * _WIDTH else text[: 3 * _WIDTH] + "…"
