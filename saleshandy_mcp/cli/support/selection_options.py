"""The options that choose which tools a model gets; ``serve``, ``tools`` and ``call`` share them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import click

from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.settings import (
    CRM_KEY,
    CRM_WRITE,
    EFFECTS,
    EXCLUDE_TOOLS,
    READ_ONLY,
    TOOLS,
    TOOLSETS,
    Settings,
    names,
)
from saleshandy_mcp.server.tools.selection import TOOLSETS as KNOWN
from saleshandy_mcp.server.tools.selection import Selection

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--toolsets", metavar="NAMES", help=f"Any of {', '.join(KNOWN)}; with commas. [{TOOLSETS}]"),
    click.option("--tools", metavar="NAMES", help=f"Single tools or operations beside them. [{TOOLS}]"),
    click.option("--exclude-tools", metavar="NAMES", help=f"Tools or operations to take out. [{EXCLUDE_TOOLS}]"),
    click.option("--effects", metavar="WORDS", help=f"Any of {', '.join(Effect)}; default: all. [{EFFECTS}]"),
    click.option("--read-only", is_flag=True, help=f"Only what changes nothing; wins over --effects. [{READ_ONLY}]"),
)


with_crm_write = click.option("--crm-write", is_flag=True, help=f"Let calls change the CRM. [{CRM_WRITE}]")
_CRM_OPTIONS = (
    click.option("--crm", is_flag=True, help=f"Offer the tools of the CRM; {CRM_KEY} offers them, too."),
    with_crm_write,
)


def with_crm(command: F) -> F:
    """Add the options about the CRM to a command. It gives them to ``crm_settings``."""
    for option in reversed(_CRM_OPTIONS):
        command = option(command)
    return command


def crm_settings(settings: Settings, *, crm: bool, crm_write: bool) -> Settings:
    """The settings with these options: where the CRM is offered, and whether calls may change it."""
    return replace(settings, crm=crm or settings.crm_key is not None, crm_write=crm_write or settings.crm_write)


def choosing(command: F) -> F:
    """Add the options to a command, which passes them to ``selection``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def selection(
    settings: Settings,
    *,
    toolsets: str | None,
    tools: str | None,
    exclude_tools: str | None,
    effects: str | None,
    read_only: bool,
) -> Selection:
    """The selection by the options. For an option that was not given, the environment counts.

    Raises:
        click.UsageError: when a name is not known; it says which.
    """
    chosen = allowed_effects(settings, effects=effects, read_only=read_only)
    try:
        return Selection(
            toolsets=settings.toolsets if toolsets is None else names(toolsets),
            tools=settings.tools if tools is None else names(tools),
            excluded=settings.exclude_tools if exclude_tools is None else names(exclude_tools),
            effects=chosen,
            crm=settings.crm,
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def allowed_effects(settings: Settings, *, effects: str | None = None, read_only: bool = False) -> frozenset[Effect]:
    """The effects that calls may have. For an option that was not given, the environment counts.

    Raises:
        click.UsageError: when an effect is not known; it says which.
    """
    words = settings.effects if effects is None else names(effects)
    unknown = [word for word in words if word not in set(Effect)]
    if unknown:
        raise click.UsageError(f"there is no effect called {unknown[0]}; there are {', '.join(Effect)}")
    if read_only or settings.read_only:
        return READING
    return frozenset(Effect(word) for word in words) or frozenset(Effect)
