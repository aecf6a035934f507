"""The options that choose which tools a model gets; ``serve``, ``tools`` and ``call`` share them."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from saleshandy_mcp.cli.completion.index import index
from saleshandy_mcp.cli.completion.offers import offer_effects, offer_tools, offer_toolsets
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.variables import (
    CRM_KEY,
    CRM_WRITE,
    EFFECTS,
    EXCLUDE_TOOLS,
    READ_ONLY,
    TOOLS,
    TOOLSETS,
)

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--toolsets",
        shell_complete=offer_toolsets,
        metavar="NAMES",
        help=f"Any of {', '.join(index().toolsets)}; with commas. [{TOOLSETS}]",
    ),
    click.option(
        "--tools",
        shell_complete=offer_tools,
        metavar="NAMES",
        help=f"More tools or operations by name. [{TOOLS}]",
    ),
    click.option(
        "--exclude-tools",
        shell_complete=offer_tools,
        metavar="NAMES",
        help=f"Tools or operations to leave out. [{EXCLUDE_TOOLS}]",
    ),
    click.option(
        "--effects",
        shell_complete=offer_effects,
        metavar="WORDS",
        help=f"Any of {', '.join(Effect)}; default: all. [{EFFECTS}]",
    ),
    click.option("--read-only", is_flag=True, help=f"Only what changes nothing; overrides --effects. [{READ_ONLY}]"),
)


with_crm_write = click.option("--crm-write", is_flag=True, help=f"Let calls change the CRM. [{CRM_WRITE}]")
_CRM_OPTIONS = (
    click.option("--crm", is_flag=True, help=f"Offer the tools of the CRM; {CRM_KEY} does this too."),
    with_crm_write,
)


def with_crm(command: F) -> F:
    """Add the options about the CRM to a command. It gives them to ``crm_settings``."""
    for option in reversed(_CRM_OPTIONS):
        command = option(command)
    return command


def choosing(command: F) -> F:
    """Add the options to a command, which passes them to ``selection``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
