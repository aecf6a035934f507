"""Lines of cells, from a text or a sheet, as rows under the header that is found in them."""

from collections.abc import Iterator
from itertools import chain, count

from saleshandy_mcp.api.resources.prospects import Row
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.import_engine.sources import headers
from saleshandy_mcp.import_engine.sources.limits import AHEAD, HEADER_WITHIN, LONGEST_FIELD, MOST_COLUMNS
from saleshandy_mcp.import_engine.sources.reading import AS_IT_IS, Reading
from saleshandy_mcp.import_engine.sources.remarks import Remarks
from saleshandy_mcp.import_engine.sources.table import (
    DAMAGE,
    SHOWN,
    Line,
    SourceRow,
    Table,
    empty,
    looked_ahead,
    too_wide,
    without_long,
)


def tabled(
    lines: Iterator[Line], name: str, unit: str = "line", reading: Reading = AS_IT_IS, remarks: Remarks | None = None
) -> Table:
    """Lines of cells with their numbers, under the header that is found in them.

    A column without a name is one only when it holds something; it gets a name by its place.

    Args:
        lines: as they are read.
        name: of the source.
        unit: what their numbers count.
        reading: where the header is, if somebody says.
        remarks: what was noticed so far.

    Raises:
        Mistake: when it cannot be a table; the rows raise it too.
    """
    table = Table([], iter(()), remarks=remarks or Remarks())
    names, body = _split(lines, name, unit, reading, table.remarks)
    nameless = {column for column, named in names.items() if not named}
    rows = _rows(list(names), body, unit, table.remarks)
    first, rows = looked_ahead(rows, AHEAD if nameless else 1)
    if not first:
        raise Mistake(f"file: {name} has a header and no rows")
    absent = {column for column in nameless if not any(column in row.values for row in first)}
    table.columns = [column for column in names if column not in absent]
    table.rows = _noticing(rows, absent, table.late) if absent else rows
    return table


def _split(
    lines: Iterator[Line], name: str, unit: str, reading: Reading, remarks: Remarks
) -> tuple[dict[str, bool], Iterator[Line]]:
    """The columns, each with whether the file names it, and the lines that are rows."""
    first: list[Line] = []
    for line in lines:
        first.append(line)
        if len(first) >= HEADER_WITHIN and (reading.header or 0) <= line[0]:
            break
    cells = [line[1] for line in first]
    if not any(cell.strip() for line in cells for cell in line):
        raise empty(name)
    place = _said_place(first, reading.header, name, unit) or headers.found(cells)
    body = chain(first[place.rows :], lines)
    if reading.header is None and len(first) < HEADER_WITHIN and headers.lies_on_its_side(cells):
        raise Mistake(
            f"file: {name} lies on its side: its first column holds the names of fields, and each person has a column",
            'Turn it in Excel: copy all, then "Paste special", "Transpose". The header is then in the first line.',
        )
    if place.header is None:
        made = headers.made_names(cells[place.rows :])
        remarks.say(f"There is no header; the columns are: {headers.shown(made, cells[place.rows])}", asks=True)
        return dict.fromkeys(made, True), body
    passed = [number for number, line, _ in first[: place.header] if any(cell.strip() for cell in line)]
    if passed:
        remarks.say(f"The header was found in {unit} {first[place.header][0]}; what is above it was left out")
    return _names(cells[place.header], name, remarks), body


def _said_place(first: list[Line], header: int | None, name: str, unit: str) -> headers.Place | None:
    """Where somebody says that the header is; None when nobody does."""
    if header is None:
        return None
    if header == 0:
        filled = next(it for it, line in enumerate(first) if any(cell.strip() for cell in line[1]))
        return headers.Place(None, filled)
    place = next((it for it, line in enumerate(first) if line[0] == header and any(map(str.strip, line[1]))), None)
    if place is None:
        raise Mistake(f"header: {unit} {header} of {name} holds no header", "Count from 1; 0 says there is none.")
    return headers.Place(place, place + 1)


def _names(header: list[str], name: str, remarks: Remarks) -> dict[str, bool]:
    """The columns, each with whether it has a name of its own. One whose name is there before is numbered."""
    said = [unwrapped(DAMAGE.sub("\ufffd", cell.replace("\xa0", " ")).strip()) for cell in header]
    named = max((place for place, column in enumerate(said, start=1) if column), default=0)
    if named > MOST_COLUMNS:
        raise too_wide(named, name)
    names: dict[str, bool] = {}
    taken = set(said)
    for place, column in enumerate(said[:MOST_COLUMNS], start=1):  # what is behind is blank, as spreadsheets leave it
        own = column[:LONGEST_FIELD] or f"column {place}"
        if own in names or (not column and own in taken):
            own = _numbered(own, taken)
            remarks.say(f'The column "{column[:SHOWN]}" is there more than once; this one is called "{own[:SHOWN]}"')
        names[own] = bool(column)
    return names


def _numbered(column: str, taken: set[str]) -> str:
    """A name that no other column has."""
    own = next(it for number in count(2) if (it := f"{column} ({number})") not in taken)
    taken.add(own)
    return own


def _rows(names: list[str], lines: Iterator[Line], unit: str, remarks: Remarks) -> Iterator[SourceRow]:
    width = len(names)
    for number, cells, flaw in lines:
        wrong = flaw or (_too_many(cells, width) if len(cells) > width else "")
        if wrong:
            yield SourceRow(number, {}, wrong)
        elif values := _filled(names, cells):
            text = "".join(cells)
            if '="' in text:
                values = {name: unwrapped(value) for name, value in values.items()}
            if len(text) > LONGEST_FIELD:
                values = without_long(values, f"{unit} {number}", remarks)
            yield SourceRow(number, values)


def _filled(names: list[str], cells: list[str]) -> Row:
    """The cells that hold something, without blanks around them."""
    values = dict(zip(names, map(str.strip, cells), strict=False))
    return {name: value for name, value in values.items() if value} if "" in values.values() else values


def _too_many(cells: list[str], width: int) -> str:
    """The flaw of a row with more fields than the header; empty when those hold nothing."""
    filled = max((place for place, cell in enumerate(cells, start=1) if cell.strip()), default=0)
    return f"{filled} fields, the header has {width}" if filled > width else ""


def unwrapped(value: str) -> str:
    """What Excel is made to leave as it is: ="0123" is the text 0123."""
    if len(value) > 3 and value.startswith('="') and value.endswith('"'):
        return value[2:-1].replace('""', '"').strip()
    return value


def _noticing(rows: Iterator[SourceRow], absent: set[str], late: list[str]) -> Iterator[SourceRow]:
    """The rows; columns without a name that were empty so far are told as late."""
    for row in rows:
        if not absent.isdisjoint(row.values):
            fresh = [column for column in row.values if column in absent]
            late.extend(fresh)
            absent.difference_update(fresh)
        yield row
