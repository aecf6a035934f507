"""What every test may ask for."""

import gc
import os
import re
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import settings

from saleshandy_mcp.sandbox import KEY
from tests.stores import ADDRESS, leaks

# The same examples in each run, and no limit of time: a slow machine must not fail a test. `make property` tries more.
settings.register_profile(
    "suite", max_examples=200 if os.environ.get("MANY") else 25, deadline=None, derandomize=True, database=None
)
settings.load_profile("suite")

ROOT = Path(__file__).parent.parent


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Tests by the ten thousand are made once and stay: the garbage collector does not look through them again."""
    gc.set_threshold(100_000, 20, 20)
    found = yield
    gc.collect()
    gc.freeze()
    return found


_OF_A_PROTOCOL = re.compile(r"\w+ +(?:mcp|sse_starlette)\b")
"""Lines of the SDK: clients in tests use it, too, and the server's level of logging does not reach it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test fails in which the key stands in the log, in a traceback or in a store, or an address in the log or in a
    column of a store that has no need of it. The log is that of level DEBUG.
    """
    report = yield
    lines = (line for name, content in report.sections if "log" in name for line in content.splitlines())
    log = "\n".join(line for line in lines if not _OF_A_PROTOCOL.match(line))
    told = [
        f"the key is in {where}" for where, text in (("the log", log), ("a traceback", _said(report))) if KEY in text
    ]
    if found := ADDRESS.search(log):
        told.append(f"{found[0]} is in the log")
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if report.when == "call" and folder is not None:
        told += leaks(folder)
    if told:
        report.outcome, report.longrepr = "failed", f"{report.longreprtext}\n{'; '.join(told)}"
    return report


def _said(report: pytest.TestReport) -> str:
    """What a failure says; an expected failure of a test says nothing."""
    return "" if report.passed else report.longreprtext


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop is enough: the product runs on asyncio."""
    return "asyncio"


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compares a text with a file of the repository; `make snapshots` writes the file instead, for a review to read."""

    def matches(path: str, text: str) -> None:
        file = ROOT / path
        if os.environ.get("UPDATE_SNAPSHOTS"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"{path} is missing: make snapshots"
        assert text == file.read_text(encoding="utf-8"), f"{path} differs: look at it, then make snapshots"

    return matches
