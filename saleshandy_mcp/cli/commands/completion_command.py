"""``completion``: what it takes."""

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@done_by("completion.shells.run")
def command() -> None:
    """Print the script that completes commands in SHELL.

    Tab then completes commands, options, tools, operations, jobs and sequences.

    \b
    bash, in ~/.bashrc:  source <(saleshandy-mcp completion bash)
    zsh, in ~/.zshrc:    source <(saleshandy-mcp completion zsh)
    fish:                saleshandy-mcp completion fish | source

    Tab uses no network. It offers the sequence titles that import, pause or api saw last.
    """  # noqa: D301 - click's mark for lines that stay as they are
