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
    told = [_paragraph(it) for it in (command.help or "").split("\n\n")]
    rows = [row for it in command.params if (row := _row(it))]
    table = ["| option | what it does |", "|---|---|", *rows, ""] if rows else []
    head = [f"## {name}", "", f"`saleshandy-mcp {name} {words}`".replace(" `", "`"), ""]
    return "\n".join([*head, *(f"{it}\n" for it in told if it), *table])


def _paragraph(text: str) -> str:
    """A paragraph of a help text; one whose lines stay as they are is a block of code."""
    mark, _, kept = text.strip().partition("\n")
    return f"```text\n{kept}\n```" if mark == "\b" else " ".join(text.split())


def _row(parameter: click.Parameter) -> str | None:
    if not isinstance(parameter, click.Option) or parameter.hidden:
        return None
    record = parameter.get_help_record(click.Context(click.Command("x")))
    names, text = record or (", ".join(parameter.opts), parameter.help or "")
    names, text = (" ".join(it.split()).replace("|", "\\|") for it in (names, text))
    return f"| `{names}` | {text} |"
