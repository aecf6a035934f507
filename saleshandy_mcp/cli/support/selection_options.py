"""What the options that choose tools come to: a selection, with the environment where an option is missing."""

from dataclasses import replace

import click

from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.settings import Settings, names
from saleshandy_mcp.server.tools.selection import Selection


def crm_settings(settings: Settings, *, crm: bool, crm_write: bool) -> Settings:
    """The settings with these options: where the CRM is offered, and whether calls may change it."""
    return replace(settings, crm=crm or settings.crm_key is not None, crm_write=crm_write or settings.crm_write)


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
