"""Processes that end with the test, whatever becomes of it, and a word about foreign programs that are missing."""

import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from subprocess import PIPE

import anyio
import pytest

from tests.e2e.kit import PROGRAM, Program, environment

Start = Callable[..., Awaitable[Program]]


@pytest.fixture
async def start() -> AsyncGenerator[Start]:
    """Starts ``saleshandy-mcp`` with arguments, in an environment with some variables more."""
    running: list[Program] = []
    async with anyio.create_task_group() as tasks:

        async def begin(*arguments: str, **extra: str) -> Program:
            process = await anyio.open_process(
                [*PROGRAM, *arguments], stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment(**extra)
            )
            program = Program(process)
            running.append(program)
            assert process.stdout
            assert process.stderr
            tasks.start_soon(program.out.collect, process.stdout)
            tasks.start_soon(program.err.collect, process.stderr)
            return program

        try:
            yield begin
        finally:
            with anyio.CancelScope(shield=True):
                for program in running:
                    with contextlib.suppress(ProcessLookupError):
                        program.process.kill()
                for program in running:
                    await program.end()
                    await program.process.aclose()


@pytest.fixture
async def sandbox(start: Start) -> tuple[Program, str]:
    """A sandbox in a process of its own, and its address."""
    program = await start("sandbox", "--port", "0")
    first = await program.out.line(lambda line: line.startswith("Saleshandy sandbox: "))
    return program, first.split()[-1].removesuffix("/v1")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A foreign client that was not tried is told of, also without -rs."""
    for report in terminalreporter.stats.get("skipped", []):
        if "foreign" in report.keywords:
            terminalreporter.write_line(f"NOT TRIED {report.nodeid}: {report.longrepr[-1]}", yellow=True)
