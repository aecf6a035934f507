"""What a tool call costs over the same request made directly with the HTTP library."""

# S311: no secret hangs on the order of the calls.

import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from tests.bench.pipes import MODERN, Pipes, resident, running

KEY = "sandbox-key"
TURNS = 15
"""Calls of a kind in one process: below the 20 a minute that the client paces itself to."""


@dataclass(frozen=True)
class Kind:
    """A tool call and the one request that it makes."""

    tool: str
    arguments: dict[str, Any]
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict[str, str])
    body: dict[str, Any] | None = None


KINDS = (
    Kind(
        "find_prospects", {"query": "keller"}, "GET", "/prospects", {"page": "1", "pageSize": "20", "search": "keller"}
    ),
    Kind("run_read_operation", {"operation": "list_tags"}, "GET", "/prospects/tags"),
)


@dataclass
class Figures:
    """Seconds of each call of a kind, and memory in kB after them."""

    direct: list[float] = field(default_factory=list[float])
    tool: list[float] = field(default_factory=list[float])


def measure(runs: int) -> tuple[dict[str, Figures], list[int]]:
    """So many server processes after one to warm up, all on one sandbox; and what each held in memory at its end."""
    found = {kind.tool: Figures() for kind in KINDS}
    memory: list[int] = []
    with running([sys.executable, "-m", "saleshandy_mcp", "sandbox", "--port", "0", "--no-limits"]) as sandbox:
        assert sandbox.stdout
        address = next(word for word in sandbox.stdout.readline().decode().split() if word.startswith("http"))
        base = f"{address.rstrip('/').removesuffix('/v1')}/v1"
        with httpx2.Client(headers={"x-api-key": KEY}) as client:
            _run(base, client, {kind.tool: Figures() for kind in KINDS})
            memory += [_run(base, client, found) for _ in range(runs)]
    return found, memory


def _run(base: str, client: httpx2.Client, found: dict[str, Figures]) -> int:
    # A folder of its own: processes that share one share the API's limits, too.
    settings = {"SALESHANDY_API_KEY": KEY, "SALESHANDY_BASE_URL": base}
    with (
        TemporaryDirectory() as folder,
        running([sys.executable, "-m", "saleshandy_mcp", "serve"], SALESHANDY_DATA=folder, **settings) as server,
    ):
        pipes = Pipes(server)
        pipes.ask("server/discover", MODERN)
        for kind in KINDS:
            _tool(pipes, kind)
        turns = [(kind, way) for kind in KINDS for way in ("direct", "tool") for _ in range(TURNS)]
        for kind, way in random.sample(turns, len(turns)):
            start = time.perf_counter()
            if way == "tool":
                _tool(pipes, kind)
            else:
                _direct(client, base, kind)
            getattr(found[kind.tool], way).append(time.perf_counter() - start)
        return resident(server.pid)


def _tool(pipes: Pipes, kind: Kind) -> None:
    pipes.ask("tools/call", {"name": kind.tool, "arguments": kind.arguments} | MODERN)


def _direct(client: httpx2.Client, base: str, kind: Kind) -> None:
    answer = client.request(kind.method, f"{base}{kind.path}", params=kind.query, json=kind.body)
    assert answer.status_code == 200, answer.text


def report(measured: tuple[dict[str, Figures], list[int]]) -> str:
    """The figures as Markdown."""
    found, memory = measured
    lines = [
        "| tool | calls | direct p50 | p99 | tool p50 | p99 | added p50 | ratio p50 | ratio p99 |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, figures in found.items():
        (direct, slow), (tool, slow_tool) = (_p50_p99(seconds) for seconds in (figures.direct, figures.tool))
        milliseconds = (f"{value * 1000:.1f} ms" for value in (direct, slow, tool, slow_tool, tool - direct))
        ratios = (f"{tool / direct:.2f}", f"{slow_tool / slow:.2f}")
        lines.append(f"| `{name}` | {len(figures.tool)} | {' | '.join((*milliseconds, *ratios))} |")
    lines += ["", f"After its calls a server holds {statistics.median(memory) / 1024:.0f} MB (median, resident)."]
    return "\n".join(lines)


def _p50_p99(seconds: list[float]) -> tuple[float, float]:
    return statistics.median(seconds), statistics.quantiles(seconds, n=100)[-1]
