"""What the demo runs on: a sandbox in its own process, and a client that prints what a model would read."""

import json
import shutil
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import click
from mcp import Client
from mcp.types import ElicitResult, TextContent

_WIDEST = 110
_LONGEST_CALL = 330


class DemoSandbox:
    """The sandbox: its address, and what it counts itself."""

    def __init__(self, address: str) -> None:
        self.address = address

    def state(self) -> dict[str, Any]:
        return self._asked("/sandbox/state")

    def crm_state(self) -> dict[str, Any]:
        return self._asked("/sandbox/salessheet")

    def sequence(self, title: str) -> dict[str, Any]:
        """What it holds of a sequence; empty when there is none."""
        return next((it for it in self.state()["sequences"] if it["title"] == title), dict[str, Any]())

    def pass_days(self, days: int) -> None:
        """Let its clock run."""
        self._asked("/sandbox/clock", {"advance": days * 86_400})

    def _asked(self, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.address + path, data, {"content-type": "application/json"})  # noqa: S310 - our own loopback address
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own loopback address
            return json.load(answer)


@contextmanager
def demo_sandbox() -> Generator[DemoSandbox]:
    """Run a sandbox in its own process, on a free port."""
    program = [sys.executable, "-m", "saleshandy_mcp", "sandbox", "--port", "0"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - this very program
        try:
            first_line = process.stdout.readline() if process.stdout else ""
            address = first_line.split()[-1].removesuffix("/v1")
            click.echo(f"Sandbox at {address}, its key is sandbox-key. Nothing leaves this machine.")
            yield DemoSandbox(address)
        finally:
            process.terminate()


class Talk:
    """Calls tools as a model would, and shows what the model would read."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.failures: list[str] = []

    async def say(self, why: str, tool: str, **arguments: Any) -> dict[str, Any]:
        heading(why)
        shown = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
        click.secho(textwrap.shorten(f"→ {tool}({shown})", _LONGEST_CALL, placeholder="…"), fg="cyan")
        result = await self._client.call_tool(tool, arguments)
        for part in result.content:
            show(part.text if isinstance(part, TextContent) else "")
        if result.is_error:
            self.failures.append(f"{tool} failed")
        return result.structured_content or {}


def act(title: str) -> None:
    click.secho(f"\n== {title}", bold=True, fg="magenta")


def heading(text: str) -> None:
    click.secho(f"\n# {text}", bold=True)


def show(text: str) -> None:
    """Print lines with an indent, broken at the width of the terminal."""
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    for line in text.splitlines():
        indent = "  " + " " * (len(line) - len(line.lstrip()))
        later = f"{indent}    "
        wrapped = textwrap.wrap(
            line.lstrip(), width, initial_indent=indent, subsequent_indent=later, break_on_hyphens=False
        )
        click.echo("\n".join(wrapped))


async def say_yes(context: Any, params: Any) -> ElicitResult:
    """Show the question of the server, and agree."""
    del context
    click.secho("? the client asks its user:", fg="yellow")
    show(params.message)
    click.secho("? the user says yes", fg="yellow")
    return ElicitResult(action="accept", content={"confirm": True})


def checked(checks: Mapping[str, bool]) -> list[str]:
    """Print what was compared. Returns a sentence for each thing that is not as it should be."""
    for sentence, holds in checks.items():
        click.secho(f"  {'✓' if holds else '✗'} {sentence}", fg="green" if holds else "red")
    return [f"{sentence}: no" for sentence, holds in checks.items() if not holds]
