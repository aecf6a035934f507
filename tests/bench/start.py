"""How long until a client has our tools, against the smallest server that the SDK makes.

Each run is a fresh process, spoken to over raw pipes, so that no client's own time is in the figures. The runs of all
servers are mixed in random order: whatever else the machine does falls on all of them alike.
"""

# T201: the table on stdout is what this is for. S311: no secret hangs on the order of the runs.
# ruff: noqa: T201, S311

import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.pipes import CLIENT, MODERN, Pipes, resident, running

HERE = Path(__file__).parent
BAR = 1.3
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


def run(server: str, era: str, figures: Figures) -> None:
    """One process from start to end, its measurements added to the figures."""
    command, tool = SERVERS[server]
    extra: dict[str, Any] = MODERN if era == "2026-07-28" else {}
    start = time.perf_counter()
    with running(command) as process:
        pipes = Pipes(process)
        if extra:
            pipes.ask("server/discover", extra)
        else:
            pipes.ask("initialize", {"protocolVersion": era, "capabilities": {}, "clientInfo": CLIENT})
            pipes.say({"method": "notifications/initialized"})
        assert pipes.ask("tools/list", extra)["tools"]
        figures.seconds.append(time.perf_counter() - start)
        figures.kilobytes.append(resident(process.pid))
        call: dict[str, Any] = {"name": tool, "arguments": {}}
        for _ in range(CALLS if tool else 0):
            start = time.perf_counter()
            pipes.ask("tools/call", call | extra)
            figures.calls.append(time.perf_counter() - start)


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
    lines.append(f"{runs} runs each after {WARM_UPS} to warm up, in random order.")
    return "\n".join(lines)


def worst(found: dict[tuple[str, str], Figures]) -> float:
    """The ratio that the bar is for, in the era where it is larger."""
    return max(
        statistics.median(found["`serve`", era].seconds) / statistics.median(found[BASELINE, era].seconds)
        for era in ERAS
    )
