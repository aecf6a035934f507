"""``call``: what it takes."""

from importlib import import_module
from pathlib import Path
from typing import Any

import click

from saleshandy_mcp.cli.commands.shared.done_by import done_by
from saleshandy_mcp.cli.commands.shared.output_choices import with_output
from saleshandy_mcp.cli.commands.shared.selection_choices import choosing, with_crm
from saleshandy_mcp.cli.commands.shared.suggesting import did_you_mean
from saleshandy_mcp.cli.completion.index import index
from saleshandy_mcp.cli.completion.offers import offer_arguments, offer_tool
from saleshandy_mcp.cli.support.sandbox_options import with_sandbox
from saleshandy_mcp.core.variables import RULES

_TYPED = f"{__name__}.typed"


class _Call(click.Command):
    """With a tool beside ``--help``, the help is that of the tool."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_TYPED] = [word for word in args if word not in ctx.help_option_names]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # --help is carried out before the tool is read, so the words are read once more without it.
        typed = self.make_context("call", ctx.meta[_TYPED], resilient_parsing=True).params
        name = str(typed.get("tool") or "").replace("-", "_")
        if not name:
            super().format_help(ctx, formatter)
            return
        module: Any = import_module("saleshandy_mcp.cli.support.tool_help")
        found = module.tool_help(name)
        if found is None:
            ctx.fail(no_such_tool(name))
        formatter.write_usage(ctx.command_path, f"{name} [NAME=VALUE]...")
        with formatter.section("What it does"):
            formatter.write_text(found.about)
        if found.arguments:
            with formatter.section("Arguments"):
                formatter.write_dl(found.arguments)
        formatter.write_text("")
        formatter.write_text("saleshandy-mcp call --help shows the options.")


def no_such_tool(name: str) -> str:
    """The sentence about a tool that there is not."""
    return f"there is no tool called {name}.{did_you_mean(name, index().tools)}"


@click.command("call", cls=_Call)
@click.argument("tool", shell_complete=offer_tool)
@click.argument("arguments", nargs=-1, shell_complete=offer_arguments)
@with_output
@with_sandbox
@click.option("--rules", type=click.Path(path_type=Path), help=f"A TOML file with limits for every call. [{RULES}]")
@choosing
@with_crm
@click.option("--crm-wait", is_flag=True, help="When the day's calls to the CRM are used up, continue on the next day.")
@done_by("call.run")
def command() -> None:
    """Call TOOL with ARGUMENTS: key=value, or one JSON object.

    A value that is JSON (a list, an object, true, 5) is read as JSON. A tool with consequences asks first, in a
    terminal. `saleshandy-mcp call TOOL --help` shows what a tool takes.
    """
