"""What ``from saleshandy_mcp import …`` offers, and that starting loads none of it."""

import subprocess
import sys
from importlib import import_module

import pytest

import saleshandy_mcp
from saleshandy_mcp.core.errors import Mistake, SaleshandyError

PUBLIC = [
    "BadKey",
    "Broken",
    "Channel",
    "Doubtful",
    "Forbidden",
    "Interrupted",
    "Mistake",
    "NoKey",
    "NotSent",
    "Operation",
    "OutOfTime",
    "Refused",
    "Rejected",
    "Saleshandy",
    "SaleshandyError",
    "Sandbox",
    "Throttled",
    "Unreadable",
    "__version__",
    "every",
    "refused_rows",
    "run_import",
]


def test_the_public_names_are_these() -> None:
    assert saleshandy_mcp.__all__ == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_can_be_imported_and_is_described(name: str) -> None:
    thing = getattr(saleshandy_mcp, name)
    assert isinstance(thing, str) or thing.__doc__


def test_each_error_that_a_caller_can_catch_is_public() -> None:
    def below(kind: type[Exception]) -> set[str]:
        return {kind.__name__}.union(*(below(it) for it in kind.__subclasses__() if it.__module__ == kind.__module__))

    assert below(SaleshandyError) | below(Mistake) <= set(PUBLIC)


def test_another_name_is_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Client'"):
        _ = import_module("saleshandy_mcp").Client


def test_the_package_by_itself_loads_none_of_its_modules() -> None:
    code = "import sys, saleshandy_mcp; print([it for it in sys.modules if it.startswith('saleshandy_mcp.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert run.stdout.strip() == "[]"
