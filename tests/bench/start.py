"""How long until a client has our tools, against the smallest server that the SDK makes. ``make bench`` runs it.

Each run is a fresh process, spoken to over raw pipes, so that no client's own time is in the figures. The runs of all
servers are mixed in random order: whatever else the machine does falls on all of them alike.
"""

# T201: the table on stdout is what this is for. S311: no secret hangs on the order of the runs.
# ruff: noqa: T201, S311

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REPORT = HERE.parent.parent / "docs" / "bench.md"
BAR = 1.2
WARM_UPS = 3
CALLS = 15
"""Calls of a tool in one run: below the 20 a minute that the sandbox allows, as the API does."""

OURS = [sys.executable, "-m", "saleshandy_mcp", "serve"]
BASELINE = "one tool"
NO_GARBAGE = "import gc, runpy, sys; gc.disable(); runpy.run_path(sys.argv[1], run_name='__main__')"
SERVERS: dict[str, tuple[list[str], str]] = {
    BASELINE: ([sys.executable, str(HERE / "one_tool.py")], "nothing"),
    "one tool, garbage collector off": ([sys.executable, "-c", NO_GARBAGE, str(HERE / "one_tool.py")], "nothing"),
    "`serve`": (OURS, ""),
    "`serve --sandbox`": ([*OURS, "--sandbox"], "list_sequences"),
}
"""The command of each server, and the tool to call, if any."""

CLIENT = {"name": "bench", "version": "1"}
MODERN: dict[str, Any] = {
    "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": CLIENT,
    }
}
ERAS = {
    "2025-11-25": "`initialize`, `notifications/initialized`, then `tools/list`",
    "2026-07-28": "`server/discover`, then `tools/list`",
}


@dataclass
class Figures:
    """All measurements of one server in one era."""

    seconds: list[float] = field(default_factory=list[float])
    calls: list[float] = field(default_factory=list[float])
    kilobytes: list[int] = field(default_factory=list[int])


