"""Cells that are stored in another way than the file has them, as a view with samples."""

from collections.abc import Iterator

from saleshandy_mcp.core.view import Say, View, counted
from saleshandy_mcp.import_engine.cells.tally import Kind
from saleshandy_mcp.untrusted.one_line import one_line

_LONGEST = 60
"""Signs of a cell that are told."""


class CellChange(View):
    """A cell before and after."""

    row: int
    before: str
    after: str


class MendedCells(View):
    """What was done to cells, how many they are, and the first of them."""

    what: str
    cells: int
    samples: list[CellChange]

    def lines(self, say: Say) -> Iterator[str]:
        del say
        yield f"Mended, {self.words()}"

    def words(self) -> str:
        """``line breaks made blanks: 3 cells, as row 7: "Fern GmbH" …``."""
        first = self.samples[0]
        change = f"{one_line(first.before, _LONGEST)} → {one_line(first.after, _LONGEST) or '(empty)'}"
        return f"{one_line(self.what)}: {counted(self.cells, 'cell')}, as row {first.row}: {change}"


def mended_cells(kinds: list[Kind]) -> list[MendedCells]:
    """The view of what planning has found."""
    return [
        MendedCells(
            what=it.what,
            cells=it.cells,
            samples=[CellChange(row=one.row, before=one.before, after=one.after) for one in it.samples],
        )
        for it in kinds
    ]
