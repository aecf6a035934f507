"""``run_write_operation``: an operation that changes something, run by its name."""

from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.server.tools.discovery.reach import RunOperation


class RunWriteOperation(RunOperation):
    """Run an operation that changes something, as find_operations tells it.
    What reaches people, costs credits or deletes asks the user first.
    """

    effects = frozenset(Effect) - READING
