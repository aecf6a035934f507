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

from tests.bench import installed
from tests.bench.pipes import CLIENT, MODERN, Pipes, resident, running

HERE = Path(__file__).parent
BAR = 0.06
"""The largest share of the baseline's time that our start may take."""
WARM_UPS = 3
CALLS = 15
"""Calls of a tool in one run: below the 20 a minute that the sandbox allows, as the API does."""

BASELINE = "one tool"
OURS = "`serve`"
NO_GARBAGE = "import gc, runpy, sys; gc.disable(); runpy.run_path(sys.argv[1], run_name='__main__')"


def servers(*, peers: bool) -> dict[str, tuple[list[str], str]]:
    """The command of each server, and the tool to call, if any."""
    ours = [installed.ours(), "serve"]
    late = [sys.executable, "-m", "saleshandy_mcp", "serve"]
    found = {
        BASELINE: ([sys.executable, str(HERE / "one_tool.py")], "nothing"),
        "one tool, garbage collector off": ([sys.executable, "-c", NO_GARBAGE, str(HERE / "one_tool.py")], "nothing"),
        OURS: (ours, "find_operations"),
        "`serve --sandbox`": ([*ours, "--sandbox"], "list_sequences"),
        "`serve` from a checkout": (late, "find_operations"),
    }
    return found | ({name: (command, "") for name, command in installed.peers().items()} if peers else {})


ARGUMENTS: dict[str, dict[str, Any]] = {"find_operations": {"query": "tags"}}
"""What a tool needs to be called; ``find_operations`` asks no API."""

ERAS = {
    "2025-11-25": "`initialize`, `notifications/initialized`, then `tools/list`",
    "2026-07-28": "`server/discover`, then `tools/list`",
}


@dataclass
class Figures:
    """All measurements of one server in one era."""

    seconds: list[float] = field(default_factory=list[float])
    first: list[float] = field(default_factory=list[float])
    calls: list[float] = field(default_factory=list[float])
    kilobytes: list[int] = field(default_factory=list[int])


def run(command: list[str], tool: str, era: str, figures: Figures) -> None:
    """One process from start to end, its measurements added to the figures."""
    extra: dict[str, Any] = MODERN if era == "2026-07-28" else {}
    begun = time.perf_counter()
    with running(command) as process:
        pipes = Pipes(process)
        if extra:
            pipes.ask("server/discover", extra)
        else:
            pipes.ask("initialize", {"protocolVersion": era, "capabilities": {}, "clientInfo": CLIENT})
            pipes.say({"method": "notifications/initialized"})
        assert pipes.ask("tools/list", extra)["tools"]
        figures.seconds.append(time.perf_counter() - begun)
        call: dict[str, Any] = {"name": tool, "arguments": ARGUMENTS.get(tool, {})}
        for number in range(CALLS if tool else 0):
            start = time.perf_counter()
            pipes.ask("tools/call", call | extra)
            if number:
                figures.calls.append(time.perf_counter() - start)
            else:
                figures.first.append(time.perf_counter() - begun)
        figures.kilobytes.append(resident(process.pid))


def measure(runs: int, *, peers: bool = False) -> dict[tuple[str, str], Figures]:
    known = servers(peers=peers)
    kinds = [(server, era) for era in ERAS for server in known]
    found: dict[tuple[str, str], Figures] = {}
    for server, era in list(kinds):
        try:
            for _ in range(WARM_UPS):
                run(*known[server], era, Figures())
        except (KeyError, ValueError, AssertionError):
            kinds.remove((server, era))  # a peer that does not know this protocol
            continue
        found[server, era] = Figures()
    for number in range(runs):
        if sys.stderr.isatty():
            print(f"run {number + 1} of {runs}", end="\r", file=sys.stderr)
        for server, era in random.sample(kinds, len(kinds)):
            run(*known[server], era, found[server, era])
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
            "| server | tools/list, median | p90 | ratio (95 %) | first call | memory | a call, median | p90 |",
            "|---|---:|---:|---:|---:|---:|---:|---:|",
        ]
        for server, figures in ((server, figures) for (server, of), figures in found.items() if of == era):
            ratio = statistics.median(figures.seconds) / statistics.median(baseline.seconds)
            low, high = interval(figures.seconds, baseline.seconds)
            compared = "1" if server == BASELINE else f"**{ratio:.3f}** ({low:.3f} to {high:.3f})"
            calls = figures.calls
            cells = [
                server,
                f"{statistics.median(figures.seconds) * 1000:.0f} ms",
                f"{_nine_of_ten(figures.seconds) * 1000:.0f} ms",
                compared,
                f"{statistics.median(figures.first) * 1000:.0f} ms" if figures.first else "",
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
        statistics.median(found[OURS, era].seconds) / statistics.median(found[BASELINE, era].seconds) for era in ERAS
    )
