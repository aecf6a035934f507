"""Rows as lines of text that fit a width. Pure. Widths are those of a terminal: a wide letter takes two columns."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

Row = dict[str, Any]

_GAP = "   "
_LONGEST_WORD = 40
_NARROWEST = 14
"""A column of texts is not made narrower than this; rather a column is left out."""


class Table(NamedTuple):
    """Lines, the first of which is the header, and the names of columns for which there was no room."""

    lines: list[str]
    left_out: list[str]


def table(names: Sequence[str], rows: Iterable[Sequence[str]], width: int | None, *, whole: bool = False) -> Table:
    """Lay rows out in columns. Ids, addresses, numbers and other single words are never cut; texts are, with an "…".

    Args:
        names: of the columns.
        rows: their cells, each on one line.
        width: what a line may take; None where it does not matter.
        whole: whether no column may be left out: where there is no room for all, lines are longer.
    """
    columns = [_column(name, cells) for name, cells in zip(names, zip(*rows, strict=True), strict=True)]
    shown = columns if whole or width is None else _fitting(columns, width)
    widths = [it.widest for it in shown] if width is None else _widths(shown, width)
    lines = zip(*([it.name, *it.cells] for it in shown), strict=True)
    return Table(
        [_GAP.join(map(_padded, line, widths)).rstrip() for line in lines],
        [it.name for it in columns if it not in shown],
    )


class _Column(NamedTuple):
    name: str
    cells: tuple[str, ...]
    widest: int
    least: int


def _column(name: str, cells: tuple[str, ...]) -> _Column:
    widest = max(map(_length, (name, *cells)))
    words = all(" " not in cell and _length(cell) <= _LONGEST_WORD for cell in cells)
    return _Column(name, cells, widest, widest if words else min(widest, max(_NARROWEST, _length(name))))


def _fitting(columns: list[_Column], width: int) -> list[_Column]:
    """The first column, and those after it for which there is room."""
    shown, free = columns[:1], width - sum(it.least for it in columns[:1])
    for column in columns[1:]:
        if column.least + len(_GAP) <= free:
            shown.append(column)
            free -= column.least + len(_GAP)
    return shown


def _widths(columns: list[_Column], width: int) -> list[int]:
    """How wide each column is: what is left over is shared by those that would be cut."""
    widths = [it.least for it in columns]
    free = width - sum(widths) - len(_GAP) * (len(columns) - 1)
    while free > 0 and (cut := [place for place, it in enumerate(columns) if widths[place] < it.widest]):
        for place in cut[:free]:
            widths[place] += 1
        free -= len(cut)
    return widths


def _length(text: str) -> int:
    # PLC0415: it takes its time to load, and only tables need it.
    from rich.cells import cell_len  # noqa: PLC0415

    return cell_len(text)


def _padded(cell: str, width: int) -> str:
    from rich.cells import set_cell_size  # noqa: PLC0415 - as above

    if _length(cell) > width:
        return f"{set_cell_size(cell, max(width - 1, 0))}…"
    return set_cell_size(cell, width)