class Pipes:
    """JSON-RPC by the line."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self._asked = 0

    def say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message).encode() + b"\n")
        self._process.stdin.flush()

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self._asked += 1
        self.say({"id": self._asked, "method": method, "params": params})
        assert self._process.stdout
        answer = json.loads(self._process.stdout.readline())
        assert answer["id"] == self._asked, answer
        assert not answer["result"].get("isError"), answer
        return answer["result"]


@contextmanager
def _running(command: list[str]) -> Generator["subprocess.Popen[bytes]"]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SALESHANDY_")}
    with subprocess.Popen(  # noqa: S603 - our own commands
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run(server: str, era: str, figures: Figures) -> None:
    """One process from start to end, its measurements added to the figures."""
    command, tool = SERVERS[server]
    extra: dict[str, Any] = MODERN if era == "2026-07-28" else {}
    start = time.perf_counter()
    with _running(command) as process:
        pipes = Pipes(process)
        if extra:
            pipes.ask("server/discover", extra)
        else:
            pipes.ask("initialize", {"protocolVersion": era, "capabilities": {}, "clientInfo": CLIENT})
            pipes.say({"method": "notifications/initialized"})
        assert pipes.ask("tools/list", extra)["tools"]
        figures.seconds.append(time.perf_counter() - start)
        figures.kilobytes.append(_resident(process.pid))
        call: dict[str, Any] = {"name": tool, "arguments": {}}
        for _ in range(CALLS if tool else 0):
            start = time.perf_counter()
            pipes.ask("tools/call", call | extra)
            figures.calls.append(time.perf_counter() - start)


def _resident(process: int) -> int:
    """Memory in use, in kB."""
    shown = subprocess.run(  # noqa: S603 - a number of ours
        ["ps", "-o", "rss=", "-p", str(process)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        check=True,
    )
    return int(shown.stdout)


def measure(runs: int) -> dict[tuple[str, str], Figures]:
    kinds = [(server, era) for era in ERAS for server in SERVERS]
    for _ in range(WARM_UPS):
        for server, era in kinds:
            run(server, era, Figures())
    found = {kind: Figures() for kind in kinds}
    for number in range(runs):
        if sys.stderr.isatty():
            print(f"run {number + 1} of {runs}", end="\r", file=sys.stderr)
        for server, era in random.sample(kinds, len(kinds)):
            run(server, era, found[server, era])
    return found


def interval(ours: list[float], theirs: list[float], draws: int = 4000) -> tuple[float, float]:
    """A bootstrap 95 % interval of the ratio of medians.

    Whole rounds are drawn, for what slowed one server down in a round slowed down the other.
    """
    dice = random.Random(1)
    rounds = list(zip(ours, theirs, strict=True))
    ratios: list[float] = []
    for _ in range(draws):
        drawn = dice.choices(rounds, k=len(rounds))
        ratios.append(statistics.median(our for our, _ in drawn) / statistics.median(their for _, their in drawn))
    ratios.sort()
    return ratios[round(0.025 * draws)], ratios[round(0.975 * draws) - 1]


def _nine_of_ten(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=10)[-1]


def report(found: dict[tuple[str, str], Figures], runs: int) -> str:
    """The figures as Markdown."""
    lines: list[str] = []
    for era, handshake in ERAS.items():
        baseline = found[BASELINE, era]
        lines += [
            f"Protocol {era}: {handshake}.",
            "",
            "| server | tools/list, median | p90 | ratio of medians (95 %) | memory | one call, median | p90 |",
            "|---|---:|---:|---:|---:|---:|---:|",
        ]
        for server in SERVERS:
            figures = found[server, era]
            ratio = statistics.median(figures.seconds) / statistics.median(baseline.seconds)
            low, high = interval(figures.seconds, baseline.seconds)
            compared = "1" if server == BASELINE else f"**{ratio:.2f}** ({low:.2f} to {high:.2f})"
            calls = figures.calls
            cells = [
                server,
                f"{statistics.median(figures.seconds) * 1000:.0f} ms",
                f"{_nine_of_ten(figures.seconds) * 1000:.0f} ms",
                compared,
                f"{statistics.median(figures.kilobytes) / 1024:.0f} MB",
                f"{statistics.median(calls) * 1000:.1f} ms" if calls else "",
                f"{_nine_of_ten(calls) * 1000:.1f} ms" if calls else "",
            ]
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    lines.append(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, mcp {version('mcp')}, {machine}, "
        f"{runs} runs each after {WARM_UPS} to warm up, in random order."
    )
    return "\n".join(lines)


INTRODUCTION = f"""# Bench

Written by `python tests/bench/start.py --write`; `make bench` shows the same without writing.

From the start of a process to its answer to `tools/list`, over raw pipes, against the smallest server that the SDK
makes: one tool that does nothing ([one_tool.py](../tests/bench/one_tool.py)). The bar is a ratio of {BAR}.
Ours starts with the garbage collector off and turns it on before serving; the second line gives the baseline the same.
Memory is what is resident after `tools/list`. The calls are `list_sequences` on the sandbox in the same process,
against the tool that does nothing.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20, help="for each server and protocol (20)")
    parser.add_argument("--write", action="store_true", help="write docs/bench.md too")
    chosen = parser.parse_args()
    found = measure(chosen.runs)
    text = report(found, chosen.runs)
    print(text)
    if chosen.write:
        REPORT.write_text(f"{INTRODUCTION}\n{text}\n", encoding="utf-8")
    worst = max(
        statistics.median(found["`serve`", era].seconds) / statistics.median(found[BASELINE, era].seconds)
        for era in ERAS
    )
    print(f"\nThe bar of {BAR} is {'kept' if worst <= BAR else 'missed'}: {worst:.2f}")
    return 0 if worst <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
