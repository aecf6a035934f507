"""Processes that end with the test, whatever becomes of it, and a word about foreign programs that are missing."""

import contextlib
from collections import Counter
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


async def serving(start: Start, transport: str = "http") -> tuple[Program, str]:
    """The server on a free port with the sandbox behind it, and its address."""
    program = await start("serve", "--transport", transport, "--port", "0", "--sandbox")
    told = await program.err.line(lambda line: line.startswith("MCP at http://"))
    return program, told.split()[2].removesuffix("/mcp,")


@pytest.fixture
async def sandbox(start: Start) -> tuple[Program, str]:
    """A sandbox in a process of its own, and its address."""
    program = await start("sandbox", "--port", "0")
    first = await program.out.line(lambda line: line.startswith("Saleshandy sandbox: "))
    return program, first.split()[-1].removesuffix("/v1")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What foreign clients would have tried and did not is told of, also without -rs."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = Counter(str(report.longrepr[-1]) for report in skipped if "foreign" in report.keywords)
    for reason, count in reasons.items():
        told = f"FOREIGN CLIENTS NOT TRIED ({count} tests): {reason.removeprefix('Skipped: ')}"
        terminalreporter.write_line(told, yellow=True)
