"""What the tests of each everyday tool say of it: calls of it by a name, and what a seller says who wants it."""

from importlib import import_module
from types import ModuleType
from typing import Any

from saleshandy_mcp.server.tools.registry import EVERYDAY

TAIL: dict[str, dict[str, dict[str, Any]]] = {
    "find_operations": {"find_operations": {"query": "notes of a prospect"}},
    "run_read_operation": {"run_read_operation": {"operation": "list_tags"}},
    "run_write_operation": {
        "run_write_operation_preview": {
            "operation": "create_webhook",
            "arguments": {
                "name": "CRM",
                "webhook_url": "https://crm.example.com/hook",
                "webhook_event": ["reply-received"],
            },
        }
    },
}
"""Calls of the three tools that lead to all operations."""


def _tests_of(action: type[Any]) -> ModuleType:
    folder = action.__module__.split(".")[-2]
    return import_module(f"tests.features.{folder}.test_{action.slug}")


_TESTS = {tool.name: _tests_of(tool.action) for tool in EVERYDAY if tool.default}

SENTENCES: dict[str, list[str]] = {name: tests.SENTENCES for name, tests in _TESTS.items()}

CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    name: (tool, arguments)
    for tool, examples in [*((tool, tests.EXAMPLES) for tool, tests in _TESTS.items()), *TAIL.items()]
    for name, arguments in examples.items()
}
"""Name of the example: its tool and its arguments."""
