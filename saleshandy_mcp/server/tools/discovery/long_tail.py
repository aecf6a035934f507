"""Which of the three tools there are, over the operations that the operator lets through."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.server.tools.discovery.find_operations import FindOperations
from saleshandy_mcp.server.tools.discovery.reach import Reach, Reaching
from saleshandy_mcp.server.tools.discovery.run_read_operation import RunReadOperation
from saleshandy_mcp.server.tools.discovery.run_write_operation import RunWriteOperation


def long_tail(reach: Iterable[type[Operation[Any]]]) -> list[type[Action[Any]]]:
    """The tools that reach these operations and no others; none for those that would reach nothing."""
    known = {operation.slug: operation for operation in reach}
    kinds: list[type[Reaching]] = [FindOperations] if known else []
    kinds += [RunReadOperation] if any(it.route.reads for it in known.values()) else []
    kinds += [RunWriteOperation] if not all(it.route.reads for it in known.values()) else []
    return [_reaching(kind, tuple(known.values())) for kind in kinds]


@lru_cache(64)
def _reaching(kind: type[Reaching], operations: tuple[type[Operation[Any]], ...]) -> type[Reaching]:
    """The tool over these operations: one class for all servers of a process, with its schema made once."""
    reach: Reach = {operation.slug: operation for operation in operations}
    # The same name and docstring: for a model it is the same tool whatever it reaches.
    return type(kind.__name__, (kind,), {"reach": reach, "__doc__": kind.__doc__, "__module__": kind.__module__})
