"""``make bench``: how fast a start is, and what a tool call costs over the same request made directly."""

# T201: the tables on stdout are what this is for.
# ruff: noqa: T201

import argparse
import os
import platform
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench import calls, start

REPORT = Path(__file__).parent.parent.parent / "docs" / "bench.md"

START = f"""## Start

From the start of a process to its answer to `tools/list`, over raw pipes, against the smallest server that the SDK
makes: one tool that does nothing ([one_tool.py](../tests/bench/one_tool.py)). The bar is {start.BAR} of its time.
`serve` is installed from a wheel, and answers the first requests before the SDK is loaded
([why](decisions/0046-early-answers.md)); from a checkout it does not. The first call shows when the real server is
there. Memory is what is resident after the calls. They are `find_operations`, which asks no API, and `list_sequences`
on the sandbox in the same process, against the tool that does nothing. The servers on Node are those of other
products; none of their tools is called.
"""

CALLS = """## A call

A tool call over raw pipes, against the same request made directly with the HTTP library, kept alive, to the same
sandbox on this machine; the two take turns in random order. What is between them is the protocol, the validation, the
journal, the view and its text. Each server process makes 15 calls of a kind: more would be paced to the API's limits.
The tools are two that make one request for each call.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=20, help="processes for each server and protocol (20)")
    parser.add_argument("--peers", action="store_true", help="start servers of other products too; needs npm")
    parser.add_argument("--write", action="store_true", help="write docs/bench.md too")
    chosen = parser.parse_args()
    started = start.measure(chosen.runs, peers=chosen.peers)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"
    text = "\n".join(
        [
            "# Bench",
            "",
            "Written by `python -m tests.bench --write --peers`; `make bench` shows the same without writing.",
            f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, mcp {version('mcp')}, {machine}.",
            "",
            START,
            start.report(started, chosen.runs),
            "",
            CALLS,
            calls.report(calls.measure(chosen.runs)),
        ]
    )
    print(text)
    if chosen.write:
        REPORT.write_text(f"{text}\n", encoding="utf-8")
    worst = start.worst(started)
    print(f"\nThe bar of {start.BAR} is {'kept' if worst <= start.BAR else 'missed'}: {worst:.3f}")
    return 0 if worst <= start.BAR else 1


if __name__ == "__main__":
    sys.exit(main())
