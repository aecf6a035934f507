"""Which operations of the CRM there are, by the module that declares them."""

from types import ModuleType
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import operations
from saleshandy_mcp.integrations.salessheet.resources import activities, contacts, crm_tasks, deals, me, pipelines

CRM_RESOURCES: tuple[ModuleType, ...] = (me, contacts, deals, crm_tasks, activities, pipelines)
CRM_OPERATIONS: tuple[type[Operation[Any]], ...] = tuple(
    found for module in CRM_RESOURCES for found in operations(module)
)
