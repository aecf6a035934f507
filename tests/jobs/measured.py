"""What each whole job takes: calls, and tokens of what a model writes and reads in it.

``python -m tests.jobs.measured`` runs the jobs and writes docs/jobs-measured.md; with the folder of another state it
prints the figures of that, which needs a copy of this file in the same place. As a plugin (``pytest -p
tests.jobs.measured``, with MEASURED naming a file) it notes the calls of each test. It needs nothing of the tests but
that they call tools through the SDK's client.
"""

import json
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE, ANSWERS = Path("docs/jobs-measured.md"), Path("tests/server/answers")

AT_MOST = {
    "nineteen_unread_replies_are_sorted_with_four_calls": 4,
    "warm_people_without_a_reply_go_into_another_sequence": 4,
    "see_the_senders_of_sixty_sequences": 3,
    "ask_whether_a_sequence_is_ready_to_start": 1,
    "ask_why_a_mailbox_is_in_trouble": 1,
    "tag_everyone_at_a_domain": 3,
    "snooze_all_linkedin_tasks": 2,
    "complete_a_call_with_outcome_and_note": 1,
    "compare_two_whole_months": 1,
    "add_a_variant_to_test_against_the_first": 2,
}
"""Jobs that must not take more calls."""
NO_JOBS = ("test_kit", "test_printed_calls", "test_prompts")
"""Modules of tests/jobs that test the kit itself, walk what answers offer, or do all that a prompt names."""

_INTRODUCTION = """\
# Jobs, measured

Written by `python -m tests.jobs.measured`. Each row is a test in `tests/jobs`, which also holds that no id is used that
no answer has printed, that exactly the named things of the workspace change, and how many calls the job takes. "At
most" is a limit that was set before; the others have the calls of the shortest chain that was found. Tokens
(o200k_base) are those of all calls with their arguments and of all answers, without the listing of the tools, which a
client reads once ([tokens](tokens.md)).

For each job a second chain was written down from the job's name and the list of tools, without a look at the steps of
its test. For 13 of them it was shorter and came out right; the test takes that chain now. For four it was shorter and
was not taken: a mail with hidden parts and one that threatens with lawyers are read whole before anybody answers, the
bounces of last week are not those of all time, and a start that is refused is how one job begins. For all others it
has as many calls. Where a test takes a wrong turn on purpose (a name in place of an address), the turn is the job.
"""


_DIARY = """
## Token diary

Measured on 2026-11-28 by this command in two states: that of commit ac4c16a, before answers were made to finish the
job, and the present one (the file was copied into a work tree of the old state, and run there).

| what | before | now |
|---|---:|---:|
| tokens of the default listing (tools) | 5,177 (27) | 5,432 (30) |
| median of the reviewed answers (`tests/server/answers`) | 177 of 47 | 237 of 56 |
| median job | 512 of 46 | 432 of 71 |
| median of the 45 jobs that are in both | 494 | 432 |
| all of these 45 together | 26,876 | 25,241 |

An answer holds more than before. The same 45 jobs cost 6 % less all the same, because the second try found shorter
chains. Jobs that took many more calls before, such as sorting nineteen replies, have no test in the old state and are
not among the 45.
"""


class Measured(NamedTuple):
    """A job.

    Attributes:
        name: of its test, without ``test_``.
        calls: of tools.
        tokens: of the calls and the answers.
    """

    name: str
    calls: int
    tokens: int


def cost(text: str) -> int:
    encodings: Any = import_module("rs_bpe.bpe").openai
    return int(encodings.o200k_base().count(text))


def pytest_runtest_call(item: pytest.Item) -> None:
    """Note each call of a tool in the file that MEASURED names."""
    from mcp import Client  # noqa: PLC0415  (only as a plugin)

    whole = Client.call_tool

    async def noted(client: Client, name: str, arguments: dict[str, Any] | None = None, **more: Any) -> Any:
        result = await whole(client, name, arguments, **more)
        text = "".join(getattr(part, "text", "") for part in result.content)
        asked = json.dumps({"name": name, "arguments": arguments or {}}, ensure_ascii=False)
        _note(item.nodeid, cost(asked) + cost(text))
        return result

    Client.call_tool = noted  # type: ignore[method-assign]
    item.addfinalizer(lambda: setattr(Client, "call_tool", whole))


def _note(test: str, tokens: int) -> None:
    with Path(os.environ["MEASURED"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps([test, tokens]) + "\n")


def measure(root: Path) -> list[Measured]:
    """Run the jobs of a state, each in one era of the protocol and with its first parameters."""
    left_out = [f"--ignore=tests/jobs/{module}.py" for module in NO_JOBS]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "tests.jobs.measured", "-k", "auto", "tests/jobs"]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "calls.jsonl"
        subprocess.run([*command, *left_out], cwd=root, env={**os.environ, "MEASURED": str(file)}, check=True)  # noqa: S603
        lines = file.read_text(encoding="utf-8").splitlines()
    by_test = defaultdict[str, list[int]](list)
    for test, tokens in map(json.loads, lines):
        by_test[test].append(tokens)
    first: dict[str, Measured] = {}
    for test in sorted(by_test):
        name = test.partition("::test_")[2].partition("[")[0]
        first.setdefault(name, Measured(name, len(by_test[test]), sum(by_test[test])))
    return list(first.values())


def page(jobs: list[Measured]) -> str:
    rows = [f"| {it.name.replace('_', ' ')} | {it.calls} | {AT_MOST.get(it.name, '')} | {it.tokens:,} |" for it in jobs]
    head = ["| job | calls | at most | tokens |", "|---|---:|---:|---:|"]
    return "\n".join([_INTRODUCTION, in_short(jobs), "", *head, *rows, _DIARY])


def in_short(jobs: list[Measured]) -> str:
    calls, tokens = median([it.calls for it in jobs]), median([it.tokens for it in jobs])
    return f"{len(jobs)} jobs: median {calls:g} calls, {tokens:,.0f} tokens."


def median(numbers: list[int]) -> float:
    return float(statistics.median(numbers))


def answers(root: Path) -> list[int]:
    """Tokens of each reviewed answer of a state."""
    return [cost(path.read_text(encoding="utf-8")) for path in sorted((root / ANSWERS).glob("*.txt"))]


if __name__ == "__main__":
    state = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    told, found = answers(state), measure(state)
    print(f"{len(told)} answers: median {median(told):,.0f} tokens", page(found), sep="\n")  # noqa: T201
    if state == ROOT:
        (ROOT / PAGE).write_text(page(found), encoding="utf-8")
