"""The page of measured jobs is of the jobs that there are, and holds their limits."""

import re
from pathlib import Path

from tests.jobs.measured import AT_MOST, NO_JOBS, PAGE, ROOT

_ROW = re.compile(r"^\| (.+?) \| (\d+) \| (\d*) \| [\d,]+ \|$", re.MULTILINE)


def test_every_job_stands_on_the_page_with_no_more_calls_than_its_limit() -> None:
    left_out = {*NO_JOBS, "test_measured"}
    modules = [it for it in Path(__file__).parent.glob("test_*.py") if it.stem not in left_out]
    there = {
        name.replace("_", " ")
        for module in modules
        for name in re.findall(r"^async def test_(\w+)", module.read_text(encoding="utf-8"), re.MULTILINE)
    }
    rows = {name: (int(calls), limit) for name, calls, limit in _ROW.findall((ROOT / PAGE).read_text(encoding="utf-8"))}
    assert rows.keys() == there
    assert len(rows) >= 60
    for name, limit in AT_MOST.items():
        calls, written = rows[name.replace("_", " ")]
        assert (calls <= limit, written) == (True, str(limit))
