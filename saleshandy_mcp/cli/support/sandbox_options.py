"""The options for the sandbox of this process: use it, let calls to it go wrong, and draw all chances from a seed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from saleshandy_mcp.core.variables import SANDBOX

if TYPE_CHECKING:
    from saleshandy_mcp.sandbox import Sandbox

FAULTS_HELP = 'Let calls fail by chance: "lost-answer:0.1,429:0.05@GET /sequences". docs/sandbox.md lists faults.'
SEED_HELP = "Seed of chance: reactions of people, and which calls fail."
_SANDBOX_HELP = f"Use the emulator in this process, with invented data. [{SANDBOX}]"
_META = "saleshandy_mcp.sandbox"


def _kept(context: click.Context, option: click.Parameter, value: Any) -> Any:
    """Keep a value for ``new_sandbox``: the functions between need not hand it on."""
    if value is not None and not context.params.get("sandbox"):
        raise click.UsageError(f"--{option.name} is for the sandbox: add --sandbox.")
    context.meta[f"{_META}.{option.name}"] = value
    return value


# --sandbox is eager, so that it is known when the others are read.
_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--sandbox", {"is_flag": True, "is_eager": True, "envvar": SANDBOX, "help": _SANDBOX_HELP}),
    ("--faults", {"callback": _kept, "expose_value": False, "help": f"With --sandbox. {FAULTS_HELP}"}),
    ("--seed", {"callback": _kept, "expose_value": False, "type": int, "help": f"With --sandbox. {SEED_HELP}"}),
)


def sandbox_options() -> list[click.Parameter]:
    """The options, for a command that is put together by hand."""
    return [click.Option([name], **more) for name, more in _OPTIONS]


def with_sandbox(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    for name, more in reversed(_OPTIONS):
        command = click.option(name, **more)(command)
    return command


def new_sandbox() -> "Sandbox":
    """The sandbox of the command that runs.

    Raises:
        click.ClickException: when a fault cannot be set.
    """
    meta = click.get_current_context().meta
    return faulty_sandbox(meta.get(f"{_META}.faults"), seed=meta.get(f"{_META}.seed") or 0)


def faulty_sandbox(faults: str | None, **more: Any) -> "Sandbox":
    """A sandbox whose calls go wrong as told.

    Raises:
        click.ClickException: when a fault cannot be set.
    """
    from saleshandy_mcp.sandbox import Sandbox  # noqa: PLC0415 - most calls do not need it

    box = Sandbox(**more)
    try:
        if faults is not None:
            box.faults.set_all(faults)
    except ValueError as error:
        raise click.ClickException(f"--faults: {error}") from None
    return box
