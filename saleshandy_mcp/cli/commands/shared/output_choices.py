"""The options that choose how a result is written; the commands that list things share them."""

from collections.abc import Callable
from typing import Any

import click

_OPTIONS: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = (
    (
        ("--format", "form"),
        {"type": click.Choice(["table", "json", "csv", "yaml"]), "help": "How the rows are written."},
    ),
    (
        ("--columns",),
        {"default": "", "metavar": "NAMES", "help": "Only these columns, in this order, separated by commas."},
    ),
    (("--json", "as_json"), {"is_flag": True, "help": "The same as --format json."}),
)


def output_options() -> list[click.Parameter]:
    """The options, for a command that is put together by hand."""
    return [click.Option(list(names), **more) for names, more in _OPTIONS]


def with_output(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command. It gives them to ``OutputChoice.of``."""
    for names, more in reversed(_OPTIONS):
        command = click.option(*names, **more)(command)
    return command
