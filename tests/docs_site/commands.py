"""The page of every command with its arguments and options, from what the command line declares."""

from collections.abc import Iterator

import click

from saleshandy_mcp.cli import cli

HEAD = """\
# Commands and options

Every command of `saleshandy-mcp`, as `--help` tells it. Made by `make snapshots`. [The command line](cli.md) says how
they are used; `saleshandy-mcp api --help` lists the operations of the API, [effects](effects.md) says what each can
cause.
"""


def commands(group: click.Group = cli, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Each command with the words that call it; operations of the API are not among them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None and not command.hidden:
            yield " ".join((*path, name)), command
            if isinstance(command, click.Group) and name != "api":
                yield from commands(command, *path, name)


def page() -> str:
    """The page in Markdown."""
    return "\n".join([HEAD, *(_section(name, command) for name, command in commands())]).rstrip() + "\n"


def _section(name: str, command: click.Command) -> str:
    words = " ".join(command.collect_usage_pieces(click.Context(command)))
    told = [" ".join(it.split()) for it in (command.help or "").replace("\b", "").split("\n\n")]
    rows = [row for it in command.params if (row := _row(it))]
    table = ["| option | |", "|---|---|", *rows, ""] if rows else []
    return "\n".join([f"## {name}", "", f"`saleshandy-mcp {name} {words}`".replace(" `", "`"), "", *told, "", *table])


def _row(parameter: click.Parameter) -> str | None:
    if not isinstance(parameter, click.Option) or parameter.hidden:
        return None
    record = parameter.get_help_record(click.Context(click.Command("x")))
    names, text = record or (", ".join(parameter.opts), parameter.help or "")
    names, text = (" ".join(it.split()).replace("|", "\\|") for it in (names, text))
    variable = f" Variable: `{parameter.envvar}`." if isinstance(parameter.envvar, str) else ""
    return f"| `{names}` | {text}{variable} |"
