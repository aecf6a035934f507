"""All operations, in the order of the modules that declare them."""

from types import ModuleType
from typing import Any, cast

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources import (
    analytics,
    attachments,
    blacklist,
    clients,
    dnc,
    domains,
    email_accounts,
    enrichment,
    fields,
    inbox,
    lead_search,
    leads,
    notes,
    prospects,
    schedules,
    sequences,
    steps,
    subsequences,
    tags,
    tasks,
    team,
    webhooks,
)

RESOURCES: tuple[ModuleType, ...] = (
    sequences,
    steps,
    prospects,
    email_accounts,
    schedules,
    fields,
    analytics,
    inbox,
    tasks,
    webhooks,
    subsequences,
    tags,
    notes,
    dnc,
    clients,
    attachments,
    blacklist,
    domains,
    enrichment,
    lead_search,
    leads,
    team,
)


def operations(module: ModuleType) -> list[type[Operation[Any]]]:
    """The operations that a resource module declares, in its order.

    The module also holds classes that it imports, and bases without a route: both are left out.
    """
    return [
        thing
        for thing in cast("list[object]", list(vars(module).values()))
        if isinstance(thing, type)
        and issubclass(thing, Operation)
        and "route" in thing.__dict__
        and thing.__module__ == module.__name__
    ]


OPERATIONS: tuple[type[Operation[Any]], ...] = tuple(found for module in RESOURCES for found in operations(module))
