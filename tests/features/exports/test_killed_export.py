"""An export that is killed at any line of its code goes on: no row is lost, none is there twice."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from saleshandy_mcp.core.context import silence
from saleshandy_mcp.features.exports import run_export
from saleshandy_mcp.features.exports.export_source import At, IsKnown, Row, RowsRead, Scope, one_page_back
from saleshandy_mcp.features.exports.export_state import Asked, ExportState
from saleshandy_mcp.features.exports.next_run import state_in
from saleshandy_mcp.features.exports.run_export import Export
from saleshandy_mcp.store import export_files
from saleshandy_mcp.store.export_files import ExportFiles
from tests.features.exports.export_kit import FORMS, ids

# A kill right before a file is closed leaves it open.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
NOW = datetime(2026, 11, 16, tzinfo=UTC)
TRACED = {str(run_export.__file__), str(export_files.__file__)}


class Killed(BaseException):
    """The process is gone. Nothing may catch it; what is cleaned up on its way writes nothing."""


class Lines:
    """A list of numbers, three on a page."""

    columns, steady = ("id", "text"), False

    def __init__(self, number: int) -> None:
        self.number = number

    async def begin(self) -> At:
        return At()

    def again(self, at: At) -> At:
        return one_page_back(at)

    def newer(self, last: At) -> At:
        return last

    async def page(self, at: At, known: IsKnown) -> RowsRead:
        del known
        first = 3 * (at.page - 1)
        rows: list[Row] = [{"id": f"n{it}", "text": f"line,\n{it}"} for it in range(first, first + 3)]
        more = first + 3 < self.number
        return RowsRead(rows[: self.number - first], At(page=at.page + 1) if more else None)


def numbers(number: int) -> list[str]:
    return [f"n{it}" for it in range(number)]


async def run(files: ExportFiles, number: int) -> ExportState:
    """The next run of an export of so many numbers: the first, one that goes on, or one that adds what is new."""
    source, state = Lines(number), state_in(files)
    if state is None:
        asked = Asked(kind="people", form="csv", account="a")
        state = ExportState(asked=asked, since="", scope=Scope(began=NOW), at=At())
    elif state.finished:
        fresh = {"at": source.newer(state.read), "over": state.size, "finished": None}
        state = state.model_copy(update=fresh)
    elif state.at:
        state = state.model_copy(update={"at": source.again(state.at)})
    return await Export(source, FORMS["csv"], files, silence, lambda: NOW).run(state)


@contextmanager
def killed_after(lines: int) -> Generator[list[int]]:
    """What runs inside is killed before the line of the traced files after so many; gives how many were run."""
    done, before = [0], sys.gettrace()

    def on_line(_: FrameType, event: str, __: Any) -> Callable[..., Any]:
        if event == "line":
            done[0] += 1
            if done[0] == lines:
                raise Killed
        return on_line

    def on_call(frame: FrameType, _: str, __: Any) -> Callable[..., Any] | None:
        return on_line if frame.f_code.co_filename in TRACED else None

    sys.settrace(on_call)
    try:
        yield done
    finally:
        sys.settrace(before)


async def count_lines(path: Path, number: int) -> int:
    with killed_after(0) as done:
        await run(ExportFiles(path), number)
    return done[0]


async def to_the_end(path: Path, number: int) -> None:
    """The run that a person starts after a kill, where there is anything left to do."""
    state = state_in(ExportFiles(path))
    if state is None or not state.finished:
        await run(ExportFiles(path), number)


EVERY = 23
"""A kill at each line takes a minute. So each of these tests looks at every 23rd line, from a line of its own on."""


@pytest.mark.parametrize("first", [1, 12])
async def test_it_may_be_killed_at_any_line(first: int, tmp_path: Path) -> None:
    lines = await count_lines(tmp_path / "whole.csv", 5)
    for line in range(first, lines + 1, EVERY):
        path = tmp_path / f"{line}.csv"
        with pytest.raises(Killed), killed_after(line):
            await run(ExportFiles(path), 5)
        assert not path.exists() or ids(path) == numbers(5), "a finished file is whole"
        await to_the_end(path, 5)
        assert ids(path) == numbers(5), line


async def test_what_is_new_may_be_killed_at_any_line_and_the_file_stays_whole(tmp_path: Path) -> None:
    await run(ExportFiles(tmp_path / "a.csv"), 4)
    lines = await count_lines(tmp_path / "a.csv", 8)
    for line in range(5, lines + 1, EVERY):
        path = tmp_path / f"{line}.csv"
        await run(ExportFiles(path), 4)
        with pytest.raises(Killed), killed_after(line):
            await run(ExportFiles(path), 8)
        assert ids(path) in (numbers(4), numbers(8))
        await to_the_end(path, 8)
        if ids(path) == numbers(4):  # it was killed before it had begun
            await run(ExportFiles(path), 8)
        assert ids(path) == numbers(8), line


async def test_it_may_be_killed_again_and_again(tmp_path: Path) -> None:
    path, kills = tmp_path / "a.csv", 0
    while True:
        try:
            with killed_after(70 + kills):
                await run(ExportFiles(path), 8)
            break
        except Killed:
            kills += 1
    assert kills > 2
    assert ids(path) == numbers(8)
