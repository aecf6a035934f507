"""The command line. It is thin: help and completion load declarations, a command what it needs."""

import gc
import sys
from importlib import import_module
from typing import Any

import click
from click.shell_completion import add_completion_class

from saleshandy_mcp import __version__
from saleshandy_mcp.cli.commands.shared.suggesting import Suggesting
from saleshandy_mcp.cli.completion.shells import Bash
from saleshandy_mcp.cli.support.at_terminal.stopping import AT_QUESTION, WAITING, Interrupted
from saleshandy_mcp.cli.support.at_terminal.terminal import has_colours
from saleshandy_mcp.core.variables import NoHome

_COMMANDS = (
    *("serve", "sandbox", "demo", "tools", "call", "api", "import", "jobs", "audit", "pause", "approvals"),
    *("hooks", "sync", "crm-fields", "login", "logout", "install", "uninstall", "doctor", "completion"),
    *("report", "deliverability", "export", "forget"),
)


class Lazy(Suggesting):
    """A group whose commands are modules of ``commands``, each loaded when its command is looked at."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        if cmd_name != "serve":  # it starts without garbage collection, which main() turned off, and turns it on itself
            gc.enable()
        module: Any = import_module(f"saleshandy_mcp.cli.commands.{cmd_name.replace('-', '_')}_command")
        return module.command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Its error may quote the API, so characters that nobody can see are removed from it."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            from saleshandy_mcp.untrusted.one_line import visible  # noqa: PLC0415 - help must not wait for it

            # click declares the text as final, so it is replaced behind the type.
            error.args, error.__dict__["message"] = (visible(error.message),), visible(error.message)
            raise
        except NoHome as error:
            raise click.ClickException(f"{error}.") from None
        except (click.Abort, KeyboardInterrupt) as stopped:
            # click raises Abort when a person ends a question with Ctrl-C or Ctrl-D.
            raise Interrupted(AT_QUESTION if isinstance(stopped, click.Abort) else WAITING) from None


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="saleshandy-mcp")
def cli() -> None:
    """Saleshandy for AI assistants.

    Without a command it serves MCP over stdio, which is what an MCP client starts.
    """
    if not has_colours(sys.stdout):
        click.get_current_context().color = False


add_completion_class(Bash)
