"""Where the header of a table is, by what is in its first lines. Pure."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from saleshandy_mcp.import_engine.mapping.presets import synonyms, word

_EMAIL = "Email"
_LONGEST_NAME = 100
_SHOWN = 40
_ADDRESS = re.compile(r"[^@\s<>(),;:\"]+@[^@\s<>(),;:\"]+\.[^@\s<>(),;:\".]{2,}")


class Place(NamedTuple):
    """Where the lines of a table are.

    Attributes:
        header: the index of the header line; None when there is none.
        rows: the index of the first line behind it.
    """

    header: int | None
    rows: int


def found(lines: Sequence[list[str]]) -> Place:
    """The header among the first lines: the one that names an address column, or the one above the first address."""
    filled = [_filled(cells) for cells in lines]
    row, column = _first_address(lines)
    named = [it for it in range(row) if filled[it] and names_address(lines[it])]
    if named:
        return _below(max(named, key=filled.__getitem__))
    if row == len(lines):
        return _below(_above_notes(filled))
    wide = [it for it in range(row) if filled[it] * 2 >= filled[row]]
    over = [it for it in wide if len(lines[it]) > column and lines[it][column].strip()]
    if not wide:
        return Place(None, row)
    return _below(max(over or wide, key=filled.__getitem__))


def lies_on_its_side(lines: Sequence[list[str]]) -> bool:
    """Whether the names of fields stand below each other in the first column, and people beside each other."""
    first = [cells[0] for cells in lines if cells and cells[0].strip()]
    known = sum(word(cell) in _all_words() for cell in first)
    wide = all(len(cells) > 2 for cells in lines if any(map(str.strip, cells)))
    return wide and known >= 2 and known * 2 > len(first) and names_address(first)


def has_address(cells: Sequence[str]) -> bool:
    return any("@" in cell and _ADDRESS.fullmatch(cell.strip()) for cell in cells)


def made_names(lines: Sequence[list[str]]) -> list[str]:
    """Names for the columns of a table without a header: Email where the addresses are, numbers else."""
    width = max(map(len, lines), default=0)
    names = [f"column {it + 1}" for it in range(width)]
    counts = [sum(has_address(cells[it : it + 1]) for cells in lines) for it in range(width)]
    if counts and max(counts):
        names[counts.index(max(counts))] = _EMAIL
    return names


def shown(names: Sequence[str], cells: Sequence[str]) -> str:
    """Columns with what is in them: Email (ann@example.com), column 2 ("Ann")."""
    return ", ".join(f'{name} ("{" ".join(cell.split())[:_SHOWN]}")' for name, cell in zip(names, cells, strict=False))


@cache
def _address_words() -> frozenset[str]:
    return frozenset({word(_EMAIL), *synonyms()[_EMAIL]})


@cache
def _all_words() -> frozenset[str]:
    return frozenset(it for label, others in synonyms().items() for it in (word(label), *others))


def names_address(cells: Sequence[str]) -> bool:
    words = _address_words()
    named = (cell for cell in cells if 0 < len(cell) <= _LONGEST_NAME)
    return any(all(word(part) in words for part in cell.split("/")) for cell in named)


def _below(header: int) -> Place:
    return Place(header, header + 1)


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _first_address(lines: Sequence[list[str]]) -> tuple[int, int]:
    """The line and the column of the first address; behind the end when there is none."""
    for row, cells in enumerate(lines):
        for column, cell in enumerate(cells):
            if "@" in cell and has_address([cell]):
                return row, column
    return len(lines), 0


def _above_notes(filled: Sequence[int]) -> int:
    """The first line with anything, or the first wide one behind notes and a blank line."""
    first = next((it for it, width in enumerate(filled) if width), 0)
    wide = next((it for it, width in enumerate(filled) if width > 1), 0)
    notes = filled[:wide]
    return wide if len(notes) > 1 and notes[0] == 1 and notes[-1] == 0 else first
