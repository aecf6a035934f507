"""Runs an export, page by page: the rows go to the file first, then the state that counts them.

It may be killed at any moment. What the state does not count yet is cut off and read again by the next run, and a row
whose id the file has is never written twice.
"""

import csv
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import counted, pages_in, time_words
from saleshandy_mcp.features.exports.export_source import Row, RowsRead, Source
from saleshandy_mcp.features.exports.export_state import ExportState

_CALLS_A_MINUTE = 20


class RowForm(Protocol):
    """How rows are written."""

    def head(self, columns: Sequence[str]) -> str:
        """What stands before the first row."""
        ...

    def line(self, columns: Sequence[str], row: Row) -> str:
        """A row with its line end."""
        ...

    def ids(self, lines: Iterable[str]) -> Iterator[str]:
        """The ids of rows that were written so."""
        ...


class ExportPlace(Protocol):
    """Where an export is written: a file in the making, a state beside it, and the finished file."""

    def keep(self, state: str) -> None:
        """Keep the state: all of it, or the one before stays."""
        ...

    def open(self, size: int) -> Iterable[str]:
        """Go on with the file in the making, cut to its size: its lines."""
        ...

    def append(self, content: bytes) -> None:
        """Write to its end; it is on disk afterwards."""
        ...

    def finish(self, over: int | None) -> None:
        """Let it take the place of the finished file, which may have so many bytes; None when there must be none."""
        ...


@dataclass(frozen=True)
class Export:
    """An export that runs.

    Attributes:
        source: what it reads.
        form: how it writes.
        place: where.
        tell: takes a sentence about progress.
        now: the time by the clock of the API.
    """

    source: Source
    form: RowForm
    place: ExportPlace
    tell: Callable[[str], Awaitable[None]]
    now: Callable[[], datetime]

    async def run(self, state: ExportState) -> ExportState:
        """Read from where the state is to the end.

        Raises:
            Mistake: when it cannot be written.
            SaleshandyError: when a page cannot be read; the same run goes on there later.
        """
        known = self._known(state) if state.size else set[str]()
        entry = state.at
        while state.at:
            read = await self.source.page(state.at, known.__contains__)
            new = _new_rows(read.rows, known)
            if not state.size:  # only now is it known that the key is accepted, so nothing was written before
                self.place.keep(state.model_dump_json())
                self.place.open(0)
            state = self._written(state, read, new, anew=state.at == entry)
            known.update(str(row["id"]) for row in new)
            await self.tell(_progress(state, read))
        self.place.finish(state.over)
        state = state.model_copy(update={"finished": self.now()})
        self.place.keep(state.model_dump_json())
        return state

    def _known(self, state: ExportState) -> set[str]:
        """The ids of the rows that count.

        Raises:
            Mistake: when the file does not hold rows any more.
        """
        try:
            return set(self.form.ids(self.place.open(state.size)))
        except (ValueError, LookupError, TypeError, csv.Error):
            raise Mistake(
                "the rows that were read before have changed meanwhile, and the export cannot go on without them",
                "Put them back, or choose another file.",
            ) from None

    def _written(self, state: ExportState, read: RowsRead, new: list[Row], *, anew: bool) -> ExportState:
        """The state after a page was written; ``anew`` when it was read before an interruption, too."""
        columns = self.source.columns
        head = "" if state.size else self.form.head(columns)
        content = (head + "".join(self.form.line(columns, row) for row in new)).encode()
        self.place.append(content)
        going_on = state.at and not state.at.part and not anew
        repeated = len(read.rows) - len(new) if self.source.steady and going_on else 0
        state = state.model_copy(
            update={
                "at": read.after,
                "read": state.at,
                "size": state.size + len(content),
                "rows": state.rows + len(new),
                "moved": state.moved + repeated,
            }
        )
        self.place.keep(state.model_dump_json())
        return state


def _new_rows(rows: Iterable[Row], known: set[str]) -> list[Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if (id_ := str(row["id"])) not in known:
            found.setdefault(id_, row)
    return list(found.values())


def _progress(state: ExportState, read: RowsRead) -> str:
    """``2,000 rows; up to 3 minutes left``, or that nobody can tell."""
    rows = counted(state.rows, "row")
    if read.after is None:
        return f"{rows}; all was read"
    if read.calls_left is None:
        return f"{rows}; the API does not tell how many there are"
    # The calls of a minute go out at once; then there is a wait of up to a minute.
    return f"{rows}; up to {time_words(60.0 * pages_in(read.calls_left, _CALLS_A_MINUTE))} left"
