"""``run_read_operation``: an operation that only reads, run by its name."""

from saleshandy_mcp.server.tools.discovery.reach import RunOperation


class RunReadOperation(RunOperation):
    """Run an operation that only reads, as find_operations tells it."""
