"""``api``: what it takes."""

from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from saleshandy_mcp.cli.commands.shared.suggesting import Suggesting
from saleshandy_mcp.cli.completion.index import index


class Operations(Suggesting):
    """A group with a command for each operation. The names stand in the index; an operation is loaded when used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [name for found in index().operations.values() for name in found]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = cmd_name.replace("-", "_")
        if name not in self.list_commands(ctx):
            return None
        api: Any = import_module("saleshandy_mcp.cli.api")
        return api.command_of(api.BY_NAME[name])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        found = [item for named in index().operations.values() for item in named.items()]
        names = [CompletionItem(name, help=told) for name, told in found if name.startswith(incomplete)]
        return [*names, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        for heading, found in index().operations.items():
            with formatter.section(heading):
                formatter.write_dl(list(found.items()))


@click.command("api", cls=Operations)
def command() -> None:
    """Carry out one operation of an API.

    Operations of Saleshandy have plain names, those of the CRM are called `salessheet.…`.
    `saleshandy-mcp api OPERATION --help` shows its options. Write a list by repeating an option or as
    JSON, an object as JSON, a file as its path. An operation that reaches people, costs or deletes asks first.
    """
